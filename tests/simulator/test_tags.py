"""Tags and the menus that go by them, as the platform keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .account import NOBODY, STRANGER, Account, peer
from .conftest import World

DEFAULT = {"button": [{"type": "click", "name": "题", "key": "DAILY"}]}


@pytest.fixture
def account(world: World) -> Account:
    simulator, bot = world.pair()
    bot.answer = lambda message: f"{message.event}" if message.type == "event" else "好"
    return Account(simulator)


def shown(account: Account, phone: str = "p1") -> list[str]:
    menu = account.simulator.get(f"phones/{phone}/menu")["menu"]
    return [button["name"] for button in menu["button"]] if menu else []


def test_tags_are_made_renamed_and_deleted(account: Account) -> None:
    made = account.tag("工友")
    assert made >= 100
    assert account.get("tags/get")["tags"] == [
        {"id": 2, "name": "星标组", "count": 0},
        {"id": made, "name": "工友", "count": 0},
    ]
    assert account.code("tags/create", tag={"name": "工友"}) == 45157
    assert account.code("tags/create", tag={"name": "星标组"}) == 45157
    assert account.code("tags/create", tag={"name": "长" * 31}) == 45158
    assert account.code("tags/create", tag={"name": ""}) == 45158
    assert account.code("tags/create") == 45158
    assert account.code("tags/update", tag={"id": made, "name": "党员"}) == 0
    assert account.code("tags/update", tag={"id": made, "name": "党员"}) == 0
    assert account.code("tags/update", tag={"id": 2, "name": "别的"}) == 45058
    assert account.code("tags/delete", tag={"id": 999}) == 45159
    assert account.code("tags/delete", tag={"id": 0}) == 45058
    assert account.code("tags/delete", tag={"id": made}) == 0
    assert len(account.get("tags/get")["tags"]) == 1


def test_there_are_a_hundred_tags_at_most(account: Account) -> None:
    for number in range(100):
        account.tag(f"组{number}")
    assert account.code("tags/create", tag={"name": "再一个"}) == 45056


def test_tags_are_put_on_and_taken_off_in_batches(account: Account) -> None:
    made, who = account.tag("工友"), account.openid()
    both = {"openid_list": [who], "tagid": made}
    for _ in range(2):
        assert account.code("tags/members/batchtagging", **both) == 0
    assert account.post("tags/getidlist", openid=who) == {"tagid_list": [made]}
    assert account.get("tags/get")["tags"][-1]["count"] == 1
    page = account.post("user/tag/get", tagid=made, next_openid="")
    assert page == {"count": 1, "data": {"openid": [who]}, "next_openid": who}
    assert account.post("user/tag/get", tagid=made, next_openid=who) == {"count": 0, "next_openid": ""}
    for _ in range(2):
        assert account.code("tags/members/batchuntagging", **both) == 0
    assert account.post("tags/getidlist", openid=who) == {"tagid_list": []}


@pytest.mark.parametrize("what", ["batchtagging", "batchuntagging"])
def test_a_batch_is_refused_whole(account: Account, what: str) -> None:
    made, who = account.tag("工友"), account.openid()
    path = f"tags/members/{what}"
    assert account.code(path, openid_list=[], tagid=made) == 40032
    assert account.code(path, openid_list=[who] * 51, tagid=made) == 40032
    assert account.code(path, openid_list=[who], tagid=999) == 45159
    assert account.code(path, openid_list=[who]) == 45159
    assert account.code(path, openid_list=[who, "nobody"], tagid=made) == 40003
    assert account.code(path, openid_list=[who, account.openid("p2")], tagid=made) == 40003  # does not follow
    assert account.code(path, openid_list=[STRANGER], tagid=made) == 49003
    assert account.post("tags/getidlist", openid=who) == {"tagid_list": []}
    assert account.code("tags/getidlist", openid=STRANGER) == 49003


def test_nobody_wears_more_than_twenty(account: Account) -> None:
    who = account.openid()
    tags = [account.tag(f"组{number}") for number in range(21)]
    codes = [account.code("tags/members/batchtagging", openid_list=[who], tagid=tag) for tag in tags]
    assert codes == [0] * 20 + [45059]


def test_a_conditional_menu_wants_a_default_one_and_a_rule(account: Account) -> None:
    made = account.tag("工友")
    rule = {"tag_id": str(made)}
    assert account.code("menu/addconditional", **DEFAULT, matchrule=rule) == 65303
    account.post("menu/create", **DEFAULT)
    assert account.code("menu/addconditional", **DEFAULT) == 65304
    assert account.code("menu/addconditional", **DEFAULT, matchrule={"tag_id": ""}) == 65304
    assert account.code("menu/addconditional", matchrule=rule) == 65307
    assert account.code("menu/addconditional", **DEFAULT, matchrule={"tag_id": "999"}) == 45159
    for reserved in ("0", "1", 0, 1, "-1"):  # nobody wears them, and no rule is everybody's
        assert account.code("menu/addconditional", **DEFAULT, matchrule={"tag_id": reserved}) in (65304, 45159)
    assert "conditionalmenu" not in account.get("menu/get")
    assert account.code("menu/addconditional", button=[{"name": "题"}], matchrule=rule) == 65308
    assert account.code("menu/delconditional", menuid="1") == 65301
    assert account.code("menu/trymatch", user_id="nobody") == 65302


def test_a_conditional_menu_has_codes_of_its_own(account: Account) -> None:
    account.post("menu/create", **DEFAULT)
    rule = {"tag_id": str(account.tag("工友"))}

    def code(*buttons: dict[str, Any], matchrule: Any = rule) -> int:
        return account.code("menu/addconditional", button=list(buttons), matchrule=matchrule)

    def view(url: str) -> dict[str, Any]:
        return {"type": "view", "name": "墙", "url": url}

    assert code(*DEFAULT["button"], matchrule={"sex": "1", "city": "晋城"}) == 65304  # fields that have gone
    assert code(*DEFAULT["button"], matchrule={"client_platform_type": "4"}) == 65304
    assert code(view("ftp://x")) == 65317
    many = [view(f"http://{number}.example.com/") for number in range(4)]
    assert code({"name": "更多", "sub_button": many}) == 65316
    assert code({"name": "更多", "sub_button": many[:3]}) == 0
    for _ in range(99):
        assert code(*DEFAULT["button"]) == 0
    assert code(*DEFAULT["button"]) == 65305


def test_once_somebody_says_which_only_linked_mini_programs_go_into_menus(account: Account) -> None:
    button = {"type": "miniprogram", "name": "程", "url": "http://x", "appid": "wx0123456789abcdef", "pagepath": "p/i"}
    assert account.code("menu/create", button=[button]) == 0
    account.simulator.post("miniprograms", appids=["wxfedcba9876543210"])
    assert account.code("menu/create", button=[button]) == 45064
    account.simulator.post("miniprograms", appids=[button["appid"]])
    assert account.code("menu/create", button=[button]) == 0


def test_the_newest_menu_that_fits_is_shown(account: Account) -> None:
    account.post("menu/create", **DEFAULT)
    worker, member, who = account.tag("工友"), account.tag("党员"), account.openid()
    account.menu("工", worker)
    account.menu("党", member)
    assert (shown(account), shown(account, "p2")) == (["题"], ["题"])
    account.post("tags/members/batchtagging", openid_list=[who], tagid=worker)
    assert (shown(account), shown(account, "p2")) == (["工"], ["题"])
    account.post("tags/members/batchtagging", openid_list=[who], tagid=member)
    assert shown(account) == ["党"]
    assert account.post("menu/trymatch", user_id=who)["button"][0]["name"] == "党"
    account.simulator.phone("menu", button="党")
    assert account.simulator.refused("phones/p1/menu", button="题") == (404, "no_such_button")
    account.post("tags/delete", tag={"id": member})
    assert shown(account) == ["工"]
    state = account.simulator.get("state")
    assert [phone["menu"]["button"][0]["name"] for phone in state["phones"]] == ["工", "题"]


def test_menus_are_read_back_and_go_with_the_default_one(account: Account) -> None:
    account.post("menu/create", **DEFAULT)
    assert set(account.get("menu/get")) == {"menu"}
    made = account.tag("工友")
    one, other = account.menu("甲", made), account.menu("乙", made)
    told = account.get("menu/get")
    assert told["menu"]["menuid"]
    assert [str(each["menuid"]) for each in told["conditionalmenu"]] == [one, other]
    assert told["conditionalmenu"][0]["matchrule"] == {"tag_id": str(made)}
    account.post("menu/create", **DEFAULT)
    assert len(account.get("menu/get")["conditionalmenu"]) == 2
    assert account.code("menu/delconditional", menuid=one) == 0
    account.get("menu/delete")
    account.post("menu/create", **DEFAULT)
    assert "conditionalmenu" not in account.get("menu/get")


def test_who_leaves_loses_his_tags(account: Account) -> None:
    made, who = account.tag("工友"), account.openid()
    account.post("tags/members/batchtagging", openid_list=[who], tagid=made)
    account.simulator.phone("unfollow")
    account.simulator.phone("follow")
    assert account.post("tags/getidlist", openid=who) == {"tagid_list": []}


@pytest.mark.parametrize("kind", ["subscription", "service"])
def test_uncertified_accounts_have_no_tags(world: World, kind: str) -> None:
    account = Account(world.simulator(NOBODY, account=kind))
    assert account.get("tags/get")["errcode"] == 48001
    assert account.code("tags/create", tag={"name": "工友"}) == 48001
    assert account.code("menu/addconditional", **DEFAULT, matchrule={"tag_id": "2"}) == 48001


def test_tags_and_menus_survive_a_restart(world: World, store: Path) -> None:
    simulator, _ = world.pair(store=store)
    account = Account(simulator)
    account.post("menu/create", **DEFAULT)
    made = account.tag("工友")
    account.menu("工", made)
    account.post("tags/members/batchtagging", openid_list=[account.openid()], tagid=made)
    simulator.settle()
    again = Account(world.simulator(NOBODY, store=store))
    assert shown(again) == ["工"]
    assert again.tag("党员") == made + 1


def test_wechatpy_makes_reads_tries_and_deletes_menus(account: Account) -> None:
    client, made = peer(account.simulator), account.tag("工友")
    assert client.menu.get() is None
    client.menu.create(DEFAULT)
    one = client.menu.add_conditional(DEFAULT | {"matchrule": {"tag_id": str(made)}})["menuid"]
    assert client.menu.try_match(account.openid())["button"][0]["name"] == "题"
    assert client.menu.get()["conditionalmenu"][0]["menuid"] == int(one)
    assert client.menu.get_menu_info()["is_menu_open"] == 1
    client.menu.del_conditional(one)
    client.menu.delete()
    assert client.menu.get() is None
