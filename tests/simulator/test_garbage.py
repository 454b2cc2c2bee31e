"""Nonsense to every interface there is: each answers with an errcode, and none stumbles."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from bot.simulator.api.catalogue import INTERFACES

from .account import JPEG
from .garbage import BODIES, QUERIES, VALUES, WRONG, Door, fields, multipart

POSTS = sorted(name for name, each in INTERFACES.items() if each.method == "POST")
GETS = sorted(name for name, each in INTERFACES.items() if each.method == "GET")
FORMS = sorted(name for name, each in INTERFACES.items() if each.form)
FILES: tuple[dict[str, Any], ...] = (
    {},
    {"media": ("", b"", "")},
    {"media": ("墙\n.jpg", JPEG, "墙")},
    {"media": ("a" * 3000, b"#!AMR\n\xff", "x/y")},
    {"other": ("a.jpg", JPEG, "image/jpeg")},
    {"media": ("a.mp3", b"ID3\xff\xff\xff\xff\xff\xff\xff\xff", "audio/mpeg")},
    {"media": ("a.mp3", b"\xff\xfb\xf0", "audio/mpeg")},
)
TEXTS: tuple[dict[str, str], ...] = ({}, {"description": "["}, {"description": "null"}, {"media": "x"})
TYPES = ("image", "voice", "video", "thumb", "", "墙", "[]")


@pytest.fixture(scope="module")
def platform() -> Door:
    return Door()


@pytest.fixture
def door(platform: Door) -> Door:
    platform.begin()
    return platform


@pytest.mark.parametrize("name", POSTS)
def test_no_body_makes_an_interface_stumble(door: Door, name: str) -> None:
    known = fields(INTERFACES[name])
    for body in BODIES:
        door.post(name, body)
    for value in VALUES:
        door.post(name, dict.fromkeys(known, value))
    for field, value in itertools.product(known, WRONG):
        door.post(name, door.like(name, **{field: value}))
    assert door.client.get("/control/state").status_code == 200


@pytest.mark.parametrize("name", GETS)
def test_no_query_makes_an_interface_stumble(door: Door, name: str) -> None:
    known = [field for field in fields(INTERFACES[name]) if field != "access_token"]
    for value in QUERIES:
        door.get(name, **dict.fromkeys(known, value))


@pytest.mark.parametrize("name", FORMS)
def test_no_form_makes_an_interface_stumble(door: Door, name: str) -> None:
    for kind, files, form in itertools.product(TYPES, FILES, TEXTS):
        door.post(name, *multipart(files, form), type=kind)
    door.post(name, b"--x\r\n\r\n", "multipart/form-data; boundary=x")
    door.post(name, b"", "multipart/form-data")


def test_the_fields_are_those_that_are_looked_up() -> None:
    known = {name: set(fields(INTERFACES[name])) for name in POSTS}
    assert {"tag", "name", "id"} <= known["cgi-bin/tags/update"]
    assert {"offset", "count"} <= known["cgi-bin/draft/batchget"]  # read by what all lists share
    assert {"button", "matchrule", "sub_button"} <= known["cgi-bin/menu/addconditional"]
    assert {"touser", "msgtype", "customservice", "miniprogram"} <= known["cgi-bin/message/custom/send"]
    assert {"template_id", "data", "lang", "page"} <= known["cgi-bin/message/subscribe/bizsend"]
