"""The wire: prove a request genuine before its body is read, read a message, write a reply."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Protocol

from bot.config import WeChat
from bot.messages import TEXT_LIMIT_BYTES, Card, Incoming, Picture, Reply, Transfer, split
from bot.wechat.crypto import Envelope, Forged, same, signature
from bot.wechat.xml import Malformed, parse

BODY_LIMIT_BYTES = 64 * 1024
WINDOW_S = 300
LONGEST_TEXT = 4096
NOTHING = "success"

_OPENID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_ACCOUNT = re.compile(r"[A-Za-z0-9_\-]{0,64}")
_NUMBER = re.compile(r"[0-9]{1,12}")
# What XML 1.0 cannot hold at all.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Query(Protocol):
    """Query parameters, each of which may stand more than once."""

    def getlist(self, key: str) -> list[str]: ...


class Codec:
    """Reads and writes the webhook's three modes. Safe for threads: it keeps nothing of a message."""

    def __init__(self, settings: WeChat) -> None:
        self._token = settings.token.get_secret_value()
        self._must_be_sealed = settings.encryption != "plain"
        key = settings.encoding_aes_key.get_secret_value()
        self._envelope = Envelope(key, settings.app_id) if key else None

    def prove(self, query: Query, *, now_s: float) -> None:
        """Raises Forged unless the platform signed this query within the last (or next) five minutes."""
        signed, timestamp, nonce = _once(query, "signature"), _once(query, "timestamp"), _once(query, "nonce")
        genuine = same(signature(self._token, timestamp, nonce), signed)
        if not (genuine and self._token and _NUMBER.fullmatch(timestamp) and abs(now_s - int(timestamp)) <= WINDOW_S):
            raise Forged

    def decode(self, query: Query, body: bytes) -> Incoming:
        """The message of a proven request. Raises Forged for a wrong envelope, Malformed for a body that is no message."""
        if self._sealed(query):
            body = self._opened(query, body)
        return _incoming(parse(body))

    def encode(self, query: Query, incoming: Incoming, reply: Reply | None, *, now_s: float) -> str:
        """The response body; sealed when the request was. Silence is the bare word the platform expects."""
        if reply is None or reply == "":
            return NOTHING
        xml = _reply_xml(incoming, reply)
        if self._envelope is None or not self._sealed(query):
            return xml
        sealed, timestamp, nonce = self._envelope.seal(xml.encode()), str(int(now_s)), _once(query, "nonce")
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature(self._token, timestamp, nonce, sealed)}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{_cdata(nonce)}]]></Nonce></xml>"
        )

    def _sealed(self, query: Query) -> bool:
        return (_once(query, "encrypt_type") == "aes" and self._envelope is not None) or self._must_be_sealed

    def _opened(self, query: Query, body: bytes) -> bytes:
        if self._envelope is None or _once(query, "encrypt_type") != "aes":
            raise Forged
        try:
            sealed = parse(body).get("Encrypt")
        except Malformed:
            raise Forged from None
        ours = signature(self._token, _once(query, "timestamp"), _once(query, "nonce"), str(sealed))
        if not isinstance(sealed, str) or not same(ours, _once(query, "msg_signature")):
            raise Forged
        return self._envelope.open(sealed)


def _once(query: Query, name: str) -> str:
    """A parameter that stands exactly once; empty otherwise, which no signature matches."""
    values = query.getlist(name)
    return values[0] if len(values) == 1 else ""


def _incoming(fields: Mapping[str, Any]) -> Incoming:
    def text(name: str) -> str:
        value = fields.get(name)
        return value if isinstance(value, str) else ""

    openid, account, kind = text("FromUserName"), text("ToUserName"), text("MsgType").lower()
    if not (_OPENID.fullmatch(openid) and _ACCOUNT.fullmatch(account) and kind):
        raise Malformed
    created = text("CreateTime")
    event, event_key, tap_id = text("Event").lower(), text("EventKey"), text("bizmsgmenuid")
    said = text("Recognition" if kind == "voice" else "Content")[:LONGEST_TEXT]
    parts: tuple[str, ...]
    if kind == "event":
        parts = ("e", openid, created, event, event_key, text("Ticket"), text("MsgID"))
    elif text("MsgId").strip("0"):  # a zero is no id: it would make every message one and the same
        parts = ("m", openid, text("MsgId"))
    else:  # seen on taps of a certified service account (wechat_platform §3.4)
        parts = ("t", openid, created, kind, said, tap_id, text("MediaId"))
    return Incoming(
        key=hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest(),
        kind=kind,
        openid=openid,
        account=account,
        created=int(created) if _NUMBER.fullmatch(created) else 0,
        text=said,
        event=event,
        event_key=event_key.removeprefix("qrscene_"),
        tap_id=tap_id,
        fields=fields,
    )


def _reply_xml(incoming: Incoming, reply: Reply) -> str:
    # The message's own time, not the clock's: a repeat must get the same bytes.
    head = (
        f"<xml><ToUserName><![CDATA[{incoming.openid}]]></ToUserName>"
        f"<FromUserName><![CDATA[{incoming.account}]]></FromUserName>"
        f"<CreateTime>{incoming.created}</CreateTime>"
    )
    match reply:
        case str():
            body = f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{_text(reply)}]]></Content>"
        case Card():
            body = (
                "<MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item>"
                f"<Title><![CDATA[{_cdata(reply.title)}]]></Title>"
                f"<Description><![CDATA[{_cdata(reply.description)}]]></Description>"
                f"<PicUrl><![CDATA[{_cdata(reply.picture_url)}]]></PicUrl>"
                f"<Url><![CDATA[{_cdata(reply.url)}]]></Url></item></Articles>"
            )
        case Picture():
            body = f"<MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[{_cdata(reply.media_id)}]]></MediaId></Image>"
        case Transfer():
            agent = f"<TransInfo><KfAccount><![CDATA[{_cdata(reply.account)}]]></KfAccount></TransInfo>" * bool(
                reply.account
            )
            body = f"<MsgType><![CDATA[transfer_customer_service]]></MsgType>{agent}"
    return f"{head}{body}</xml>"


def _text(text: str) -> str:
    """A text within the platform's limit and never empty: the frame fits its replies, this is the last net."""
    clean = _cdata(text)
    if len(clean.encode()) > TEXT_LIMIT_BYTES:
        clean = split(clean)[0]
    return clean if clean.strip() else "\u2026"


def _cdata(text: str) -> str:
    return _ILLEGAL.sub("", text).replace("]]>", "]] >")


__all__ = ["BODY_LIMIT_BYTES", "Codec", "Forged", "Malformed"]
