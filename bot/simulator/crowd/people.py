"""The people of the crowd, drawn from a seed: crew, shifts, manner, and the minutes in which each may look at his phone."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

from bot.simulator.crowd.habits import DAY_MINUTES, Habits, Shift
from bot.simulator.phones.model import Phone

BEIJING_MINUTES = 8 * 60  # the settings know no other zone, and this one has no summer time
LOOKS_AHEAD_DAYS = 60


class Person:
    """One follower. Lean, for there are ten thousand: what can be drawn again from the seed is not kept.

    Minutes are counted from the Unix epoch. `left` acts remain of the present visit, `next` is when he looks next
    (None: never by himself), `seen` the last bubble he knows of; he `spoke` if he ever did more than
    follow, and is `bound` once he agreed to it.
    """

    __slots__ = (
        "bound",
        "index",
        "left",
        "manner",
        "next",
        "pattern",
        "phone",
        "rests",
        "seen",
        "skill",
        "spoke",
        "turn",
        "turns",
    )

    def __init__(self, index: int, phone: Phone, habits: Habits, seed: int, manner: int | None) -> None:
        self.index, self.phone = index, phone
        crew = random.Random(f"{seed}/crew/{crew_of(index, habits)}")
        self.pattern = _drawn(crew, [pattern.share for pattern in habits.patterns])
        self.turn = crew.randrange(len(habits.patterns[self.pattern].shifts))
        own = random.Random(f"{seed}/{index}")
        drawn = _drawn(own, [each.share for each in habits.manners])
        self.manner = drawn if manner is None else manner
        self.rests = own.randrange(7)
        self.skill = own.uniform(*habits.manners[self.manner].right)
        self.turns = self.left = self.seen = 0
        self.next: int | None = None
        self.spoke = self.bound = False

    def dice(self, seed: int) -> random.Random:
        """Chance for one decision: the same seed, person and number of decisions give the same."""
        self.turns += 1
        return random.Random(f"{seed}/{self.index}/{self.turns}")

    def shift(self, habits: Habits, day: date) -> Shift:
        """What he works on a day: his crew changes over on Mondays, he himself rests one day in seven."""
        if day.weekday() == self.rests:
            return habits.shifts["rest"]
        shifts = habits.patterns[self.pattern].shifts
        week = (day.toordinal() - 1) // 7
        return shifts[(week + self.turn) % len(shifts)]

    def may_look(self, habits: Habits, minute: int) -> bool:
        """Above ground, off work and awake."""
        day, of_day = divmod(minute + BEIJING_MINUTES, DAY_MINUTES)
        return any(start <= of_day < end for start, end in self.shift(habits, _date(day)).reachable)

    def looks_next(self, habits: Habits, minute: int) -> int:
        """That minute, or the first after it in which he may look."""
        day, of_day = divmod(minute + BEIJING_MINUTES, DAY_MINUTES)
        while True:
            for start, end in self.shift(habits, _date(day)).reachable:
                if of_day < end:
                    return _minute(day, max(start, of_day))
            day, of_day = day + 1, 0

    def visits(self, habits: Habits, seed: int, after: int) -> int | None:
        """The minute of his next visit by himself, later than `after`; None when he will hardly come again.

        A day's visits are drawn from the day: however often he is asked for them, they are the same.
        """
        manner = habits.manners[self.manner]
        today = (after + BEIJING_MINUTES) // DAY_MINUTES
        for day in range(today, today + LOOKS_AHEAD_DAYS if manner.days > 0 else today):
            dice = random.Random(f"{seed}/{self.index}/day/{day}")
            if dice.random() < manner.days:
                spans = self.shift(habits, _date(day)).reachable
                moments = [_within(spans, dice) for _ in range(dice.randint(*manner.visits))]
                later = [minute for moment in moments if (minute := _minute(day, moment)) > after]
                if later:
                    return min(later)
        return None


def crew_of(index: int, habits: Habits) -> int:
    """The crew of a person's number."""
    return index // int(habits.roster["crew_size"])


def _within(spans: tuple[tuple[int, int], ...], dice: random.Random) -> int:
    """A minute of the day inside the spans, each as likely as any other."""
    left = dice.randrange(sum(end - start for start, end in spans))
    for start, end in spans:
        if left < end - start:
            return start + left
        left -= end - start
    raise AssertionError("a moment beyond the spans")


def _minute(day: int, of_day: int) -> int:
    return day * DAY_MINUTES - BEIJING_MINUTES + of_day


def _date(day: int) -> date:
    return datetime.fromtimestamp(day * 86400, UTC).date()


def _drawn(dice: random.Random, shares: list[float]) -> int:
    return dice.choices(range(len(shares)), shares)[0]
