"""The JSON file in which phones, chats and menu survive a restart."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

SHAPE = 1
PAUSE_SECONDS = 0.2


class Store:
    """Writes what `snapshot` gives, a moment after the last of several changes, by replacing the file whole."""

    def __init__(self, path: Path | None, snapshot: Callable[[], dict[str, Any]]) -> None:
        self._path, self._snapshot = path, snapshot
        self._timer_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def load(self) -> dict[str, Any]:
        """What was saved, or nothing. A file that cannot be read is set aside as `.broken`: play must go on."""
        if self._path is None or not self._path.is_file():
            return {}
        try:
            saved = json.loads(self._path.read_text("utf-8"))
            if isinstance(saved, dict) and saved.get("shape") == SHAPE:
                return saved
        except ValueError:
            pass
        self.set_aside()
        return {}

    def set_aside(self) -> None:
        """Renames the file so that the next save does not destroy what somebody may want to look at."""
        if self._path is not None and self._path.exists():
            self._path.replace(self._path.with_name(self._path.name + ".broken"))

    def changed(self) -> None:
        """Promises a save soon. May be called with the world's lock held, unlike `save`."""
        with self._timer_lock:
            if self._path is None or self._timer is not None:
                return
            self._timer = threading.Timer(PAUSE_SECONDS, self._save_if_possible)
            self._timer.daemon = True
            self._timer.start()

    def finish(self) -> None:
        """Keeps the promise of `changed` at once, if one is open: the last word before the process ends."""
        if self._timer is not None:
            self._save_if_possible()

    def _save_if_possible(self) -> None:
        try:
            self.save()
        except OSError as problem:
            log.warning("the simulator could not save its phones: %s", problem)

    def save(self) -> None:
        """Writes now. Asks for the snapshot under its own lock: never call it with the lock that the snapshot takes."""
        with self._timer_lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if self._path is None:
            return
        with self._write_lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_name(self._path.name + ".new")
            with fresh.open("w", encoding="utf-8") as file:
                file.write(json.dumps({"shape": SHAPE, **self._snapshot()}, ensure_ascii=False))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
