"""What the phones send, opened by crypto and a parser nobody here wrote; and what that crypto seals, shown on the phone."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from wechatpy import parse_message

from bot.simulator.control.sending import MAKERS
from bot.simulator.phones.model import PUSHED_BY_THE_PLATFORM
from bot.simulator.phones.notices import notice
from bot.simulator.phones.pressing import DOING
from tests.node import Script, crypto
from tests.simulator.conftest import ACCOUNT, AES_KEY, APP_ID, TOKEN, Bot, Simulator, World

STAMP, NONCE = "1700000000", "nonce 随机"
JOB = {"token": TOKEN, "key": AES_KEY, "appId": APP_ID}
Gesture = Callable[[Simulator], object]


def says(**more: Any) -> Gesture:
    return lambda simulator: simulator.phone("say", **{"text": "第 3 题选 B 😀 ]]> <&>"} | more)


def sends(kind: str, **more: Any) -> Gesture:
    return lambda simulator: simulator.phone("send", kind=kind, **more)


def taps(**more: Any) -> Gesture:
    return lambda simulator: simulator.phone("tap", label="点我", **more)


def presses(button: str, **more: Any) -> Gesture:
    return lambda simulator: simulator.phone("menu", button=button, **more)


def tells(name: str, *elements: list[Any]) -> Gesture:
    """What only the platform itself tells of."""
    more = {"elements": list(elements)} if elements else {}
    return lambda simulator: simulator.phone("event", event=name, **more)


def choice(status: str = "accept", *more: list[Any]) -> list[Any]:
    return ["List", [["TemplateId", "T1"], ["SubscribeStatusString", status], *more]]


JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(64)).decode()
PRESSED = sorted(DOING)
NOTICES = (
    "user_authorization_revoke", "user_info_modified", "kf_create_session", "kf_close_session", "kf_switch_session",
    "qualification_verify_success", "qualification_verify_fail", "naming_verify_success", "naming_verify_fail",
    "annual_renew", "verify_expired", "debug_demo", "mine_future",
)  # fmt: skip
KINDS: dict[str, Gesture] = {
    "text": says(),
    "text from an article": says(article="2247483647", index=2),
    **{kind: sends(kind) for kind in sorted(MAKERS)},
    "voice, nothing recognised": sends("voice", recognition=""),
    "voice, recognised and clearer": sends("voice", recognition="我要请假", media_id_16k="M16", format="speex"),
    "photo": lambda simulator: simulator.phone("photo", data=JPEG),
    "tap": taps(without_id=False, without_msg_id=False),
    "tap, nothing but words": taps(without_id=True, without_msg_id=True),
    "SCAN": lambda simulator: simulator.phone("scan", scene="812"),
    **{f"pressed {kind}": presses(kind) for kind in PRESSED},
    "pressed for three pictures": presses("pic_weixin", count=3),
    "pressed for a bar code": presses("scancode_waitmsg", result="EAN_13,6901234567892"),
    **{name: tells(name) for name in NOTICES},
    "TEMPLATESENDJOBFINISH": tells("TEMPLATESENDJOBFINISH", ["MsgID", 200163836], ["Status", "success"]),
    "MASSSENDJOBFINISH": tells("MASSSENDJOBFINISH", ["MsgID", 1], ["Status", "send success"], ["TotalCount", 2]),
    "PUBLISHJOBFINISH": tells("PUBLISHJOBFINISH", ["PublishEventInfo", [["publish_id", 1], ["publish_status", 0]]]),
    "subscribe_msg_popup_event": tells(
        "subscribe_msg_popup_event",
        ["SubscribeMsgPopupEvent", [choice("accept", ["PopupScene", 2]), choice("reject", ["PopupScene", 2])]],
    ),
    "subscribe_msg_change_event": tells("subscribe_msg_change_event", ["SubscribeMsgChangeEvent", [choice("reject")]]),
    "subscribe_msg_sent_event": tells(
        "subscribe_msg_sent_event",
        ["SubscribeMsgSentEvent", [["List", [["TemplateId", "T1"], ["MsgID", 1], ["ErrorStatus", "success"]]]]],
    ),
    "unsubscribe": lambda simulator: simulator.phone("unfollow"),
    "subscribe": lambda simulator: simulator.phone("follow"),
    "unsubscribe again": lambda simulator: simulator.phone("unfollow"),
    "subscribe by a code": lambda simulator: simulator.phone("scan", scene="二号井"),
    "unsubscribe once more": lambda simulator: simulator.phone("unfollow"),
    "subscribe after paying": lambda simulator: simulator.phone("follow", key="last_trade_no_1"),
}
MORE_THAN_ONE = {
    "pressed pic_sysphoto": 2,
    "pressed pic_photo_or_album": 2,
    "pressed pic_weixin": 2,
    "pressed location_select": 2,
    "pressed for three pictures": 4,
}
NO_ANSWER_SHOWN = {"event.unsubscribe", "event.VIEW", "event.view_miniprogram"} | PUSHED_BY_THE_PLATFORM
STRANGE_TO_WECHATPY = {  # §7.2, trap 13
    "user_authorization_revoke", "user_info_modified", "debug_demo", "mine_future", "PUBLISHJOBFINISH",
    "subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event",
}  # fmt: skip


@dataclass
class Carried:
    """One push: what came over the wire, what the log says was in it, what the package opened, and the answer to it."""

    kind: str
    query: dict[str, str]
    body: ET.Element
    logged: str
    answer: str
    verdict: str
    opened: dict[str, Any] = field(default_factory=dict)

    @property
    def sealed(self) -> str:
        return self.body.findtext("Encrypt") or ""


@dataclass
class Made:
    """A gesture: its pushes in order, and what stood on the phone afterwards that had not stood there before."""

    pushes: list[Carried]
    shown: list[str]


class Letters:
    """Answers the nth message with the nth letter, all sealed beforehand by the package."""

    def __init__(self, node: Script, openid: str) -> None:
        self.texts = [f"第{number}条：收到，谢谢 😀" for number in range(2 * len(KINDS))]
        clear = [
            f"<xml><ToUserName><![CDATA[{openid}]]></ToUserName><FromUserName><![CDATA[{ACCOUNT}]]></FromUserName>"
            f"<CreateTime>{STAMP}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{text}]]></Content></xml>"
            for text in self.texts
        ]
        messages = [{"plain": each, "timestamp": STAMP, "nonce": NONCE} for each in clear]
        self.sealed = [
            f"<xml><Encrypt><![CDATA[{each['encrypt']}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{each['signature']}]]></MsgSignature>"
            f"<TimeStamp>{STAMP}</TimeStamp><Nonce><![CDATA[{NONCE}]]></Nonce></xml>".encode()
            for each in node({**JOB, "messages": messages})
        ]


def prepare(simulator: Simulator, bot: Bot) -> None:
    """A menu with every kind of button, and a link to tap."""
    simulator.post(
        "menu", button=[{"name": "一", "sub_button": PRESSING[:5]}, {"name": "二", "sub_button": PRESSING[5:]}]
    )
    bot.answer = lambda _message: '<a href="weixin://bizmsgmenu?msgmenucontent=第3题选B&msgmenuid=7">点我</a>'
    simulator.phone("say", text="来")
    simulator.settle()
    bot.forget()


PRESSING = [
    {"type": kind, "name": kind}
    | (
        {"url": "http://127.0.0.1/h5?a=1&b=2", "appid": "wx0123456789abcdef", "pagepath": "pages/fee?n=1"}
        if kind in ("view", "miniprogram")
        else {"key": kind.upper()}
    )
    for kind in PRESSED
]


def make(simulator: Simulator, bot: Bot, gesture: Gesture, letters: Letters) -> Made:
    before, last = len(simulator.heard()), simulator.last()["id"]
    number = len(bot.messages)
    gesture(simulator)
    shown = simulator.heard()[before:]
    pushes = []
    for exchange in simulator.get("exchanges", since=last)["exchanges"]:
        pushes.append(
            Carried(
                exchange["kind"],
                bot.queries[number],
                ET.fromstring(bot.bodies[number]),
                exchange["request"]["xml"],
                letters.texts[number],
                exchange["verdict"],
            )
        )
        number += 1
    assert len(bot.messages) == number
    return Made(pushes, shown)


@pytest.fixture(scope="module", params=["safe", "compat"])
def exchanged(request: pytest.FixtureRequest) -> tuple[str, dict[str, Made]]:
    """The mode, and every gesture made once, one after the other; all that came then opened by the package at once."""
    node = crypto()
    with ExitStack() as stack:
        simulator, bot = World(stack).pair(request.param)
        prepare(simulator, bot)
        letters = Letters(node, simulator.get("phones/p1")["openid"])
        bot.answer = lambda _message: letters.sealed[len(bot.messages) - 1]
        made = {name: make(simulator, bot, gesture, letters) for name, gesture in KINDS.items()}
    carried = [one for gesture in made.values() for one in gesture.pushes]
    messages = [
        {"encrypt": one.sealed, "timestamp": one.query["timestamp"], "nonce": one.query["nonce"]} for one in carried
    ]
    for one, read in zip(carried, node({**JOB, "messages": messages}), strict=True):
        one.opened = read
    return request.param, made


@pytest.mark.parametrize("kind", KINDS)
def test_anothers_crypto_opens_what_a_phone_sends(exchanged: tuple[str, dict[str, Made]], kind: str) -> None:
    mode, made = exchanged
    assert len(made[kind].pushes) == MORE_THAN_ONE.get(kind, 1)
    for one in made[kind].pushes:
        assert one.opened["message"] == one.logged
        assert one.opened["id"] == APP_ID
        assert one.opened["signature"] == one.query["msg_signature"]
        inside = ET.fromstring(one.opened["message"])
        outside = {element.tag: ET.tostring(element) for element in one.body}
        if mode == "safe":
            assert set(outside) == {"ToUserName", "Encrypt"}
        else:
            assert outside == {element.tag: ET.tostring(element) for element in (*inside, one.body.find("Encrypt"))}
        assert one.body.findtext("ToUserName") == inside.findtext("ToUserName") == ACCOUNT


@pytest.mark.parametrize("kind", KINDS)
def test_what_anothers_crypto_seals_is_shown(exchanged: tuple[str, dict[str, Made]], kind: str) -> None:
    made = exchanged[1][kind]
    assert {one.verdict for one in made.pushes} == {"shown"}
    assert made.shown == [one.answer for one in made.pushes if one.kind not in NO_ANSWER_SHOWN]


@pytest.mark.parametrize("kind", KINDS)
def test_wechatpys_parser_reads_what_the_package_opened(exchanged: tuple[str, dict[str, Made]], kind: str) -> None:
    for one in exchanged[1][kind].pushes:
        read = parse_message(one.opened["message"])
        assert (read.type == "unknown") == (kind in STRANGE_TO_WECHATPY)
        assert (read.source, read.target) == (one.query["openid"], ACCOUNT)
        assert ("<MsgId>" in one.logged) == (read.id > 2**53)
        assert one.kind.removeprefix("event.") in (read._data["MsgType"], ET.fromstring(one.logged).findtext("Event"))


def test_every_letter_is_sealed_anew(exchanged: tuple[str, dict[str, Made]]) -> None:
    carried = [one for made in exchanged[1].values() for one in made.pushes]
    assert len({one.query["nonce"] for one in carried}) == len(carried)
    assert len({base64.b64decode(one.sealed)[:16] for one in carried}) == len(carried)


def test_no_notice_of_the_platform_is_forgotten() -> None:
    known = {f"event.{name}" for name in KINDS}
    assert known >= PUSHED_BY_THE_PLATFORM - {"event.FREEPUBLISHJOBFINISH"}
    for name in NOTICES:
        assert bool(notice(name, openid="o", app_id="wx", now=0)[1][2:]) == (name != "mine_future")
