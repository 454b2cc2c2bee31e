"""`understand`: what the bot makes of a line, and how well it does on the lines written down for it."""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import content
from bot.cli.say import sentence
from bot.errors import Refusal
from bot.understanding import SILENT, Understanding
from content import Content

SETS = Path(__file__).parent.parent.parent / "tests" / "understanding"
FILES = ("spoken.toml", "blind.toml", "second.toml", "third.toml")
VERDICTS = ("right", "first", "offered", "miss", "wrong", "missed_danger", "false_alarm")
WORST = 20
SHOWN = 2  # taps a reply offers


@dataclass(frozen=True, slots=True)
class Line:
    """What is printed for a line."""

    word: str
    offered: tuple[str, ...]
    danger: bool


class Ear:
    """Understands lines as from a bound person with no dialogue open."""

    def __init__(self, content_: Content) -> None:
        self._words = content_.words
        self._understanding = Understanding(content_)

    def hears(self, text: str) -> Line:
        """The word acted on, the words offered in order, and whether danger is sure."""
        understood = self._understanding.said(text)
        offered = (self._named(guess) for guess in understood.guesses)
        danger = understood.hazard is not None and understood.hazard.sure
        return Line(self._named(understood.action), tuple(filter(None, offered))[:SHOWN], danger)

    def _named(self, action: str) -> str:
        if action in ("", SILENT) or action in self._words.outside:
            return ""
        return self._words.name_of.get(action, "")

    def verdict(self, said: Mapping[str, Any]) -> str:
        """One of VERDICTS for a line with its expected word, offers and danger."""
        heard = self.hears(said["text"])
        if said["danger"] and not heard.danger:
            return "missed_danger"
        if heard.danger and not said["danger"] and not said["both"]:
            return "false_alarm"
        if said["danger"] or said["both"]:
            kind = "right" if said["both"] or heard.word in ("", said["word"]) else "wrong"
            return kind if kind == "right" or not self._opens(heard.word) else "right"
        return self._action(heard, said["word"], said.get("offered", []))

    def _action(self, heard: Line, word: str, may: list[str]) -> str:
        if heard.word == word and (word or not may):
            return "right"
        if heard.word:
            return "right" if heard.word in may and self._opens(heard.word) else "wrong"
        wanted = [word] if word else may
        if heard.offered and heard.offered[0] in wanted:
            return "first"
        return "offered" if set(heard.offered) & set(wanted) else "miss"

    def _opens(self, word: str) -> bool:
        """True for a word that opens a page and writes nothing."""
        return not any(self._words.name_of.get(action) == word for action in self._words.writes)


def shares(ear: Ear, file: Path) -> tuple[dict[str, Counter[str]], list[tuple[str, Mapping[str, Any]]]]:
    """Verdicts counted by part, and the lines that went wrong, the gravest kind first."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    amiss: list[tuple[str, Mapping[str, Any]]] = []
    for said in tomllib.loads(file.read_text("utf-8"))["said"]:
        verdict = ear.verdict(said)
        harmless = verdict == "miss" and said["part"] == "nothing"  # nothing was asked: to offer nothing is right
        counted[said["part"]]["right" if harmless else verdict] += 1
        if verdict not in ("right", "first") and not harmless:
            amiss.append((verdict, said))
    return counted, sorted(amiss, key=lambda found: -VERDICTS.index(found[0]))


@click.command()
@click.argument("text", required=False)
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A line each.")
def understand(text: str | None, file: Path | None) -> None:
    """What the bot makes of TEXT, of each line of a file or of standard input; with none of them, its marks."""
    ear = Ear(content.load())
    if text is not None:
        _tell(ear, [text])
    elif file is not None:
        _tell(ear, file.read_text("utf-8").splitlines())
    elif not sys.stdin.isatty():
        _tell(ear, sys.stdin.read().splitlines())
    else:
        _measure(ear)


def _tell(ear: Ear, lines: Iterable[str]) -> None:
    for line in lines:
        heard = ear.hears(line)
        told = {"word": heard.word, "offered": list(heard.offered), "danger": heard.danger}
        click.echo(json.dumps(told, ensure_ascii=False))


def _measure(ear: Ear) -> None:
    for name in FILES:
        if not (SETS / name).exists():
            raise Refusal("operator.no_sets", folder=SETS)
        counted, amiss = shares(ear, SETS / name)
        click.echo(f"{name:14}" + "".join(f"{verdict:>14}" for verdict in VERDICTS))
        for part, verdicts in counted.items():
            total = verdicts.total()
            click.echo(f"{part:14}" + "".join(f"{verdicts[v] / total:14.1%}" for v in VERDICTS) + f"{total:6}")
        for verdict, said in amiss[:WORST]:
            heard = ear.hears(said["text"])
            click.echo(
                f"  {verdict}  {said['text']} => {said['word']} | {heard.word} {' '.join(heard.offered)}".rstrip()
            )
        click.echo(sentence("operator.more_amiss", count=max(0, len(amiss) - WORST)))


__all__ = ["Ear", "shares", "understand"]
