"""QR codes with a scene: limits, expiry by the virtual clock, the picture, and what a scan brings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from .account import Account, peer
from .conftest import World


@pytest.fixture
def account(world: World) -> Account:
    simulator, _ = world.pair()
    return Account(simulator)


def asked(action: str, seconds: Any = None, **scene: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"action_name": action, "action_info": {"scene": scene}}
    return body if seconds is None else body | {"expire_seconds": seconds}


ASKED: list[tuple[int, dict[str, Any]]] = [
    (0, asked("QR_SCENE", 2_592_000, scene_id=2**32 - 1)),
    (0, asked("QR_STR_SCENE", 1, scene_str="长" * 64)),
    (0, asked("QR_LIMIT_SCENE", scene_id=100_000)),
    (0, asked("QR_LIMIT_STR_SCENE", scene_str="x")),
    (40053, asked("QR_SCENE", 2_592_001, scene_id=1)),
    (40053, asked("QR_SCENE", 0, scene_id=1)),
    (40053, asked("QR_SCENE", "soon", scene_id=1)),
    (40053, asked("QR_SCENE", 60, scene_id=0)),
    (40053, asked("QR_SCENE", 60, scene_id=2**32)),
    (40053, asked("QR_SCENE", 60, scene_id="1")),
    (40053, asked("QR_SCENE", 60, scene_id=True)),
    (40053, asked("QR_SCENE", 60, scene_str="x")),
    (40053, asked("QR_STR_SCENE", 60, scene_str="")),
    (40053, asked("QR_STR_SCENE", 60, scene_str="x" * 65)),
    (40053, asked("QR_STR_SCENE", 60, scene_id=1)),
    (40053, asked("QR_LIMIT_SCENE", scene_id=100_001)),
    (40053, asked("QR_DANCE", scene_id=1)),
    (40053, {"action_name": "QR_SCENE", "action_info": 1}),
    (40053, {}),
]


@pytest.mark.parametrize(("code", "body"), ASKED)
def test_a_code_is_made_within_its_limits(account: Account, code: int, body: dict[str, Any]) -> None:
    told = account.post("qrcode/create", **body)
    assert told.get("errcode", 0) == code
    if code == 0:
        lasting = body["action_name"].startswith("QR_LIMIT")
        assert set(told) == {"ticket", "url"} | (set() if lasting else {"expire_seconds"})
        assert told.get("expire_seconds") == body.get("expire_seconds")


def test_without_a_time_a_code_lives_half_a_minute(account: Account) -> None:
    assert account.post("qrcode/create", **asked("QR_SCENE", scene_id=1))["expire_seconds"] == 30


def test_a_lasting_scene_has_one_code_and_a_passing_one_many(account: Account) -> None:
    lasting, passing = asked("QR_LIMIT_STR_SCENE", scene_str="门口"), asked("QR_STR_SCENE", 60, scene_str="门口")
    assert account.post("qrcode/create", **lasting) == account.post("qrcode/create", **lasting)
    assert account.post("qrcode/create", **passing) != account.post("qrcode/create", **passing)
    tickets = [code["ticket"] for code in account.simulator.get("qrcodes")["codes"]]
    assert len(tickets) == len(set(tickets)) == 3


def test_a_scan_brings_scene_and_ticket_until_the_code_has_expired(world: World) -> None:
    simulator, bot = world.pair()
    account = Account(simulator)
    made = account.post("qrcode/create", **asked("QR_STR_SCENE", 600, scene_str="综采一队"))
    simulator.phone("scan", ticket=made["ticket"])
    simulator.phone("scan", phone="p2", ticket=made["ticket"])
    simulator.settle()
    assert sorted((each.event, each.scene_id, each.ticket) for each in bot.messages) == [
        ("scan", "综采一队", made["ticket"]),
        ("subscribe_scan", "综采一队", made["ticket"]),
    ]
    account.forward(601)
    assert simulator.refused("phones/p1/scan", ticket=made["ticket"])[0] in (404, 409)
    assert simulator.get("qrcodes")["codes"] == []


def test_the_picture_of_a_code_is_a_png(account: Account) -> None:
    ticket = account.post("qrcode/create", **asked("QR_LIMIT_SCENE", scene_id=7))["ticket"]
    listed = account.simulator.get("qrcodes")["codes"][0]
    assert (listed["ticket"], listed["scene"], listed["expires_at"]) == (ticket, "7", None)
    for where in (f"cgi-bin/showqrcode?ticket={quote(ticket)}", listed["image"]):
        picture = account.simulator.session.get(f"{account.simulator.url}/{where}")
        assert picture.headers["Content-Type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")
    assert account.simulator.session.get(f"{account.simulator.url}/cgi-bin/showqrcode?ticket=x").status_code == 404


def test_wechatpy_makes_a_code(account: Account) -> None:
    client = peer(account.simulator)
    made = client.qrcode.create(asked("QR_SCENE", 60, scene_id=5))
    assert made["expire_seconds"] == 60
    shown = client.qrcode.get_url(made["ticket"])
    opened = account.simulator.phone("open", url=shown)["url"]
    assert account.simulator.session.get(opened).content.startswith(b"\x89PNG")
