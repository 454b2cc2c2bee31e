"""Genuine messages of kinds nobody knows, with texts that would like to be XML, or with anything at all in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wechatpy import parse_message
from werkzeug.datastructures import MultiDict

from bot.app import create_app
from bot.config import WeChat
from bot.kit import Kit
from bot.messages import Card, Incoming, Picture, Reply, Transfer
from bot.models import InboxMessage, Person
from bot.router import Router, Turn
from bot.wechat.codec import Codec
from tests.cast import ACCOUNT, Request, StillClock, account, message, opened, signed
from tests.conftest import CONTENT
from tests.reliability import wire
from tests.reliability.conftest import Plan
from tests.reliability.crew import count
from tests.reliability.door import Door

FAULTS = tuple(CONTENT.say(f"general.{key}", menu="").split("\n")[0] for key in ("busy", "failed", "working"))
KINDS = (
    "device_text",
    "device_event",
    "hardware",
    "shake",
    "file",
    "miniprogrampage",
    "music",
    "news",
    "x" * 300,
    "新",
)
EVENTS = (
    *("device_text", "device_event", "device_bind", "device_unbind", "bind", "unbind", "VIEW", "LOCATION"),
    *("view_miniprogram", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"),
    *("location_select", "TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH", "kf_create_session", "kf_close_session"),
    *("subscribe_msg_popup_event", "subscribe_msg_sent_event", "card_pass_check", "user_get_card", "poi_check_notify"),
    *("ShakearoundUserShake", "WifiConnected", "qualification_verify_success", "annual_renew", "verify_expired"),
    *("user_info_modified", "user_authorization_revoke", "publishjobfinish", "", "x" * 300, "新", "]]>"),
)
STRUCTURES = {
    "text": ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"],
    "news": [
        *("ToUserName", "FromUserName", "CreateTime", "MsgType", "ArticleCount", "Articles"),
        *("item", "Title", "Description", "PicUrl", "Url"),
    ],
    "image": ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Image", "MediaId"],
    "transfer_customer_service": ["ToUserName", "FromUserName", "CreateTime", "MsgType", "TransInfo", "KfAccount"],
}
NASTY = (
    *(
        "]]>",
        "]]",
        "]",
        ">",
        "<![CDATA[",
        "]]]]><![CDATA[>",
        "]]>]]>",
        "</Content>",
        "</xml>",
        "<xml>",
        "&lt;",
        "&#x0;",
    ),
    *("<MsgType><![CDATA[image]]></MsgType>", "]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA["),
    *("<a href=x>", "</a>", "&", '"', "'", "\n", "\t", "<!--", "-->", "<?xml?>", "<!DOCTYPE x>", "%s", "{openid}"),
    *("\u202e", "\u200b", "\u200d", "\ufeff", "\u0301", "😀", "打卡", "\x7f", "\x85", "\u2028", "\U0010fffd", "x"),
)
NOT_IN_XML = ("\x00", "\x07", "\x1b", "\ud800", "\udfff", "\ufffe", "\uffff", "]\x00]>", "]]\x08>", "]\ud800]\uffff>")


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_h11_kinds_and_events_nobody_knows_get_silence_and_leave_nothing(
    make_kit: Callable[..., Kit], database_url: str, clock: StillClock, mode: str
) -> None:
    kit = make_kit(database_url, mode)
    door, faults = Door(create_app(kit)), []
    odd = [{"MsgType": kind, "Content": "帮助", "MsgId": "1"} for kind in KINDS]
    odd += [
        {"MsgType": kind, "DeviceType": "d", "DeviceID": "i", "SessionID": "1", "OpenID": "o"} for kind in KINDS[:2]
    ]
    odd += [{"MsgType": "event", "Event": event, "EventKey": "general.help"} for event in EVENTS]
    odd += [{"MsgType": "EVENT", "Event": event.upper(), "EventKey": ""} for event in EVENTS]
    odd += [{"MsgType": "event"}, {"MsgType": "event", "EventKey": "quiz.daily"}]
    for elements in odd:
        answer = door.carry(signed(kit.settings, message("oH11", 1, **elements), now=clock()))
        if (answer.status, answer.body) not in ((200, b""), (200, b"success")):
            faults.append((elements, answer))
    assert faults == []
    assert (count(kit.database, InboxMessage), count(kit.database, Person)) == (0, 0)


def _texts(fragments: tuple[str, ...]) -> str:
    return "x" + "".join(random.choice(fragments) for _ in range(random.randrange(1, 30)))


def _structure(xml: str) -> tuple[str, list[str]]:
    root = ET.fromstring(xml)
    assert root.tag == "xml"
    return str(root.findtext("MsgType")), [element.tag for element in root.iter()][1:]


@pytest.mark.timeout(900)
def test_h12_no_text_of_a_member_changes_the_structure_of_a_reply_that_echoes_it(
    make_kit: Callable[..., Kit], database_url: str, clock: StillClock, plan: Plan
) -> None:
    router = Router()

    @router.on("danger.now")
    @router.on("danger.maybe")
    @router.on("letters.story")
    @router.on("general.not_understood")
    def echo(turn: Turn) -> Reply:
        if turn.incoming.fields["MsgId"].endswith("7"):  # type: ignore[attr-defined]
            return Card(turn.text, turn.text, "https://example.com/", turn.text)
        return turn.text

    kit = make_kit(database_url)
    door, tried = Door(create_app(kit, [router])), plan.share(10_000)
    changed: list[str] = []
    _echoed(kit, door, "x", 0)  # the first contact carries the notice
    for number in range(1, tried + 1):
        text = _texts(NASTY)
        xml = _echoed(kit, door, text, number)
        kind, structure = _structure(xml)
        expected = text.strip().replace("]]>", "]] >")
        said = ET.fromstring(xml).findtext("Content" if kind == "text" else "Articles/item/Title")
        theirs = parse_message(xml)  # the parser of record agrees; of a news reply it knows only the outside
        if structure != STRUCTURES[kind] or said != expected or (kind == "text" and theirs.content != expected):
            changed.append(text)
    plan.note(tried=tried, changed=len(changed))
    assert changed == []


def _echoed(kit: Kit, door: Door, text: str, number: int) -> str:
    xml = message("oH12", 1, MsgType="text", Content=text, MsgId=str(number))
    return opened(kit.settings, door.carry(signed(kit.settings, xml, now=kit.clock())))  # type: ignore[arg-type]


@pytest.mark.timeout(900)
def test_h12_no_words_of_ours_change_the_structure_of_a_reply_either(plan: Plan) -> None:
    codec = Codec(WeChat(**account("plain")["wechat"]))
    incoming, query = Incoming("k", "text", "oH12", ACCOUNT, 1, "x"), MultiDict[str, str]()
    tried, changed = plan.share(10_000), 0
    for _ in range(tried):
        text = _texts(NASTY + NOT_IN_XML) * random.choice((1, 1, 1, 100))
        for reply in (text, Card(text, text, text, text), Picture(text), Transfer(text)):
            kind, structure = _structure(codec.encode(query, incoming, reply, now_s=0))
            changed += structure != STRUCTURES[kind]
    plan.note(tried=4 * tried, changed=changed)
    assert changed == 0


NAMES = ("MsgType", "Event", "EventKey", "CreateTime", "MsgId", "Content", "FromUserName", "ToUserName", "Recognition")
VALUES = (
    "text",
    "event",
    "voice",
    "image",
    "CLICK",
    "subscribe",
    "unsubscribe",
    "SCAN",
    "quiz.daily",
    "帮助",
    "oX",
    "1",
)
TIMES = ("0", "999999999999", "253402300800", "253402271999", "-5", "1e9", "", "0" * 12, "9" * 40)
VALUE = st.one_of(st.sampled_from(VALUES + TIMES), st.text(max_size=80), st.integers().map(str))
ELEMENT = st.tuples(
    st.one_of(st.sampled_from((*NAMES, "Encrypt", "Ticket", "bizmsgmenuid", "MediaId")), st.text(max_size=9)), VALUE
)


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Anything: bytes, XML of the wire's own elements in any order and number, and genuine messages with a hole in them."""
    match draw(st.integers(0, 3)):
        case 0:
            return draw(st.binary(max_size=600))
        case 1:
            inner = "".join(
                f"<{name}><![CDATA[{value}]]></{name}>" for name, value in draw(st.lists(ELEMENT, max_size=12))
            )
            return f"<xml>{inner}</xml>".encode("utf-8", "surrogatepass")
        case 2:
            elements = dict(draw(st.lists(st.tuples(st.sampled_from(NAMES), VALUE), max_size=6)))
            return message(
                draw(st.sampled_from(("oFUZZ", "oOTHER", "", "x" * 65))),
                int(draw(st.sampled_from([time for time in TIMES if time.isdigit()]))),
                **{"MsgType": draw(st.sampled_from(VALUES)), **elements},
            ).encode("utf-8", "surrogatepass")
        case _:
            whole = message("oFUZZ", 1, MsgType="text", Content="帮助", MsgId=str(draw(st.integers(0, 9)))).encode()
            start, stop = sorted((draw(st.integers(0, len(whole))), draw(st.integers(0, len(whole)))))
            return whole[:start] + draw(st.binary(max_size=20)) + whole[stop:]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", ["plain", "sealed", "around the seal"])
def test_h10_no_signed_body_whatever_it_holds_is_answered_by_a_fault(
    make_kit: Callable[..., Kit], database_url: str, clock: StillClock, plan: Plan, mode: str
) -> None:
    kit = make_kit(database_url, "plain" if mode == "plain" else "safe")
    door, seen = Door(create_app(kit)), dict.fromkeys((200, 403, 413), 0)

    def delivered(body: bytes) -> Request:
        if mode == "sealed":
            return wire.letter(kit.settings, wire.seal(kit.settings, body), clock())
        return Request(wire.query(kit.settings, clock(), None if mode == "plain" else "AAAA"), body)

    @settings(
        max_examples=plan.share(2_000 if mode == "around the seal" else 10_000),
        deadline=None,
        database=None,
        derandomize=not plan.nightly,
        suppress_health_check=list(HealthCheck),
    )
    @given(bodies())
    def answered(body: bytes) -> None:
        answer = door.carry(delivered(body))
        assert answer.status in (200, 403, 413)
        seen[answer.status] += 1
        xml = opened(kit.settings, answer) if answer.status == 200 else ""  # type: ignore[arg-type]
        said = ET.fromstring(xml).findtext("Content") or "" if xml.startswith("<xml>") else ""
        assert not said.startswith(FAULTS)

    answered()
    plan.note(answers=seen)
    assert seen[200] > 0 or mode == "around the seal"


@pytest.mark.parametrize("created", [*TIMES, "\u0661", "1.5"])
def test_h10_a_message_from_no_believable_time_counts_as_sent_now(
    kit: Kit, door: Door, clock: StillClock, created: str
) -> None:
    xml = message("oH10", 0, MsgType="text", Content="每日一题", MsgId="1").replace(
        "<CreateTime>0<", f"<CreateTime>{created}<"
    )
    assert "今天的题" in opened(kit.settings, door.carry(signed(kit.settings, xml, now=clock())))  # type: ignore[arg-type]
