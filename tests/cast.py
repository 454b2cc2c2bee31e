"""The cast: a clock that stands still, and people who write over the signed, encrypted webhook.

The wire here is wechatpy's own crypto and parser, so that every story also proves ours against the parser of record.
"""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner
from werkzeug.test import TestResponse

from bot.clock import BEIJING
from bot.config import Settings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=BEIJING)
ACCOUNT = "gh_0123456789ab"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')
_ids = itertools.count(2**60)


class StillClock:
    """A clock that moves when told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **by: float) -> None:
        self.now += timedelta(**by)


def account(encryption: str = "safe", **wechat: Any) -> dict[str, Any]:
    """Settings of the test account, as a dict for Settings(**…)."""
    return {
        "wechat": {
            "app_id": "wx1234567890abcdef",
            "app_secret": "an-app-secret-for-tests",
            "token": "testtoken",
            "encoding_aes_key": AES_KEY,
            "original_id": ACCOUNT,
            "encryption": encryption,
            **wechat,
        },
        "mine": {"name": "示例矿", "dispatcher_phone": "0000-1234567"},
    }


def sign(*parts: str) -> str:
    """The platform's signature, by wechatpy."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


@dataclass(frozen=True)
class Request:
    """One signed request, which may be posted again."""

    query: dict[str, str]
    body: bytes


def signed(settings: Settings, xml: str, *, now: datetime, nonce: str = "nonce123") -> Request:
    """A genuine request of the account's mode around an inner message."""
    token = settings.wechat.token.get_secret_value()
    timestamp = str(int(now.timestamp()))
    query = {"timestamp": timestamp, "nonce": nonce, "signature": sign(token, timestamp, nonce), "openid": "o"}
    if settings.wechat.encryption == "plain":
        return Request(query, xml.encode())
    crypto = WeChatCrypto(token, settings.wechat.encoding_aes_key.get_secret_value(), settings.wechat.app_id)
    sealed = crypto.encrypt_message(xml, nonce, timestamp)
    encrypt = re.search(r"<Encrypt><!\[CDATA\[(.*?)\]\]>", sealed).group(1)
    query |= {"encrypt_type": "aes", "msg_signature": sign(token, timestamp, nonce, encrypt)}
    outer = f"<ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
    inner = xml.removeprefix("<xml>").removesuffix("</xml>") if settings.wechat.encryption == "compat" else ""
    return Request(
        query,
        f"<xml>{outer}{inner.replace('<ToUserName', '<Ignored').replace('</ToUserName', '</Ignored')}</xml>".encode(),
    )


def message(openid: str, created: int, **elements: str) -> str:
    """The XML of a message or event, elements in order, CDATA as the platform writes it."""
    inner = "".join(
        f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>" for name, value in elements.items()
    )
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime>{inner}</xml>"
    )


def opened(settings: Settings, response: TestResponse) -> str:
    """The plain XML of a response, or its bare text."""
    body = response.get_data(as_text=True)
    if settings.wechat.encryption == "plain" or not body.startswith("<xml>"):
        return body
    token, key = settings.wechat.token.get_secret_value(), settings.wechat.encoding_aes_key.get_secret_value()
    part = {
        n: re.search(rf"<{n}>(?:<!\[CDATA\[)?([^\]<]*)", body).group(1) for n in ("MsgSignature", "TimeStamp", "Nonce")
    }
    crypto = WeChatCrypto(token, key, settings.wechat.app_id)
    return str(crypto.decrypt_message(body, part["MsgSignature"], part["TimeStamp"], part["Nonce"]))


@dataclass
class Chat:
    """One person's phone: says, taps and follows, and reads what comes back."""

    client: FlaskClient
    settings: Settings
    clock: StillClock
    openid: str = "oABCDEFGHIJKLMNOPQRSTUVWXY-_"
    heard: str = ""
    said: list[Request] = field(default_factory=list)

    def type(self, text: str) -> str:
        """Say something; the reply's text."""
        return self.send(MsgType="text", Content=text, MsgId=str(next(_ids)))

    def tap(self, label: str, reply: str | None = None) -> str:
        """Tap the link of that label (or one that begins with it) in the last reply, or in an older one."""
        for href, shown in LINK.findall(reply if reply is not None else self.heard):
            if html.unescape(shown).startswith(label):
                said = re.search(r"msgmenucontent=([^&]+)&msgmenuid=([^&]+)", href)
                return self.send(
                    MsgType="text", Content=said.group(1), MsgId=str(next(_ids)), bizmsgmenuid=said.group(2)
                )
        raise AssertionError(f"no link {label} in: {reply or self.heard}")

    def follow(self, scene: str = "") -> str:
        return self.send(MsgType="event", Event="subscribe", EventKey=f"qrscene_{scene}" if scene else "")

    def unfollow(self) -> str:
        return self.send(MsgType="event", Event="unsubscribe", EventKey="")

    def click(self, key: str) -> str:
        """Tap a button of the menu."""
        return self.send(MsgType="event", Event="CLICK", EventKey=key)

    def photo(self) -> str:
        """Send a picture."""
        return self.send(MsgType="image", PicUrl="http://example.com/p", MediaId="m", MsgId=str(next(_ids)))

    def send(self, **elements: str) -> str:
        """Any message or event; the text of the reply, "" for silence."""
        xml = message(self.openid, int(self.clock().timestamp()), **elements)
        return self.post(signed(self.settings, xml, now=self.clock()))

    def post(self, request: Request) -> str:
        """Post a request, perhaps once more."""
        self.said.append(request)
        response = self.client.post("/wechat", query_string=request.query, data=request.body)
        assert response.status_code == 200, response.status
        xml = opened(self.settings, response)
        if xml in ("success", ""):
            return ""
        reply: Any = parse_message(xml)
        assert (reply.source, reply.target) == (ACCOUNT, self.openid)
        self.heard = reply.content if reply.type == "text" else xml
        return str(self.heard)

    def again(self) -> str:
        """The platform repeats the last message."""
        return self.post(self.said[-1])

    @property
    def links(self) -> list[str]:
        """The labels that can be tapped in the last reply."""
        return [label for _, label in LINK.findall(self.heard)]


def plain(text: str) -> str:
    """A reply as it looks on the phone: links are their labels."""
    return LINK.sub(r"\2", text)
