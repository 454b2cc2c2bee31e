"""An answer in a miner's hand: A, ａ, 1, 一, 选A, 对, ×, ABD, 一二四, 30, 三十 (product.md, job 3)."""

from __future__ import annotations

from content.bank import LETTERS, Question
from content.folding import fold
from content.words import AnswerWords

RIGHT, WRONG = "T", "F"
LONGEST_FILL = 20


def read(text: str, question: Question, options: tuple[str, ...], words: AnswerWords) -> str | None:
    """What the text answers: letters as shown ("A", "ACD"), "T" or "F", or a fill-in as typed; None if nothing.

    `options` are the option texts in the order shown.
    """
    said = fold(text)
    if question.kind == "fill":
        return said if _could_fill(said, question, words) else None
    if question.kind == "judge":
        truth = words.verdicts.get(said, words.verdicts.get(_bare(said, words)))
        return None if truth is None else RIGHT if truth else WRONG
    known = LETTERS[: len(options)]
    several = _letters(_bare(said, words), known, words)
    if several is not None and len(several) > 1:
        return several if question.kind == "multiple" else None
    return _letter(said, known, words) or _by_text(said, options)


def score(answer: str, question: Question, shuffle: str) -> float:
    """1.0 when right, 0.0 when not; the letters are those shown under `shuffle`."""
    if question.kind == "fill":
        return float(any(_same(answer, accepted, question.unit) for accepted in question.accepted))
    if question.kind == "judge":
        return float(answer == question.right)
    return float(set(answer) == set(shown(question.right, shuffle)))


def shown(letters: str, shuffle: str) -> str:
    """The bank's letters as they were shown: with "CAB", the bank's C is shown as A."""
    return "".join(sorted(LETTERS[shuffle.index(letter)] for letter in letters))


def _could_fill(said: str, question: Question, words: AnswerWords) -> bool:
    """False for what is no try at all: a story, or words where a number is wanted; nobody is marked wrong for those."""
    wants_number = any(_as_number(accepted) is not None for accepted in question.accepted)
    return 0 < len(said) <= LONGEST_FILL and (not wants_number or not words.numerals.isdisjoint(said))


def _letter(said: str, known: str, words: AnswerWords) -> str | None:
    """One letter, bare, with a lead-in, or written before its option as in "B. 30 m"."""
    for spelling in (said, _bare(said, words), said[:1] if said[1:2] in (".", ",", "、", " ", ":") else ""):
        letter = words.letters.get(spelling)
        if letter is not None and letter in known:
            return letter
    return None


def _by_text(said: str, options: tuple[str, ...]) -> str | None:
    matching = [LETTERS[i] for i, option in enumerate(options) if fold(option) == said]
    return matching[0] if len(matching) == 1 else None


def _letters(said: str, known: str, words: AnswerWords) -> str | None:
    """Several letters in any spelling of single characters; None when one of them is no option."""
    found: set[str] = set()
    for character in said:
        if character in words.between:
            continue
        letter = words.letters.get(character)
        if letter is None or letter not in known:
            return None
        found.add(letter)
    return "".join(sorted(found)) or None


def _bare(said: str, words: AnswerWords) -> str:
    for lead_in in words.lead_ins:
        if said.startswith(lead_in) and len(said) > len(lead_in):
            said = said[len(lead_in) :].strip(" :")
            break
    for tail in words.tails:
        if said.endswith(tail) and len(said) > len(tail):
            return said[: -len(tail)].strip()
    return said


def _same(typed: str, accepted: str, unit: str) -> bool:
    return bool({typed, _without_unit(typed, unit)} & {fold(accepted)}) or _as_number(
        _without_unit(typed, unit)
    ) == _as_number(accepted, default=-1.0)


def _without_unit(typed: str, unit: str) -> str:
    folded = fold(unit)
    return typed[: -len(folded)].strip() if folded and typed.endswith(folded) else typed


def _as_number(text: str, default: float | None = None) -> float | None:
    """The value of plain digits such as 30 or 0.50; `default` for anything else."""
    digits = fold(text)
    if not digits.isascii() or len(digits) > 12 or not digits.replace(".", "", 1).isdigit():
        return default
    return float(digits)
