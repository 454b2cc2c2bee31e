"""What nobody has verified of the real platform, as switches; each stands where it is harder on the bot (§8.3)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields, replace
from typing import Any


def _switch(default: str | int, *others: str | int, harsher: str | int | None = None) -> Any:
    """A switch and its positions; the default is the one harder on a bot, unless `harsher` names another."""
    about = {"choices": (default, *others), "harsher": default if harsher is None else harsher}
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class Positions:
    """How the switches stand. A comment says why one does not stand at its harsher position."""

    attempts: int = _switch(3, 4)
    retry_seal: str = _switch("fresh", "same")
    text_limit_bytes: int = _switch(2048, 4096)
    over_limit: str = _switch("notice", "cut")
    # wechat_platform §4.2 says to model it so
    windows: str = _switch("reset", "add", "latest", harsher="latest")
    tap_opens: str = _switch("touch", "message")
    desktop_taps: str = _switch("dead", "work")
    tap_menu_id: str = _switch("left_out", "sent")
    tap_msg_id: str = _switch("left_out", "sent")
    # §8.2 item 4 names the events without a notice
    fault_notice: str = _switch("most", "all", "messages", harsher="all")
    # how many failures it takes is told nowhere, and three would stop a bot for one bad minute
    mark_fail_after: int = _switch(10, 3, 30, 0, harsher=3)
    template_colour: str = _switch("ignored", "shown")
    template_values: str = _switch("refused", "cut")
    personal_drafts: str = _switch("refused", "allowed")
    # whether an account was let in is a fact about it, no guess
    bizsend: str = _switch("granted", "refused", harsher="refused")
    bizsend_fields: str = _switch("required", "optional")
    whitelist_answer: str = _switch("http_403", "40164", "61004")
    whitelist_scope: str = _switch("every_call", "tokens")
    # what the account's page offers is a fact about it, no guess
    test_encryption: str = _switch("as_configured", "plain", harsher="plain")
    msgmenu: str = _switch("refused", "works")
    refusal: str = _switch("43101", "48002")
    # the administrator has turned it on or not: a fact about the account, no guess
    mass_protection: str = _switch("off", "on", harsher="on")
    # §5 and §8.2 item 19 let the day begin at midnight in Shanghai
    reset_hour: int = _switch(0, 4, 8, harsher=8)
    escaped_json: str = _switch("refused", "kept")


CHOICES: dict[str, tuple[str | int, ...]] = {each.name: each.metadata["choices"] for each in fields(Positions)}
"""Every switch with the positions it has; the first is the default."""
HARSHER: dict[str, str | int] = {each.name: each.metadata["harsher"] for each in fields(Positions)}
"""Of every switch the position that is hardest on a bot."""


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
        with self._lock:
            self.on = Positions()

    def moved(self) -> dict[str, str | int]:
        """Those that do not stand where they stand at first."""
        on = self.on
        return {name: getattr(on, name) for name, choices in CHOICES.items() if getattr(on, name) != choices[0]}

    def as_json(self) -> dict[str, dict[str, Any]]:
        """`value`, `choices` (the default first) and the `harsher` one of them, by the switch's name."""
        on = self.on
        return {
            name: {"value": getattr(on, name), "choices": list(choices), "harsher": HARSHER[name]}
            for name, choices in CHOICES.items()
        }
