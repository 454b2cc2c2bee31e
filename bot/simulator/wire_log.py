"""Everything that went over the wire, both ways in one order, as the inspector shows it; no secret is kept."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from functools import cache
from typing import Any, overload

KEPT = 3000
SECRETS = frozenset({"secret", "appsecret", "access_token", "refresh_token", "ticket_secret", "jsapi_ticket"})
SECRETS_OF = {"cgi-bin/ticket/getticket": frozenset({"ticket"})}
"""Names that are secret in one interface only: the ticket of a QR code is none."""
STARS = "***"


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
def without_secrets(told: str, endpoint: str = "") -> str: ...
@overload
def without_secrets(told: dict[str, str], endpoint: str = "") -> dict[str, str]: ...
def without_secrets(told: str | dict[str, str], endpoint: str = "") -> str | dict[str, str]:
    """A query, or a body of an interface as text, with three stars for every secret in it.

    A text need not be JSON: what a bot sends by mistake holds its secrets too.
    """
    names = SECRETS | SECRETS_OF.get(endpoint, frozenset())
    if isinstance(told, dict):
        return {key: STARS if key.lower() in names else value for key, value in told.items()}
    low = told.lower()
    if "\\u" not in low and not any(name in low for name in names):  # most bodies; a name may be written with escapes
        return told
    starred = _starred(told, names)
    try:
        hidden = _hidden(json.loads(told), names)
        return starred if json.loads(starred) == hidden else json.dumps(hidden, ensure_ascii=False)
    except (ValueError, RecursionError):
        return starred


def pretty(text: str, endpoint: str = "") -> str:
    """JSON on lines of its own, other text as it is; without secrets either way."""
    clear = without_secrets(text, endpoint)
    try:
        return json.dumps(json.loads(clear), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return clear


@cache
def _named(names: frozenset[str]) -> re.Pattern[str]:
    """A secret's name and value in JSON, whole or broken, in JSON inside a text, or in a form."""
    return re.compile(
        rf"""(?P<name>(?<![A-Za-z0-9_])(?:{"|".join(sorted(names))})(?P<quoted>\\*["'])?\s*[:=]\s*)"""
        r"""(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(?:\\.|[^&,;{}\[\]\s"'\\])+)""",
        re.IGNORECASE | re.DOTALL,
    )


def _starred(text: str, names: frozenset[str]) -> str:
    return _named(names).sub(_star, text)


def _star(found: re.Match[str]) -> str:
    return found["name"] + (f'"{STARS}"' if found["quoted"] == '"' else STARS)


def _hidden(told: Any, names: frozenset[str]) -> Any:
    if isinstance(told, dict):
        return {key: STARS if key.strip().lower() in names else _hidden(each, names) for key, each in told.items()}
    if isinstance(told, list):
        return [_hidden(each, names) for each in told]
    return _starred(told, names) if isinstance(told, str) else told
