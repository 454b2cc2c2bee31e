"""Gunicorn from within: our settings, its workers, and one extra child for the scheduler."""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from bot.app import build, create_app, start_background
from bot.config import Settings
from bot.kit import Kit

BREATH_S = 2.0


class Server(BaseApplication):  # type: ignore[misc]
    """gthread workers; every worker builds its own Kit after the fork, around what its master has read already."""

    def __init__(self, settings: Settings, path: Path | None, *, with_jobs: bool) -> None:
        self._settings = settings
        self._kit: Kit | None = None
        self._scheduler = Scheduler(path) if with_jobs else None
        super().__init__()

    def load_config(self) -> None:
        server = self._settings.server
        host = f"[{server.host}]" if ":" in server.host else server.host
        options: dict[str, Any] = {
            "bind": f"{host}:{server.port}",
            "workers": server.workers,
            "threads": server.threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 15,
            "control_socket_disable": True,  # 27.0.1 would put a socket under the home directory
            "when_ready": self._ready,
            "on_reload": lambda _arbiter: _through_our_pipe(),  # it has just set up its own anew
            "on_exit": self._over,
            "worker_exit": self._gone,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        _through_our_pipe()
        self._kit = kit = build(self._settings)
        start_background(kit)
        return create_app(kit)

    def run(self) -> None:
        """Serve until stopped, with nothing left for the collector to look at in what all workers share."""
        gc.collect()
        gc.freeze()
        super().run()

    def _ready(self, _arbiter: object) -> None:
        _through_our_pipe()
        if self._scheduler is not None:
            self._scheduler.start()

    def _over(self, _arbiter: object) -> None:
        if self._scheduler is not None:
            self._scheduler.stop()

    def _gone(self, _arbiter: object, worker: Any) -> None:
        """A worker that has answered all it was asked closes its database and is gone at once.

        To take all of it apart first is a second's work, on a loaded machine ten; whoever stops or reloads waits for it.
        """
        ends = sys.exc_info()[1]
        if worker.pid != os.getpid() or not isinstance(ends, SystemExit) or ends.code or self._kit is None:
            return  # the master buries one that vanished, or this one could not start: its exit code is to be seen
        self._kit.database.close()
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class Scheduler:
    """The extra child: started by the master, started again when it dies, ended with it."""

    def __init__(self, path: Path | None) -> None:
        named = ["--config", str(path)] if path is not None else []
        self._command = [sys.executable, "-m", "bot", *named, "schedule"]
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Once; a reload of the workers asks again and changes nothing."""
        if self._child is None:
            self._child = self._begin()
            threading.Thread(target=self._keep, name="scheduler", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._command, "--with-parent", str(os.getpid())])  # noqa: S603 - our own words

    def _keep(self) -> None:
        while self._child is not None:
            self._child.wait()
            if self._stopping.wait(BREATH_S):
                return
            self._child = self._begin()


def _through_our_pipe() -> None:
    """Gunicorn's own lines are redacted and formatted like all others."""
    for name in ("gunicorn.error", "gunicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
