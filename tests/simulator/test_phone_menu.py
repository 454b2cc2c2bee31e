"""Menu buttons of every type: what a press sends, what it opens, what follows it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests
from wechatpy import events as events_of

from .conftest import APP_ID, PATIENCE_SECONDS, SECRET, Bot, Simulator, World

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
BUTTONS = [
    {"type": "click", "name": "今日", "key": "TODAY"},
    {
        "name": "更多",
        "sub_button": [
            {"type": "view", "name": "官网", "url": "https://example.com/a?b=1&c=2"},
            {
                "type": "miniprogram",
                "name": "小程序",
                "url": "https://example.com/w",
                "appid": "wx0123456789abcdef",
                "pagepath": "p/a",
            },
            {"type": "scancode_push", "name": "扫码推", "key": "S1"},
            {"type": "scancode_waitmsg", "name": "扫码等", "key": "S2"},
            {"type": "location_select", "name": "位置", "key": "L"},
        ],
    },
    {
        "name": "图片",
        "sub_button": [
            {"type": "pic_sysphoto", "name": "拍照", "key": "P1"},
            {"type": "pic_photo_or_album", "name": "相册", "key": "P2"},
            {"type": "pic_weixin", "name": "微信相册", "key": "P3"},
            {"type": "media_id", "name": "素材", "media_id": "material"},
            {"type": "view_limited", "name": "图文", "media_id": "material"},
        ],
    },
]


def picture(simulator: Simulator) -> str:
    """The media id of a picture that is the account's own."""
    file = ("a.png", PNG, "image/png")
    query = {"access_token": token(simulator), "type": "image"}
    added = simulator.api("material/add_material", method="POST", params=query, files={"media": file}).json()
    return str(added["media_id"])


def token(simulator: Simulator) -> str:
    secrets = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    return str(simulator.api("token", params=secrets).json()["access_token"])


@pytest.fixture(params=["plain", "compat", "safe"])
def menu(world: World, request: pytest.FixtureRequest) -> tuple[Simulator, Bot]:
    simulator, bot = world.pair(request.param)
    bot.answer = lambda _message: None
    simulator.post("menu", button=json.loads(json.dumps(BUTTONS).replace("material", picture(simulator))))
    return simulator, bot


def press(simulator: Simulator, button: str, **choice: Any) -> Any:
    told = simulator.phone("menu", button=button, **choice)
    simulator.settle()
    return told


def test_a_key_an_address_and_a_mini_program(menu: tuple[Simulator, Bot]) -> None:
    simulator, bot = menu
    told = press(simulator, "今日")
    assert (told["sent"], told["opens"], told["button"]["key"]) == (True, None, "TODAY")
    assert press(simulator, "官网")["opens"] == "https://example.com/a?b=1&c=2"
    assert press(simulator, "小程序")["opens"] == "https://example.com/w"
    click, view, mini = bot.messages
    assert (type(click), click.key) == (events_of.ClickEvent, "TODAY")
    assert (type(view), view.url) == (events_of.ViewEvent, "https://example.com/a?b=1&c=2")
    assert view._data["MenuId"].isdecimal()
    assert (mini._data["Event"], mini._data["EventKey"]) == ("view_miniprogram", "p/a")
    assert mini._data["MenuId"] == view._data["MenuId"]


def test_codes_scanned_from_the_menu(menu: tuple[Simulator, Bot]) -> None:
    simulator, bot = menu
    assert press(simulator, "扫码推", result="https://example.com/q")["opens"] == "https://example.com/q"
    assert press(simulator, "扫码推", result="一段话")["opens"] is None
    assert press(simulator, "扫码等", result="EAN_13,6901234567892")["opens"] is None
    first, second, third = bot.messages
    assert (type(first), type(third)) == (events_of.ScanCodePushEvent, events_of.ScanCodeWaitMsgEvent)
    assert (first.scan_type, first.scan_result) == ("qrcode", "https://example.com/q")
    assert second.scan_result == "一段话"
    assert (third.scan_type, third.scan_result) == ("barcode", "EAN_13,6901234567892")


@pytest.mark.parametrize(
    ("button", "kind"),
    [
        ("拍照", events_of.PicSysPhotoEvent),
        ("相册", events_of.PicPhotoOrAlbumEvent),
        ("微信相册", events_of.PicWeChatEvent),
    ],
)
def test_pictures_are_announced_and_follow_one_by_one(menu: tuple[Simulator, Bot], button: str, kind: type) -> None:
    simulator, bot = menu
    told = press(simulator, button, count=3)
    event, *pictures = bot.messages
    assert type(event) is kind
    assert event.count == 3
    assert len({item["PicMd5Sum"] for item in event.pictures}) == 3
    assert [message.type for message in pictures] == ["image"] * 3
    assert len({message.id for message in pictures}) == 3
    assert all(message.image.startswith("http://") for message in pictures)
    assert len(told["pushes"]) == 4
    assert [bubble["kind"] for bubble in simulator.chat()] == ["image"] * 3
    assert simulator.refused("phones/p1/menu", button=button, count=10) == (400, "bad_field")


def test_a_place_is_announced_and_follows(menu: tuple[Simulator, Bot]) -> None:
    simulator, bot = menu
    press(simulator, "位置", latitude=36.5, longitude=113.5, label="井口")
    event, place = bot.messages
    assert type(event) is events_of.LocationSelectEvent
    assert (event.location, event.label) == (("36.500000", "113.500000"), "井口")
    assert (place.type, place.label) == ("location", "井口")


def test_a_button_that_only_shows_a_material_tells_the_bot_nothing(menu: tuple[Simulator, Bot]) -> None:
    simulator, bot = menu
    for button in ("素材", "图文"):
        told = press(simulator, button)
        assert (told["sent"], told["push"], told["opens"]) == (False, None, None)
    assert bot.messages == []
    (bubble,) = simulator.chat()
    assert (bubble["side"], bubble["kind"], bubble["pushed"]) == ("account", "image", False)
    assert requests.get(bubble["media"], timeout=PATIENCE_SECONDS).content == PNG
    assert simulator.refused("phones/p1/menu", button="没有的") == (404, "no_such_button")


def test_a_menu_for_a_tag_has_a_number_of_its_own(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    simulator.post("menu", button=[{"type": "view", "name": "官网", "url": "https://example.com"}])
    press(simulator, "官网")
    secret = {"access_token": token(simulator)}
    button = [{"type": "view", "name": "mine", "url": "https://example.com/2"}]
    made = simulator.api(
        "menu/addconditional",
        method="POST",
        params=secret,
        json={"button": button, "matchrule": {"client_platform_type": "2"}},
    ).json()
    press(simulator, "mine")
    default, special = (message._data["MenuId"] for message in bot.messages)
    assert special == made["menuid"]
    assert default != special
