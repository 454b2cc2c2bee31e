"""What went both ways during a play, in clear and without what is fresh each time, so that two plays can be compared."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator.control.box import Box

_RID = re.compile(r"(rid: )[0-9A-Za-z-]+")

Exchange = dict[str, Any]


class Gathering:
    """Takes what is new from the logs, which forget, and keeps it.

    `places` are addresses by the name they are to have: a stage listens on whatever port was free.
    """

    def __init__(self, box: Box, places: Mapping[str, str]) -> None:
        self._box, self._places = box, dict(places)
        self._exchange = self._call = 0
        self.kept: list[Exchange] = []
        self._fresh: list[tuple[tuple[Any, ...], Exchange]] = []

    def look(self) -> None:
        """Take in what is new; more than a log holds must not happen between two looks."""
        with self._box.world.locked() as memory:
            pushes = [each for each in memory.exchanges if each["id"] > self._exchange]
        calls = [each for each in self._box.platform.calls.as_json()["calls"] if each["id"] > self._call]
        self._exchange = max((each["id"] for each in pushes), default=self._exchange)
        self._call = max((each["id"] for each in calls), default=self._call)
        self._fresh += [((0, each["push"], each["attempt"]), self._push(each)) for each in pushes]
        for each in calls:
            told = self._told(each)
            self._fresh.append(((1, told["name"], told["phone"], told["request"], told["answer"]), told))

    def close(self, step: int) -> None:
        """All of a step has come to rest. What was on its way at the same time has no order, and is given one."""
        self.look()
        self.kept += [{"step": step, **told} for _, told in sorted(self._fresh, key=lambda pair: pair[0])]
        self._fresh.clear()

    def _push(self, exchange: Mapping[str, Any]) -> Exchange:
        response = exchange["response"]
        return {
            "way": "push",
            "phone": exchange["phone"],
            "kind": exchange["kind"],
            "attempt": exchange["attempt"],
            "request": self._plain(exchange["request"]["xml"]),
            "reply": self._plain((response["xml"] or response["body"]) if response else ""),
            "verdict": exchange["verdict"],
        }

    def _told(self, call: Mapping[str, Any]) -> Exchange:
        query = {name: value for name, value in call.get("query", {}).items() if name != "access_token"}
        asked = f"{json.dumps(query, ensure_ascii=False)} " if query else ""
        return {
            "way": "call",
            "phone": call["phone"],
            "name": call["name"],
            "request": self._plain(asked + call["request"]),
            "answer": self._plain(_RID.sub(r"\1***", call["response"])),
        }

    def _plain(self, text: str) -> str:
        for name, place in self._places.items():
            text = text.replace(place, f"<{name}>")
        return text


def difference(
    first: Sequence[Exchange], second: Sequence[Exchange]
) -> tuple[int, Exchange | None, Exchange | None] | None:
    """The first place where they differ, counted from 1, with both sides; None when they are the same."""
    for number, (one, other) in enumerate(itertools.zip_longest(first, second), start=1):
        if one != other:
            return number, one, other
    return None
