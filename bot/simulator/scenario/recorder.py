"""Writes down what hands do while recording is on: every control request that changed something, by its virtual time."""

from __future__ import annotations

import threading
from typing import Any

from flask import Request, Response

from bot.simulator.control.box import Box
from bot.simulator.scenario.model import Moment, Scenario, Step
from bot.simulator.scenario.rigged import actors, rigged
from bot.simulator.scenario.words import words
from bot.simulator.scenario.writing import write

APART = frozenset({"recording", "shelf", "stage", "verify", "crowd"})
"""Routes that are no part of the story."""
RENAME = "rename"
CLEAR = "clear "
"""Before the name of a route that is asked to forget."""


class Recorder:
    """Off until told otherwise; what was recorded last can be had until the next recording begins.

    A reset ends a recording under way, and nothing of it is left: it began in a world that is gone.
    """

    def __init__(self, box: Box) -> None:
        self._box, self._world = box, box.world
        self._lock = threading.Lock()
        self._on = False
        self._recorded: Scenario | None = None
        self._steps: list[Step] = []
        self._at = 0.0
        self._epoch = ""
        self._seen: dict[str, int] = {}
        """By phone the last bubble that stood there when the recording began: it will not stand in the replay."""

    @property
    def on(self) -> bool:
        with self._lock:
            self._forget_what_is_gone()
            return self._on

    def turn(self, *, on: bool) -> None:
        """Begin anew, with the phones as they stand and with what is rigged as first steps; or stop."""
        with self._lock:
            self._forget_what_is_gone()
            if on:
                self._at, self._epoch = self._world.now(), self._world.epoch
                with self._world.locked() as memory:
                    self._seen = {each.id: each.chat[-1].id if each.chat else 0 for each in memory.phones.values()}
                self._recorded, self._steps = self._beginning(self._at), []
                for do, body in rigged(self._box):
                    self._add(do, 0.0, body=body)
            self._on = on

    def hear(self, request: Request, response: Response) -> None:
        """Take a request that was answered into the recording, if it changed anything."""
        if not self.on or request.method not in {"POST", "DELETE"} or not response.is_json or not _well(response):
            return
        step = _step(request, response)
        if step is None:
            return
        do, phone, body = step
        if do == "tap":
            do, body = self._tapped(phone, body, response.get_json())
        now = self._world.now()
        with self._lock:
            after = max(0, round(now - self._at))
            self._at += after
            if do == "wait" and not after:
                return
            self._add(do, float(after), phone, body)

    def _tapped(self, phone_id: str, body: dict[str, Any], told: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """A tap by its place in the chat, counted from the end: ids, numbers and the order of options are another's in a
        replay. What was tapped in an older bubble is said instead, which is what a tap does.
        """
        with self._world.locked() as memory:
            chat = list(memory.phones[phone_id].chat) if phone_id in memory.phones else []
        number = next((n for n, each in enumerate(chat) if each.id == body.get("bubble")), None)
        if number is None:
            return "tap", body
        if chat[number].id <= self._seen.get(phone_id, 0):
            content = told["link"].get("content")
            return ("say", {"text": content}) if content else ("tap", body)
        own = next((n for n, each in enumerate(chat) if told["push"] and each.push == told["push"]), len(chat))
        rest = {name: value for name, value in body.items() if name != "bubble"}
        return "tap", {**rest, "message": number - own}

    def _add(self, do: str, after: float, phone: str = "", body: dict[str, Any] | None = None) -> None:
        self._steps.append(Step(len(self._steps) + 1, do, Moment(after), phone=phone, body=body or {}))

    def _forget_what_is_gone(self) -> None:
        if self._on and self._epoch != self._world.epoch:
            self._on, self._recorded, self._steps = False, None, []

    def text(self) -> str:
        """The scenario file; empty when nothing was ever recorded."""
        with self._lock:
            self._forget_what_is_gone()
            if self._recorded is None:
                return ""
            told = {name: getattr(self._recorded, name) for name in self._recorded.__dataclass_fields__}
            return write(Scenario(**told | {"steps": tuple(self._steps)}))

    def _beginning(self, now: float) -> Scenario:
        account = self._world.account
        return Scenario(
            title=words().recorded,
            start=float(int(now)),
            seed=int(now) % 100_000,
            account=account.kind,
            encryption=account.encryption,
            phones=actors(self._world),
        )


def _well(response: Response) -> bool:
    return response.status_code < 400


def _step(request: Request, response: Response) -> tuple[str, str, dict[str, Any]] | None:
    """What was done, on which phone, with which fields; None for what is no part of the story."""
    parts = request.path.partition("/control/")[2].strip("/").split("/")
    body = request.get_json(silent=True) if request.content_length else None
    fields: dict[str, Any] = body if isinstance(body, dict) else {}
    if parts[0] in APART:
        return None
    if request.method == "DELETE":
        return CLEAR + "/".join(parts), "", {}
    if parts[0] == "clock":
        return "wait", "", {}
    if parts == ["phones"]:
        return "phones", response.get_json()["id"], fields
    if parts[0] == "phones":
        return "/".join(parts[2:]) or RENAME, parts[1], fields
    return "/".join(parts), "", fields


def route_of(do: str, phone: str) -> tuple[str, str]:
    """The reverse: method and path below `control/` of a gesture or route."""
    if do.startswith(CLEAR):
        return "DELETE", do.removeprefix(CLEAR)
    if not phone:
        return "POST", do
    return "POST", f"phones/{phone}" if do == RENAME else f"phones/{phone}/{do}"
