"""What leaves for the webhook, read by somebody else's library, and the platform's own test vector."""

from __future__ import annotations

import base64
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator.push.wire import UnreadableError, decrypt, encrypt, signature

from .conftest import ACCOUNT, AES_KEY, APP_ID, TOKEN, World

SEALED = "Q3stYC6hdFzMh9T8HCvyDN63EnNMbTs0/CcrHVsQB4PfWAjTX3YstXpuuV8dsJbDzxREyHBPyh0dpKnqtCdRDQ=="


def test_the_published_vector_comes_out_to_the_letter() -> None:
    assert signature(TOKEN, "1700000000", "nonce123") == "ee0843455eb31b87dbf6d6890273a3ab976bd56e"
    assert encrypt(AES_KEY, APP_ID, "ok", b"0123456789abcdef") == SEALED
    assert signature(TOKEN, "1700000000", "nonce123", SEALED) == "1033d714d57a2aa97f9b4652685fe92bd65a0aef"
    assert decrypt(AES_KEY, APP_ID, SEALED) == "ok"


def test_padding_fills_blocks_of_thirty_two_and_opens_again() -> None:
    for length in range(65):
        sealed = encrypt(AES_KEY, APP_ID, "x" * length)
        assert len(base64.b64decode(sealed)) % 32 == 0
        assert decrypt(AES_KEY, APP_ID, sealed) == "x" * length


def test_another_accounts_letter_and_rubbish_are_told_apart() -> None:
    with pytest.raises(UnreadableError, match="wrong_app_id"):
        decrypt(AES_KEY, APP_ID, encrypt(AES_KEY, "wx_another", "ok"))
    for rubbish in ("", "not base64", "AAAA", base64.b64encode(b"0" * 64).decode()):
        with pytest.raises(UnreadableError, match="undecryptable"):
            decrypt(AES_KEY, APP_ID, rubbish)


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
def test_each_mode_is_accepted_by_wechatpy_and_its_answer_is_shown(world: World, mode: str) -> None:
    simulator, bot = world.pair(mode)
    simulator.phone("say", text="你好 😀 & <b>")
    assert simulator.heard() == ["你说：你好 😀 & <b>"]
    assert [message.type for message in bot.messages] == ["text"]
    assert simulator.last()["verdict"] == "shown"


def test_nothing_somebody_types_breaks_the_xml(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    for typed in ("]]>", "a]]]]><![CDATA[>b", "<xml>&amp;</xml>", "  spaces ", "😀\n二", "bell\x07 and zero\x00"):
        simulator.phone("say", text=typed)
    simulator.settle()
    read = [ET.fromstring(xml).findtext("Content") for xml in bot.xmls]
    expected = ["]]>", "a]]]]><![CDATA[>b", "<xml>&amp;</xml>", "  spaces ", "😀\n二", "bell and zero"]
    assert read == expected


def test_the_three_modes_differ_as_the_platform_says(world: World) -> None:
    bodies: dict[str, bytes] = {}
    queries: dict[str, dict[str, str]] = {}
    for mode in ("plain", "compat", "safe"):
        simulator, bot = world.pair(mode)
        simulator.phone("say", text="hello")
        simulator.settle()
        bodies[mode], queries[mode] = bot.bodies[-1], bot.queries[-1]
    assert b"<Encrypt>" not in bodies["plain"]
    assert b"hello" in bodies["plain"]
    assert b"<Encrypt>" in bodies["compat"]
    assert b"hello" in bodies["compat"]
    assert re.fullmatch(rb"<xml><ToUserName>.+</ToUserName><Encrypt>.+</Encrypt></xml>", bodies["safe"])
    assert "encrypt_type" not in queries["plain"]
    assert all(queries[mode]["encrypt_type"] == "aes" for mode in ("compat", "safe"))
    assert all(query["openid"].startswith("o") for query in queries.values())


def test_the_sealed_letter_begins_with_chance_and_ends_with_the_app_id(world: World) -> None:
    simulator, bot = world.pair("safe")
    simulator.phone("say", text="一")
    simulator.settle()
    sealed = re.search(rb"<Encrypt><!\[CDATA\[(.+?)\]\]>", bot.bodies[-1])
    assert sealed
    key = base64.b64decode(AES_KEY + "=")
    opener = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = opener.update(base64.b64decode(sealed[1])) + opener.finalize()
    assert 1 <= plain[-1] <= 32
    content = plain[: -plain[-1]]
    length = int.from_bytes(content[16:20], "big")
    assert content[20 : 20 + length].startswith(b"<xml>")
    assert content[20 + length :] == APP_ID.encode()


def test_ids_are_as_awkward_as_the_platforms(world: World) -> None:
    simulator, bot = world.pair()
    for _ in range(5):
        simulator.phone("say", text="一")
    simulator.settle()
    ids = [int(message.id) for message in bot.messages]
    assert ids == sorted(set(ids))
    assert all(2**53 < number < 2**63 for number in ids)
    for openid in {bot.messages[0].source, simulator.get("phones/p2")["openid"]}:
        assert re.fullmatch(r"o[\w-]{27}", openid)
        assert "-" in openid
        assert "_" in openid
    assert bot.messages[0].target == ACCOUNT


def test_the_address_is_verified_with_a_random_echo(world: World) -> None:
    simulator, bot = world.pair(following=False)
    first, second = simulator.post("verify"), simulator.post("verify")
    assert first["ok"]
    assert second["ok"]
    assert first["expected"] != second["expected"]
    bot.echo = lambda text: f"{text}\n"
    assert simulator.post("verify") | {"url": "", "expected": "", "body": "", "ms": 0} == {
        "ok": False, "url": "", "expected": "", "status": 200, "body": "", "reason": "not_echoed", "ms": 0,
    }  # fmt: skip


SENT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"kind": "image", "url": "http://x/1.jpg", "media_id": "M"}, {"type": "image", "image": "http://x/1.jpg"}),
    ({"kind": "voice", "recognition": "打卡"}, {"type": "voice", "recognition": "打卡", "format": "amr"}),
    ({"kind": "voice", "recognition": ""}, {"type": "voice", "recognition": None}),
    ({"kind": "location", "label": "井口"}, {"type": "location", "label": "井口", "scale": "16"}),
    ({"kind": "link", "title": "文", "url": "http://x"}, {"type": "link", "title": "文", "url": "http://x"}),
    ({"kind": "sticker"}, {"type": "text", "content": "【收到不支持的消息类型，暂无法显示】"}),
    ({"kind": "LOCATION"}, {"type": "event", "event": "location"}),
]


def test_every_kind_of_message_is_understood(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    for sent, expected in SENT:
        simulator.phone("send", **sent)
        simulator.settle()
        assert {name: getattr(bot.messages[-1], name) for name in expected} == expected
    assert len(bot.messages) == len(SENT)


def test_following_scanning_and_leaving_are_events_without_a_message_id(world: World) -> None:
    simulator, bot = world.pair(following=False)
    bot.answer = lambda _message: None
    for gesture, body in (("follow", {}), ("unfollow", {}), ("scan", {"scene": "7"}), ("scan", {"scene": "7"})):
        simulator.phone(gesture, **body)
        simulator.settle()
    roots = [ET.fromstring(xml) for xml in bot.xmls]
    assert [(r.findtext("Event"), r.findtext("EventKey"), r.find("MsgId")) for r in roots] == [
        ("subscribe", "", None),
        ("unsubscribe", "", None),
        ("subscribe", "qrscene_7", None),
        ("SCAN", "7", None),
    ]
    assert roots[2].findtext("Ticket") == roots[3].findtext("Ticket")


def test_an_event_nobody_has_heard_of_can_be_sent(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    elements = [["MsgType", "event"], ["Event", "mine_future"], ["Depth", 812], ["Info", [["Level", "deep"]]]]
    simulator.phone("raw", elements=elements)
    simulator.settle()
    (message,) = bot.messages
    assert message._data["Event"] == "mine_future"
    assert message._data["Depth"] == "812"
    assert message._data["Info"] == {"Level": "deep"}
    assert simulator.refused("phones/p1/raw", elements=[["Event", "x"]]) == (400, "bad_field")
    assert simulator.refused("phones/p1/raw", elements=[["No Name>", "x"]]) == (400, "bad_field")
