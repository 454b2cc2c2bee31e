"""Followers as the account sees them: pages, one by one, by the hundred, remarks."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator import assemble, serve
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock

from .account import NOBODY, STRANGER, Account, peer
from .conftest import Simulator, World, served, settings

MANY = 10_050


@pytest.fixture
def account(world: World) -> Account:
    simulator, _ = world.pair(now=lambda: 1_800_000_000.0)
    return Account(simulator)


def codes_of(account: Account, path: str, *bodies: dict[str, Any]) -> list[int]:
    return [account.code(path, **body) for body in bodies]


def test_the_last_page_of_followers_has_neither_data_nor_a_next_one(account: Account) -> None:
    who = account.openid()
    page = {"total": 1, "count": 1, "data": {"openid": [who]}, "next_openid": who}
    assert account.get("user/get") == page
    assert account.get("user/get", next_openid="") == page
    assert account.get("user/get", next_openid=who) == {"total": 1, "count": 0, "next_openid": ""}
    assert account.get("user/get", next_openid="nobody")["errcode"] == 40003
    account.simulator.phone("unfollow")
    assert account.get("user/get") == {"total": 0, "count": 0, "next_openid": ""}


def test_ten_thousand_make_a_page_and_one_can_be_found_among_them(world: World) -> None:
    box = assemble(settings(), webhook=NOBODY, clock=Clock(), chance=Chance(1))
    for number in range(MANY):
        box.world.add_phone(f"示例{number}", "worker").following = True
    account = Account(Simulator(world.stack.enter_context(served(serve(box)))))
    first = account.get("user/get")
    assert (first["total"], first["count"], len(first["data"]["openid"])) == (MANY, 10_000, 10_000)
    second = account.get("user/get", next_openid=first["next_openid"])
    assert (second["total"], second["count"]) == (MANY, MANY - 10_000)
    assert not {*first["data"]["openid"]} & {*second["data"]["openid"]}
    assert account.get("user/get", next_openid=second["next_openid"])["count"] == 0
    last = second["next_openid"]
    assert account.get("user/info", openid=last)["subscribe"] == 1
    made = account.tag("夜班")
    assert account.code("tags/members/batchtagging", openid_list=first["data"]["openid"][:50], tagid=made) == 0
    assert account.get("tags/get")["tags"][-1]["count"] == 50
    assert account.post("user/tag/get", tagid=made)["data"]["openid"] == first["data"]["openid"][:50]
    account.simulator.session.close()


def test_a_follower_is_told_of_without_name_or_face(account: Account) -> None:
    who = account.openid()
    account.code("user/info/updateremark", openid=who, remark="张师傅（示例）")
    made = account.tag("工友")
    account.code("tags/members/batchtagging", openid_list=[who], tagid=made)
    assert account.get("user/info", openid=who, lang="zh_CN") == {
        "subscribe": 1,
        "openid": who,
        "language": "",
        "subscribe_time": 1_800_000_000,
        "remark": "张师傅（示例）",
        "groupid": made,
        "tagid_list": [made],
        "subscribe_scene": "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": "",
    }


def test_of_one_who_does_not_follow_only_that_is_told(account: Account) -> None:
    who = account.openid("p2")
    assert account.get("user/info", openid=who) == {"subscribe": 0, "openid": who}


@pytest.mark.parametrize(
    ("action", "scene", "told"),
    [
        ("QR_LIMIT_SCENE", {"scene_id": 123}, (123, "")),
        ("QR_LIMIT_STR_SCENE", {"scene_str": "123"}, (0, "123")),
        ("QR_STR_SCENE", {"scene_str": "综采一队"}, (0, "综采一队")),
    ],
)
def test_the_scene_he_came_by_is_told(account: Account, action: str, scene: dict[str, Any], told: Any) -> None:
    body = {"action_name": action, "action_info": {"scene": scene}, "expire_seconds": 600}
    ticket = account.post("qrcode/create", **body)["ticket"]
    account.simulator.phone("scan", phone="p2", ticket=ticket)
    found = account.get("user/info", openid=account.openid("p2"))
    assert found["subscribe_scene"] == "ADD_SCENE_QR_CODE"
    assert (found["qr_scene"], found["qr_scene_str"]) == told


@pytest.mark.parametrize("openid", ["", None, "nobody", STRANGER])
def test_a_wrong_openid_is_refused_by_its_kind(account: Account, openid: str | None) -> None:
    code = {"": 41009, None: 41009, "nobody": 40003, STRANGER: 49003}[openid]
    assert account.get("user/info", **({} if openid is None else {"openid": openid}))["errcode"] == code
    assert account.code("user/info/batchget", user_list=[{"openid": account.openid()}, {"openid": openid}]) == code
    assert account.code("user/info/updateremark", openid=openid, remark="x") == code


def test_an_openid_of_ours_that_was_never_given_out_is_nobody(account: Account) -> None:
    unknown = account.openid()[:6] + "0" * 22
    assert account.get("user/info", openid=unknown)["errcode"] == 46004


def test_a_hundred_are_told_of_at_once_and_not_one_more(account: Account) -> None:
    who, other = account.openid(), account.openid("p2")
    both = account.post("user/info/batchget", user_list=[{"openid": who, "lang": "zh_CN"}, {"openid": other}])
    assert [each["subscribe"] for each in both["user_info_list"]] == [1, 0]
    hundred = [{"openid": who}] * 100
    assert len(account.post("user/info/batchget", user_list=hundred)["user_info_list"]) == 100
    bodies: list[dict[str, Any]] = [{"user_list": [*hundred, {"openid": who}]}, {"user_list": []}, {}]
    assert codes_of(account, "user/info/batchget", *bodies) == [40032] * 3


def test_a_remark_is_shorter_than_thirty_characters(account: Account) -> None:
    who = account.openid()
    assert account.code("user/info/updateremark", openid=who, remark="长" * 29) == 0
    assert account.code("user/info/updateremark", openid=who, remark="长" * 30) == 40035
    assert account.code("user/info/updateremark", openid=who) == 40035
    assert account.get("user/info", openid=who)["remark"] == "长" * 29
    assert account.code("user/info/updateremark", openid=who, remark="") == 0
    assert account.code("user/info/updateremark", openid=account.openid("p2"), remark="x") == 40003


def test_the_blacklist_takes_twenty_at_a_time_and_gives_them_back(account: Account) -> None:
    who = account.openid()
    assert account.post("tags/members/getblacklist", begin_openid="") == {"total": 0, "count": 0, "next_openid": ""}
    assert account.code("tags/members/batchblacklist", openid_list=[who]) == 0
    assert account.simulator.get("phones/p1")["blocked"] is True
    page = {"total": 1, "count": 1, "data": {"openid": [who]}, "next_openid": who}
    assert account.post("tags/members/getblacklist") == page
    assert account.post("tags/members/getblacklist", begin_openid=who) == {"total": 1, "count": 0, "next_openid": ""}
    assert account.code("tags/members/batchunblacklist", openid_list=[who]) == 0
    assert account.simulator.get("phones/p1")["blocked"] is False


@pytest.mark.parametrize("what", ["batchblacklist", "batchunblacklist"])
def test_a_wrong_batch_changes_nobody(account: Account, what: str) -> None:
    path, who = f"tags/members/{what}", account.openid()
    bodies: list[dict[str, Any]] = [
        {},
        {"openid_list": []},
        {"openid_list": [who] * 21},
        {"openid_list": [who, "nobody"]},
        {"openid_list": [who, STRANGER]},
    ]
    assert codes_of(account, path, *bodies) == [40032, 40032, 40032, 40003, 49003]
    assert account.post("tags/members/getblacklist")["total"] == 0


def test_wechatpy_reads_followers_tags_and_remarks(account: Account) -> None:
    client, who = peer(account.simulator), account.openid()
    assert client.user.get_followers()["data"]["openid"] == [who]
    made = client.tag.create("工友")["id"]
    client.tag.tag_user(made, who)
    client.user.update_remark(who, "老周")
    assert client.user.get(who)["tagid_list"] == [made]
    assert client.user.get_batch([who])[0]["remark"] == "老周"
    assert client.tag.get_tag_users(made)["data"]["openid"] == [who]
    assert client.tag.get_user_tag(who) == [made]
