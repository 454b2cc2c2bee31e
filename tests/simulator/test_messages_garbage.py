"""Whatever is sent to the interfaces of messages, the answer is an errcode and never an accident."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from bot.simulator import assemble, serve
from bot.simulator.api.catalogue import INTERFACES
from bot.simulator.api.errors import TEXTS
from bot.simulator.api.messages import reading
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.phones.windows import Bucket

from .account import NOBODY
from .conftest import APP_ID, SECRET, settings

SUBJECTS = ("/message/", "customservice/", "/template/", "newtmpl/")
POSTS = sorted(name for name, each in INTERFACES.items() if each.method == "POST" and any(s in name for s in SUBJECTS))
GETS = sorted(name for name, each in INTERFACES.items() if each.method == "GET" and any(s in name for s in SUBJECTS))
FIELDS = (
    "touser", "openid", "openid_list", "msgtype", "text", "image", "images", "voice", "video", "music", "news", "mpnews",
    "mpvideo", "mpnewsarticle", "miniprogrampage", "msgmenu", "customservice", "command", "template_id", "data", "url",
    "miniprogram", "client_msg_id", "page", "lang", "miniprogram_state", "scene", "title", "filter", "clientmsgid",
    "send_ignore_reprint", "towxname", "msg_id", "article_idx", "speed", "kf_account", "nickname", "invite_wx", "tid",
    "kidList", "sceneDesc", "priTmplId", "template_id_short", "keyword_name_list", "industry_id1", "industry_id2",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, "", " ", "x", "x" * 43, "😀\x00", "９", "a" * 5000, [], [[]], [None], [{}], ["x", "x"],
    {}, {"value": []}, {"content": 5}, {"media_id": {}}, {"articles": [[]]}, {"articles": [{"title": []}]}, {"list": [5]},
    {"media_ids": [[], {}]}, {"is_to_all": False, "tag_id": {}}, {"appid": 5}, {"kf_account": []},
)  # fmt: skip
KINDS = (
    "text",
    "image",
    "voice",
    "video",
    "music",
    "news",
    "mpnews",
    "mpvideo",
    "mpnewsarticle",
    "miniprogrampage",
    "msgmenu",
)
BODIES = (
    b"", b"null", b"[]", b"5", b'"x"', b"{", b"\xff\xfe", b'{"touser":"\xed\xa0\x80"}', b'{"touser":NaN}', b"[" * 100_000,
    b'{"touser":' + b"[" * 100_000, b'{"a":1e999}', b'{"touser":"\\ud800"}',
)  # fmt: skip


WITH_CONTENT = ("cgi-bin/message/custom/send", "cgi-bin/message/mass/send", "cgi-bin/message/mass/preview")


class Door:
    """The platform in this process, for there are thousands of calls; its quotas never run out."""

    def __init__(self) -> None:
        self.box = assemble(settings(), webhook=NOBODY, clock=Clock(), chance=Chance(1))
        for name, value in {"escaped_json": "kept", "msgmenu": "works", "bizsend_fields": "optional"}.items():
            self.box.world.switches.set(name, value)
        phone = self.box.world.phone("p1")
        phone.following = True
        phone.windows.written = Bucket(10**6, 1e12)
        self.client = serve(self.box).test_client()
        asked = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        self.token = self.client.post("/api/cgi-bin/stable_token", json=asked).get_json(force=True)["access_token"]
        body = {"title": "会议通知", "content": "会议：{{thing1.DATA}}"}
        made = [
            self.client.post("/control/templates", json={**body, "kind": kind}).get_json()["template_id"]
            for kind in ("template", "subscription")
        ]
        phone.consents[made[1]] = 10**6
        self.templates = {"cgi-bin/message/subscribe/bizsend": made[1]}
        self.usual: dict[str, Any] = {
            "touser": phone.openid,
            "openid": phone.openid,
            "template_id": made[0],
            "data": {"thing1": {"value": "x"}},
            "msgtype": "text",
            "text": {"content": "您好"},
        }

    def post(self, name: str, body: dict[str, Any] | bytes) -> int:
        sent = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self._told(self.client.post(f"/api/{name}", query_string=self._token(), data=sent), (name, body))

    def get(self, name: str, query: dict[str, str]) -> int:
        return self._told(self.client.get(f"/api/{name}", query_string=self._token() | query), (name, query))

    def like(self, name: str, **changed: Any) -> dict[str, Any]:
        return self.usual | {"template_id": self.templates.get(name, self.usual["template_id"])} | changed

    def _token(self) -> dict[str, str]:
        self.box.platform.quotas.forget()
        return {"access_token": self.token}

    def _told(self, answer: Any, what: object) -> int:
        """The errcode, which must be one the platform has a text for."""
        assert answer.status_code == 200, what
        errcode = answer.get_json(force=True).get("errcode", 0)
        assert errcode == 0 or errcode in TEXTS, (what, errcode)
        return int(errcode)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize("name", POSTS)
def test_no_body_is_an_accident(door: Door, name: str) -> None:
    for body in BODIES:
        door.post(name, body)


@pytest.mark.parametrize("name", POSTS)
def test_no_field_is_an_accident(door: Door, name: str) -> None:
    """Every odd value in all fields together, and alone in each field that the interface's own module speaks of."""
    source = inspect.getsource(inspect.getmodule(INTERFACES[name].answer) or reading)
    read = [field for field in FIELDS if f'"{field}"' in source or field in ("touser", "miniprogram")]
    for odd in ODD:
        door.post(name, dict.fromkeys(FIELDS, odd))
        for field in read:
            door.post(name, door.like(name, **{field: odd}))


@pytest.mark.parametrize("name", WITH_CONTENT)
@pytest.mark.parametrize("kind", KINDS)
def test_no_content_is_an_accident(door: Door, name: str, kind: str) -> None:
    listed = {"touser": [door.usual["touser"], "oNOBODY"]} if name.endswith("mass/send") else {}
    for odd in ODD:
        door.post(name, door.like(name, msgtype=kind, **{kind: odd, "images": odd}, **listed))
        for field in ("content", "media_id", "articles", "list", "title", "appid", "article_id"):
            door.post(name, door.like(name, msgtype=kind, **{kind: {field: odd}}, **listed))


def test_no_value_of_a_template_is_an_accident(door: Door) -> None:
    for name in ("cgi-bin/message/template/send", "cgi-bin/message/subscribe/bizsend"):
        assert door.post(name, door.like(name)) == 0
        for odd in ODD:
            for data in ({"thing1": odd}, {"thing1": {"value": odd}}, {"thing1": {"value": "x", "color": odd}}):
                door.post(name, door.like(name, data=data))


@pytest.mark.parametrize("name", GETS)
def test_no_query_is_an_accident(door: Door, name: str) -> None:
    for odd in ("", "x", "😀", "1" * 5000, "-1", "9" * 30):
        door.get(name, dict.fromkeys(("openid", "kf_account", "ids", "start", "limit", "tid"), odd))
