"""Pictures, voices and films: beside the store's file when there is one, else in memory; the oldest make room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

MEMORY_BYTES = 48 * 1024 * 1024
DISK_BYTES = 512 * 1024 * 1024
HALF = ".half"


class Binaries:
    """Contents by name. A name is made by the simulator, of letters, digits, `-` and `_` only."""

    def __init__(self, store: Path | None) -> None:
        self._folder = store.with_name(store.name + ".media") if store else None
        self._room = DISK_BYTES if store else MEMORY_BYTES
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._held: dict[str, bytes] = {}
        if self._folder is not None and self._folder.is_dir():
            for file in sorted(self._folder.iterdir(), key=lambda found: found.stat().st_mtime):
                if file.suffix == HALF:
                    file.unlink()
                else:
                    self._sizes[file.name] = file.stat().st_size

    def put(self, name: str, content: bytes) -> None:
        with self._lock:
            self._sizes[name] = len(content)
            if self._folder is None:
                self._held[name] = content
            else:
                self._folder.mkdir(parents=True, exist_ok=True)
                half = self._folder / (name + HALF)  # who is killed while writing leaves no torn picture
                half.write_bytes(content)
                half.replace(self._folder / name)
            while sum(self._sizes.values()) > self._room and len(self._sizes) > 1:
                self._forget(next(iter(self._sizes)))

    def get(self, name: str) -> bytes | None:
        """None for what never was, was dropped, or had to make room."""
        with self._lock:
            if name not in self._sizes:
                return None
            if self._folder is None:
                return self._held[name]
            try:
                return (self._folder / name).read_bytes()
            except OSError:
                return None

    def drop(self, name: str) -> None:
        with self._lock:
            self._forget(name)

    def clear(self) -> None:
        with self._lock:
            for name in list(self._sizes):
                self._forget(name)

    def _forget(self, name: str) -> None:
        self._sizes.pop(name, None)
        self._held.pop(name, None)
        if self._folder is not None:
            (self._folder / name).unlink(missing_ok=True)
