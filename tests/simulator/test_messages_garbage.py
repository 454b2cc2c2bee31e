"""Whatever stands inside a message, the answer is an errcode and never an accident."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from .conftest import APP_ID
from .garbage import VALUES, Door

SENDS = ("cgi-bin/message/custom/send", "cgi-bin/message/mass/send", "cgi-bin/message/mass/preview")
KINDS: dict[str, dict[str, Any]] = {
    "text": {"content": "x"},
    "image": {"media_id": "x"},
    "voice": {"media_id": "x"},
    "video": {"media_id": "x", "title": "x", "description": "x", "thumb_media_id": "x"},
    "music": {"musicurl": "http://x/", "hqmusicurl": "http://x/", "title": "x", "thumb_media_id": "x"},
    "news": {"articles": [{"title": "x", "url": "http://x/"}]},
    "mpnews": {"media_id": "x"},
    "mpvideo": {"media_id": "x", "title": "x"},
    "mpnewsarticle": {"article_id": "x"},
    "miniprogrampage": {"title": "x", "appid": APP_ID, "pagepath": "x", "thumb_media_id": "x"},
    "msgmenu": {"head_content": "x", "tail_content": "x", "list": [{"id": "1", "content": "x"}]},
}
"""What each kind of content is made of."""
PARTS = {"news": ("articles", "title", "description", "picurl", "url"), "msgmenu": ("list", "id", "content")}
"""What the first of a list is made of."""


@pytest.fixture(scope="module")
def platform() -> Door:
    return Door()


@pytest.fixture
def door(platform: Door) -> Door:
    platform.begin()
    return platform


@pytest.mark.parametrize("name", SENDS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_content_is_an_accident(door: Door, name: str, kind: str) -> None:
    usual = KINDS[kind]
    listed = {"touser": [door.like(name)["touser"], "oNOBODY"]} if name.endswith("mass/send") else {}
    for odd in VALUES:
        door.post(name, door.like(name, msgtype=kind, **{kind: odd, "images": odd}, **listed))
    for field, odd in itertools.product(usual, VALUES):
        door.post(name, door.like(name, msgtype=kind, **{kind: usual | {field: odd}}, **listed))
    if kind in PARTS and name.endswith("custom/send"):
        whole, *parts = PARTS[kind]
        for part, odd in itertools.product(parts, VALUES):
            made = usual | {whole: [usual[whole][0] | {part: odd}]}
            door.post(name, door.like(name, msgtype=kind, **{kind: made}))


def test_no_value_of_a_template_is_an_accident(door: Door) -> None:
    for name in ("cgi-bin/message/template/send", "cgi-bin/message/subscribe/bizsend"):
        assert door.post(name, door.like(name))["errcode"] == 0
        for odd in VALUES:
            for data in ({"thing1": odd}, {"thing1": {"value": odd}}, {"thing1": {"value": "x", "color": odd}}):
                door.post(name, door.like(name, data=data))
