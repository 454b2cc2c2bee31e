"""Learns the weights of content/hazards.tsv from the sentences here: `python -m tests.understanding.weigh`.

Logistic regression by stochastic descent, the same numbers every time. With `--held-out NAME` it leaves that file out and
prints how well the rest foretells it.
"""

from __future__ import annotations

import hashlib
import math
import random
import sys
import tomllib
from collections import Counter
from pathlib import Path

import content
from bot.understanding.hazards_likeness import Likeness, runs
from content.folding import fold

HERE = Path(__file__).parent
FILE = content.HERE / "hazards.tsv"
TABLES = ("hazards", "hazards_further", "hazards_fresh")
SAID = ("spoken", "blind", "second", "third")
KINDS = ("underground", "fire", "injury", "trapped", "life", "drunk", "missing")
EPOCHS, RATE, DECAY, FEWEST, SMALLEST = 24, 0.25, 0.004, 3, 0.04
Sentence = tuple[str, float, str]
"""Folded text, 1 danger, 0 none, 0.5 either, and its kind where known."""


def sentences(name: str) -> list[Sentence]:
    """Those of one file."""
    table = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
    if name in TABLES:
        worth = {"sure": 1.0, "none": 0.0, "either": 0.5, "open": 0.5}
        return [(fold(t), worth[s["expect"]], s.get("kind", "")) for s in table["set"] for t in s["said"]]
    return [(fold(s["text"]), 0.5 if s["both"] else float(s["danger"]), "") for s in table["said"]]


def fingerprint() -> str:
    """Of all sentences: weights learnt from others are stale."""
    every = sorted(str(each) for name in (*TABLES, *SAID) for each in sentences(name))
    return hashlib.blake2b("\n".join(every).encode(), digest_size=8).hexdigest()


def learn(examples: list[tuple[set[str], float]], known: set[str], *, decay: float = DECAY) -> dict[str, float]:
    """Weights by run, "" being the bias."""
    weights = dict.fromkeys([*sorted(known), ""], 0.0)
    order, chance = list(range(len(examples))), random.Random(7)
    rows = [([run for run in sorted(found) if run in known], truth) for found, truth in examples]
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        rate = RATE / (1 + epoch / 4)
        for at in order:
            found, truth = rows[at]
            odds = weights[""] + sum(weights[run] for run in found)
            step = rate * (truth - 1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))))
            weights[""] += step
            for run in found:
                weights[run] += step
        for run in known:
            weights[run] *= 1 - decay * rate * 20
    return weights


def table_of(every: list[Sentence]) -> dict[str, list[float]]:
    """Rows of weights by run: danger first, then each kind."""
    found = [(runs(text), truth, kind) for text, truth, kind in every]
    counted = Counter(run for each, _, _ in found for run in each)
    known = {run for run, count in counted.items() if count >= FEWEST}
    columns = [learn([(each, truth) for each, truth, _ in found], known)]
    told = [(each, kind) for each, truth, kind in found if truth == 1 and kind in KINDS]
    columns += [learn([(each, float(kind == one)) for each, kind in told], known) for one in KINDS]
    rows = {run: [round(column[run], 3) for column in columns] for run in sorted({*known, ""})}
    return {run: row for run, row in rows.items() if run == "" or max(map(abs, row)) >= SMALLEST}


def write(path: Path, rows: dict[str, list[float]], mark: str) -> None:
    """The file as Likeness reads it."""
    head = [f"# learnt by tests.understanding.weigh from sentences {mark}", "\t".join(("run", "danger", *KINDS))]
    body = ["\t".join((run, *(f"{weight:g}" for weight in row))) for run, row in rows.items()]
    path.write_text("\n".join([*head, *body]) + "\n", "utf-8")


def main() -> None:
    """Learn and write, or learn without one file and judge it."""
    left = sys.argv[sys.argv.index("--held-out") + 1] if "--held-out" in sys.argv else ""
    every = [each for name in (*TABLES, *SAID) if name != left for each in sentences(name)]
    rows = table_of(every)
    if not left:
        write(FILE, rows, fingerprint())
        print(f"{len(every)} sentences, {len(rows)} runs")
        return
    likeness = Likeness(KINDS, {run: tuple(row) for run, row in rows.items() if run}, tuple(rows[""]))
    judged = [(likeness.weigh(text), truth, kind) for text, truth, kind in sentences(left)]
    for limit in (0.0, 0.5, 1.0, 1.5, 2.0):
        heard = sum(odds > limit for (odds, _), truth, _ in judged if truth == 1)
        false = sum(odds > limit for (odds, _), truth, _ in judged if truth == 0)
        dangers, harmless = (sum(truth == one for _, truth, _ in judged) for one in (1, 0))
        print(f"odds > {limit}: {heard}/{dangers} dangers, {false}/{harmless} false alarms")
    named = [(kind, guess) for (_, guess), truth, kind in judged if truth == 1 and kind]
    print(f"kind right: {sum(kind == guess for kind, guess in named)}/{len(named)}")


if __name__ == "__main__":
    main()
