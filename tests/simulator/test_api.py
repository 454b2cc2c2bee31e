"""The interfaces the bot calls: universal rules, tokens, menu, faults, and the exact log."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import requests

from .conftest import APP_ID, SECRET, Simulator, World

RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
NOBODY = "http://127.0.0.1:9/wechat"


class Clock:
    """A time that moves when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(world: World, clock: Clock) -> Simulator:
    return world.simulator(NOBODY, now=clock)


def stable(simulator: Simulator, **changed: Any) -> dict[str, Any]:
    body = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET} | changed
    answer: dict[str, Any] = simulator.api("stable_token", method="POST", json=body).json()
    return answer


def classic(simulator: Simulator, **changed: Any) -> dict[str, Any]:
    query = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET} | changed
    answer: dict[str, Any] = simulator.api("token", params=query).json()
    return answer


def call(simulator: Simulator, token: str, path: str = "getcallbackip", **options: Any) -> int:
    answer = simulator.api(path, params={"access_token": token}, **options)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; encoding=utf-8"
    errcode = int(answer.json().get("errcode", 0))
    assert errcode == 0 or RID.search(answer.json()["errmsg"])
    return errcode


def test_the_stable_token_stays_the_same_until_five_minutes_are_left(simulator: Simulator, clock: Clock) -> None:
    first = stable(simulator)
    assert first["expires_in"] == 7200
    clock.now += 6000
    assert stable(simulator) == {"access_token": first["access_token"], "expires_in": 1200}
    clock.now += 901
    second = stable(simulator)
    assert second["access_token"] != first["access_token"]
    assert second["expires_in"] == 7200
    assert call(simulator, first["access_token"]) == 0
    clock.now += 300
    assert call(simulator, first["access_token"]) == 42001
    assert call(simulator, second["access_token"]) == 0


def test_a_forced_refresh_kills_the_old_token_at_once_and_is_rationed(simulator: Simulator, clock: Clock) -> None:
    first = stable(simulator)["access_token"]
    second = stable(simulator, force_refresh=True)["access_token"]
    assert second != first
    assert call(simulator, first) == 40001
    assert stable(simulator, force_refresh=True)["errcode"] == 45011
    assert call(simulator, second) == 0
    for _ in range(19):
        clock.now += 30
        assert "access_token" in stable(simulator, force_refresh=True)
    clock.now += 30
    assert stable(simulator, force_refresh=True)["errcode"] == 45009
    clock.now += 86400
    assert "access_token" in stable(simulator, force_refresh=True)


def test_a_classic_token_is_new_each_time_and_the_former_lives_five_minutes(simulator: Simulator, clock: Clock) -> None:
    kept = stable(simulator)["access_token"]
    first, second = classic(simulator)["access_token"], classic(simulator)["access_token"]
    assert first != second
    assert call(simulator, first) == 0
    clock.now += 300
    assert call(simulator, first) == 40001  # replaced
    assert call(simulator, second) == 0
    assert call(simulator, kept) == 0
    assert stable(simulator)["access_token"] == kept
    clock.now += 6900
    assert call(simulator, first) == call(simulator, second) == 42001  # outlived


@pytest.mark.parametrize("ask", [stable, classic])
def test_the_app_id_is_checked_before_anything_else(simulator: Simulator, ask: Any) -> None:
    assert ask(simulator, appid="wx_other", secret="wrong", grant_type="x")["errcode"] == 40013
    assert ask(simulator, grant_type="x", secret="wrong")["errcode"] == 40002
    assert ask(simulator, secret="wrong")["errcode"] == 40125
    assert ask(simulator, secret="")["errcode"] == 41004
    assert ask(simulator, appid="")["errcode"] == 41002


def test_the_universal_rules(simulator: Simulator) -> None:
    token = stable(simulator)["access_token"]
    assert call(simulator, "") == 41001
    assert call(simulator, "made up") == 40014
    assert call(simulator, "90_" + "A" * 128) == 40001
    assert call(simulator, token, "menu/create") == 43002
    assert call(simulator, token, "menu/get", method="POST", json={}) == 43001
    assert call(simulator, token, "menu/create", method="POST", data=b"{not json") == 47001
    assert call(simulator, token, "message/no/such") == 40066
    assert simulator.api("stable_token").json()["errcode"] == 43002
    assert simulator.api("getcallbackip", params={"access_token": token}).json() == {"ip_list": ["127.0.0.1"]}


def test_only_an_escaped_character_is_refused_not_a_backslash(simulator: Simulator) -> None:
    token = stable(simulator)["access_token"]
    for code, body in ((40033, rb'{"tag": {"name": "\u9898"}}'), (0, rb'{"tag": {"name": "C:\\u"}}')):
        assert call(simulator, token, "tags/create", method="POST", data=body) == code
    simulator.post("switches", escaped_json="kept")
    assert call(simulator, token, "tags/create", method="POST", data=rb'{"tag": {"name": "\u9898"}}') == 0
    for broken in (rb'{"tag": {"name": "\ud800"}}', b'{"tag": {"name": "\xed\xa0\x80"}}', b"\xff"):
        assert call(simulator, token, "tags/create", method="POST", data=broken) == 47001


def menu(*buttons: dict[str, Any]) -> bytes:
    return json.dumps({"button": list(buttons)}, ensure_ascii=False).encode()


def click(name: str = "题", key: str = "DAILY", **more: Any) -> dict[str, Any]:
    return {"type": "click", "name": name, "key": key, **more}


def view(url: str, name: str = "墙") -> dict[str, Any]:
    return {"type": "view", "name": name, "url": url}


def listed(*subs: dict[str, Any], name: str = "更多") -> dict[str, Any]:
    return {"name": name, "sub_button": list(subs)}


MENUS: list[tuple[int, bytes]] = [
    (0, menu(click())),
    (0, menu(click("题" * 5, "k" * 128), view("http://x/" + "u" * 1015), listed(*[click("题" * 20)] * 5))),
    (0, menu(click(sub_button=[]))),
    (40015, b'{"buttons": []}'),
    (40016, menu()),
    (40016, menu(click(), click(), click(), click())),
    (40017, menu({"type": "dance", "name": "舞", "key": "K"})),
    (40017, menu({"type": "click", "name": "题", "key": "K", "sub_button": [click()]})),
    (40018, menu(click("题" * 6))),
    (40018, menu(click(""))),
    (40018, menu(listed(click(), name="题" * 6))),
    (40019, menu(click(key="k" * 129))),
    (40019, menu({"type": "click", "name": "题"})),
    (40020, menu(view("http://x/" + "u" * 1016))),
    (40055, menu(view("ftp://x"))),
    (40022, menu(listed(listed(click())))),
    (40023, menu(listed(*[click()] * 6))),
    (40024, menu(listed({"type": "dance", "name": "舞", "key": "K"}))),
    (40025, menu(listed(click("题" * 21)))),
    (40026, menu(listed(click(key="")))),
    (40027, menu(listed(view("")))),
    (40054, menu(listed(view("x.cn")))),
    (40033, json.dumps({"button": [click()]}).encode()),
    (45010, menu(*[listed(*[click()] * 5)] * 4)),
    (
        0,
        menu(listed(*[{**click(), "type": kind} for kind in ("scancode_push", "scancode_waitmsg", "location_select")])),
    ),
    (0, menu(listed(*[{**click(), "type": kind} for kind in ("pic_sysphoto", "pic_photo_or_album", "pic_weixin")]))),
    (40019, menu({"type": "location_select", "name": "位置"})),
    (0, menu({**view("http://x"), "type": "miniprogram", "appid": "wx0123456789abcdef", "pagepath": "p/i"})),
    (45064, menu({**view("http://x"), "type": "miniprogram", "pagepath": "p/i"})),
    (45064, menu({**view("http://x"), "type": "miniprogram", "appid": "wx0123456789abcdef"})),
    (40020, menu({"type": "miniprogram", "name": "程", "appid": "wx0123456789abcdef", "pagepath": "p/i"})),
    (40007, menu({"type": "media_id", "name": "图", "media_id": "no such"})),
    (40007, menu({"type": "view_limited", "name": "图"})),
    (40007, menu({"type": "article_id", "name": "文", "article_id": "no such"})),
    (40007, menu({"type": "article_view_limited", "name": "文"})),
]


def test_a_menu_is_taken_or_refused_with_its_code(simulator: Simulator) -> None:
    token = stable(simulator)["access_token"]
    for code, body in MENUS:
        simulator.post("menu")
        assert call(simulator, token, "menu/create", method="POST", data=body) == code, body.decode()
        assert (simulator.get("menu")["menu"] is not None) == (code == 0)


def test_a_menu_is_read_back_and_deleted(simulator: Simulator) -> None:
    token = {"access_token": stable(simulator)["access_token"]}
    assert simulator.api("menu/get", params=token).json()["errcode"] == 46003
    simulator.api("menu/create", method="POST", params=token, data=menu(click(), listed(view("http://x"))))
    assert simulator.api("menu/get", params=token).json() == {
        "menu": {
            "button": [
                {"type": "click", "name": "题", "key": "DAILY", "sub_button": []},
                {"name": "更多", "sub_button": [{"type": "view", "name": "墙", "url": "http://x", "sub_button": []}]},
            ]
        }
    }
    assert simulator.api("get_current_selfmenu_info", params=token).json() == {
        "is_menu_open": 1,
        "selfmenu_info": {
            "button": [
                {"type": "click", "name": "题", "key": "DAILY"},
                {"name": "更多", "sub_button": {"list": [{"type": "view", "name": "墙", "url": "http://x"}]}},
            ]
        },
    }
    assert simulator.api("menu/delete", params=token).json() == {"errcode": 0, "errmsg": "ok"}
    assert simulator.api("get_current_selfmenu_info", params=token).json()["is_menu_open"] == 0


def test_an_uncertified_subscription_account_may_not_make_a_menu(world: World) -> None:
    simulator = world.simulator(NOBODY, account="subscription")
    token = stable(simulator)["access_token"]
    assert call(simulator, token, "menu/create", method="POST", data=menu(click())) == 48001
    assert call(simulator, token, "menu/get") == 48001
    assert call(simulator, token, "get_current_selfmenu_info") == 0


def test_the_menu_can_be_pressed(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda message: f"{message.event} {message._data['EventKey']}"
    simulator.post(
        "menu", button=[click("题", "DAILY"), listed(view("http://x/墙"), {**click(), "type": "pic_weixin"})]
    )
    simulator.phone("menu", button="题")
    simulator.phone("menu", button="DAILY")
    assert simulator.phone("menu", button="墙")["button"]["url"] == "http://x/墙"
    assert simulator.heard() == ["click DAILY", "click DAILY"]
    assert bot.messages[-1].event == "view"
    assert bot.messages[-1].url == "http://x/墙"
    assert simulator.refused("phones/p1/menu", button="没有") == (404, "no_such_button")
    assert simulator.refused("menu", button=[]) == (400, "bad_menu")
    simulator.post("menu")
    assert simulator.get("state")["menu"] is None


def test_ordered_faults_meet_the_next_calls_and_then_end(simulator: Simulator) -> None:
    token = stable(simulator)["access_token"]
    path = "cgi-bin/getcallbackip"
    simulator.post("faults", endpoint=path, kind="errcode", errcode=45009, times=2)
    simulator.post("faults", endpoint=path, kind="status", status=502)
    simulator.post("faults", endpoint="*", kind="html")
    simulator.post("faults", endpoint=path, kind="sleep", seconds=0.01)
    assert [call(simulator, token), call(simulator, token)] == [45009, 45009]
    assert simulator.api("getcallbackip", params={"access_token": token}).status_code == 502
    page = simulator.api("getcallbackip", params={"access_token": token})
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html")
    assert call(simulator, token) == 0
    assert simulator.get("faults")["faults"] == []
    assert call(simulator, token) == 0


@pytest.mark.parametrize(("kind", "acted"), [("drop_before", False), ("drop_after", True)])
def test_a_dropped_connection_may_or_may_not_have_acted(simulator: Simulator, kind: str, acted: bool) -> None:
    token = stable(simulator)["access_token"]
    simulator.post("faults", endpoint="cgi-bin/menu/create", kind=kind)
    with pytest.raises(requests.RequestException):
        simulator.api("menu/create", method="POST", params={"access_token": token}, data=menu(click()))
    assert (simulator.get("menu")["menu"] is not None) is acted
    assert call(simulator, token, "menu/create", method="POST", data=menu(click())) == 0


def test_every_call_is_counted_and_no_secret_kept(simulator: Simulator) -> None:
    token = stable(simulator)["access_token"]
    call(simulator, token)
    call(simulator, token)
    classic(simulator)
    log = simulator.get("calls")
    assert log["counts"] == {"cgi-bin/stable_token": 1, "cgi-bin/getcallbackip": 2, "cgi-bin/token": 1}
    assert log["calls"][0]["endpoint"] == "cgi-bin/stable_token"
    assert SECRET not in json.dumps(log)
    assert token not in json.dumps(log)
    assert len(simulator.get("calls", endpoint="cgi-bin/getcallbackip")["calls"]) == 2


def test_somebody_else_refreshing_spoils_every_token(simulator: Simulator) -> None:
    token = stable(simulator)["access_token"]
    simulator.post("tokens/spoil")
    assert call(simulator, token) == 40001
    assert call(simulator, stable(simulator)["access_token"]) == 0


def test_a_body_is_read_whatever_its_header_calls_it(world: World) -> None:
    """As plain `curl -d` sends it."""
    simulator, _ = world.pair()
    token = simulator.api(
        "token", params={"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    ).json()["access_token"]
    for kind in ("application/x-www-form-urlencoded", "text/plain", "application/json"):
        body = f'{{"tag": {{"name": "班组{len(kind)}"}}}}'
        made = simulator.api(
            "tags/create",
            method="POST",
            params={"access_token": token},
            data=body.encode(),
            headers={"Content-Type": kind},
        )
        assert "tag" in made.json(), made.text
