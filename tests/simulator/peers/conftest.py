"""Clients of the platform that nobody here wrote, turned to the simulator by nothing but the host in their addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from wechatpy import WeChatClient

from tests.node import Script
from tests.simulator.conftest import APP_ID, SECRET, Bot, Simulator, World

JPEG = ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64) + b"\xff\xd9", "image/jpeg")
AMR = ("voice.amr", b"#!AMR\n" + bytes(640), "audio/amr")
MP4 = ("film.mp4", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(64), "video/mp4")
"""Name, content and type of a file, as wechatpy sends it; bytes, for a retry must be able to send them again."""


def here(simulator: Simulator, url: str) -> str:
    """The same address with the simulator in the official host's place: its interfaces, or the pages of the platform."""
    for host, place in (("api.weixin.qq.com", "/api"), ("mp.weixin.qq.com", ""), ("open.weixin.qq.com", "")):
        if url.startswith(f"https://{host}/"):
            return f"{simulator.url}{place}{url.removeprefix(f'https://{host}')}"
    return url


class Redirected(requests.Session):
    """wechatpy writes some official addresses out in full, its token's first of all: here only the host is changed."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(method, here(self._simulator, url), *args, **kwargs)


@dataclass
class Peer:
    """An account with its bot, p1 following and having written just now, and p2 following."""

    simulator: Simulator
    bot: Bot

    def openid(self, phone: str = "p1") -> str:
        return str(self.simulator.get(f"phones/{phone}")["openid"])

    def bubble(self, phone: str = "p1") -> dict[str, Any]:
        """What stands last on the phone."""
        return self.simulator.chat(phone)[-1]

    def asked(self, endpoint: str) -> int:
        """How often the interface was called."""
        return len(self.simulator.get("calls", endpoint=endpoint)["calls"])

    def events(self, name: str) -> list[Any]:
        """What the bot was told of, parsed by wechatpy."""
        self.simulator.settle()
        return [message for message in self.bot.messages if message._data.get("Event") == name]


@pytest.fixture
def peer(world: World) -> Peer:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    simulator.phone("follow", phone="p2")
    simulator.phone("say", text="在吗")
    simulator.settle()
    bot.forget()
    return Peer(simulator, bot)


@pytest.fixture
def wechatpy(peer: Peer) -> Iterator[WeChatClient]:
    """wechatpy's own client as it is sold: its own token, its own retries."""
    client = WeChatClient(APP_ID, SECRET, timeout=(3, 10))
    client._http = Redirected(peer.simulator)
    yield client
    client._http.close()


Calls = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def calls(peer: Peer) -> Calls:
    """Makes the steps with co-wechat-api, all in one process; each answer has `value`, or `errcode` and `error`."""
    script = Script(Path(__file__).parent / "node" / "calls.js", "co-wechat-api@3.11.0")

    def make(*steps: list[Any]) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = script(
            {
                "root": peer.simulator.url,
                "control": f"{peer.simulator.url}/control",
                "appId": APP_ID,
                "secret": SECRET,
                "steps": steps,
            }
        )
        assert len(told) == len(steps)
        return told

    return make
