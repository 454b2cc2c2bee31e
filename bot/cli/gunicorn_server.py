"""Gunicorn from within: our settings, its workers, and one extra child for the scheduler."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import Any

from gunicorn.app.base import BaseApplication

from bot.app import build, create_app
from bot.config import Settings
from scheduler.runner import Runner


class Server(BaseApplication):  # type: ignore[misc]
    """gthread workers; every worker builds its own Kit after the fork."""

    def __init__(self, settings: Settings, *, with_jobs: bool) -> None:
        self._settings = settings
        self._with_jobs = with_jobs
        super().__init__()

    def load_config(self) -> None:
        server = self._settings.server
        options: dict[str, Any] = {
            "bind": f"{server.host}:{server.port}",
            "workers": server.workers,
            "threads": server.threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 15,
            "control_socket_disable": True,  # 27.0.1 would put a socket under the home directory
            "when_ready": self._start_jobs,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        kit = build(self._settings)
        kit.database.start_background()
        return create_app(kit)

    def _start_jobs(self, _arbiter: object) -> None:
        if self._with_jobs:
            child = multiprocessing.get_context("fork").Process(target=_jobs, args=(self._settings, os.getpid()))
            child.daemon = True
            child.start()


def _jobs(settings: Settings, parent: int) -> None:
    """The extra child: the scheduler alone, until the parent goes."""
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD):
        signal.signal(name, signal.SIG_DFL)
    runner = Runner(build(settings))
    runner.run_until(lambda: os.getppid() != parent)
