"""Reads a scenario file; whatever is misspelt in it is refused by its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from bot.simulator.scenario import moments
from bot.simulator.scenario.model import (
    BEFORE_NEXT_SECONDS,
    STEP_SECONDS,
    Actor,
    Expectation,
    Fact,
    Group,
    Moment,
    Scenario,
    ScenarioError,
    Step,
)

MOST_STEPS = 20_000
TEXTS = ("says_contains", "not_contains", "any_contains")
SECTIONS = frozenset({"phone", "group", "grant", "step", "fact", "mine"})
PLAIN = frozenset({"title", "about", "minutes", "start", "seed", "account", "encryption", "stride", "roster"})
OF_STEP = frozenset(
    {"do", "after", "at", "day", "phone", "which", "with", "says", "expect", "unsettled", "stride", "mark"}
)


def read(text: str) -> Scenario:
    """The scenario of a file's text. Raises ScenarioError."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ScenarioError("not_toml", str(problem)) from None
    _known(raw, SECTIONS | PLAIN, "")
    try:
        return _scenario(raw)
    except (TypeError, ValueError, KeyError, AttributeError) as problem:
        raise ScenarioError("bad_value", str(problem)) from None


def _scenario(raw: dict[str, Any]) -> Scenario:
    return Scenario(
        title=str(raw["title"]),
        start=moments.parse(str(raw["start"])),
        seed=int(raw.get("seed", 1)),
        about=str(raw.get("about", "")),
        minutes=int(raw.get("minutes", 1)),
        account=str(raw.get("account", "service_certified")),
        encryption=str(raw.get("encryption", "safe")),
        stride=float(raw.get("stride", STEP_SECONDS)),
        phones=tuple(_actor(each) for each in raw.get("phone", [])),
        groups=tuple(Group(**_known(each, _names(Group), "group")) for each in raw.get("group", [])),
        steps=tuple(_numbered(raw.get("step", []))),
        facts=tuple(_fact(each) for each in raw.get("fact", [])),
        mine={name: str(value) for name, value in raw.get("mine", {}).items()},
        roster=_texts(raw.get("roster", [])),
        grants=tuple((str(each["staff_no"]), each["role"], each["unit"]) for each in raw.get("grant", [])),
    )


def _actor(raw: dict[str, Any]) -> Actor:
    return Actor(**{**_known(raw, _names(Actor), "phone"), "tags": _texts(raw.get("tags", []))})


def _numbered(raw: list[dict[str, Any]]) -> Iterator[Step]:
    for number, each in enumerate(_unrolled(raw), start=1):
        if number > MOST_STEPS:
            raise ScenarioError("too_long")
        yield _step(number, each)


def _unrolled(raw: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The steps with every `repeat` written out; captions are said the first time only."""
    for each in raw:
        if each.get("do") == "repeat":
            for turn in range(int(each["times"])):
                yield from (
                    {**step, "says": step.get("says", "") if not turn else ""} for step in _unrolled(each["steps"])
                )
        else:
            yield each


def _step(number: int, raw: dict[str, Any]) -> Step:
    where = f"step {number}"
    _known(raw, OF_STEP, where)
    if "do" not in raw:
        raise ScenarioError("no_do", where)
    phone = str(raw.get("phone", ""))
    expect = raw.get("expect", [])
    return Step(
        number=number,
        do=str(raw["do"]),
        moment=_moment(raw),
        phone=phone,
        which=_pair(raw.get("which")),
        body=dict(raw.get("with", {})),
        says=str(raw.get("says", "")).strip(),
        expect=tuple(_expectation(each, phone, where) for each in (expect if isinstance(expect, list) else [expect])),
        unsettled=bool(raw.get("unsettled", False)),
        stride=float(raw["stride"]) if "stride" in raw else None,
        mark=str(raw.get("mark", "")),
    )


def _moment(raw: dict[str, Any]) -> Moment:
    at, day = raw.get("at"), raw.get("day")
    if at is None:
        return Moment(after=float(raw.get("after", BEFORE_NEXT_SECONDS)))
    return Moment(at=moments.minutes(str(at)), day=int(day) if day is not None else None)


def _expectation(raw: dict[str, Any], phone: str, where: str) -> Expectation:
    _known(raw, _names(Expectation), where)
    texts = {name: _texts(raw[name]) for name in TEXTS if name in raw}
    return Expectation(**{"phone": phone, **raw, **texts})


def _fact(raw: dict[str, Any]) -> Fact:
    _known(raw, _names(Fact), "fact")
    times = str(raw.get("times", 1))
    low = int(times.rstrip("+"))
    return Fact(
        **{
            **raw,
            "times": (low, None if times.endswith("+") else low),
            "took": tuple(raw["took"]) if "took" in raw else None,
        }
    )


def _pair(raw: Any) -> tuple[int, int] | None:
    return (int(raw[0]), int(raw[1])) if raw is not None else None


def _texts(raw: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in raw) if isinstance(raw, list) else (str(raw),)


def _names(shape: type) -> frozenset[str]:
    return frozenset(each.name for each in fields(shape))


def _known(raw: dict[str, Any], names: frozenset[str], where: str) -> dict[str, Any]:
    for name in raw:
        if name not in names:
            raise ScenarioError("unknown_key", f"{where} {name}".strip())
    return raw
