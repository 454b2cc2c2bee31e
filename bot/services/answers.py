"""An answer in a miner's hand: A, ａ, 1, 一, 选A, 对, ×, ABD, 一二四, 30, 三十 (product.md, job 3)."""

from __future__ import annotations

from content.bank import LETTERS, Question
from content.folding import fold
from content.words import AnswerWords

RIGHT, WRONG = "T", "F"
LONGEST_FILL = 8  # the words of a fill-in are few


def read(text: str, question: Question, options: tuple[str, ...], words: AnswerWords) -> str | None:
    """What the text answers: letters as shown ("A", "ACD"), "T" or "F", or a fill-in as typed; None if nothing.

    `options` are the option texts in the order shown.
    """
    said = fold(text)
    if question.kind == "fill":
        return _filled(said, question, words)
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
        said, number = fold(answer), _as_number(answer)
        return float(
            any(
                fold(accepted) == said or (number is not None and _as_number(accepted) == number)
                for accepted in question.accepted
            )
        )
    if question.kind == "judge":
        return float(answer == question.right)
    return float(set(answer) == set(shown(question.right, shuffle)))


def shown(letters: str, shuffle: str) -> str:
    """The bank's letters as they were shown: with "CAB", the bank's C is shown as A."""
    return "".join(sorted(LETTERS[shuffle.index(letter)] for letter in letters))


def _filled(said: str, question: Question, words: AnswerWords) -> str | None:
    """What is tried: an accepted spelling, or a number and nothing else; None for a story, which is marked nothing."""
    tried = _without_unit(_bare(said, words), question.unit, words)
    if any(fold(accepted) in (said, tried) for accepted in question.accepted):
        return tried
    if all(_as_number(accepted) is None for accepted in question.accepted if not _in_numerals(accepted, words)):
        return tried if 0 < len(tried) <= LONGEST_FILL else None
    return tried if _as_number(tried) is not None or _in_numerals(tried, words) else None


def _in_numerals(text: str, words: AnswerWords) -> bool:
    return bool(text) and words.numerals.issuperset(text)


def _letter(said: str, known: str, words: AnswerWords) -> str | None:
    """One letter, bare, with a lead-in, or written before its option as in "B. 30 m"."""
    for spelling in (said, _bare(said, words), said[:1] if said[1:2] and said[1:2] in words.after_letter else ""):
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
    """Without the words around an answer, however many of them there are."""
    before = ""
    while before != said:
        before = said
        for lead_in in words.lead_ins:
            if said.startswith(lead_in) and len(said) > len(lead_in):
                said = said[len(lead_in) :].strip(" :,")
                break
        for tail in words.tails:
            if said.endswith(tail) and len(said) > len(tail):
                said = said[: -len(tail)].strip(" ,")
                break
    return said


def two_meanings(text: str, options: tuple[str, ...], words: AnswerWords) -> tuple[str, str] | None:
    """The two options that a bare number may mean: the one in that place, and the one that begins with it."""
    said = fold(text)
    placed = words.letters.get(said)
    if not said.isdigit() or placed is None or placed not in LETTERS[: len(options)]:
        return None
    begins = [LETTERS[i] for i, option in enumerate(options) if _leading_number(option) == said]
    return (placed, begins[0]) if len(begins) == 1 and begins[0] != placed else None


def _leading_number(option: str) -> str:
    folded = fold(option)
    digits = folded[: len(folded) - len(folded.lstrip("0123456789"))]
    return "" if folded[len(digits) : len(digits) + 1] == "." else digits


def _without_unit(said: str, unit: str, words: AnswerWords) -> str:
    folded = fold(unit)
    for name in words.units.get(folded, (folded,)):
        if name and said.endswith(name) and said != name:
            return said[: -len(name)].strip()
    return said


def _as_number(text: str) -> float | None:
    """The value of plain digits such as 30 or 0.50; None for anything else."""
    digits = fold(text)
    if not digits.isascii() or len(digits) > 12 or not digits.replace(".", "", 1).isdigit():
        return None
    return float(digits)
