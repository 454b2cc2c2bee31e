"""The parts of a turn, in one process and without HTTP: what each costs, and where the time of a turn goes."""

from __future__ import annotations

import cProfile
import pstats
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

import content
from bot.clock import system_clock
from bot.conversation import Conversation
from bot.db import Database
from bot.kit import Kit
from bot.messages import Incoming
from bot.understanding import Understanding
from bot.wechat.codec import Codec
from handlers import ROUTERS
from tests.bench import rows, traffic
from tests.bench.peers.floor import Floor
from tests.bench.rows import Plan
from tests.bench.traffic import Said

BATCHES, AT_ONCE, MORE = 7, 200, 20
PEOPLE, EACH = 500, 8
SHOWN = 25


@dataclass(frozen=True, slots=True)
class Part:
    """Something done once for each item; every batch gets items nobody has used."""

    name: str
    do: Callable[[Any], object]
    items: Callable[[int], Sequence[Any]]


class Bench:
    """Our machine without its web side, on a filled database."""

    def __init__(self, folder: Path, database: Database, plan: Plan) -> None:
        settings = rows.settings(f"sqlite:///{folder / 'bot.db'}")
        self.plan, self.codec = plan, Codec(settings.wechat)
        self.kit = Kit(settings, system_clock, content.load(), database)
        self.conversation = Conversation(self.kit, ROUTERS)
        self.floor = Floor(folder)

    def sealed(self, says: Sequence[Said]) -> list[tuple[MultiDict[str, str], bytes]]:
        return [(MultiDict(query), body) for query, body in map(traffic.sealed, says)]

    def incoming(self, says: Sequence[Said]) -> list[Incoming]:
        return [self.codec.decode(query, body) for query, body in self.sealed(says)]

    def parts(self) -> tuple[Part, ...]:
        plan, understanding, now_s = self.plan, Understanding(self.kit.content), time.time()
        query, _ = self.sealed(plan.echoes(1))[0]
        tap = self.incoming(plan.echoes(1))[0]
        reply = self.conversation.reply_to(self.incoming(plan.helps(1))[0])
        return (
            Part("prove", lambda each: self.codec.prove(each[0], now_s=now_s), lambda n: self.sealed(plan.echoes(n))),
            Part("decode", lambda each: self.codec.decode(*each), lambda n: self.sealed(plan.echoes(n))),
            Part("understand a word", understanding.of, lambda n: self.incoming(plan.helps(n))),
            Part("understand a tap", understanding.of, lambda n: self.incoming(plan.echoes(n))),
            Part("help turn", self.conversation.reply_to, lambda n: self.incoming(plan.helps(n))),
            Part("quiz turn", self.conversation.reply_to, lambda n: self.incoming(plan.taps(n))),
            Part("quiz turn of floor", self._floor_step, lambda n: self.incoming(plan.taps(n))),
            Part("encode", lambda _: self.codec.encode(query, tap, reply, now_s=now_s), lambda n: [None] * n),
        )

    def _floor_step(self, incoming: Incoming) -> str:
        return self.floor.step(int(str(incoming.fields["MsgId"])), incoming.openid, incoming.text)


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """A bench on a database of its own in `folder`."""
    plan = Plan(PEOPLE, EACH)
    url = f"sqlite:///{folder / 'bot.db'}"
    rows.fill(url, plan)
    rows.fill_floor(folder, plan)
    database = Database(rows.settings(url).database)
    database.start_background()
    try:
        yield Bench(folder, database, plan)
    finally:
        database.close()


def lines(folder: Path) -> Iterator[str]:
    """Microseconds of each part: the median of batches that take turns, and the best of them."""
    with bench(folder) as ours:
        parts = ours.parts()
        took: dict[str, list[float]] = {part.name: [] for part in parts}
        for _ in range(BATCHES):
            for part in parts:
                took[part.name].append(_microseconds(part))
    yield f"{'part':22}{'us':>8}{'best':>8}"
    for name, batches in took.items():
        yield f"{name:22}{statistics.median(batches):8.1f}{min(batches):8.1f}"


def profiled(folder: Path) -> Iterator[str]:
    """Where the time of a help turn and of a quiz turn goes, by layer and by function; cProfile doubles small calls."""
    with bench(folder) as ours:
        for part in ours.parts():
            if part.name in {"help turn", "quiz turn"}:
                items = [part.items(AT_ONCE) for _ in range(BATCHES)]
                part.do(part.items(1)[0])
                profile = cProfile.Profile()
                profile.enable()
                for batch in items:
                    for item in batch:
                        part.do(item)
                profile.disable()
                yield from _summary(part.name, pstats.Stats(profile), BATCHES * AT_ONCE)


def _microseconds(part: Part) -> float:
    items = part.items(AT_ONCE)
    for item in items[:MORE]:
        part.do(item)
    started = time.perf_counter()
    for item in items[MORE:]:
        part.do(item)
    return 1e6 * (time.perf_counter() - started) / len(items[MORE:])


def _summary(name: str, stats: pstats.Stats, turns: int) -> Iterator[str]:
    timed: dict[Any, Any] = stats.stats  # type: ignore[attr-defined]
    layers: dict[str, float] = defaultdict(float)
    for function, (_, _, own, _, callers) in timed.items():
        layer = _layer(function)
        if layer:
            layers[layer] += own
        else:  # written in C: the time of whoever called it
            for caller, (_, _, its_share, _) in callers.items():
                layers[_layer(caller) or "python"] += its_share
    total = sum(layers.values())
    yield f"\n{name}: {1e6 * total / turns:.0f} us a turn under the profiler"
    for layer, seconds in sorted(layers.items(), key=lambda item: -item[1]):
        yield f"  {layer:24}{1e6 * seconds / turns:8.1f} us{100 * seconds / total:6.1f} %"
    yield f"  {'own us':>8}{'all us':>8}{'calls':>7}  function"
    for function in sorted(timed, key=lambda f: -timed[f][2])[:SHOWN]:
        _, calls, own, everything, _ = timed[function]
        cost = f"{1e6 * own / turns:8.1f}{1e6 * everything / turns:8.1f}{calls / turns:7.1f}"
        yield f"  {cost}  {_place(function)}"


def _layer(function: tuple[str, int, str]) -> str:
    file, _, name = function
    if "sqlite3." in name:
        return "sqlite3"
    if file == "~":
        return ""
    parts = Path(file).parts
    if "sqlalchemy" in parts:
        inside = parts[parts.index("sqlalchemy") + 1 :]
        return f"sqlalchemy {inside[0].removesuffix('.py')}"
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1]
    for folder in ("bot", "handlers", "content", "tests"):
        if folder in parts:
            inside = parts[parts.index(folder) :]
            return "/".join(inside[:2]).removesuffix(".py") if folder == "bot" else folder
    return "python"


def _place(function: tuple[str, int, str]) -> str:
    file, line, name = function
    return name if file == "~" else f"{'/'.join(Path(file).parts[-2:])}:{line} {name}"
