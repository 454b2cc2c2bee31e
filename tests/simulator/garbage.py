"""Nonsense of every sort, the fields into which it can be put, and a platform that never tires of it."""

from __future__ import annotations

import ast
import inspect
import json
import re
from functools import cache, partial
from types import FunctionType, ModuleType
from typing import Any

from requests import Request

from bot.simulator import assemble, serve
from bot.simulator.api.errors import TEXTS
from bot.simulator.api.table import Interface
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.phones.windows import Bucket

from .account import JPEG, NOBODY
from .conftest import APP_ID, SECRET, settings

BODIES = (
    b"", b"[]", b"7", b'"x"', b"null", b"true", b"{", b"\xff\xfe", b"\xed\xa0\x80", b'{"touser":NaN}', b'{"a":1e999}',
    b'{"touser":"\xed\xa0\x80"}', b'{"tag": {"name": "\xed\xa0\x80"}}',
    b'{"tag": {"name": "\\ud800"}, "touser": "\\ud800"}', b"[" * 100_000, b'{"touser":' + b"[" * 100_000,
    b'{"a":' * 20_000, b'{"touser": ' + b"9" * 5000 + b"}",
)  # fmt: skip
"""Whole bodies."""
VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**70, 1.5, float("inf"), float("nan"), "", " ", "x", "x" * 43, "\x00", "😀\x00", "９", "墙" * 3000,
    "9" * 5000, [], [None], [[]], [{}], [1, "x"], ["x", "x"], {}, {"": None}, {"name": None, "id": [], "scene": {}},
    [{"openid": None}], {"scene": {"scene_id": [], "scene_str": {}}}, {"value": []}, {"content": 5}, {"media_id": {}},
    {"articles": [[]]}, {"articles": [{"title": []}]}, {"list": [5]}, {"media_ids": [[], {}]},
    {"is_to_all": False, "tag_id": {}}, {"appid": 5}, {"kf_account": []},
)  # fmt: skip
"""In all fields at once."""
WRONG: tuple[Any, ...] = (
    None, -1, float("inf"), "", "９\x00", "墙" * 3000, [], [None],
    {"name": 7, "id": {}, "content": [], "value": [], "appid": 5, "tag_id": {}, "media_ids": [[], {}]},
)  # fmt: skip
"""In one field, the others being right."""
QUERIES = ("", "x", "😀", "墙" * 300, "\x00", "[]", "9" * 5000, "-1")

PACKAGE = "bot.simulator.api."
FIELD = re.compile(r"[a-z][A-Za-z_]{1,29}")


@cache
def fields(interface: Interface) -> tuple[str, ...]:
    """The names that are looked up wherever a call of it can lead, in its own module and in those it uses."""
    function: Any = interface.answer
    while isinstance(function, partial):
        function = function.func
    ahead: list[tuple[ModuleType | None, str]]
    ahead, seen, found = [(inspect.getmodule(function), function.__qualname__.partition(".")[0])], set(), set()
    while ahead:
        module, name = place = ahead.pop()
        if place in seen or module is None or name == "INTERFACES":
            continue
        seen.add(place)
        there = _written(module).get(name)
        if there is None:
            used = vars(module).get(name)
            if isinstance(used, FunctionType) and used.__module__.startswith(PACKAGE):
                ahead.append((inspect.getmodule(used), used.__name__))
            continue
        found |= _looked_up(there)
        ahead += _used(there, module)
    return tuple(sorted(found))


@cache
def _written(module: ModuleType) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for each in ast.parse(inspect.getsource(module)).body:
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            found[each.name] = each
        elif isinstance(each, ast.Assign | ast.AnnAssign):
            found |= {ast.unparse(to): each for to in (each.targets if isinstance(each, ast.Assign) else [each.target])}
    return found


def _looked_up(there: ast.stmt) -> set[str]:
    """Every text in it that can be a field's name, but for those under which it writes something down itself."""
    own: set[int] = set()
    for each in ast.walk(there):
        if isinstance(each, ast.Dict):
            own |= {id(key) for key in each.keys}
        if isinstance(each, ast.Subscript) and isinstance(each.ctx, ast.Store):
            own.add(id(each.slice))
    return {
        each.value
        for each in ast.walk(there)
        if isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and id(each) not in own
        and FIELD.fullmatch(each.value)
    }


def _used(there: ast.stmt, module: ModuleType) -> list[tuple[ModuleType | None, str]]:
    found: list[tuple[ModuleType | None, str]] = []
    for each in ast.walk(there):
        if isinstance(each, ast.Name):
            found.append((module, each.id))
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            other = vars(module).get(each.value.id)
            if isinstance(other, ModuleType) and other.__name__.startswith(PACKAGE):
                found.append((other, each.attr))
    return found


class Door:
    """The platform in this process, for there are thousands of calls; its quotas never run out."""

    def __init__(self) -> None:
        self.box = assemble(settings(), webhook=NOBODY, clock=Clock(), chance=Chance(7))
        self.client = serve(self.box).test_client()

    def begin(self) -> None:
        """As at the first start, with a follower who may be written to, and what lets a call come far enough."""
        self.client.post("/control/reset", json={})
        for name, value in {"escaped_json": "kept", "msgmenu": "works", "bizsend_fields": "optional"}.items():
            self.box.world.switches.set(name, value)
        phone = self.box.world.phone("p1")
        phone.following = True
        phone.windows.written = Bucket(10**6, 1e12)
        asked = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        self.token = self.client.post("/api/cgi-bin/stable_token", json=asked).get_json(force=True)["access_token"]
        body = {"title": "会议通知", "content": "会议：{{thing1.DATA}}"}
        template, subscription = (
            self.client.post("/control/templates", json={**body, "kind": kind}).get_json()["template_id"]
            for kind in ("template", "subscription")
        )
        phone.consents[subscription] = 10**6
        self._templates = {"cgi-bin/message/subscribe/bizsend": subscription}
        thumb = self.post(
            "cgi-bin/material/add_material", *multipart({"media": ("a.jpg", JPEG, "image/jpeg")}), type="thumb"
        )
        self._usual: dict[str, Any] = {
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
            "articles": [{"title": "x", "content": "x", "thumb_media_id": thumb["media_id"]}],
            "touser": phone.openid,
            "openid": phone.openid,
            "openid_list": [phone.openid],
            "template_id": template,
            "data": {"thing1": {"value": "x"}},
            "msgtype": "text",
            "text": {"content": "您好"},
            "filter": {"is_to_all": True},
        }

    def like(self, name: str, /, **changed: Any) -> dict[str, Any]:
        """A body with which most calls come far, and what is changed in it."""
        return self._usual | {"template_id": self._templates.get(name, self._usual["template_id"])} | changed

    def post(self, name: str, body: dict[str, Any] | bytes, kind: str = "", /, **query: str) -> Any:
        sent = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self._told(name, "POST", query, data=sent, content_type=kind or None)

    def get(self, name: str, /, **query: str) -> Any:
        return self._told(name, "GET", query)

    def _told(self, name: str, method: str, query: dict[str, str], **call: Any) -> Any:
        """The answer read, None when it is no JSON; its errcode must be one the platform has a text for."""
        self.box.platform.quotas.forget()  # else a daily limit would answer in the place of the interface
        sent = {"access_token": self.token} | query
        answer = self.client.open(f"/api/{name}", method=method, query_string=sent, **call)
        what = (name, query, call.get("data", b"")[:500])
        assert answer.status_code == 200, what
        told = answer.get_json(force=True, silent=True)
        assert not answer.is_json or isinstance(told, dict), what
        errcode = told.get("errcode", 0) if told else 0
        assert errcode == 0 or errcode in TEXTS, (what, errcode)
        return told


@cache
def _prepared(files: tuple[tuple[str, tuple[str, bytes, str]], ...], form: tuple[tuple[str, str], ...]) -> Any:
    return Request("POST", "http://127.0.0.1/", files=dict(files), data=dict(form)).prepare()


def multipart(files: dict[str, Any], form: dict[str, str] | None = None) -> tuple[bytes, str]:
    """Body and content type, as requests writes them."""
    made = _prepared(tuple(files.items()), tuple((form or {}).items()))
    body = made.body or b""
    return body if isinstance(body, bytes) else body.encode(), made.headers.get("Content-Type", "")
