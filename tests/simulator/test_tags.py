"""Tags and the menus that go by them, as the platform keeps them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import APP_ID, SECRET, Simulator, World

NOBODY = "http://127.0.0.1:9/wechat"
STRANGER = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0"
DEFAULT = {"button": [{"type": "click", "name": "题", "key": "DAILY"}]}


class Account:
    """Calls the interfaces with a token of its own."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        body = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        self._token = simulator.api("stable_token", method="POST", json=body).json()["access_token"]

    def get(self, path: str) -> Any:
        return self.simulator.api(path, params={"access_token": self._token}).json()

    def post(self, path: str, **body: Any) -> Any:
        data = json.dumps(body, ensure_ascii=False).encode()
        return self.simulator.api(path, method="POST", params={"access_token": self._token}, data=data).json()

    def code(self, path: str, **body: Any) -> int:
        return int(self.post(path, **body).get("errcode", 0))

    def tag(self, name: str) -> int:
        return int(self.post("tags/create", tag={"name": name})["tag"]["id"])

    def menu(self, name: str, tag: int) -> str:
        button = [{"type": "click", "name": name, "key": name}]
        return str(self.post("menu/addconditional", button=button, matchrule={"tag_id": str(tag)})["menuid"])


@pytest.fixture
def account(world: World) -> Account:
    simulator, bot = world.pair()
    bot.answer = lambda message: f"{message.event}" if message.type == "event" else "好"
    return Account(simulator)


def openid(account: Account, phone: str = "p1") -> str:
    return str(account.simulator.get(f"phones/{phone}")["openid"])


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
    made, who = account.tag("工友"), openid(account)
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
    made, who = account.tag("工友"), openid(account)
    path = f"tags/members/{what}"
    assert account.code(path, openid_list=[], tagid=made) == 40032
    assert account.code(path, openid_list=[who] * 51, tagid=made) == 40032
    assert account.code(path, openid_list=[who], tagid=999) == 45159
    assert account.code(path, openid_list=[who]) == 45159
    assert account.code(path, openid_list=[who, "nobody"], tagid=made) == 40003
    assert account.code(path, openid_list=[who, openid(account, "p2")], tagid=made) == 40003  # does not follow
    assert account.code(path, openid_list=[STRANGER], tagid=made) == 49003
    assert account.post("tags/getidlist", openid=who) == {"tagid_list": []}
    assert account.code("tags/getidlist", openid=STRANGER) == 49003


def test_nobody_wears_more_than_twenty(account: Account) -> None:
    who = openid(account)
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
    assert account.code("menu/addconditional", button=[{"name": "题"}], matchrule=rule) == 40017
    assert account.code("menu/delconditional", menuid="1") == 65301
    assert account.code("menu/trymatch", user_id="nobody") == 65302


def test_the_newest_menu_that_fits_is_shown(account: Account) -> None:
    account.post("menu/create", **DEFAULT)
    worker, member, who = account.tag("工友"), account.tag("党员"), openid(account)
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
    made, who = account.tag("工友"), openid(account)
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
    account.post("tags/members/batchtagging", openid_list=[openid(account)], tagid=made)
    simulator.settle()
    again = Account(world.simulator(NOBODY, store=store))
    assert shown(again) == ["工"]
    assert again.tag("党员") == made + 1
