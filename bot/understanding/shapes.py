"""The facts in a line: who, which code, which room, which shift, what hour, which topic; mangled as they come."""

from __future__ import annotations

import re

from content.shapes import Names, Shapes

Facts = dict[str, str]

LONGEST_LINE = 120  # letters; facts stand in short lines
_NAMED_STAFF_NO = re.compile(r"(?<![a-z0-9])[a-z]{0,4}-?[0-9]{1,12}(?![a-z0-9])")  # where the word said what it is
_STAFF_NO = re.compile(r"(?<![0-9a-z])[0-9]{4,12}(?![0-9a-z])")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+(?:\u00b7[{_HAN}]+)*")
LONGEST_NAME = 20
_CODE = re.compile(r"(?<![0-9a-z])([0-9a-z](?:[ -]?[0-9a-z]){3})(?![0-9a-z])")
_RECEIPT = re.compile(
    r"(?<![0-9a-z])([234679acdefghjkmnpqrtuvwxyz]{4})[ \-_.\u2013\u2014]{0,3}([234679acdefghjkmnpqrtuvwxyz]{2,4})(?![0-9a-z])"
)
_ROOM = re.compile(r"(?<![0-9])[0-9]{3,6}(?![0-9])")


class Reader:
    """Reads the facts of one shape out of a short text. Every method returns None where the shape is not there."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._around = re.compile("|".join(map(re.escape, shapes.person_around)))
        when, shift = _one_of(shapes.when), _one_of(shapes.shifts)
        before, after = _one_of(shapes.shift_before), _one_of(shapes.shift_after)
        self._shift = re.compile(
            f"(?P<when>{when})?(?:{before})(?P<later>{when})?(?:{before})(?P<shift>{shift})(?:{after})"
        )
        around = (_one_of(shapes.topic_before), _one_of(shapes.topics), _one_of(shapes.topic_after))
        self._topic = re.compile("(?P<before>{})(?P<topic>{})(?P<after>{})?(?:{})?".format(*around, around[2]))
        number = f"[0-9]{{1,2}}|[{shapes.numerals}]{{1,3}}"
        hour, half, quarter = _one_of(shapes.hour), _one_of(shapes.half), _one_of(shapes.quarter)
        self._clock = re.compile(
            f"(?P<part>{_one_of(shapes.half_day)})?(?P<hour>{number})(?:(?::(?P<sharp>[0-9]{{2}}))"
            f"|(?:{hour})(?:(?P<half>{half})|(?P<quarter>{quarter})|(?P<minute>{number}))?)"
        )

    def person(self, text: str, *, sure: bool) -> Facts | None:
        """Number and name in a folded line. With `sure` false both must be there, the name with a known surname."""
        if len(text) > LONGEST_LINE:
            return None
        numbers = _STAFF_NO.findall(text) or (_NAMED_STAFF_NO.findall(text) if sure else [])
        if len(numbers) > 1 or (not numbers and not sure):
            return None
        runs = [run for part in _RUN.findall(text) for run in self._around.split(part)]
        known = [run for run in runs if 2 <= len(run) <= 4 and run[0] in self._shapes.surnames]
        likely = known or [
            run for run in runs if sure and (2 <= len(run) <= 4 or ("\u00b7" in run and len(run) <= LONGEST_NAME))
        ]
        if not sure and not self._alone(numbers[0], known, runs, text):
            return None
        facts = {"staff_no": numbers[0]} if numbers else {}
        if likely:
            facts["name"] = likely[-1] if numbers and text.find(likely[-1]) > text.find(numbers[0]) else likely[0]
        return facts or None

    def _alone(self, number: str, known: list[str], runs: list[str], text: str) -> bool:
        """True when a number and a name stand there with nothing else, or he says that they are his."""
        told = any(mark in text for mark in self._shapes.person_marks)
        others = [run for run in runs if run and run not in known]
        return len(known) == 1 and (told or (not others and len(number) >= 5))

    def code(self, text: str) -> Facts | None:
        """A sign-in code: four letters and digits, blanks and dashes among them."""
        found = _CODE.search(text[:LONGEST_LINE])
        return {"code": re.sub(r"[ -]", "", found.group(1)).upper()} if found else None

    def receipt(self, text: str) -> Facts | None:
        """A receipt, dash or none: four letters, then two to four (contract §7)."""
        found = _RECEIPT.search(text[:LONGEST_LINE])
        return {"code": f"{found.group(1)}-{found.group(2)}".upper()} if found else None

    def room(self, text: str) -> Facts | None:
        """The number of a contest's room."""
        found = _ROOM.search(text[:LONGEST_LINE])
        return {"room": found.group()} if found else None

    def topic(self, plain: str, *, named: bool) -> Facts | None:
        """What is to be practised. With `named` the word was said, and the topic alone will do."""
        if named and plain in self._shapes.topics:
            return {"topic": self._shapes.topics[plain]}
        found = self._topic.fullmatch(plain) if len(plain) <= LONGEST_LINE else None
        if found is None:
            return None
        asked = found["after"] or found["before"] in self._shapes.topic_alone
        return {"topic": self._shapes.topics[found["topic"]]} if asked or named else None

    def shift(self, plain: str) -> Facts | None:
        """A shift told of and nothing else: "tomorrow I change to the night shift"."""
        found = self._shift.fullmatch(plain) if len(plain) <= LONGEST_LINE else None
        if found is None:
            return None
        facts = {"shift": self._shapes.shifts[found["shift"]]}
        when = found["when"] or found["later"]
        return facts | ({"when": self._shapes.when[when]} if when else {})

    def hour(self, folded: str) -> str | None:
        """The hour said, "19:00", where only one can be meant; "" where it may be morning or evening; None for none."""
        found = self._clock.search(folded[:LONGEST_LINE])
        if found is None:
            return None
        hour = self._number(found["hour"])
        minute = (
            30 if found["half"] else 15 if found["quarter"] else self._number(found["sharp"] or found["minute"] or "0")
        )
        if hour is None or minute is None or hour > 24 or minute > 59:
            return None
        part = self._shapes.half_day.get(found["part"] or "", "")
        if part in ("pm", "noon") and hour < (12 if part == "pm" else 3):
            hour += 12
        sure = part or hour > 12 or (found["hour"].startswith("0") and len(found["hour"]) == 2)
        return f"{hour % 24:02d}:{minute:02d}" if sure else ""

    def calls(self, text: str) -> bool:
        """True where he asks to be reminded or called."""
        return any(call in text for call in self._shapes.calls)

    def asks(self, plain: str) -> bool:
        """True for what looks like a question about rules, rights and dangers."""
        return any(s in plain for s in self._shapes.subjects) and (
            plain.endswith(self._shapes.closing) or any(a in plain for a in self._shapes.asks)
        )

    def _number(self, text: str) -> int | None:
        if text.isascii():
            return int(text)
        numerals = self._shapes.numerals
        ten, two = numerals[10], numerals[11]
        value = 0
        for place, sign in enumerate(text):
            if sign == ten:
                value = (value or 1) * 10 if place <= 1 else 100
            else:
                value += 2 if sign == two else numerals.index(sign)
        return value if value < 100 else None


def _one_of(spellings: Names | frozenset[str] | tuple[str, ...]) -> str:
    return "|".join(re.escape(each) for each in sorted(spellings, key=lambda each: (-len(each), each)))


__all__ = ["Facts", "Reader"]
