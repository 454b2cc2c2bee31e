"""The wire, in and out, held against wechatpy's parser and crypto as the parser of record."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
import xmltodict
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from bot.app import create_app
from bot.config import Settings
from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES, Card, Incoming, Picture, Reply, Transfer
from bot.wechat.codec import LONGEST_TEXT, WINDOW_S, Codec, Forged, Malformed
from bot.wechat.crypto import Envelope, signature
from tests.cast import ACCOUNT, AES_KEY, NOON, Request, StillClock, account, opened, sign, signed
from tests.wechat.written import EVENTS, MESSAGES, SAID, posted

MODES = ("plain", "compat", "safe")
APP_ID, TOKEN = "wx1234567890abcdef", "testtoken"
NOW_S = NOON.timestamp()
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXY-_"
ARRIVED = Incoming("key", "text", OPENID, ACCOUNT, 1_700_000_000)
Tries = Callable[[int], settings]

SETTINGS = {mode: Settings(**account(mode)) for mode in MODES}
CODECS = {mode: Codec(SETTINGS[mode].wechat) for mode in MODES}


def query(**changed: str) -> MultiDict[str, str]:
    """A genuine GET query of this very second, with some parameters changed."""
    timestamp, nonce = changed.pop("timestamp", str(int(NOW_S))), changed.pop("nonce", "nonce123")
    return MultiDict({"timestamp": timestamp, "nonce": nonce, "signature": sign(TOKEN, timestamp, nonce), **changed})


def received(mode: str, xml: str) -> Incoming:
    """The message after the whole way in."""
    request = signed(SETTINGS[mode], xml, now=NOON)
    CODECS[mode].prove(MultiDict(request.query), now_s=NOW_S)
    return CODECS[mode].decode(MultiDict(request.query), request.body)


def answered(mode: str, reply: Reply | None, incoming: Incoming = ARRIVED) -> str:
    """The plain reply after the whole way out, opened by wechatpy's crypto."""
    request = signed(SETTINGS[mode], "<xml/>", now=NOON)
    body = CODECS[mode].encode(MultiDict(request.query), incoming, reply, now_s=NOW_S)
    return opened(SETTINGS[mode], Response(body))


def tree(reply: Reply) -> Any:
    """A reply as an XML parser sees it: the names of its children in order, and the root."""
    root = ET.fromstring(answered("plain", reply))
    return [child.tag for child in root], root


# -- the proof --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("echo", ["1234567890123456789", "回声 <&> \"'%", "a+b/c==", " blanks ", "0"])
@pytest.mark.parametrize("mode", MODES)
def test_the_platform_gets_its_echo_back_to_the_byte(
    make_kit: Callable[..., Kit], sqlite_url: str, mode: str, echo: str
) -> None:
    app = create_app(make_kit(sqlite_url, mode))
    response = app.test_client().get("/wechat", query_string=query(echostr=echo))
    assert (response.status_code, response.data) == (200, echo.encode())
    assert response.mimetype == "text/plain"


@pytest.fixture
def door(make_kit: Callable[..., Kit], sqlite_url: str) -> Flask:
    return create_app(make_kit(sqlite_url))


def test_a_stranger_gets_no_echo(door: Flask) -> None:
    response = door.test_client().get("/wechat", query_string={**query(echostr="echo"), "signature": "0" * 40})
    assert (response.status_code, response.data) == (403, b"")


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
def test_a_parameter_missing_empty_or_twice_proves_nothing(name: str) -> None:
    genuine = query()
    CODECS["safe"].prove(genuine, now_s=NOW_S)
    for values in ([], [""], [genuine[name], genuine[name]], [genuine[name], "other"]):
        forged = genuine.copy()
        forged.setlist(name, values)
        with pytest.raises(Forged):
            CODECS["safe"].prove(forged, now_s=NOW_S)


def test_every_digit_of_the_signature_counts() -> None:
    genuine = query()["signature"]
    wrong = {genuine.upper(), genuine[:-1], genuine + "0"}
    wrong |= {genuine[:i] + ("0" if genuine[i] != "0" else "1") + genuine[i + 1 :] for i in range(40)}
    for each in wrong - {genuine}:
        with pytest.raises(Forged):
            CODECS["safe"].prove(query(signature=each), now_s=NOW_S)


@pytest.mark.parametrize("off", [-WINDOW_S, -1, 0, 1, WINDOW_S])
def test_a_proof_holds_for_five_minutes_either_way(off: int) -> None:
    CODECS["safe"].prove(query(timestamp=str(int(NOW_S) + off)), now_s=NOW_S)


@pytest.mark.parametrize(
    "timestamp",
    ["0", str(int(NOW_S) - 301), str(int(NOW_S) + 301), "９" * 10, f"+{int(NOW_S)}", f"{int(NOW_S)}.0", "1e9"],
)
def test_a_proof_of_another_time_is_none(timestamp: str) -> None:
    check_signature(TOKEN, sign(TOKEN, timestamp, "nonce123"), timestamp, "nonce123")
    with pytest.raises(Forged):
        CODECS["safe"].prove(query(timestamp=timestamp), now_s=NOW_S)


def test_an_account_without_a_token_is_proved_by_nobody() -> None:
    codec = Codec(Settings(**account("plain", token="")).wechat)
    timestamp = str(int(NOW_S))
    with pytest.raises(Forged):
        codec.prove(query(signature=sign("", timestamp, "nonce123")), now_s=NOW_S)


def test_whatever_stands_in_the_query_is_proved_or_refused(tries: Tries) -> None:
    anything = st.text(st.characters(exclude_categories=()), max_size=20)

    @tries(2000)
    @given(
        st.dictionaries(st.sampled_from(["signature", "timestamp", "nonce", "echostr"]), st.lists(anything, max_size=2))
    )
    def holds(parameters: dict[str, list[str]]) -> None:
        with pytest.raises(Forged):
            CODECS["safe"].prove(MultiDict(parameters), now_s=NOW_S)

    holds()


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None, database=None)
def test_we_sign_as_the_library_does(parts: list[str]) -> None:
    assert signature(*parts) == sign(*parts)


# -- the envelope -----------------------------------------------------------------------------------------------------


def test_the_vector_of_the_page_is_met_to_the_byte() -> None:
    envelope = Envelope(AES_KEY, APP_ID, random_bytes=lambda n: b"0123456789abcdef"[:n])
    sealed = "Q3stYC6hdFzMh9T8HCvyDN63EnNMbTs0/CcrHVsQB4PfWAjTX3YstXpuuV8dsJbDzxREyHBPyh0dpKnqtCdRDQ=="
    assert envelope.seal(b"ok") == sealed
    assert envelope.open(sealed) == b"ok"
    assert signature(TOKEN, "1700000000", "nonce123") == "ee0843455eb31b87dbf6d6890273a3ab976bd56e"
    assert signature(TOKEN, "1700000000", "nonce123", sealed) == "1033d714d57a2aa97f9b4652685fe92bd65a0aef"


@pytest.mark.parametrize("length", range(1, 70))
def test_an_envelope_of_any_length_is_opened_by_either_side(length: int) -> None:
    text = "汉" * (length // 3) + "x" * (length % 3)
    ours, theirs = Envelope(AES_KEY, APP_ID), WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    sealed = ours.seal(text.encode())
    seal = signature(TOKEN, "1", "n", sealed)
    assert theirs.decrypt_message({"Encrypt": sealed}, seal, "1", "n") == text
    assert ours.open(xmltodict.parse(theirs.encrypt_message(text, "n", "1"))["xml"]["Encrypt"]) == text.encode()


def test_no_two_envelopes_are_alike() -> None:
    envelope = Envelope(AES_KEY, APP_ID)
    assert len({envelope.seal(b"the same") for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "other", [Envelope(AES_KEY, "wx0000000000000000"), Envelope(AES_KEY, ""), Envelope("B" * 42 + "A", APP_ID)]
)
def test_an_envelope_for_another_account_is_refused(other: Envelope) -> None:
    with pytest.raises(Forged):
        Envelope(AES_KEY, APP_ID).open(other.seal(b"<xml/>"))


def test_whatever_is_no_envelope_is_refused_in_one_way(tries: Tries) -> None:
    envelope = Envelope(AES_KEY, APP_ID)
    blocks = st.integers(min_value=0, max_value=4).flatmap(lambda n: st.binary(min_size=32 * n, max_size=32 * n))
    hostile = st.one_of(
        st.text(max_size=80), st.one_of(st.binary(max_size=200), blocks).map(lambda b: base64.b64encode(b).decode())
    )

    @tries(10_000)
    @given(hostile)
    def holds(sealed: str) -> None:
        with pytest.raises(Forged) as refused:
            envelope.open(sealed)
        assert refused.value.args == ()

    holds()


def sealed_raw(plain: bytes) -> str:
    """Any bytes, encrypted as they are."""
    encryptor = Envelope(AES_KEY, APP_ID)._cipher.encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


WHOLE = (
    b"r" * 16 + (26).to_bytes(4, "big") + b"<xml>" + b"x" * 15 + b"</xml>" + APP_ID.encode()
)  # two blocks to the byte


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        WHOLE,
        WHOLE + b"\x20" * 31 + b"\x00",
        WHOLE + b"\x1f" + b"\x20" * 31,
        WHOLE + b"\x00" * 31 + b"\x20",
        WHOLE + b"\x40" * 64,
        WHOLE + b"\xff" * 256,
        WHOLE[:16] + b"\xff\xff\xff\xff" + WHOLE[20:] + b"\x20" * 32,
        WHOLE[:16] + b"\x00\x00\x00\x40" + WHOLE[20:] + b"\x20" * 32,
        WHOLE[:16] + b"\x00\x00\x00\x19" + WHOLE[20:] + b"\x20" * 32,
        WHOLE[:19] + b"\x0d" * 13,
    ],
    ids=range(11),
)
def test_a_wrong_length_or_padding_inside_is_refused(plain: bytes) -> None:
    envelope = Envelope(AES_KEY, APP_ID)
    assert envelope.open(sealed_raw(WHOLE + b"\x20" * 32)) == WHOLE[20:46]
    with pytest.raises(Forged):
        envelope.open(sealed_raw(plain))


@pytest.mark.parametrize("mode", ["compat", "safe"])
def test_an_encrypted_body_is_bound_to_its_query(mode: str) -> None:
    """H-04b: a captured signature, timestamp and nonce vouch for no other body, and an envelope for no other query."""
    xml = f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType></xml>"
    first, second = signed(SETTINGS[mode], xml, now=NOON), signed(SETTINGS[mode], xml, now=NOON, nonce="other")
    for query_of, body in ((first.query, second.body), (first.query, xml.encode()), (second.query, first.body)):
        with pytest.raises(Forged):
            CODECS[mode].decode(MultiDict(query_of), body)
    for name in ("msg_signature", "encrypt_type", "timestamp", "nonce"):
        stripped = {key: value for key, value in first.query.items() if key != name}
        with pytest.raises(Forged):
            CODECS[mode].decode(MultiDict(stripped), first.body)


def test_an_account_in_plain_mode_with_a_key_still_opens_what_is_sealed() -> None:
    """For the minute in which the back office has been switched and the bot has not."""
    request = signed(
        SETTINGS["safe"], f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType></xml>", now=NOON
    )
    assert CODECS["plain"].decode(MultiDict(request.query), request.body).openid == OPENID


# -- in ---------------------------------------------------------------------------------------------------------------


def meaning(xml: str) -> dict[str, Any]:
    """Every element as the library's XML reader gives it, where empty is None and ours is empty."""

    def full(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: full(each) for name, each in value.items()}
        return [full(each) for each in value] if isinstance(value, list) else value or ""

    read: dict[str, Any] = full(xmltodict.parse(xml)["xml"])
    return read


def hold_against_the_library(mode: str, xml: str) -> None:
    ours, theirs = received(mode, xml), parse_message(xml)
    wanted = meaning(xml)
    got = dict(ours.fields)
    if mode == "compat":  # the envelope is opened, what stands beside it is not believed
        assert "Encrypt" not in got
    assert got == wanted
    assert (ours.openid, ours.account, ours.created) == (theirs.source, theirs.target, theirs.time)
    assert ours.kind == wanted["MsgType"].lower()
    if ours.kind == "event":
        name = getattr(theirs, "event", None) or theirs._data["Event"].lower()
        assert ours.event == {"subscribe_scan": "subscribe"}.get(name, name)
        assert ours.event_key == (theirs._data.get("EventKey") or "")
    else:
        assert ours.kind == theirs.type
        spoken = {"text": "content", "voice": "recognition"}.get(ours.kind)
        assert ours.text == ((getattr(theirs, spoken) or "")[:LONGEST_TEXT] if spoken else "")
        assert ours.tap_id == (theirs._data.get("bizmsgmenuid") or "")


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_means_what_the_library_reads(kind: str, tries: Tries) -> None:
    @tries(500)
    @given(st.sampled_from(MODES), posted(MESSAGES[kind]))
    def holds(mode: str, xml: str) -> None:
        hold_against_the_library(mode, xml)

    holds()


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_means_what_the_library_reads(kind: str, tries: Tries) -> None:
    @tries(160)
    @given(st.sampled_from(MODES), posted(EVENTS[kind]))
    def holds(mode: str, xml: str) -> None:
        hold_against_the_library(mode, xml)

    holds()


def xml_of(**elements: str) -> str:
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in elements.items())
    return f"<xml><ToUserName>{ACCOUNT}</ToUserName><FromUserName>{OPENID}</FromUserName>{inner}</xml>"


def key(**elements: str) -> str:
    return received("plain", xml_of(**elements)).key


def test_a_message_is_named_by_its_id_alone() -> None:
    first = key(CreateTime="1", MsgType="text", Content="A", MsgId=str(2**63 - 1))
    assert first == key(CreateTime="2", MsgType="text", Content="A", MsgId=str(2**63 - 1))
    assert first != key(CreateTime="1", MsgType="text", Content="A", MsgId=str(2**63 - 2))


def test_two_taps_in_one_second_are_two() -> None:
    """W-04, for menu keys and for links whose message carries no id."""
    click = {"CreateTime": "1", "MsgType": "event", "Event": "CLICK"}
    assert key(**click, EventKey="A") != key(**click, EventKey="B")
    assert key(**click, EventKey="A") == key(**{**click, "Event": "click"}, EventKey="A")
    tap = {"CreateTime": "1", "MsgType": "text"}
    assert key(**tap, Content="A") != key(**tap, Content="B")
    assert key(**tap, Content="A", bizmsgmenuid="1") != key(**tap, Content="A", bizmsgmenuid="2")


@pytest.mark.parametrize("kind", ["text", "image", "hologram"])
def test_a_kind_or_event_nobody_knows_is_still_a_message(kind: str, door: Flask) -> None:
    known = received("safe", xml_of(CreateTime="1", MsgType=kind.upper(), MsgId="7"))
    assert known.kind == kind
    strange = received("safe", xml_of(CreateTime="1", MsgType="event", Event="Device_Hologram", EventKey="k"))
    assert (strange.kind, strange.event, strange.event_key) == ("event", "device_hologram", "k")
    request = signed(SETTINGS["safe"], xml_of(CreateTime="1", MsgType="event", Event="Device_Hologram"), now=NOON)
    response = door.test_client().post("/wechat", query_string=request.query, data=request.body)
    assert (response.status_code, response.data) == (200, b"success")


NO_MESSAGES = [
    b"",
    b"success",
    b'{"MsgType": "text"}',
    b"<xml>",
    b"<xml/>",
    b"<xml>text</xml>",
    b"<html><body/></html>",
    b"<xml><MsgType>text</MsgType></xml>",
    f"<xml><FromUserName>{OPENID}</FromUserName></xml>".encode(),
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType/></xml>".encode(),
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType><MsgType>event</MsgType></xml>".encode(),
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType><a>text</a></MsgType></xml>".encode(),
    b"<xml><FromUserName>o]]&gt;</FromUserName><MsgType>text</MsgType></xml>",
    b"<xml><FromUserName>" + b"o" * 65 + b"</FromUserName><MsgType>text</MsgType></xml>",
    f"<xml><ToUserName>a b</ToUserName><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType></xml>".encode(),
    f"<!DOCTYPE xml><xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType></xml>".encode(),
    f'<!DOCTYPE xml [<!ENTITY a "b">]><xml><FromUserName>{OPENID}</FromUserName><MsgType>&a;</MsgType></xml>'.encode(),
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType></xml>".encode("utf-16"),
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType><Content>\x00</Content></xml>".encode(),
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType><Content>".encode()
    + b"\xff\xfe</Content></xml>",
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType><Content>".encode()
    + b"\xed\xa0\x80</Content></xml>",
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType>{'<a>' * 9}{'</a>' * 9}</xml>".encode(),
    f"<xml><FromUserName>{OPENID}</FromUserName><MsgType>text</MsgType>{'<a/>' * 400}</xml>".encode(),
    b"<a>" * 5000 + b"</a>" * 5000,
]


@pytest.mark.parametrize("body", NO_MESSAGES, ids=range(len(NO_MESSAGES)))
def test_a_genuine_body_that_is_no_message_is_let_go(
    make_kit: Callable[..., Kit], sqlite_url: str, body: bytes
) -> None:
    with pytest.raises(Malformed):
        CODECS["plain"].decode(query(), body)
    client = create_app(make_kit(sqlite_url, "plain")).test_client()
    response = client.post("/wechat", query_string=query(), data=body)
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize("body", NO_MESSAGES, ids=range(len(NO_MESSAGES)))
def test_a_body_without_an_envelope_is_forged(body: bytes, door: Flask) -> None:
    genuine = query(encrypt_type="aes", msg_signature="0" * 40)
    with pytest.raises(Forged):
        CODECS["safe"].decode(genuine, body)
    assert door.test_client().post("/wechat", query_string=genuine, data=body).status_code == 403


DEBRIS = (
    *("<xml>", "</xml>", "<a>", "</Content>", "<MsgType>", "</MsgType>", "<Event/>", "<!DOCTYPE xml>", "<![CDATA[", "]]>"),
    *("&lt;", "&#0;", "&#xD800;", "&a;", "<?xml version='1.0' encoding='gbk'?>", "\x00", "<", ">", "&", "汉"),
)  # fmt: skip


def test_a_message_knocked_about_is_still_one_or_refused(tries: Tries) -> None:
    """H-08, H-10: pieces put in, taken out and doubled anywhere."""
    places = st.floats(min_value=0, max_value=1)
    blows = st.tuples(
        places, places, st.one_of(st.sampled_from(DEBRIS).map(str.encode), st.binary(max_size=4), st.none())
    )

    @tries(4000)
    @given(posted(MESSAGES["tap"]), st.lists(blows, min_size=1, max_size=3))
    def holds(xml: str, blown: list[tuple[float, float, bytes | None]]) -> None:
        body = xml.encode()
        for one, other, piece in blown:
            start, end = sorted((int(one * len(body)), int(other * len(body))))
            put = body[start:end] if piece is None else piece
            body = body[:start] + put + body[start if piece else end :]
        try:
            read = CODECS["plain"].decode(query(), body)
        except Malformed:
            return
        assert read.kind
        assert read.openid

    holds()


# -- out --------------------------------------------------------------------------------------------------------------


def test_a_text_is_one_content_to_whoever_wrote() -> None:
    names, root = tree('第一行\n第二行 <a href="https://x.cn/?a=1&b=2">看</a>')
    assert names == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    assert [root.findtext(n) for n in names[:4]] == [OPENID, ACCOUNT, "1700000000", "text"]
    assert root.findtext("Content") == '第一行\n第二行 <a href="https://x.cn/?a=1&b=2">看</a>'


def test_a_card_is_news_of_one_article() -> None:
    names, root = tree(Card("标题", "说明", "https://x.cn/a?b=1&c=2", "https://x.cn/p.jpg"))
    assert names == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "ArticleCount", "Articles"]
    assert (root.findtext("MsgType"), root.findtext("ArticleCount")) == ("news", "1")
    [item] = root.find("Articles")
    assert [(child.tag, child.text) for child in item] == [
        ("Title", "标题"),
        ("Description", "说明"),
        ("PicUrl", "https://x.cn/p.jpg"),
        ("Url", "https://x.cn/a?b=1&c=2"),
    ]


def test_a_picture_is_an_image_by_its_media_id() -> None:
    names, root = tree(Picture("MEDIA-1"))
    assert names == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Image"]
    assert (root.findtext("MsgType"), root.findtext("Image/MediaId")) == ("image", "MEDIA-1")


def test_a_transfer_goes_to_all_agents_or_to_one() -> None:
    names, root = tree(Transfer())
    assert names == ["ToUserName", "FromUserName", "CreateTime", "MsgType"]
    assert root.findtext("MsgType") == "transfer_customer_service"
    names, root = tree(Transfer("agent@account"))
    assert names == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "TransInfo"]
    assert [child.tag for child in root.find("TransInfo")] == ["KfAccount"]
    assert root.findtext("TransInfo/KfAccount") == "agent@account"


REPLIES = ["好", Card("标题", "说明", "https://x.cn"), Picture("M"), Transfer(), Transfer("a@b"), None, ""]


@pytest.mark.parametrize("reply", REPLIES, ids=repr)
def test_a_reply_is_the_same_in_all_three_modes(reply: Reply | None) -> None:
    assert answered("plain", reply) == answered("compat", reply) == answered("safe", reply)


@pytest.mark.parametrize("reply", REPLIES[:-2], ids=repr)
def test_a_sealed_reply_is_signed_and_shows_nothing(reply: Reply) -> None:
    request = signed(SETTINGS["safe"], "<xml/>", now=NOON)
    body = CODECS["safe"].encode(MultiDict(request.query), ARRIVED, reply, now_s=NOW_S)
    outer = ET.fromstring(body)
    assert [child.tag for child in outer] == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    sealed, seal, timestamp, nonce = [child.text for child in outer]
    assert (timestamp, nonce) == (str(int(NOW_S)), request.query["nonce"])
    assert seal == sign(TOKEN, timestamp, nonce, sealed)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("silence", [None, ""])
def test_silence_is_the_bare_word(mode: str, silence: str | None) -> None:
    request = signed(SETTINGS[mode], "<xml/>", now=NOON)
    assert CODECS[mode].encode(MultiDict(request.query), ARRIVED, silence, now_s=NOW_S) == "success"


def test_a_repeat_gets_the_same_bytes_however_late() -> None:
    """The platform compares nothing, but people do: a reply carries the message's time, not ours."""
    late = [CODECS["plain"].encode(query(), ARRIVED, "好", now_s=NOW_S + seconds) for seconds in (0, 5, 10)]
    assert len(set(late)) == 1


@pytest.mark.parametrize("blank", [" ", "\n\n", "\u3000", "\x00\x08", "\ud800", "\ufffe"])
def test_a_text_of_nothing_is_never_an_empty_content(blank: str) -> None:
    """An empty Content shows the person a fault notice (§1.5)."""
    _, root = tree(blank)
    assert root.findtext("Content") == "…"


def test_a_text_too_long_ends_where_a_person_would_turn_the_page() -> None:
    _, root = tree("一二三四五。" * 200)
    said = root.findtext("Content")
    assert len(said.encode()) <= TEXT_LIMIT_BYTES
    assert said.endswith("五。")


@pytest.mark.parametrize("monster", [f'<a href="https://x.cn/{"y" * 3000}">看</a>', "]]>" * 700, "e" + "\u0301" * 2000])
def test_even_what_cannot_be_cut_well_is_answered(monster: str) -> None:
    """The encoder is the last net: a link longer than the limit once made it raise, and the person saw a fault notice."""
    names, root = tree(monster)
    assert names[-1] == "Content"
    assert 0 < len(root.findtext("Content").encode()) <= TEXT_LIMIT_BYTES


# What a parser would take for structure, what XML cannot hold, and anything else there is.
HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(
        st.sampled_from(
            ["]]>", "]", "]]", ">", "<![CDATA[", "</Content>", "<Content>", "</xml>", "&", "&#0;", "<!--", "<?x?>", "\x00", "\x1b", "\ud83d", "\udc00", "\ufffe", "\r", "\r\n", "汉", "🇨🇳"]
        ),
        max_size=30,
    ).map("".join),
    SAID,
)  # fmt: skip


def as_kept(text: str) -> str:
    """What is left of a text: without what XML cannot hold, `]]>` parted, line ends as a parser gives them."""

    def legal(c: str) -> bool:
        return c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"

    return "".join(filter(legal, text)).replace("]]>", "]] >").replace("\r\n", "\n").replace("\r", "\n")


def test_a_text_reply_is_exactly_one_content_whatever_is_in_it(tries: Tries) -> None:
    """H-12."""

    @tries(10_000)
    @given(st.sampled_from(MODES), HOSTILE.filter(bool))
    def holds(mode: str, text: str) -> None:
        root = ET.fromstring(answered(mode, text))
        assert [child.tag for child in root] == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
        assert [len(child) for child in root] == [0] * 5
        kept = as_kept(text)
        assert root.findtext("Content") == (kept if kept.strip() else "…")
        assert root.findtext("MsgType") == "text"

    holds()


def test_the_other_replies_keep_their_structure_whatever_is_in_them(tries: Tries) -> None:
    """H-12."""

    @tries(4000)
    @given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    def holds(one: str, two: str, three: str, four: str) -> None:
        _, root = tree(Card(one, two, three, four))
        assert [child.text or "" for child in root.find("Articles/item")] == [
            as_kept(t) for t in (one, two, four, three)
        ]
        assert len(list(root.iter())) == 13 - 1
        _, root = tree(Picture(one))
        assert (root.findtext("Image/MediaId"), len(list(root.iter()))) == (as_kept(one), 7)
        _, root = tree(Transfer(f"x{two}"))
        assert (root.findtext("TransInfo/KfAccount"), len(list(root.iter()))) == (as_kept(f"x{two}"), 7)

    holds()


def test_a_nonce_of_any_shape_leaves_the_envelope_whole(tries: Tries) -> None:
    @tries(1000)
    @given(HOSTILE)
    def holds(nonce: str) -> None:
        request = Request({"encrypt_type": "aes", "nonce": nonce}, b"")
        root = ET.fromstring(CODECS["safe"].encode(MultiDict(request.query), ARRIVED, "好", now_s=NOW_S))
        assert [child.tag for child in root] == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]

    holds()


def test_a_message_as_large_as_the_door_allows_is_read_and_one_larger_is_not(door: Flask, clock: StillClock) -> None:
    """H-06: 64 KB."""
    client = door.test_client()
    for extra, status in ((40_000, 200), (60_000, 413)):
        request = signed(
            SETTINGS["safe"],
            xml_of(MsgType="text", CreateTime="1", Content="汉" * (extra // 3), MsgId=str(extra)),
            now=clock(),
        )
        assert client.post("/wechat", query_string=request.query, data=request.body).status_code == status
