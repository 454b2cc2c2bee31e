"""A simulator and a toy bot, each served over real HTTP on loopback; the toy reads with wechatpy, an independent parser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.config import Settings
from bot.simulator import create

TOKEN, APP_ID, SECRET = "testtoken", "wx1234567890abcdef", "0123456789abcdef0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_0123456789ab"
PATIENCE_SECONDS = 20
NOTICE = "该公众号提供的服务出现故障，请稍后再试"


def settings(encryption: str = "safe", account: str = "service_certified", url: str = "http://127.0.0.1:9") -> Settings:
    return Settings.model_validate(
        {
            "server": {"public_url": url},
            "wechat": {
                "app_id": APP_ID,
                "app_secret": SECRET,
                "token": TOKEN,
                "encoding_aes_key": AES_KEY,
                "original_id": ACCOUNT,
                "account": account,
                "encryption": encryption,
            },
            "mine": {"name": "示例矿党建"},
        }
    )


class Quiet(WSGIRequestHandler):
    """A line for every request is many thousands of lines nobody reads."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of a WSGI app on an ephemeral loopback port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(PATIENCE_SECONDS)
        server.server_close()


@dataclass
class Bot:
    """Proves, opens and parses every message with wechatpy, then answers what `answer` says.

    `answer` gets the parsed message and returns text (sealed as the mode asks), raw bytes, a Response, or None.
    """

    encryption: str = "safe"
    answer: Callable[[Any], str | bytes | Response | None] = lambda message: (
        f"你说：{message.content}" if message.type == "text" else f"看到 {message.type}"
    )
    messages: list[Any] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    xmls: list[str] = field(default_factory=list)
    echo: Callable[[str], str] = lambda text: text

    def app(self) -> Flask:
        app = Flask("toy")

        @app.get("/wechat")
        def verify() -> str:
            check_signature(TOKEN, *(request.args[name] for name in ("signature", "timestamp", "nonce")))
            return self.echo(request.args["echostr"])

        @app.get("/h5")
        def wall() -> str:
            return "<p>wall</p>"

        @app.post("/wechat")
        def receive() -> str | Response:
            query = request.args.to_dict()
            check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
            body = request.get_data()
            xml = self.opened(query, body)
            message = parse_message(xml)
            self.queries.append(query)
            self.bodies.append(body)
            self.xmls.append(xml)
            self.messages.append(message)
            said = self.answer(message)
            if isinstance(said, Response):
                return said
            if isinstance(said, bytes):
                return Response(said, content_type="text/xml")
            if said is None:
                return "success"
            return self.sealed(TextReply(content=said, message=message).render())

        return app

    def forget(self) -> None:
        for kept in (self.messages, self.queries, self.bodies, self.xmls):
            kept.clear()

    def opened(self, query: dict[str, str], body: bytes) -> str:
        if query.get("encrypt_type") != "aes":
            assert self.encryption == "plain"
            return body.decode()
        crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
        opened: str | bytes = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        return opened.decode() if isinstance(opened, bytes) else opened

    def sealed(self, xml: str) -> str:
        if self.encryption == "plain":
            return xml
        sealed: str = WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(xml, "nonce", "1700000000")
        return sealed


class Simulator:
    """Speaks to the control interface; every call must succeed unless `refused` is asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def get(self, path: str, **query: Any) -> Any:
        answer = self.session.get(f"{self.url}/control/{path}", params=query, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.session.post(f"{self.url}/control/{path}", json=body, timeout=PATIENCE_SECONDS)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def refused(self, path: str, **body: Any) -> tuple[int, str]:
        answer = self.session.post(f"{self.url}/control/{path}", json=body, timeout=PATIENCE_SECONDS)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["error"]

    def phone(self, gesture: str, *, phone: str = "p1", **body: Any) -> Any:
        return self.post(f"phones/{phone}/{gesture}", **body)

    def settle(self) -> None:
        """Returns when nothing is on its way any more."""
        for _ in range(10):
            if self.get("idle", wait=5)["idle"]:
                return
        raise AssertionError("the simulator never became idle")

    def chat(self, phone: str = "p1") -> list[dict[str, Any]]:
        self.settle()
        chat: list[dict[str, Any]] = self.get(f"phones/{phone}/chat")["chat"]
        return chat

    def heard(self, phone: str = "p1") -> list[str]:
        """What the account, or the platform itself, put on the phone."""
        return [bubble["text"] for bubble in self.chat(phone) if bubble["side"] != "me"]

    def last(self) -> dict[str, Any]:
        """The last attempt."""
        self.settle()
        exchange: dict[str, Any] = self.get("exchanges")["exchanges"][-1]
        return exchange

    def api(self, path: str, *, method: str = "GET", **call: Any) -> requests.Response:
        return self.session.request(method, f"{self.url}/api/cgi-bin/{path}", timeout=PATIENCE_SECONDS, **call)


@dataclass
class World:
    """Starts bots and simulators and stops them with the test."""

    stack: ExitStack

    def bot(self, encryption: str = "safe") -> tuple[Bot, str]:
        bot = Bot(encryption)
        return bot, self.stack.enter_context(served(bot.app())) + "/wechat"

    def simulator(self, webhook: str, encryption: str = "safe", **options: Any) -> Simulator:
        account = options.pop("account", "service_certified")
        app = create(settings(encryption, account), webhook=webhook, **options)
        simulator = Simulator(self.stack.enter_context(served(app)))
        self.stack.callback(simulator.session.close)
        return simulator

    def pair(self, encryption: str = "safe", *, following: bool = True, **options: Any) -> tuple[Simulator, Bot]:
        """A simulator with its bot, phone p1 following and its chat still empty."""
        bot, webhook = self.bot(encryption)
        simulator = self.simulator(webhook, encryption, **options)
        if following:
            usual, bot.answer = bot.answer, lambda _message: None
            simulator.phone("follow")
            simulator.settle()
            bot.answer = usual
            bot.forget()
        return simulator, bot


@pytest.fixture
def world() -> Iterator[World]:
    with ExitStack() as stack:
        yield World(stack)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "simulator.json"
