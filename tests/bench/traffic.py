"""The platform's side: signed and sealed requests, made before the clock starts, and the proof of what comes back."""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from tests.bench.account import ACCOUNT, AES_KEY, APP_ID, TOKEN

NONCE = "1320562132"
_message_ids = itertools.count(time.time_ns())
_crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)


@dataclass(frozen=True, slots=True)
class Said:
    """What one person says or taps, and what the answer must begin with."""

    openid: str
    text: str
    expects: str = ""
    tap_id: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as bytes, and whom its answer is for."""

    raw: bytes
    openid: str
    expects: str


Proof = Callable[[Request, bytes], str]
"""What is wrong with a response body; empty when nothing is."""


def openids(count: int) -> list[str]:
    """Openids that look as random as the platform's, the same in every run."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    source = random.Random(20261122)
    return ["o" + "".join(source.choices(letters, k=27)) for _ in range(count)]


def inner(said: Said) -> str:
    """The XML of a text message that nobody has sent before."""
    tapped = f"<bizmsgmenuid>{said.tap_id}</bizmsgmenuid>" if said.tap_id else ""
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{said.openid}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{said.text}]]></Content><MsgId>{next(_message_ids)}</MsgId>{tapped}</xml>"
    )


def sealed(said: Said) -> tuple[dict[str, str], bytes]:
    """The query and the body of a genuine safe-mode request, fresh as of now."""
    timestamp = str(int(time.time()))
    encrypt = _between(_crypto.encrypt_message(inner(said), NONCE, timestamp), "<Encrypt><![CDATA[", "]]>")
    query = {
        "signature": _sign(TOKEN, timestamp, NONCE),
        "timestamp": timestamp,
        "nonce": NONCE,
        "openid": said.openid,
        "encrypt_type": "aes",
        "msg_signature": _sign(TOKEN, timestamp, NONCE, encrypt),
    }
    body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    return query, body.encode()


def requests(says: Iterable[Said]) -> list[Request]:
    """A request for everything said, ready to be sent within the next five minutes."""
    return [_request(said) for said in says]


def sealed_reply(request: Request, body: bytes) -> str:
    """Proof of a reply: genuine, to the one who asked, and what was to be said. By wechatpy, not by our codec."""
    try:
        text = body.decode()
        signature, timestamp, nonce = (_element(text, name) for name in ("MsgSignature", "TimeStamp", "Nonce"))
        reply = parse_message(_crypto.decrypt_message(text, signature, timestamp, nonce))
    except Exception as problem:
        return f"unreadable, {type(problem).__name__}: {body[:80]!r}"
    if (reply.source, reply.target) != (ACCOUNT, request.openid):
        return f"for somebody else: {reply.target}"
    return "" if reply.content.startswith(request.expects) else f"not what was expected: {reply.content[:40]!r}"


def hello(_request: Request, body: bytes) -> str:
    """Proof that the server that knows nothing said its one word."""
    return "" if body == b"hello\n" else f"not hello: {body[:40]!r}"


def _request(said: Said) -> Request:
    query, body = sealed(said)
    line = "&".join(f"{name}={value}" for name, value in query.items())
    head = (
        f"POST /wechat?{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    )
    return Request(head.encode() + body, said.openid, said.expects)


def _sign(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def _between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


def _element(text: str, name: str) -> str:
    found = re.search(rf"<{name}>(?:<!\[CDATA\[)?([^\]<]*)", text)
    if found is None:
        raise ValueError(name)
    return found[1]
