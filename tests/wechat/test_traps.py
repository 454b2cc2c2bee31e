"""The 33 defects and traps of wechatpy 1.8.18 (wechat_platform §7.2): each shown in the library, and absent from ours."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import io
import json
import re
import subprocess
import sys
import threading
import tomllib
import types
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests
import wechatpy.fields
from pydantic import ValidationError
from wechatpy import WeChatClient, parse_message
from wechatpy.client.api.base import BaseWeChatAPI
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import APILimitedException, WeChatClientException, WeChatException
from wechatpy.replies import ArticlesReply, EmptyReply, TransferCustomerServiceReply, create_reply
from wechatpy.session import SessionStorage
from wechatpy.session.memorystorage import MemoryStorage
from wechatpy.utils import check_signature
from werkzeug.datastructures import MultiDict

from bot.clock import BEIJING, from_epoch
from bot.config import Settings
from bot.messages import TEXT_LIMIT_BYTES, Card, Incoming, Transfer
from bot.wechat import api
from bot.wechat.client import PlatformClient
from bot.wechat.codec import WINDOW_S, Codec, Forged, Malformed
from bot.wechat.errors import PlatformError, Reaction, Unreachable
from tests.cast import ACCOUNT, AES_KEY, NOON, account, sign
from tests.laws.source import ROOT, modules, name_of, tree
from tests.wechat.conftest import APP_ID
from tests.wechat.platform import CLASSIC, OK, PATIENCE_S, SEND, STABLE, Answer, FakePlatform, Transport, refusal
from tests.wechat.processes import at_once

Naive = Callable[..., WeChatClient]
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXY-_"
TOKEN = "testtoken"
ANYTHING = {"touser": OPENID, "msgtype": "text", "text": {"content": "好"}}
PLAIN, SAFE = Codec(Settings(**account("plain")).wechat), Codec(Settings(**account("safe")).wechat)
ARRIVED = Incoming("key", "text", OPENID, ACCOUNT, 1_700_000_000)


def query(**more: str) -> MultiDict[str, str]:
    timestamp = str(int(NOON.timestamp()))
    return MultiDict({"timestamp": timestamp, "nonce": "n", "signature": sign(TOKEN, timestamp, "n"), **more})


def xml(**elements: str) -> str:
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in elements.items())
    return f"<xml><ToUserName>{ACCOUNT}</ToUserName><FromUserName>{OPENID}</FromUserName>{inner}</xml>"


def event(name: str, inner: str = "") -> str:
    return xml(CreateTime="1700000000", MsgType="event", Event=name).replace("</xml>", f"{inner}</xml>")


def both(message: str) -> tuple[Any, Incoming]:
    """A message as the library reads it and as we do."""
    return parse_message(message), PLAIN.decode(query(), message.encode())


def written(reply: Any, incoming: Incoming = ARRIVED) -> str:
    return PLAIN.encode(query(), incoming, reply, now_s=NOON.timestamp())


def fresh(module: str) -> types.ModuleType:
    """A module executed again under another name, with whatever sys.modules holds now."""
    spec = importlib.util.find_spec(module)
    again = importlib.util.module_from_spec(importlib.util.spec_from_file_location(f"again_{module}", spec.origin))
    again.__spec__.loader.exec_module(again)
    return again


# -- the law: what of the library must not be called at all -----------------------------------------------------------

FORBIDDEN = {
    # traps 24, 25: old shapes, no id against a second sending, null where nothing is meant
    *("send_mass_text", "send_mass_image", "send_mass_voice", "send_mass_video", "send_mass_article", "send_mass_card"),
    *("_send_mass_message", "send_template", "send_subscribe_template", "send_subscribe_message", "add_conditional"),
    "template.get",
    "template.add",
    # trap 26: pages that never end, or end in KeyError
    *("iter_followers", "iter_tag_users"),
    # trap 27: a field in the wrong place, an interface that is gone
    *("material.add", "check_text_security"),
    # trap 30: the token in an address of its own making
    "delete_account",
    # trap 10: past our address, our time-outs and our session
    *("qrcode.show", "qrcode.get_url", "media.get_url"),
    # they keep their ticket in the library's storage, and ours keeps nothing: a call each time
    *("get_jsapi_ticket", "get_jsapi_card_ticket"),
}
IMPORTED = {"wechatpy.WeChatClient", "wechatpy.session.SessionStorage"}


def breaches(source: ast.AST) -> set[str]:
    """Every forbidden name that is reached through a dot, alone or with the name before it."""
    found = set()
    for node in ast.walk(source):
        if isinstance(node, ast.Attribute):
            before = getattr(node.value, "attr", getattr(node.value, "id", ""))
            found |= {node.attr, f"{before}.{node.attr}"} & FORBIDDEN
    return found


def ours() -> list[Path]:
    """The product without the simulator, which plays the other side and may not import the library."""
    return [path for path in modules() if not name_of(path).startswith("bot.simulator")]


@pytest.mark.parametrize("path", ours(), ids=name_of)
def test_nobody_calls_a_helper_that_does_the_wrong_thing(path: Path) -> None:
    assert breaches(tree(path)) == set()


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_the_law_knows_a_breach_when_it_sees_one(name: str) -> None:
    assert breaches(ast.parse(f"client.message.{name}(1)")) == {name}
    assert breaches(ast.parse(f"def {name.rpartition('.')[2]}(): ...")) == set()


@pytest.mark.parametrize("name", sorted(name for name in FORBIDDEN if "." not in name))
def test_the_law_forbids_only_what_there_is(name: str) -> None:
    assert any(hasattr(family, name) for family in vars(WeChatClient).values() if isinstance(family, BaseWeChatAPI))


def test_of_the_library_only_the_client_is_used() -> None:
    """Its parser, replies and crypto are the parser of record in tests, and nowhere in the product."""
    found = {
        f"{node.module}.{alias.name}"
        for path in ours()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wechatpy")
        for alias in node.names
    }
    assert found == IMPORTED


@contextmanager
def shallow() -> Iterator[None]:
    """A smaller stack than usual: what recurses for ever does so sooner."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 300)
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


# -- the traps --------------------------------------------------------------------------------------------------------


def test_trap_01_the_library_needs_a_crypto_library_it_does_not_ask_for() -> None:
    without = "import sys; sys.modules['cryptography'] = sys.modules['Crypto'] = None; import wechatpy"
    naive = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert naive.returncode != 0
    assert "You must install either cryptography or pycryptodome" in naive.stderr
    asked_for = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert any(re.match(r"cryptography\b", each) for each in asked_for)


def test_trap_02_a_rejected_token_is_fetched_at_most_twice(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    platform.rejects_everything = True
    with pytest.raises(RecursionError), shallow():
        naive(auto_retry=True).message.send_text(OPENID, "好")
    assert platform.times(CLASSIC) > 50
    platform.calls.clear()
    with pytest.raises(PlatformError) as refused:
        client.message.send_text(OPENID, "好")
    assert refused.value.code == 40001
    assert (platform.times(SEND), platform.fetches) == (2, 2 + 1)  # the first fetch was the cold start's


def test_trap_03_ten_threads_at_a_cold_start_fetch_once(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    together = threading.Barrier(10)
    platform.in_token_call = lambda: together.wait(PATIENCE_S)
    theirs = naive(auto_retry=False)
    at_once(lambda: theirs.message.send_text(OPENID, "好"), 10)
    assert platform.fetches == 10
    platform.calls.clear()
    platform.in_token_call = lambda: None
    at_once(lambda: client.message.send_text(OPENID, "好"), 10)
    assert platform.fetches == 1


class Locked(WeChatClient):
    """The usual mend: a lock around the fetch that gives back the token in the cache while that is not yet expired."""

    lock = threading.RLock()

    def fetch_access_token(self) -> Any:
        with self.lock:
            cached = self.session.get(self.access_token_key)
            return cached or super().fetch_access_token()


def test_trap_04_a_rejected_token_is_not_handed_out_again_because_it_looks_young(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    theirs = naive(Locked)
    theirs.message.send_text(OPENID, "好")
    client.message.send_text(OPENID, "好")
    platform.revoke()
    platform.calls.clear()
    with pytest.raises(RecursionError), shallow():
        theirs.message.send_text(OPENID, "好")
    assert platform.fetches == 0
    platform.calls.clear()
    client.message.send_text(OPENID, "好")
    first, second = (call.token for call in platform.to(SEND))
    assert first != second


class Redirected(WeChatClient):
    API_BASE_URL = "https://elsewhere.test/cgi-bin/"


def test_trap_05_the_token_comes_from_the_address_chosen_and_the_stable_endpoint(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    naive(Redirected).get("getcallbackip")
    assert [(call.host, call.path) for call in platform.calls] == [
        ("api.weixin.qq.com", CLASSIC),
        ("elsewhere.test", "/cgi-bin/getcallbackip"),
    ]
    platform.calls.clear()
    client.get("getcallbackip")
    assert {f"http://{call.host}" for call in platform.calls} == {platform.url}
    assert [call.path for call in platform.calls] == [STABLE, "/cgi-bin/getcallbackip"]


def test_trap_06_every_call_has_time_outs_the_token_s_included(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    naive().get("getcallbackip")
    naive(timeout=(3, 5)).get("getcallbackip")
    assert [call.timeout for call in platform.calls] == [None, None, None, (3, 5)]
    platform.calls.clear()
    client._http.mount("http://", Transport(platform))
    client.get("getcallbackip")
    client.media.upload("image", ("a.jpg", b"\xff\xd8", "image/jpeg"))
    assert [call.timeout for call in platform.calls] == [api.TIMEOUT_S] * 3
    assert all(api.TIMEOUT_S)


def test_trap_07_all_processes_agree_when_a_token_ends(
    naive: Naive,
    make_client: Callable[..., PlatformClient],
    sqlite_url: str,
    platform: FakePlatform,
    clock: Callable[[], datetime],
) -> None:
    shared = MemoryStorage()
    shared.set("k", "v", ttl=-1)
    assert shared.get("k") == "v"
    old, new = naive(session=shared), naive(session=shared)
    old.get("getcallbackip")
    old.expires_at -= 7200
    platform.revoke()
    with pytest.raises(WeChatClientException):  # the new one never heard when it ends
        naive(session=shared, auto_retry=False).get("getcallbackip")
    new.fetch_access_token()
    old.get("getcallbackip")  # and the old one fetches though the new one just has
    assert platform.fetches == 3
    platform.calls.clear()
    one, other = make_client(sqlite_url), make_client(sqlite_url)
    one.get("getcallbackip")
    clock.tick(hours=2)
    platform.revoke()
    other.get("getcallbackip")
    one.get("getcallbackip")
    assert platform.fetches == 2


class Curious(WeChatClient):
    """A property that looks something up, as ours does."""

    @property
    def shared_token(self) -> str:
        raise RuntimeError("the database is not open yet")


class Silent:
    """A keeper that may not be asked."""

    def get(self) -> str:
        raise AssertionError("asked while being built")


def test_trap_08_building_a_client_evaluates_nothing_of_ours(naive: Naive) -> None:
    with pytest.raises(RuntimeError):
        naive(Curious)
    with requests.Session() as session:
        built = PlatformClient(Settings(**account()).wechat, Silent(), session)
        with pytest.raises(AssertionError):
            _ = built.access_token


class Empty(MemoryStorage):
    def __len__(self) -> int:
        return len(self._data)


def test_trap_09_our_storage_is_not_exchanged_for_another(naive: Naive, client: PlatformClient) -> None:
    assert naive(session=(given := Empty())).session is not given
    kept = MemoryStorage()
    kept["key"] = "value"
    assert SessionStorage.__getitem__(kept, "key") is None
    assert bool(client.session)
    client.get("getcallbackip")
    assert client.session.get(client.access_token_key) is None
    assert "_Nothing" in repr(client.session)


def test_trap_10_no_call_passes_the_chosen_address_by(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    theirs = naive(Redirected)
    for call, path in (
        (lambda c: c.customservice.get_wait_case(), "/customservice/kfsession/getwaitcase"),
        (lambda c: c.datacube.get_user_summary("2026-01-01", "2026-01-02"), "/datacube/getusersummary"),
        (lambda c: c.wxa.check_media_async("u", 1), "/wxa/media_check_async"),
    ):
        platform.say(path, Answer({"errcode": 0, "list": []}))
        call(theirs)
        assert (platform.calls[-1].host, platform.calls[-1].path) == ("api.weixin.qq.com", path)
        call(client)
        assert (f"http://{platform.calls[-1].host}", platform.calls[-1].path) == (platform.url, path)
    for address in (theirs.media.get_url("M"), theirs.qrcode.get_url("T")):
        assert "elsewhere.test" not in address
    assert {"qrcode.show", "qrcode.get_url", "media.get_url"} <= FORBIDDEN


PAGE = Answer(b"<!DOCTYPE html><html>busy</html>")


def test_trap_11_what_is_no_answer_raises_and_always_the_same_thing(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    theirs = naive()
    platform.say("/cgi-bin/menu/create", PAGE, PAGE, Answer(b"", 502), Answer(b"", 502), Answer(drop=True))
    assert isinstance(theirs.menu.create({}), requests.Response)
    with pytest.raises(Unreachable):
        client.menu.create({})
    with pytest.raises(WeChatClientException) as vague:
        theirs.menu.create({})
    assert vague.value.errcode is None
    with pytest.raises(Unreachable):
        client.menu.create({})
    with pytest.raises(requests.ConnectionError) as raw:
        theirs.menu.create({})
    assert platform.calls[-1].token in str(raw.value)
    with pytest.raises(Unreachable):
        client.menu.create({})


@pytest.mark.parametrize("path", ["/cgi-bin/media/get", "/cgi-bin/material/get_material"])
def test_trap_11_a_page_is_not_taken_for_the_file_that_was_asked_for(
    path: str, naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    def ask(of: WeChatClient) -> Any:
        return of.media.download("M") if path.endswith("media/get") else of.material.get("M")

    for body in (b"\xff\xd8\xff\xe0JFIF", b"#!AMR\n", b"\x00\x00\x00 ftypmp42"):
        platform.say(path, Answer(body))
        assert ask(client).content == body
    for answer in (PAGE, Answer(b" \n<html>"), Answer(b"")):
        platform.say(path, answer)
        assert ask(naive()).content == answer.content
        with pytest.raises(Unreachable):
            ask(client)
    platform.say(path, refusal(40007))
    with pytest.raises(PlatformError):
        ask(client)
    platform.say(path, Answer({"video_url": "https://x.cn/v"}))
    assert ask(client) == {"video_url": "https://x.cn/v"}


@pytest.mark.parametrize(
    ("body", "raised"),
    [
        ("no xml", Exception),
        ("<xml></xml>", TypeError),
        ("<html/>", KeyError),
        ("<xml><FromUserName>o</FromUserName></xml>", KeyError),
        ("<xml><MsgType/></xml>", AttributeError),
        ("<xml><MsgType>a</MsgType><MsgType>b</MsgType></xml>", AttributeError),
        ('<!DOCTYPE x [<!ENTITY e "x">]><xml><MsgType>&e;</MsgType></xml>', ValueError),
        (f"<!DOCTYPE xml>{xml(MsgType='text')}", None),
    ],
)
def test_trap_12_a_body_that_is_no_message_is_refused_in_one_way(body: str, raised: type[Exception] | None) -> None:
    if raised is None:
        assert parse_message(body).type == "text"
    else:
        with pytest.raises(raised) as assorted:
            parse_message(body)
        assert not isinstance(assorted.value, WeChatException)
    with pytest.raises(Malformed):
        PLAIN.decode(query(), body.encode())


@pytest.mark.parametrize(
    "name",
    [
        *("subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event", "PUBLISHJOBFINISH"),
        *("user_authorization_revoke", "user_info_modified", "debug_demo", "an_event_of_next_year"),
    ],
)
def test_trap_13_an_event_the_library_never_heard_of_has_its_name(name: str) -> None:
    theirs, mine = both(event(name))
    assert theirs.type == "unknown"
    assert not hasattr(theirs, "event")
    assert (mine.kind, mine.event) == ("event", name.lower())


def test_trap_13_consents_are_read_one_or_many() -> None:
    one = "<List><TemplateId>T1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
    for count, shape in ((1, dict), (2, list)):
        inner = f"<SubscribeMsgPopupEvent>{one * count}</SubscribeMsgPopupEvent>"
        theirs, mine = both(event("subscribe_msg_popup_event", inner))
        assert not hasattr(theirs, "info")
        assert isinstance(mine.fields["SubscribeMsgPopupEvent"]["List"], shape)
        assert mine.fields["SubscribeMsgPopupEvent"] == theirs._data["SubscribeMsgPopupEvent"]


@pytest.mark.parametrize("name", ["bizmsgmenuid", "MediaId16K", "MsgDataId", "Idx"])
def test_trap_14_what_has_no_attribute_there_is_within_reach_here(name: str) -> None:
    theirs, mine = both(xml(CreateTime="1", MsgType="voice", **{name: "101"}))
    assert not any(hasattr(theirs, each) for each in (name, name.lower(), "tap_id", "menu_id"))
    assert mine.fields[name] == "101"
    assert (mine.tap_id == "101") is (name == "bizmsgmenuid")
    assert both(xml(CreateTime="1", MsgType="text", Content="好"))[1].tap_id == ""


def test_trap_15_a_follow_by_code_is_a_follow() -> None:
    theirs, mine = both(xml(CreateTime="1", MsgType="event", Event="subscribe", EventKey="qrscene_12", Ticket="T"))
    assert (theirs.event, theirs.scene_id) == ("subscribe_scan", "12")
    assert not hasattr(theirs, "key")
    assert (mine.event, mine.event_key) == ("subscribe", "12")
    assert mine.fields["EventKey"] == "qrscene_12"
    theirs, mine = both(xml(CreateTime="1", MsgType="event", Event="SCAN", EventKey="12", Ticket="T"))
    assert theirs._data["Event"] == "SCAN"
    assert (mine.event, mine.event_key) == ("scan", "12")
    plain = event("subscribe")
    assert both(plain)[1].event_key == both(plain)[0].key == ""


@pytest.mark.parametrize(("kind", "element"), [("text", "Content"), ("voice", "Recognition")])
def test_trap_16_an_empty_element_is_an_empty_text(kind: str, element: str) -> None:
    for empty in ("", "  \n"):
        theirs, mine = both(xml(CreateTime="1", MsgType=kind, MsgId="1", **{element: empty}))
        assert getattr(theirs, element.lower()) is None
        assert mine.text == ""
        assert mine.fields[element] == ""
    theirs, mine = both(xml(CreateTime="1", MsgType=kind, MsgId="1"))
    assert getattr(theirs, element.lower()) is None
    assert mine.text == ""


def test_trap_17_nothing_is_taken_for_a_repeat_because_it_has_no_id() -> None:
    clicks = [both(xml(CreateTime="1", MsgType="event", Event="CLICK", EventKey=key)) for key in "AB"]
    taps = [both(xml(CreateTime="1", MsgType="text", Content=said)) for said in "AB"]
    zeros = [both(xml(CreateTime="1", MsgType="text", Content=said, MsgId="0")) for said in "AB"]
    for pair in (clicks, taps, zeros):
        assert [theirs.id for theirs, _ in pair] == [0, 0]
        assert len({mine.key for _, mine in pair}) == 2
    jobs = [both(xml(CreateTime="1", MsgType="event", Event="TEMPLATESENDJOBFINISH", MsgID=job)) for job in "12"]
    assert [theirs.id for theirs, _ in jobs] == [1, 2]
    assert len({mine.key for _, mine in jobs}) == 2


def test_trap_18_silence_is_the_word_success() -> None:
    message = parse_message(xml(CreateTime="1", MsgType="text", Content="好"))
    with pytest.raises(AttributeError):
        create_reply(EmptyReply(), message=message)
    assert create_reply(123, message=message) is None
    assert create_reply("", message=message).render() == ""
    assert written(None) == written("") == "success"


def test_trap_19_what_a_member_wrote_cannot_become_structure() -> None:
    said = "]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA["
    message = parse_message(xml(CreateTime="1", MsgType="text", Content="好"))
    injected = ET.fromstring(create_reply(said, message=message).render())
    assert [each.text for each in injected.findall("MsgType")] == ["text", "image"]
    with pytest.raises(ET.ParseError):
        ET.fromstring(create_reply("a\x08b", message=message).render())
    root = ET.fromstring(written(said + "\x08"))
    assert [each.text for each in root.findall("MsgType")] == ["text"]
    assert root.findtext("Content") == said.replace("]]>", "]] >")


def test_trap_20_a_reply_is_never_longer_than_the_platform_takes() -> None:
    long = '第一句。<a href="weixin://bizmsgmenu?msgmenucontent=好&msgmenuid=1">好</a>' * 40
    message = parse_message(xml(CreateTime="1", MsgType="text", Content="好"))
    assert len(create_reply(long, message=message).content.encode()) > TEXT_LIMIT_BYTES
    said = ET.fromstring(written(long)).findtext("Content")
    assert len(said.encode()) <= TEXT_LIMIT_BYTES
    assert said.count("<a ") == said.count("</a>") > 0
    articles = [{"title": "t", "description": "d", "image": "", "url": "u"}] * 10
    assert ArticlesReply(message=message, articles=articles).render().count("<item>") == 10
    assert written(Card("t", "d", "u")).count("<item>") == 1


def test_trap_21_a_conversation_can_be_handed_to_one_agent() -> None:
    message = parse_message(xml(CreateTime="1", MsgType="text", Content="好"))
    assert "agent@account" not in TransferCustomerServiceReply(message=message, account="agent@account").render()
    assert ET.fromstring(written(Transfer("agent@account"))).findtext("TransInfo/KfAccount") == "agent@account"


HOSTILE = {
    "no envelope": (None, KeyError),
    "no base64": ("A", Exception),
    "no whole block": ("QUJD", ValueError),
    "noise": ("A" * 42 + "A=", Exception),
    "two blocks of noise": ("A" * 85 + "A==", Exception),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_trap_22_a_hostile_envelope_is_refused_in_one_way(what: str) -> None:
    sealed, raised = HOSTILE[what]
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>" if sealed else "<xml><a>b</a></xml>"
    timestamp = str(int(NOON.timestamp()))
    seal = sign(TOKEN, timestamp, "n", sealed or "")
    with pytest.raises(raised) as assorted:
        WeChatCrypto(TOKEN, AES_KEY, APP_ID).decrypt_message(body, seal, timestamp, "n")
    assert not isinstance(assorted.value, WeChatException)
    with pytest.raises(Forged):
        SAFE.decode(query(encrypt_type="aes", msg_signature=seal), body.encode())


def test_trap_22_a_signature_of_long_ago_proves_nothing() -> None:
    old = query(timestamp="1", signature=sign(TOKEN, "1", "n"))
    check_signature(TOKEN, old["signature"], "1", "n")
    with pytest.raises(Forged):
        PLAIN.prove(old, now_s=NOON.timestamp())
    PLAIN.prove(old, now_s=1.0 + WINDOW_S)


@pytest.mark.parametrize("key", [AES_KEY[:42], AES_KEY + "A", AES_KEY[:42] + "=", AES_KEY[:42] + "*"])
def test_trap_23_a_wrong_key_is_found_when_the_settings_are_read(key: str) -> None:
    if key[-1] != "*":
        with pytest.raises((ValueError, AssertionError)):
            WeChatCrypto(TOKEN, key, APP_ID)
    with pytest.raises(ValidationError) as refused:
        Settings(**account(encoding_aes_key=key))
    assert "43 letters and digits" in str(refused.value)
    assert key not in str(refused.value)


def test_trap_24_a_mass_send_goes_out_as_the_page_shapes_it(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    theirs = naive()
    theirs.message.send_mass_text(2, "好")
    assert platform.calls[-1].json["filter"] == {"group_id": 2, "is_to_all": False}
    theirs.message.send_mass_image(2, "M")
    assert "images" not in platform.calls[-1].json
    for body in (
        {"filter": {"is_to_all": False, "tag_id": 2}, "msgtype": "text", "text": {"content": "好"}, "clientmsgid": "a"},
        {"touser": ["o1", "o2"], "msgtype": "image", "images": {"media_ids": ["M"], "recommend": "好"}},
    ):
        client.post("message/mass/sendall", data=body)
        assert platform.calls[-1].json == body
    assert {f"send_mass_{kind}" for kind in ("text", "image", "voice", "video", "article", "card")} <= FORBIDDEN


def test_trap_25_a_template_message_carries_its_own_id_and_no_nulls(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    theirs = naive()
    assert "client_msg_id" not in inspect.signature(theirs.message.send_template).parameters
    theirs.message.send_subscribe_template(OPENID, "T", 1, "标题", {})
    assert platform.calls[-1].json["url"] is None
    assert "keyword_name_list" not in inspect.signature(theirs.template.get).parameters
    body = {"touser": OPENID, "template_id": "T", "client_msg_id": "1-7", "data": {"thing1": {"value": "好"}}}
    client.post("message/template/send", data=body)
    assert platform.calls[-1].json == body
    assert {"send_template", "send_subscribe_template", "template.get", "add_conditional"} <= FORBIDDEN


def test_trap_25_the_library_s_optional_dictionary_is_sent_as_json_all_the_same(
    client: PlatformClient, platform: FakePlatform
) -> None:
    client.customservice.create_session(OPENID, "a@b")
    assert platform.calls[-1].json == {"openid": OPENID, "kf_account": "a@b"}


def test_trap_26_the_list_of_followers_is_never_paged_by_the_library(naive: Naive, platform: FakePlatform) -> None:
    theirs = naive()
    page = Answer({"total": 2, "count": 1, "data": {"openid": ["o1"]}, "next_openid": "o1"})
    platform.say("/cgi-bin/user/get", Answer({"total": 0, "count": 0}), page)
    with pytest.raises(KeyError):
        list(theirs.user.iter_followers())
    assert len(list(islice(theirs.user.iter_followers(), 500))) == 500  # a page that names itself as the next
    platform.say("/cgi-bin/user/tag/get", Answer({"count": 1, "data": {}}))
    with pytest.raises(KeyError):
        list(theirs.tag.iter_tag_users(2))
    assert {"iter_followers", "iter_tag_users"} <= FORBIDDEN


def test_trap_27_a_video_s_description_is_a_field_of_the_form(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    video = ("a.mp4", b"\x00\x00\x00 ftyp", "video/mp4")
    path = "/cgi-bin/material/add_material"
    naive().material.add("video", video, title="标题", introduction="说明")
    assert "description" in platform.to(path)[-1].query
    description = json.dumps({"title": "标题", "introduction": "说明"}, ensure_ascii=False)
    client.post(
        "material/add_material", params={"type": "video"}, data={"description": description}, files={"media": video}
    )
    call = platform.to(path)[-1]
    assert set(call.query) == {"type", "access_token"}
    assert f'name="description"\r\n\r\n{description}\r\n'.encode() in call.body
    assert b'name="media"; filename="a.mp4"' in call.body
    assert {"material.add", "check_text_security"} <= FORBIDDEN


@pytest.mark.parametrize(
    "endpoint",
    [
        *("draft/add", "freepublish/submit", "openapi/quota/get", "clear_quota", "openapi/rid/get"),
        *("message/custom/typing", "get_api_domain_ip"),
    ],
)
def test_trap_27_what_has_no_helper_is_posted_as_it_is(
    endpoint: str, client: PlatformClient, platform: FakePlatform
) -> None:
    client.post(endpoint, data={"articles": [{"title": "安全"}]})
    assert (platform.calls[-1].path, platform.calls[-1].json) == (
        f"/cgi-bin/{endpoint}",
        {"articles": [{"title": "安全"}]},
    )


class Pipe(io.BytesIO):
    """A file that can be read once, as an upload from a browser may be."""

    name = "/tmp/照片.jpg"

    def seek(self, *_: Any) -> int:
        raise OSError("not seekable")

    def tell(self) -> int:
        raise OSError("not seekable")


@pytest.mark.parametrize("wrapped", [False, True], ids=["a file", "a tuple"])
def test_trap_28_an_upload_is_whole_the_second_time_too(
    wrapped: bool, naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    def upload(of: WeChatClient) -> list[bool]:
        of.get("getcallbackip")
        platform.revoke()
        file = Pipe(b"\xff\xd8 the picture")
        of.media.upload("image", ("a.jpg", file, "image/jpeg") if wrapped else file)
        return [b"the picture" in call.body for call in platform.to("/cgi-bin/media/upload")]

    assert upload(naive()) == [True, False]
    platform.calls.clear()
    assert upload(client) == [True, True]
    name = "a.jpg" if wrapped else "照片.jpg"
    assert all(f'filename="{name}"'.encode() in call.body for call in platform.to("/cgi-bin/media/upload"))


def test_trap_28_bytes_are_uploaded_as_they_are(client: PlatformClient, platform: FakePlatform) -> None:
    client.media.upload("image", b"\xff\xd8 the picture")
    assert b'name="media"; filename="media"' in platform.calls[-1].body
    assert b"the picture" in platform.calls[-1].body


def test_trap_29_a_mass_send_done_before_tells_which_it_was(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    platform.say("/cgi-bin/message/mass/sendall", refusal(45065, "clientmsgid exist", msg_id=34182))
    with pytest.raises(WeChatClientException) as theirs:
        naive().post("message/mass/sendall", data={})
    assert not hasattr(theirs.value, "msg_id")
    assert "34182" not in str(theirs.value)
    with pytest.raises(PlatformError) as mine:
        client.post("message/mass/sendall", data={})
    assert (mine.value.reaction, mine.value.message_id) == (Reaction.DONE, 34182)


def test_trap_30_an_address_the_library_wrote_itself_carries_a_token_that_can_be_replaced(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    path = "/customservice/kfaccount/del"
    theirs = naive(auto_retry=True)
    theirs.get("getcallbackip")
    platform.revoke()
    with pytest.raises(TypeError):  # it would refresh, and cannot put the new token into a text
        theirs.customservice.delete_account("agent@account")
    platform.calls.clear()
    client.get("getcallbackip")
    platform.revoke()
    client.customservice.delete_account("agent@account")
    first, second = platform.to(path)
    assert first.token != second.token
    assert second.query == {"access_token": [second.token], "kf_account": ["agent@account"]}
    assert re.fullmatch(theirs.message.OPENID_RE, "x" * 28)
    assert not re.fullmatch(theirs.message.OPENID_RE, "o" * 29)
    assert "delete_account" in FORBIDDEN


def test_trap_31_a_message_s_time_is_beijing_s_with_or_without_a_zone_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wechatpy.fields, "default_timezone", None)  # no pytz, and dateutil without its data
    theirs, mine = both(xml(CreateTime="1700000000", MsgType="text", Content="好"))
    assert theirs.create_time.tzinfo is None
    assert from_epoch(mine.created) == datetime(2023, 11, 15, 6, 13, 20, tzinfo=BEIJING)
    for odd in ("", "soon", "-1", "9" * 13, "1e9"):
        assert both(xml(CreateTime=odd, MsgType="text"))[1].created == 0


@pytest.fixture
def cookie(platform: FakePlatform) -> Iterator[str]:
    """An answer that sets one."""
    platform.say("/cgi-bin/getcallbackip", Answer(OK.body, 200, {"Set-Cookie": "who=somebody; Path=/"}))
    return "who=somebody"


def test_trap_32_threads_sharing_a_session_share_nothing_else(
    naive: Naive, client: PlatformClient, platform: FakePlatform, cookie: str
) -> None:
    with requests.Session() as usual:
        usual.trust_env = False
        for _ in range(2):
            usual.get(f"{platform.url}/cgi-bin/getcallbackip")
    assert platform.calls[-1].headers["Cookie"] == cookie
    assert isinstance(naive()._http, requests.Session)  # and the library's is such a one
    numbers = iter(range(10_000))
    sent, answered = [], []

    def call() -> None:
        for _ in range(10):
            number = next(numbers)
            sent.append(number)
            answered.append(client.post(f"echo/{number}", data={"n": number}))

    client.get("getcallbackip")
    at_once(call, 8)
    assert len(answered) == 80
    echoes = [each for each in platform.calls if "/echo/" in each.path]
    assert sorted(each.json["n"] for each in echoes) == sorted(sent)
    assert all(each.path == f"/cgi-bin/echo/{each.json['n']}" for each in echoes)
    client.get("getcallbackip")
    assert not [each for each in platform.to("/cgi-bin/getcallbackip")[2:] if each.headers["Cookie"]]


def test_trap_33_another_json_library_on_the_machine_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    other = types.ModuleType("simplejson")
    monkeypatch.setitem(sys.modules, "simplejson", other)
    assert fresh("wechatpy.utils").json is other
    assert fresh("bot.wechat.api").json is json
    monkeypatch.delitem(sys.modules, "simplejson")
    assert importlib.util.find_spec("simplejson") is None


def test_a_day_s_quota_and_a_minute_s_are_two(naive: Naive, client: PlatformClient, platform: FakePlatform) -> None:
    """§5: the library makes something special of the first alone."""
    for code, special, reaction in ((45009, True, Reaction.NEXT_DAY), (45011, False, Reaction.NEXT_MINUTE)):
        platform.say(SEND, refusal(code))
        with pytest.raises(WeChatClientException) as theirs:
            naive().post("message/custom/send", data=ANYTHING)
        assert isinstance(theirs.value, APILimitedException) is special
        with pytest.raises(PlatformError) as mine:
            client.post("message/custom/send", data=ANYTHING)
        assert mine.value.reaction is reaction


def test_what_the_library_deprecates_is_not_needed(
    naive: Naive, client: PlatformClient, platform: FakePlatform
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.post("message/subscribe/bizsend", data={"touser": OPENID, "template_id": "T"})
        with pytest.raises(DeprecationWarning):
            naive()._post("message/subscribe/bizsend", data={})
    assert platform.calls[-1].json == {"touser": OPENID, "template_id": "T"}


def test_every_trap_of_the_page_has_its_test() -> None:
    named = {int(found.group(1)) for name in globals() if (found := re.match(r"test_trap_(\d\d)_", name))}
    assert named == set(range(1, 34))
