"""Fourteen days of that mine, tick by tick: the real jobs and the real pump, a sender that only notes, a clock that stands."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.clock import BEIJING
from bot.delivery.claims import Addressee
from bot.delivery.outcome import Outcome, Result
from bot.delivery.pump import Pump
from bot.kit import Kit
from bot.models import Ask, Demand, OutboxItem
from bot.services import outbox, people, quiz, reminders, shifts
from bot.services.people import WINDOW
from content.shifts import Shift
from scheduler import quiz as daily
from scheduler import study
from scheduler.job import Job
from scheduler.leader import Leadership
from scheduler.runner import Runner
from tests.bench.mine_days.crew import SILENT_BRANCH, TICK, Miner, born, settle
from tests.cast import StillClock
from tests.reliability.timekeepers import Always
from tests.rules.mine import session

JOBS: tuple[Job, ...] = (daily.daily, study.festival, study.case, study.lesson, study.season, study.comeback)
FIRST = date(2026, 11, 23)
KEEN = timedelta(minutes=30)


@dataclass
class Told:
    """What was found."""

    people: int
    days: int
    pushes: int = 0
    by_hour: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Pushes by shift and hour of the wall's clock."""
    wrong: Counter[str] = field(default_factory=Counter)
    """Pushes that met somebody at work, asleep, on leave, at night or paused; and those that came twice in a day."""
    kinds: Counter[str] = field(default_factory=Counter)
    expected: int = 0
    missed: int = 0
    """Person days on which a question was to come, and did not."""
    twice: int = 0
    rode: int = 0
    asked: int = 0
    """Person days on which he came for it himself."""
    again: int = 0
    """And got it once more all the same."""
    over: int = 0
    """Weeks of a person that went over the measure."""
    most: int = 0
    statements: Counter[str] = field(default_factory=Counter)
    """The most statements of one batch of each job, and the slowest, in milliseconds."""
    slowest_ms: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


class Post:
    """A sender that notes to whom it sent, and is believed."""

    def __init__(self, clock: StillClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.sent: list[tuple[str, datetime]] = []

    def send_text(self, openid: str, text: str) -> Result:  # noqa: ARG002 - what it says is another test's affair
        with self._lock:
            self.sent.append((openid, self._clock()))
        return Result(Outcome.SENT)


class Days:
    """One run."""

    def __init__(
        self, kit: Kit, clock: StillClock, *, count: int, days: int, seed: int = 1, tick: timedelta = TICK
    ) -> None:
        self._kit, self._clock, self._days, self._tick = kit, clock, days, tick
        self._dice = random.Random(seed + 1)
        self._shifts: dict[str, Shift] = dict(kit.content.shifts.by_id)
        clock.now = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=BEIJING)
        self._miners = born(count, FIRST, days, seed)
        settle(kit, self._miners, clock())
        self._by_openid = {each.openid: each for each in self._miners}
        self._post = Post(clock)
        self._pump = Pump(kit.database, clock, self._post, may_reach=self._may_reach)
        self.told = Told(count, days)
        self._runner = Runner(kit, [self._watched(each) for each in JOBS], leader=Leadership(Always()))
        self._count = 0
        self._due: dict[datetime, list[tuple[Miner, date]]] = defaultdict(list)
        self._visits: dict[datetime, list[Miner]] = defaultdict(list)
        self._expected: set[tuple[int, date]] = set()
        self._asked: set[tuple[int, date]] = set()
        self._plan()

    def run(self) -> Told:
        began = time.perf_counter()
        event.listen(self._kit.database.engine, "before_cursor_execute", self._counted)
        self._clock.now -= self._tick
        self._runner.look()  # what was due before anybody kept time is nobody's
        for _ in range(self._days * (timedelta(days=1) // self._tick)):
            self._clock.now += self._tick
            self._progress(began)
            for miner, day in self._due.pop(self._clock.now, ()):
                self._expect(miner, day)
            self._visit(self._visits.pop(self._clock.now, []))
            self._runner.look()
            self._pump.once()
        self._pump.tidy()
        event.remove(self._kit.database.engine, "before_cursor_execute", self._counted)
        self._reckon()
        self.told.seconds = time.perf_counter() - began
        return self.told

    def _progress(self, began: float) -> None:
        if self._clock.now.hour == self._clock.now.minute == 0:
            spent = time.perf_counter() - began
            print(f"{self._clock.now:%m-%d} {len(self._post.sent)} pushes, {spent:.0f} s", file=sys.stderr, flush=True)

    def _plan(self) -> None:
        """When each day's question should come to each, and when each looks in of himself: inside his own hours."""
        for miner in self._miners:
            person = _Person(miner)
            for number in range(self._days):
                day = FIRST + timedelta(days=number)
                moment = reminders.due_at(person, day, self._kit.content.shifts)
                # From a night shift into an afternoon one there may be no window in the whole of the day.
                if moment is not None and shifts.shift_day(moment, person, self._kit.content.shifts) != day:
                    moment = None
                if moment is not None and not miner.paused and miner.followed and miner.branch != SILENT_BRANCH:
                    self._due[_next(moment, self._tick)].append((miner, day))
                if miner.every and miner.followed and (number + miner.number) % miner.every == 0:
                    self._visits[self._free(miner, day)].append(miner)

    def _free(self, miner: Miner, day: date) -> datetime:
        """A tick of that day at which he has his phone in his hand."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
        ticks = [midnight + self._tick * number for number in range(timedelta(days=1) // self._tick)]
        awake = [
            each for each in ticks if each >= self._clock.now and miner.disturbed(each, self._shifts) in ("", "leave")
        ]
        return self._dice.choice(awake or ticks)

    def _expect(self, miner: Miner, day: date) -> None:
        """His moment: a question is to come if the platform lets us write, and he did not come for it."""
        open_ = bool(miner.wrote) and self._clock.now < miner.wrote[-1] + WINDOW
        if open_ and (miner.number, day) not in self._asked:
            self._expected.add((miner.number, day))

    def _visit(self, miners: list[Miner]) -> None:
        """They write a word, as a turn would have it: what waits rides; some ask for the question themselves."""
        for miner in miners:
            with self._kit.database.write() as connection:
                now = self._clock()
                person, _ = people.meet(connection, miner.openid, now=now)
                day = shifts.shift_day(now, person, self._kit.content.shifts)
                if self._dice.random() < miner.asks_himself:
                    with Session(bind=connection) as db:
                        self._ask(db, miner, person.id, day, now)
                        db.flush()
                handed, waiting = outbox.hand_over(connection, person.id, now=now)
                self.told.rode += len(handed)
                people.wrote(
                    connection, person, at=now, opens_window=True, follows=True, waiting=waiting, noticed_at=now
                )
                miner.wrote.append(now)

    def _ask(self, db: Session, miner: Miner, person_id: int, day: date, now: datetime) -> None:
        outbox.withdraw(db, person_id, quiz.owed_as(day))
        had = db.execute(
            select(OutboxItem.id).where(
                OutboxItem.person_id == person_id,
                OutboxItem.once == quiz.owed_as(day),
                OutboxItem.state.in_(("sent", "handed")),
            )
        ).first()
        bank = self._kit.shelf.bank(db, self._kit.content, None, now=now)
        quiz.daily(db, person_id, bank=bank, day=day, now=now)
        if had is None:
            self._asked.add((miner.number, day))
            self._expected.discard((miner.number, day))

    def _may_reach(self, person: Addressee, now: datetime) -> bool:
        return shifts.may_push(person, now, self._kit.content.shifts, person.last_wrote_at)

    def _watched(self, job: Job) -> Job:
        """The same job, its statements and its time noted."""
        run = job.run

        def noted(work: object) -> int:
            self._count, began = 0, time.perf_counter()
            done = run(work)  # type: ignore[arg-type]
            spent = (time.perf_counter() - began) * 1000
            self.told.statements[job.name] = max(self.told.statements[job.name], self._count)
            self.told.slowest_ms[job.name] = max(self.told.slowest_ms.get(job.name, 0.0), spent)
            return done

        return Job(job.name, job.trigger, noted, job.catch_up, job.unit_scoped, job.in_batches)

    def _counted(self, *_: object) -> None:
        self._count += 1

    def _reckon(self) -> None:
        told = self.told
        told.pushes, told.expected, told.asked = len(self._post.sent), len(self._expected), len(self._asked)
        seen: Counter[tuple[int, date]] = Counter()
        for openid, at in self._post.sent:
            miner = self._by_openid[openid]
            day = shifts.shift_day(at, _Person(miner), self._kit.content.shifts)
            seen[miner.number, day] += 1
            told.by_hour[miner.works_on(day), at.hour] += 1
            just_wrote = any(timedelta() <= at - each <= KEEN for each in miner.wrote)
            why = miner.disturbed(at, self._shifts)
            if why and not (just_wrote and why in ("work", "sleep", "quiet")):
                told.wrong[why] += 1
        told.wrong["twice a day"] = sum(1 for count in seen.values() if count > 1)
        self._owed()

    def _owed(self) -> None:
        """What the tables say: each question once, each expected one got, the measure kept."""
        told, got = self.told, Counter[tuple[int, date]]()
        rules = self._kit.content.burden
        with session(self._kit) as db:
            rows = select(OutboxItem.person_id, OutboxItem.once, OutboxItem.kind, OutboxItem.state)
            for person, once, kind, state in db.execute(rows):
                told.kinds[f"{kind} {state}"] += 1
                if kind == daily.NAME and state in ("sent", "handed"):
                    got[person - 1, date.fromisoformat(str(once).partition(":")[2])] += 1
            daily_rows = db.execute(select(Ask.person_id, Ask.day).where(Ask.mode == quiz.DAILY))
            asks = Counter((person, day) for person, day in daily_rows)
            weeks: dict[tuple[int, date], Counter[str]] = defaultdict(Counter)
            for person, week, kind, count in db.execute(
                select(Demand.person_id, Demand.week, Demand.kind, Demand.count)
            ):
                weeks[person, week][kind] += count
        told.missed = sum(1 for each in self._expected if not got[each])
        told.twice = sum(1 for count in got.values() if count > 1) + sum(1 for count in asks.values() if count > 1)
        told.again = sum(1 for each in self._asked if got[each])
        told.most = max((kinds.total() for kinds in weeks.values()), default=0)
        told.over = sum(
            1
            for kinds in weeks.values()
            if kinds.total() > rules.total or any(count > rules.kinds[kind] for kind, count in kinds.items())
        )


class _Person:
    """A miner with the columns by which the bot reckons."""

    def __init__(self, miner: Miner) -> None:
        self.shift, self.rotation, self.rotation_from = miner.shift, ",".join(miner.rotation), miner.rotation_from
        self.shift_days = miner.shift_days
        self.leave_from, self.leave_until = miner.leave or (None, None)
        self.remind_at, self.paused_until = miner.remind_at, None


def _next(moment: datetime, tick: timedelta) -> datetime:
    """The first tick not before a moment."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + tick * -(-(moment - midnight) // tick)
