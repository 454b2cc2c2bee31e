"""The people of the simulated mine: crews that rotate weekly, leave, days that differ, silence, hours of their own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.clock import BEIJING
from bot.db.upsert import table
from bot.kit import Kit
from bot.models import JobSetting, Member, Person, Unit
from bot.services.people import WINDOW, WINDOW_MESSAGES
from content.shifts import DAY, Shift
from tests.rules.mine import session

TURNS = ("morning", "swing", "night")
BRANCHES = 12
SILENT_BRANCH, OWN_HOUR_BRANCH = 11, 10
TICK = timedelta(minutes=10)


@dataclass
class Miner:
    """One of them, as he knows himself: the oracle that nothing of the bot is asked for."""

    number: int
    branch: int
    shift: str = ""
    rotation: tuple[str, ...] = ()
    rotation_from: date | None = None
    shift_days: dict[str, str] = field(default_factory=dict)
    leave: tuple[date, date | None] | None = None
    remind_at: int | None = None
    paused: bool = False
    followed: bool = True
    every: int = 1
    """He writes here once in so many days; 0 for never."""
    asks_himself: float = 0.0
    wrote: list[datetime] = field(default_factory=list)

    @property
    def openid(self) -> str:
        return f"oMINER{self.number:06}".ljust(28, "x")

    def works_on(self, day: date) -> str:
        """The id of his shift, "" where nobody knows."""
        if day.isoformat() in self.shift_days:
            return self.shift_days[day.isoformat()]
        if self.rotation and self.rotation_from is not None:
            return self.rotation[(day - self.rotation_from).days // 7 % len(self.rotation)]
        return self.shift

    def away(self, day: date) -> bool:
        return self.leave is not None and self.leave[0] <= day and (self.leave[1] is None or day <= self.leave[1])

    def disturbed(self, at: datetime, shifts: dict[str, Shift]) -> str:
        """Why a push at this moment would be wrong: 'work' 'sleep' 'leave' 'quiet' 'paused', or "". By the clock on the wall."""
        if self.paused or not self.followed:
            return "paused"
        if self.away(at.date()):
            return "leave"
        known = False
        for back in (-1, 0, 1):
            day = at.date() + timedelta(days=back)
            shift = shifts.get(self.works_on(day))
            minute = int((at - datetime(day.year, day.month, day.day, tzinfo=BEIJING)) / timedelta(minutes=1))
            known = known or (back == 0 and shift is not None)
            for why, span in (("work", shift.work if shift else None), ("sleep", shift.sleep if shift else None)):
                if span is not None and span.start <= minute < span.end:
                    return why
        return "" if known or 7 <= at.hour < 22 else "quiet"


def born(count: int, first: date, days: int, seed: int) -> list[Miner]:
    """The same people for the same seed. About one in ten differs in each way."""
    dice = random.Random(seed)
    monday = first - timedelta(days=first.weekday())
    return [_one(number, dice, monday, first, days) for number in range(count)]


def _one(number: int, dice: random.Random, monday: date, first: date, days: int) -> Miner:
    miner = Miner(number, number % BRANCHES)
    kind = dice.random()
    if kind < 0.82:
        miner.rotation, miner.rotation_from = TURNS, monday - timedelta(weeks=number % 3)
        miner.shift = TURNS[0]
    elif kind < 0.94:
        miner.shift = "day"
    elif kind < 0.97:
        miner.shift = dice.choice(("morning", "swing", "night"))
    if dice.random() < 0.10:
        start = first + timedelta(days=dice.randrange(days))
        miner.leave = (start, None if dice.random() < 0.2 else start + timedelta(days=dice.randint(0, 7)))
    if dice.random() < 0.10:
        for _ in range(dice.randint(1, 3)):
            day = first + timedelta(days=dice.randrange(days))
            miner.shift_days[day.isoformat()] = dice.choice(("rest", "morning", "swing", "night"))
    if dice.random() < 0.12:
        miner.remind_at = dice.randrange(7 * 60, 22 * 60, 30)
    miner.paused, miner.followed = dice.random() < 0.03, dice.random() >= 0.02
    miner.every = dice.choice((1, 1, 1, 1, 1, 1, 1, 3, 5, 0))
    miner.asks_himself = 0.1 if dice.random() < 0.5 else 0.0
    return miner


def settle(kit: Kit, miners: list[Miner], now: datetime) -> None:
    """Write them into the tables: a mine of twelve branches, one that wants no questions, one that wants them at noon."""
    with session(kit) as db:
        mine = Unit(parent_id=None, kind="mine", name="M", path="M")
        db.add(mine)
        db.flush()
        branches = [Unit(parent_id=mine.id, kind="branch", name=f"B{n}", path=f"M/B{n}") for n in range(BRANCHES)]
        db.add_all(branches)
        db.flush()
        ids = [each.id for each in branches]
        for place, values in ((SILENT_BRANCH, {"enabled": False, "minute": None}), (OWN_HOUR_BRANCH, {"minute": 720})):
            wanted = {"enabled": True, "weekday": None, "changed_by": "x", "changed_at": now} | values
            db.add(JobSetting(unit_id=ids[place], job="quiz.daily", **wanted))
        db.flush()
        for some in _by(500, miners):
            db.execute(insert(table(Member)), [_member(each, ids, now) for each in some])
            db.execute(insert(table(Person)), [_person(each, now) for each in some])


def _by(size: int, every: list[Miner]) -> Iterator[list[Miner]]:
    return (every[start : start + size] for start in range(0, len(every), size))


def _member(each: Miner, units: list[int], now: datetime) -> dict[str, Any]:
    blank = dict.fromkeys(("trade", "shift", "position", "phone"), "")
    number = each.number + 1
    return blank | {
        "id": number, "alias": f"m{number:07}", "staff_no": f"{number:06}", "name": f"N{number}", "unit_id": units[each.branch],
        "political": "full" if number % 5 == 0 else "masses", "changed_at": now, "tries": 0,
    }  # fmt: skip


def _person(each: Miner, now: datetime) -> dict[str, Any]:
    number, wrote = each.number + 1, now - timedelta(hours=2)
    if each.every == 0:
        wrote = now - timedelta(days=40 if number % 2 else 4)
    each.wrote.append(wrote)
    return {
        "id": number, "openid": each.openid, "met_at": now - timedelta(days=90), "followed": each.followed,
        "follow_changed_at": now - timedelta(days=90), "last_wrote_at": wrote, "window_until": wrote + WINDOW,
        "window_left": WINDOW_MESSAGES, "waiting": 0, "alias": f"p{number:07}", "member_id": number, "shift": each.shift,
        "rotation": ",".join(each.rotation), "rotation_from": each.rotation_from, "shift_days": each.shift_days,
        "shift_from": "self", "leave_from": each.leave[0] if each.leave else None,
        "leave_until": each.leave[1] if each.leave else None, "remind_at": each.remind_at, "political_consent": number % 2,
        "paused_until": now + timedelta(days=365) if each.paused else None, "noticed_at": now,
    }  # fmt: skip


__all__ = ["DAY", "SILENT_BRANCH", "TICK", "Miner", "born", "settle"]
