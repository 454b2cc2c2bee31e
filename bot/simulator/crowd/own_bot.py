"""A bot of the drill's own: a child process on a fresh database, which has our platform for its WeChat and our time for its."""

from __future__ import annotations

import hashlib
import secrets
import subprocess
import sys
from pathlib import Path

from bot.simulator.clock import Clock
from bot.simulator.crowd.habits import habits
from bot.simulator.stage import settings as stage_settings
from bot.simulator.stage.child import TOLD_AT_THE_END, BotError, Child, environment
from bot.simulator.stage.serving import free_port

THREADS = 16


class OwnBot:
    """Its settings, database and log lie in `folder`, `simulator` is our address; nothing runs before `start`.

    What it leaves to chance the `seed` decides.
    """

    def __init__(self, folder: Path, simulator: str, clock: Clock, *, seed: int, workers: int = 1) -> None:
        address = f"http://127.0.0.1:{free_port()}"
        self.webhook = f"{address}/wechat"
        named = hashlib.sha256(f"crowd/{seed}".encode()).hexdigest()  # the same people have the same OpenIDs
        self._file, self._clock = folder / "config.toml", clock
        self.settings = stage_settings.write(
            self._file,
            {
                "server": {
                    "public_url": address,
                    "port": int(address.rpartition(":")[2]),
                    "threads": THREADS,
                    "workers": workers,
                },
                "wechat": {
                    "app_id": f"wx{named[:16]}",
                    "app_secret": secrets.token_hex(16),
                    "token": secrets.token_hex(8),
                    "encoding_aes_key": secrets.token_hex(21) + "A",  # 43 characters, the last two bits zero
                    "original_id": f"gh_{named[16:28]}",
                    "account": "service_certified",
                    "api_base_url": f"{simulator}/api",
                },
                "database": {"url": f"sqlite:///{(folder / 'bot.db').as_posix()}"},
                "simulator": {"enabled": True, "url": simulator},
                "mine": habits().mine,
                "logs": {"level": "error"},
            },
        )
        self._child = Child(
            self._file,
            address,
            folder / "bot.log",
            seed=seed if workers == 1 else None,  # two workers with one seed would make the same numbers
            followed=clock.is_followed,
            forget=clock.forget_followers,
        )

    def prepare(self, roster: Path | None) -> None:
        """What an operator does before he serves: tables, the roster if there is one, the menu. Raises BotError."""
        self.run("db", "upgrade")
        if roster is not None:
            self.run("roster", "import", str(roster))
        self.run("menu", "push")

    def run(self, *verb: str) -> None:
        """A verb of the command line to its end, in a process of its own. Raises BotError."""
        command = [sys.executable, "-m", "bot", "--config", str(self._file), *verb]
        done = subprocess.run(  # noqa: S603 our own program
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        self._clock.forget_followers()  # the verb may have kept our time; nobody has to wait for it any more
        if done.returncode:
            raise BotError(done.stdout.decode("utf-8", "replace")[-TOLD_AT_THE_END:])

    def start(self) -> None:
        """Serves, answers and keeps our time. Raises BotError."""
        self._child.start()

    def stop(self) -> None:
        """Ends it; nothing of it is left running."""
        self._child.stop()
