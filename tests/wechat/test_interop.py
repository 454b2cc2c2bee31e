"""A third party's crypto, in another language: the npm package wechat-crypto writes to the bot and reads its answers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.app import create_app
from bot.kit import Kit
from bot.wechat.crypto import Envelope
from tests.cast import ACCOUNT, AES_KEY, StillClock, message, sign
from tests.node import crypto

APP_ID, TOKEN, OPENID = "wx1234567890abcdef", "testtoken", "oABCDEFGHIJKLMNOPQRSTUVWXY-_"
Node = Callable[[list[dict[str, str]]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def node() -> Node:
    """Seals what has a `plain`, opens what has an `encrypt`, and signs both."""
    script = crypto()

    def run(messages: list[dict[str, str]]) -> list[dict[str, Any]]:
        answers: list[dict[str, Any]] = script({"token": TOKEN, "key": AES_KEY, "appId": APP_ID, "messages": messages})
        return answers

    return run


@pytest.fixture(params=["safe", "compat"])
def app(request: pytest.FixtureRequest, make_kit: Callable[..., Kit], sqlite_url: str) -> Flask:
    return create_app(make_kit(sqlite_url, request.param))


class Phone:
    """One who writes with the package's crypto and reads with it."""

    def __init__(self, node: Node, client: FlaskClient, clock: StillClock) -> None:
        self._node, self._client, self._clock = node, client, clock

    def send(self, *plain: str) -> list[str]:
        """The opened replies to these messages, each held against the package's own signature."""
        timestamp, nonce = str(int(self._clock().timestamp())), "nonce 随机"
        outer = []
        for sealed in self._node([{"plain": each, "timestamp": timestamp, "nonce": nonce} for each in plain]):
            query = {
                "timestamp": timestamp,
                "nonce": nonce,
                "signature": sign(TOKEN, timestamp, nonce),
                "encrypt_type": "aes",
                "msg_signature": sealed["signature"],
            }
            body = f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt><![CDATA[{sealed['encrypt']}]]></Encrypt></xml>"
            response = self._client.post("/wechat", query_string=query, data=body.encode())
            assert response.status_code == 200
            outer.append(ET.fromstring(response.data))
        names = {"encrypt": "Encrypt", "timestamp": "TimeStamp", "nonce": "Nonce"}
        opened = self._node([{ours: root.findtext(theirs) for ours, theirs in names.items()} for root in outer])
        assert [each["signature"] for each in opened] == [root.findtext("MsgSignature") for root in outer]
        assert {each["id"] for each in opened} == {APP_ID}
        return [each["message"] for each in opened]


def test_another_s_crypto_writes_to_the_bot_and_reads_its_answer(node: Node, app: Flask, clock: StillClock) -> None:
    created = int(clock().timestamp())
    said = ["帮助", "菜单", "没有这句话😀 ]]> <&>", "每日一题"]
    texts = [
        message(OPENID, created, MsgType="text", Content=text, MsgId=str(2**60 + i)) for i, text in enumerate(said)
    ]
    follow = message(OPENID, created, MsgType="event", Event="subscribe", EventKey="")
    for reply in Phone(node, app.test_client(), clock).send(follow, *texts):
        root = ET.fromstring(reply)
        assert (root.findtext("ToUserName"), root.findtext("FromUserName")) == (OPENID, ACCOUNT)
        assert (root.findtext("MsgType"), root.findtext("CreateTime")) == ("text", str(created))
        assert root.findtext("Content").strip()


def test_what_another_s_crypto_seals_is_the_same_to_us_at_every_length(node: Node) -> None:
    ours = Envelope(AES_KEY, APP_ID)
    texts = ["汉" * (n // 3) + "x" * (n % 3) for n in range(1, 70)]
    sealed = node([{"plain": text, "timestamp": "1700000000", "nonce": "nonce123"} for text in texts])
    assert [ours.open(each["encrypt"]).decode() for each in sealed] == texts
    again = node([{"encrypt": ours.seal(t.encode()), "timestamp": "1700000000", "nonce": "nonce123"} for t in texts])
    assert [each["message"] for each in again] == texts


def test_another_s_crypto_agrees_with_the_vector_of_the_page(node: Node) -> None:
    sealed = "Q3stYC6hdFzMh9T8HCvyDN63EnNMbTs0/CcrHVsQB4PfWAjTX3YstXpuuV8dsJbDzxREyHBPyh0dpKnqtCdRDQ=="
    [read] = node([{"encrypt": sealed, "timestamp": "1700000000", "nonce": "nonce123"}])
    assert (read["message"], read["id"]) == ("ok", APP_ID)
    assert read["signature"] == "1033d714d57a2aa97f9b4652685fe92bd65a0aef"


def test_the_package_leaves_nothing_in_the_repository(node: Node) -> None:
    node([])
    for name in ("node_modules", "package.json", "package-lock.json"):
        assert not list(Path(__file__).parents[1].rglob(name))
