"""What nobody has verified of the real platform, as switches; each stands where it is harder on the bot (§8.3)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields, replace
from typing import Any

CHOICES: dict[str, tuple[str | int, ...]] = {
    "attempts": (3, 4),
    "retry_seal": ("fresh", "same"),
    "text_limit_bytes": (2048, 4096),
    "over_limit": ("notice", "cut"),
    "windows": ("reset", "add", "latest"),
    "tap_opens": ("touch", "message"),
    "desktop_taps": ("dead", "work"),
    "tap_menu_id": ("left_out", "sent"),
    "tap_msg_id": ("left_out", "sent"),
    "fault_notice": ("most", "all", "messages"),
    "mark_fail_after": (10, 3, 30, 0),
    "template_colour": ("ignored", "shown"),
    "template_values": ("refused", "cut"),
    "personal_drafts": ("refused", "allowed"),
    "bizsend": ("granted", "refused"),
    "bizsend_fields": ("required", "optional"),
    "whitelist_answer": ("http_403", "40164", "61004"),
    "whitelist_scope": ("every_call", "tokens"),
    "test_encryption": ("as_configured", "plain"),
    "msgmenu": ("refused", "works"),
    "refusal": ("43101", "48002"),
    "mass_protection": ("off", "on"),
    "reset_hour": (0, 4, 8),
    "escaped_json": ("refused", "kept"),
}
"""Every switch with the positions it has; the first is the default."""


@dataclass(frozen=True, slots=True)
class Positions:
    """How the switches stand; spelt as in CHOICES."""

    attempts: int = 3
    retry_seal: str = "fresh"
    text_limit_bytes: int = 2048
    over_limit: str = "notice"
    windows: str = "reset"
    tap_opens: str = "touch"
    desktop_taps: str = "dead"
    tap_menu_id: str = "left_out"
    tap_msg_id: str = "left_out"
    fault_notice: str = "most"
    mark_fail_after: int = 10
    template_colour: str = "ignored"
    template_values: str = "refused"
    personal_drafts: str = "refused"
    bizsend: str = "granted"
    bizsend_fields: str = "required"
    whitelist_answer: str = "http_403"
    whitelist_scope: str = "every_call"
    test_encryption: str = "as_configured"
    msgmenu: str = "refused"
    refusal: str = "43101"
    mass_protection: str = "off"
    reset_hour: int = 0
    escaped_json: str = "refused"


class Switches:
    """The board: read as often as wanted, `on` being one frozen reading."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.on = Positions()

    def set(self, name: str, value: Any) -> None:
        """Raises ValueError for a switch or a position there is not."""
        if value not in CHOICES.get(name, ()) or isinstance(value, bool):
            raise ValueError(name)
        with self._lock:
            self.on = replace(self.on, **{name: value})

    def reset(self) -> None:
        self.on = Positions()

    def as_json(self) -> dict[str, dict[str, Any]]:
        on = self.on
        return {
            each.name: {"value": getattr(on, each.name), "choices": list(CHOICES[each.name])} for each in fields(on)
        }
