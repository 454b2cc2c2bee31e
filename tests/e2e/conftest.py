"""A whole sample mine on loopback: bot and simulator in one server, driven over HTTP as people do."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from bot import logs
from bot.app import create_app
from bot.cli.menu import push_menu
from bot.config import Settings
from bot.db import Database
from bot.kit import Kit
from bot.simulated import clock_of_server
from tests.cast import LINK, account
from tests.conftest import CONTENT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass
class Phone:
    """One simulated phone, by its control API."""

    address: str
    id: str

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
        return list(requests.get(f"{self._own}/chat", timeout=10).json()["chat"])

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
        requests.post(f"{self._own}/{gesture}", json=fields, timeout=10).raise_for_status()
        assert requests.get(f"{self.address}/simulator/control/idle", params={"wait": 10}, timeout=15).json()["idle"]
        return self.heard if len(self.chat()) > before else ""


@dataclass
class SampleMine:
    """Where it listens, what it is made of, and its phones."""

    address: str
    kit: Kit

    def phone(self, name: str = "甲（示例）") -> Phone:
        """A phone of its own for each story."""
        made = requests.post(f"{self.address}/simulator/control/phones", json={"name": name}, timeout=10).json()
        return Phone(self.address, made["id"])

    def rest(self) -> None:
        """Returns when nothing is on its way any more, and all that was seen is on the disk."""
        idle = requests.get(f"{self.address}/simulator/control/idle", params={"wait": 10}, timeout=15)
        assert idle.json()["idle"]


class Site:
    """A served address at which one sample mine stands after the other, each with files of its own."""

    def __init__(self) -> None:
        self._stands: Flask | None = None
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def served(self) -> Iterator[Site]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield self
        self._server.shutdown()
        thread.join(timeout=10)
        self._server.server_close()

    @contextmanager
    def mine(self, folder: Path) -> Iterator[SampleMine]:
        """The mine whose database and phones are in this folder, as after a restart."""
        chosen = account(api_base_url=f"{self.address}/simulator/api", account="test") | {
            "server": {"public_url": self.address, "port": self._server.server_port},
            "database": {"url": f"sqlite:///{folder / 'bot.db'}"},
            "simulator": {"enabled": True},
            "logs": {"level": "error"},
        }
        settings = Settings(**chosen)
        logs.configure(settings)
        database = Database(settings.database, threads=settings.server.threads)
        kit = Kit(settings, clock_of_server(settings), CONTENT, database)
        self._stands = create_app(kit)
        mine = SampleMine(self.address, kit)
        try:
            yield mine
        finally:
            mine.rest()  # what is still on its way would come to the next one's bot
            database.close()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert self._stands is not None
        return self._stands(environ, start_response)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with Site().served() as site:
        yield site


@pytest.fixture(scope="session")
def furnished(site: Site, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a mine whose menu the bot has pushed; nobody has come yet."""
    folder = tmp_path_factory.mktemp("furnished")
    shutil.copy(sqlite_template, folder / "bot.db")
    with site.mine(folder) as mine:
        push_menu(mine.kit.settings, mine.kit.database, folder)
    return folder


@pytest.fixture
def mine(site: Site, furnished: Path, tmp_path: Path) -> Iterator[SampleMine]:
    """One of this test's own."""
    for name in ("bot.db", "bot.phones.json"):
        shutil.copy(furnished / name, tmp_path / name)
    with site.mine(tmp_path) as mine:
        yield mine
