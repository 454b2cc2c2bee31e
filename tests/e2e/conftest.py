"""A whole sample mine on loopback: bot and simulator in one server, driven over HTTP as people do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from bot.app import build, create_app
from bot.cli.menu import push_menu
from bot.config import Settings
from tests.cast import LINK, account


@dataclass
class Phone:
    """One simulated phone, by its control API."""

    address: str
    id: str
    session: requests.Session = field(default_factory=requests.Session)

    def follow(self) -> str:
        return self._do("follow")

    def unfollow(self) -> str:
        return self._do("unfollow")

    def say(self, text: str) -> str:
        return self._do("say", text=text)

    def tap(self, content: str, **client: bool) -> str:
        """Tap the newest link that says this."""
        return self._do("tap", content=content, **client)

    def press(self, button: str) -> str:
        return self._do("menu", button=button)

    def chat(self) -> list[dict[str, Any]]:
        """Every bubble, oldest first."""
        return list(self.session.get(f"{self._own}/chat", timeout=10).json()["chat"])

    @property
    def heard(self) -> str:
        """The last thing shown on the left, links as their labels."""
        told = [bubble for bubble in self.chat() if bubble["side"] != "me"]
        return LINK.sub(r"\2", told[-1]["text"]) if told else ""

    @property
    def _own(self) -> str:
        return f"{self.address}/simulator/control/phones/{self.id}"

    def _do(self, gesture: str, **fields: Any) -> str:
        before = len(self.chat())
        self.session.post(f"{self._own}/{gesture}", json=fields, timeout=10).raise_for_status()
        assert self.session.get(f"{self.address}/simulator/control/idle", params={"wait": 10}, timeout=15).json()[
            "idle"
        ]
        return self.heard if len(self.chat()) > before else ""


@dataclass
class SampleMine:
    """Where it listens, and its phones."""

    address: str
    settings: Settings

    def phone(self, name: str = "甲（示例）") -> Phone:
        """A phone of its own for each story."""
        made = requests.post(f"{self.address}/simulator/control/phones", json={"name": name}, timeout=10).json()
        return Phone(self.address, made["id"])


@pytest.fixture
def mine(sqlite_url: str, tmp_path: Path) -> Iterator[SampleMine]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    chosen = account(api_base_url=f"{url}/simulator/api", account="test") | {
        "server": {"public_url": url, "port": port},
        "database": {"url": sqlite_url},
        "simulator": {"enabled": True},
        "logs": {"level": "error"},
    }
    kit = build(Settings(**chosen))
    server = make_server("127.0.0.1", port, create_app(kit), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    push_menu(kit.settings, kit.database, tmp_path)
    yield SampleMine(url, kit.settings)
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()
    kit.database.close()
