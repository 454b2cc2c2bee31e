"""What people do with an account besides talking: leave and come back, refuse, be shut out, scan, consent, disappear."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import requests

from .conftest import APP_ID, PATIENCE_SECONDS, SECRET, Simulator, World

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def call(simulator: Simulator, path: str, body: Any) -> Any:
    secrets = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET, "force_refresh": False}
    token = simulator.api("stable_token", method="POST", json=secrets).json()["access_token"]
    content = json.dumps(body, ensure_ascii=False).encode()
    return simulator.api(path, method="POST", params={"access_token": token}, data=content).json()


def openid(simulator: Simulator, phone: str = "p1") -> str:
    return str(simulator.get(f"phones/{phone}")["openid"])


def test_who_leaves_is_forgotten_as_a_follower_and_comes_back_by_another_way(world: World) -> None:
    simulator, bot = world.pair(following=False)
    bot.answer = lambda _message: None
    simulator.post("clock", running=False)
    simulator.phone("scan", scene="7")
    simulator.phone("say", text="在吗")
    simulator.settle()
    assert simulator.get("phones/p1")["windows"]["written"]["left"] == 5
    simulator.phone("unfollow")
    simulator.settle()
    left = simulator.get("phones/p1")
    assert (left["following"], left["tags"]) == (False, [])
    assert all(bucket["left"] == 0 for bucket in left["windows"].values())
    simulator.post("clock", forward=60)
    simulator.phone("scan", scene="8")
    simulator.phone("scan", scene="9")
    simulator.settle()
    told = [(message.event, getattr(message, "scene_id", None)) for message in bot.messages if message.type == "event"]
    assert told == [("subscribe_scan", "7"), ("unsubscribe", None), ("subscribe_scan", "8"), ("scan", "9")]


def test_a_code_made_by_the_interface_is_scanned_by_its_ticket(world: World) -> None:
    simulator, bot = world.pair(following=False)
    scene = {"scene": {"scene_str": "branch-3"}}
    made = call(simulator, "qrcode/create", {"action_name": "QR_STR_SCENE", "expire_seconds": 60, "action_info": scene})
    (code,) = simulator.get("qrcodes")["codes"]
    assert (code["ticket"], code["scene"]) == (made["ticket"], "branch-3")
    for named in (made["ticket"], made["url"]):
        simulator.phone("scan", ticket=named)
    simulator.settle()
    assert [(message.event, message.scene_id, message.ticket) for message in bot.messages] == [
        ("subscribe_scan", "branch-3", made["ticket"]),
        ("scan", "branch-3", made["ticket"]),
    ]
    simulator.post("clock", forward=61)
    assert simulator.get("qrcodes")["codes"] == []
    assert simulator.refused("phones/p1/scan", ticket=made["ticket"]) == (404, "no_such_code")
    assert simulator.refused("phones/p1/scan") == (400, "bad_field")


def test_who_refuses_messages_still_gets_his_answers(world: World) -> None:
    simulator, _bot = world.pair()
    assert simulator.phone("refuse", on=True)["refuses"]
    simulator.phone("say", text="在吗")
    assert simulator.heard() == ["你说：在吗"]
    sent = call(
        simulator, "message/custom/send", {"touser": openid(simulator), "msgtype": "text", "text": {"content": "好"}}
    )
    assert sent["errcode"] != 0
    assert not simulator.phone("refuse", on=False)["refuses"]


def test_a_phone_put_away_is_gone_and_its_name_on_the_platform_is_given_to_nobody(world: World) -> None:
    simulator, bot = world.pair()
    gone = openid(simulator)
    simulator.phone("say", text="再见")
    simulator.phone("remove")
    simulator.settle()
    assert [message.content for message in bot.messages] == ["再见"]
    assert [phone["id"] for phone in simulator.get("phones")["phones"]] == ["p2"]
    assert simulator.refused("phones/p1/say", text="还在") == (404, "no_such_phone")
    assert simulator.post("phones")["id"] == "p3"
    simulator.post("phones/p2/remove")
    simulator.post("phones/p3/remove")
    assert simulator.get("state")["phones"] == []
    assert openid(simulator, simulator.post("phones")["id"]) != gone


def test_what_becomes_of_a_removed_person_is_told_in_his_own_name(world: World) -> None:
    simulator, bot = world.pair()
    gone = openid(simulator)
    simulator.phone("event", event="TEMPLATESENDJOBFINISH")
    simulator.settle()
    assert bot.messages[-1].source == gone


def test_a_photo_from_a_file_is_an_image_the_bot_can_fetch(world: World) -> None:
    simulator, bot = world.pair()
    simulator.phone("photo", data=base64.b64encode(PNG).decode(), type="image/png")
    simulator.settle()
    (message,) = bot.messages
    assert message.type == "image"
    assert message.image.startswith(f"{simulator.url}/")
    fetched = requests.get(message.image, timeout=PATIENCE_SECONDS)
    assert (fetched.content, fetched.headers["Content-Type"]) == (PNG, "image/png")
    (bubble,) = [bubble for bubble in simulator.chat() if bubble["side"] == "me"]
    assert (bubble["kind"], bubble["media"]) == ("image", message.image)
    big = base64.b64encode(PNG + b"x" * 1_500_000).decode()
    for body in (
        {"data": "?"},
        {"data": "QUJD"},
        {"data": big, "type": "image/png"},
        {"data": "QUJD", "type": "image/svg"},
    ):
        assert simulator.refused("phones/p1/photo", **body) == (400, "bad_field")


@pytest.fixture
def asked(world: World) -> Any:
    """A pair whose account has one subscription template, named by its id."""
    simulator, bot = world.pair()
    template = simulator.post("templates", title="开会提醒", content="时间:{{time1.DATA}}", kind="subscription")
    return simulator, bot, template["template_id"]


def test_consents_are_counted_told_and_outlive_leaving(asked: Any) -> None:
    simulator, bot, template = asked
    for yes in (True, True, False):
        simulator.phone("consent", page="http://x/page", choices={template: yes})
    simulator.phone("unfollow")
    simulator.settle()
    assert simulator.get("phones/p1")["consents"] == {template: 2}
    told = [message._data["SubscribeMsgPopupEvent"]["List"] for message in bot.messages[:3]]
    assert [each["SubscribeStatusString"] for each in told] == ["accept", "accept", "reject"]
    assert {each["TemplateId"] for each in told} == {template}
    assert simulator.refused("phones/p1/consent", page="http://x", choices={"none": True}) == (404, "no_such_template")
    assert simulator.refused("phones/p1/consent", page="http://x", choices={template: "yes"}) == (400, "bad_field")


def test_a_notice_turned_off_in_the_settings_takes_the_consents_with_it(asked: Any) -> None:
    simulator, bot, template = asked
    simulator.phone("consent", page="http://x/page", choices={template: True})
    told = simulator.phone("settings", template_id=template, on=False)
    simulator.settle()
    assert (told["consents"], told["declined"]) == ({}, [template])
    assert bot.messages[-1]._data["Event"] == "subscribe_msg_change_event"
    assert simulator.phone("settings", template_id=template, on=True)["declined"] == []


def test_a_crowd_is_seen_only_by_whoever_asks_for_it(world: World) -> None:
    simulator, bot = world.pair()
    one = simulator.post("phones", name="一号（示例）", role="crowd")["id"]
    simulator.phone("follow", phone=one)
    simulator.settle()
    assert bot.messages[-1].source == openid(simulator, one)
    assert [phone["id"] for phone in simulator.get("state")["phones"]] == ["p1", "p2"]
    assert [phone["id"] for phone in simulator.get("phones")["phones"]] == ["p1", "p2"]
    assert one in [phone["id"] for phone in simulator.get("state", crowd=1)["phones"]]
    assert one in [phone["id"] for phone in simulator.get("phones", crowd=1)["phones"]]


def test_a_crowd_is_not_kept_on_the_disk(world: World, store: Path) -> None:
    simulator, _bot = world.pair(store=store)
    for role in ("crowd", "worker"):
        simulator.post("phones", name=f"{role}（示例）", role=role)
    simulator.settle()
    assert [phone["role"] for phone in json.loads(store.read_text("utf-8"))["phones"]] == ["worker", "member", "worker"]
    reborn = world.simulator(simulator.get("state")["account"]["webhook"], store=store)
    assert [phone["id"] for phone in reborn.get("phones", crowd=1)["phones"]] == ["p1", "p2", "p4"]
    assert reborn.post("phones")["id"] == "p5"
