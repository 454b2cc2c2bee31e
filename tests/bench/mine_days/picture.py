"""The run in figures and as a picture: a row for each hour, a mark for so many pushes, a column for each shift."""

from __future__ import annotations

from tests.bench.mine_days.days import Told

NAMES = {"morning": "早班", "swing": "中班", "night": "夜班", "day": "常白班", "rest": "休班", "": "没说"}
WIDTH = 60


def drawn(told: Told) -> str:
    """Pushes by hour of the day, all of them as bars, and by shift as numbers."""
    hours = {hour: sum(count for (_, each), count in told.by_hour.items() if each == hour) for hour in range(24)}
    most = max([*hours.values(), 1])
    shown = [name for name in NAMES if any(shift == name for shift, _ in told.by_hour)]
    lines = ["hour  pushes  " + "  ".join(NAMES[name] for name in shown)]
    for hour, count in hours.items():
        each = "  ".join(f"{told.by_hour[name, hour]:4}" for name in shown)
        lines.append(f"{hour:02}:00 {count:7}  {each}  {'#' * round(WIDTH * count / most)}")
    return "\n".join([*lines, "", *figures(told)])


def figures(told: Told) -> list[str]:
    """A line each."""
    wrong = ", ".join(f"{why} {count}" for why, count in sorted(told.wrong.items())) or "none"
    return [
        f"people {told.people}, days {told.days}, pushes {told.pushes}, rode with a reply {told.rode}",
        f"questions expected by push {told.expected}, missed {told.missed}, twice {told.twice}",
        f"came for it himself {told.asked}, and got it again {told.again}",
        f"pushes at a wrong moment: {wrong}",
        f"most askings of one person in a week {told.most}, over the measure {told.over}",
        "outbox: " + ", ".join(f"{kind} {count}" for kind, count in sorted(told.kinds.items())),
        "most statements of a batch: " + ", ".join(f"{job} {count}" for job, count in sorted(told.statements.items())),
        "slowest batch, ms: " + ", ".join(f"{job} {ms:.0f}" for job, ms in sorted(told.slowest_ms.items())),
        f"wall time {told.seconds:.0f} s",
    ]
