"""The spacing rule, FSRS-6 by the `fsrs` library: how long a point lasts, and on which day it had best come back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import fsrs

AGAIN, HARD, GOOD = 1, 2, 3
LONGEST_DAYS = 180  # a rule that guards a life is asked for at least twice a year
RETENTION = 0.8
"""A point comes back when he knows it with this likelihood. At nine of ten, five questions a day would go round in a
few points and never reach the rest: `python3 run.py bench --learning` shows what each choice leaves in the heads."""
NEW_EVERY = 3
"""While points are due, every third question is still a new one, for the same reason."""
# People come here once a shift day: steps of minutes would all fall due at the next one.
RULE = fsrs.Scheduler(
    desired_retention=RETENTION,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST_DAYS,
    enable_fuzzing=False,
)
SLOW = {"single": timedelta(seconds=60), "judge": timedelta(seconds=45)}
SLOW_OTHERS = timedelta(seconds=90)
AWAY = timedelta(minutes=10)
"""Whoever takes longer than this has put the phone away: it says nothing of how well he knew."""
# py-fsrs spreads a due day at random over these shares of its interval; here the lightest day in that room is taken.
ROOM = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))
SHORTEST_SPREAD = 2.5
COUNTED_DAYS = 60
"""Beyond that, the load of a day is not known yet and the spread is by chance, the same for ever for one point."""
NEVER = float("inf")

Weight = Callable[[date], float]
"""How much a day may bear: 1 as any other, 0.5 on a rest day, 0 on leave."""


@dataclass(frozen=True, slots=True)
class Held:
    """The state of one point: FSRS's card without its id."""

    state: int = 1
    step: int | None = 0
    stability: float | None = None
    difficulty: float | None = None
    due_at: datetime | None = None
    reviewed_at: datetime | None = None


def rating(score: float, *, guessed: bool, took: timedelta, kind: str) -> int:
    """1 to 4 as FSRS has them: not known, known with trouble or by a guess, known. A quick tap proves nothing more.

    `score` is 0 to 1: whoever got only a part of it did not know it. `took` is the time from question to answer.
    """
    if score < 1:
        return AGAIN
    slow = SLOW.get(kind, SLOW_OTHERS) < took <= AWAY
    return HARD if guessed or slow else GOOD


def turn_for_new(answered: int) -> bool:
    """True when the next question of a row should be a new one, though points are due; `answered` counts the row."""
    return answered % NEW_EVERY == NEW_EVERY - 1


def reviewed(held: Held, rated: int, now: datetime, *, rule: fsrs.Scheduler = RULE) -> Held:
    """What becomes of a point after one more answer at `now` (aware); due exactly when the rule says."""
    card, _ = rule.review_card(_card(held), fsrs.Rating(rated), now.astimezone(UTC))
    return Held(int(card.state), card.step, card.stability, card.difficulty, card.due, card.last_review)


def recall(held: Held, now: datetime, *, rule: fsrs.Scheduler = RULE) -> float:
    """How likely he knows it at `now`, 0 to 1; 0 for a point never asked."""
    return float(rule.get_card_retrievability(_card(held), now.astimezone(UTC)))


def spread(due: datetime, now: datetime, *, load: Mapping[date, int], weight: Weight, seed: str) -> datetime:
    """The due moment moved to the best day near it: never to one he is on leave, seldom to one that is full already.

    `load` is how many points are due to him on each of the coming days. Intervals below two and a half days stay, but
    for leave. Moved by whole days, so the hour stays his own.
    """
    interval = (due - now) / timedelta(days=1)
    room = _room(interval)
    latest = max(due, now + timedelta(days=LONGEST_DAYS))
    days = [day for number in range(-room, room + 1) if (day := due + timedelta(days=number)) <= latest]
    chosen = min(days, key=lambda day: (_cost(day.date(), interval, load, weight), _chance(seed, day.date())))
    for _ in range(LONGEST_DAYS):
        if weight(chosen.date()) > 0:
            break
        chosen += timedelta(days=1)
    return chosen


def _room(interval: float) -> int:
    """How many whole days to either side, as py-fsrs reckons them."""
    if interval < SHORTEST_SPREAD:
        return 0
    return round(1 + sum(share * max(min(interval, end) - start, 0) for start, end, share in ROOM))


def _cost(day: date, interval: float, load: Mapping[date, int], weight: Weight) -> float:
    bears = weight(day)
    if bears <= 0:
        return NEVER
    return (load.get(day, 0) + 1) / bears if interval <= COUNTED_DAYS else 1 / bears


def _chance(seed: str, day: date) -> str:
    """A number for a point and a day, the same in every process."""
    return hashlib.blake2b(f"{seed} {day}".encode(), digest_size=8).hexdigest()


def _card(held: Held) -> fsrs.Card:
    return fsrs.Card(
        card_id=0,  # without one the library waits a millisecond to make a fresh one
        state=fsrs.State(held.state),
        step=held.step,
        stability=held.stability,
        difficulty=held.difficulty,
        due=held.due_at,
        last_review=None if held.reviewed_at is None else held.reviewed_at.astimezone(UTC),
    )
