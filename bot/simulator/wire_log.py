"""Everything that went over the wire, both ways in one order, as the inspector shows it; no secret is kept."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from typing import Any, overload

KEPT = 3000
SECRETS = frozenset({"secret", "appsecret", "access_token", "refresh_token", "ticket_secret"})
_SECRET_VALUE = re.compile(rf'("(?:{"|".join(sorted(SECRETS))})"\s*:\s*")[^"]*"')


class WireLog:
    """Numbered entries, oldest first; the oldest are forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._last = 0

    def add(self, entry: dict[str, Any]) -> dict[str, Any]:
        """The entry with its number as `id`."""
        with self._lock:
            self._last += 1
            kept = {"id": self._last, **entry}
            self._entries.append(kept)
            return kept

    def since(self, number: int) -> dict[str, Any]:
        """`wire`: the entries after that number; `last`: the newest number there is."""
        with self._lock:
            return {"wire": [entry for entry in self._entries if entry["id"] > number], "last": self._last}

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


@overload
def without_secrets(told: str) -> str: ...
@overload
def without_secrets(told: dict[str, str]) -> dict[str, str]: ...
def without_secrets(told: str | dict[str, str]) -> str | dict[str, str]:
    """A query, or JSON as text, with three stars for every secret in it."""
    if isinstance(told, dict):
        return {key: "***" if key in SECRETS else value for key, value in told.items()}
    return _SECRET_VALUE.sub(r'\1***"', told)


def pretty(text: str) -> str:
    """JSON on lines of its own, without secrets; other text as it is."""
    try:
        return json.dumps(json.loads(without_secrets(text)), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
