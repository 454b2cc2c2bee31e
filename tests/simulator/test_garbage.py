"""Nonsense to every interface there is: each answers with an errcode, and none stumbles."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.simulator import assemble, serve
from bot.simulator.api.catalogue import INTERFACES
from bot.simulator.api.table import Interface
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.control.box import Box

from .account import JPEG, NOBODY, Account
from .conftest import APP_ID, Simulator, served, settings

VALUES: list[Any] = [
    None,
    True,
    -1,
    0,
    2**70,
    1.5,
    float("inf"),
    float("nan"),
    "",
    " ",
    "\x00",
    "墙" * 3000,
    "9" * 5000,
    [],
    [None],
    [[]],
    [1, "x"],
    [{}],
    {},
    {"": None},
    {"name": None, "id": [], "scene": {}},
    [{"openid": None}],
    {"scene": {"scene_id": [], "scene_str": {}}},
]
WRONG: list[Any] = [None, -1, float("inf"), "墙" * 300, [], [None], {"name": 7, "id": {}, "content": [], "value": []}]
WHOLE = [
    b"",
    b"[]",
    b"7",
    b'"x"',
    b"null",
    b"true",
    b"{",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b'{"tag": {"name": "\xed\xa0\x80"}}',
    b'{"tag": {"name": "\\ud800"}, "touser": "\\ud800"}',
    b"[" * 20_000,
    b'{"a":' * 20_000,
    b'{"touser": ' + b"9" * 5000 + b"}",
]
SANE: dict[str, Any] = {
    "appid": APP_ID,
    "tag": {"id": 100, "name": "x"},
    "tagid": 2,
    "button": [{"type": "click", "name": "x", "key": "x"}],
    "matchrule": {"tag_id": "2"},
    "action_name": "QR_SCENE",
    "action_info": {"scene": {"scene_id": 1}},
    "type": "image",
    "offset": 0,
    "count": 1,
    "msgtype": "text",
    "text": {"content": "x"},
    "filter": {"is_to_all": True},
}
"""What lets a call come as far as the field in question."""


@pytest.fixture(scope="module")
def box() -> Box:
    return assemble(settings(), webhook=NOBODY, clock=Clock(), chance=Chance(7))


@pytest.fixture(scope="module")
def app(box: Box) -> Flask:
    return serve(box)


@pytest.fixture(scope="module")
def account(app: Flask) -> Iterator[Account]:
    with ExitStack() as stack:
        simulator = Simulator(stack.enter_context(served(app)))
        stack.callback(simulator.session.close)
        simulator.phone("follow")
        simulator.post("switches", escaped_json="kept")
        yield Account(simulator)


@pytest.fixture(scope="module")
def thumb(account: Account) -> str:
    return str(account.upload("material/add_material", JPEG, type="thumb")["media_id"])


@pytest.fixture(scope="module")
def inside(app: Flask) -> FlaskClient:
    """The same application without a network before it: thousands of calls in seconds."""
    return app.test_client()


def answered(account: Account, endpoint: str, **call: Any) -> None:
    query = {"access_token": account.token} | call.pop("params", {})
    answer = account.simulator.session.post(f"{account.simulator.url}/api/{endpoint}", params=query, timeout=20, **call)
    assert answer.status_code == 200, (endpoint, call, answer.status_code)
    assert isinstance(answer.json(), dict)


def known_fields(interface: Interface) -> set[str]:
    """Every name that stands in quotes where the interface is written: those of its body are among them."""
    function = interface.answer
    while isinstance(function, partial):
        function = function.func
    return set(re.findall(r'"([A-Za-z_]{2,30})"', inspect.getsource(inspect.getmodule(function)))) - {"errcode"}


def encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.mark.parametrize("endpoint", sorted(INTERFACES))
def test_no_nonsense_makes_an_interface_stumble(
    account: Account, inside: FlaskClient, box: Box, thumb: str, endpoint: str
) -> None:
    interface = INTERFACES[endpoint]

    def ask(data: bytes = b"", **query: str) -> None:
        query = {"access_token": account.token} | query
        box.platform.quotas.forget()  # else a daily limit would answer in the place of the interface
        answer = inside.open(f"/api/{endpoint}", method=interface.method, query_string=query, data=data)
        assert answer.status_code == 200, (query, data[:500])
        assert not answer.is_json or isinstance(answer.get_json(), dict)

    fields = sorted(known_fields(interface))
    if interface.method == "GET":
        for value in ("", "墙" * 300, "\x00", "[]", "9" * 5000, "-1"):
            ask(**dict.fromkeys([field for field in fields if field != "access_token"], value))
        return
    sane = SANE | {"openid": account.openid(), "touser": account.openid(), "openid_list": [account.openid()]}
    sane["articles"] = [{"title": "x", "content": "x", "thumb_media_id": thumb}]
    for body in WHOLE:
        ask(body)
    for value in VALUES:
        ask(encoded(dict.fromkeys(fields, value)))
    for field in fields:
        for value in WRONG:
            ask(encoded(sane | {field: value}))
    account.simulator.get("state")


@pytest.mark.parametrize("endpoint", sorted(name for name, each in INTERFACES.items() if each.form))
def test_no_nonsense_in_a_form_makes_an_interface_stumble(account: Account, endpoint: str) -> None:
    files: list[Any] = [
        {},
        {"media": ("", b"", "")},
        {"media": ("墙\n.jpg", JPEG, "墙")},
        {"media": ("a" * 3000, b"#!AMR\n\xff", "x/y")},
        {"other": ("a.jpg", JPEG, "image/jpeg")},
        {"media": ("a.mp3", b"ID3\xff\xff\xff\xff\xff\xff\xff\xff", "audio/mpeg")},
        {"media": ("a.mp3", b"\xff\xfb\xf0", "audio/mpeg")},
    ]
    for kind in ("image", "voice", "video", "thumb", "", "墙", "[]"):
        for upload in files:
            for form in ({}, {"description": "["}, {"description": "null"}, {"media": "x"}):
                answered(account, endpoint, params={"type": kind}, files=upload, data=form)
    answered(account, endpoint, data=b"--x\r\n\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"})
    answered(account, endpoint, data=b"", headers={"Content-Type": "multipart/form-data"})
