"""Where one question of a GIFT file ends and the next begins: at a blank line, or where nothing else can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

OURS = ("law", "article", "source", "evidence", "topic", "point", "level", "unit", "read", "kind", "trades")
BASE = 0xE000  # escaped marks wait here, out of the grammar's sight, until the text is taken apart
_TAG = re.compile(r"\[(id|tag):([^\]]*)\]")
_FIELD = re.compile(r"([a-z]+):\s?(.*)")
_COMMENT, _CATEGORY, _TITLE = "//", "$CATEGORY:", "::"


@dataclass(slots=True)
class Block:
    """One question with the comments above it."""

    line: int
    """Where it begins; with a fault, where that shows."""
    text: str
    category: str
    said: dict[str, str] = field(default_factory=dict)
    id: str = ""
    tags: list[str] = field(default_factory=list)
    fault: str = ""
    """The sentence that says why nobody can tell where it ends."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str

    @property
    def is_comment(self) -> bool:
        return self.text.startswith(_COMMENT)


def blocks(text: str) -> list[Block]:
    """All questions, in order. The grammar has a blank line between two of them and none within one.

    Where it is wanting, a line that begins with a title, or with answers of its own behind a finished question, begins a
    new one. Where a line could belong to either, the whole is one block with a `fault`: two are never read as one.
    """
    scan = _Scan()
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        scan.line(number, line)
    return scan.finish()


class _Scan:
    """Goes through the lines once, but for those behind a brace that was never closed."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._category = ""
        self._lines: list[_Line] = []
        self._start_anew()

    def _start_anew(self) -> None:
        self._open = False
        self._answered = False
        self._ended = False
        """Nothing but a full stop stands behind the answers on their line."""
        self._trails = 0
        """How many lines there were when one came behind the answers that has none of its own."""
        self._gap = 0
        """How many lines there were when a blank one came within the braces."""
        self._fault, self._fault_at = "", 0

    def line(self, number: int, text: str) -> None:
        plain = text.strip()
        if plain.upper().startswith(_CATEGORY):
            self.finish()
            self._category = plain[len(_CATEGORY) :].strip()
        else:
            self._put(_Line(number, plain if plain.startswith(_COMMENT) else _hidden(text)))

    def finish(self) -> list[Block]:
        """What was found, once every line went by."""
        while self._open and self._gap:
            self._leave_open()
        self._close()
        return self._found

    def _put(self, line: _Line) -> None:
        if line.is_comment:
            if self._answered and not self._open and _tells(line.text):
                self._close()
            self._lines.append(line)
        elif line.text.strip():
            self._text(line)
        elif self._open:
            self._gap = self._gap or len(self._lines)
            self._lines.append(line)
        else:
            self._close()

    def _text(self, line: _Line) -> None:
        opens = "{" in line.text
        if self._open:
            if opens and self._gap and "}" not in line.text.partition("{")[0]:
                self._leave_open()  # the question before the blank line never closed its brace
                self._put(line)
                return
        elif line.text.lstrip().startswith(_TITLE):
            self._close()
        elif self._answered and opens and (self._ended or not self._trails):
            self._close(self._trails)
        elif self._answered and opens:
            self._amiss("exchange.gift_runs_on", self._lines[self._trails].number)
        elif self._answered:
            self._trails = self._trails or len(self._lines)
        self._lines.append(line)
        self._braces(line)

    def _braces(self, line: _Line) -> None:
        for mark in re.findall(r"[{}]", line.text):
            if mark == "}":
                self._answered = self._answered or self._open
                self._open, self._gap = False, 0
                continue
            if self._open:
                self._amiss("exchange.gift_unclosed", 0)
            elif self._answered:
                self._amiss("exchange.gift_two_answers", line.number)
            self._open = True
        if self._answered and "}" in line.text:
            self._ended = not re.search(r"\w", line.text.rpartition("}")[2])

    def _leave_open(self) -> None:
        """The question that goes on over a blank line ends there; what follows is looked at anew."""
        rest, self._lines = self._lines[self._gap :], self._lines[: self._gap]
        self._close()
        for each in rest:
            self._put(each)

    def _amiss(self, fault: str, at: int) -> None:
        if not self._fault:
            self._fault, self._fault_at = fault, at

    def _close(self, upto: int = 0) -> None:
        """The question so far, or up to a line of it, is whole; the lines behind are the next one's."""
        lines, rest = (self._lines[:upto], self._lines[upto:]) if upto else (self._lines, [])
        texts = [each for each in lines if not each.is_comment and each.text.strip()]
        if texts:
            if self._open:
                self._amiss("exchange.gift_unclosed", 0)
            elif self._trails and self._ended and not upto:
                self._amiss("exchange.gift_runs_on", lines[self._trails].number)
            told = "\n".join(each.text for each in texts)
            block = Block(self._fault_at or texts[0].number, told, self._category, fault=self._fault)
            _take(block, (each.text for each in lines if each.is_comment))
            self._found.append(block)
            self._lines = rest
        self._start_anew()


def _take(block: Block, comments: Iterable[str]) -> None:
    """What comments say of the question below them."""
    for comment in comments:
        told = comment.removeprefix(_COMMENT).strip()
        if (field_ := _FIELD.fullmatch(told)) and field_[1] in OURS:
            block.said[field_[1]] = field_[2]
            continue
        for kind, value in _TAG.findall(told):
            if kind == "id":
                block.id = value.strip()
            else:
                block.tags.append(value.strip())


def _tells(comment: str) -> bool:
    block = Block(0, "", "")
    _take(block, [comment])
    return bool(block.said or block.id or block.tags)


def _hidden(line: str) -> str:
    r"""Escaped marks, \{ and the like, as characters of no meaning; \n stays for later."""
    return re.sub(r"\\([~=#{}:\\])", lambda found: chr(BASE + ord(found[1])), line)
