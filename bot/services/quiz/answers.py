"""An answer in a miner's hand: A, ａ, 1, 一, 选A, 对, ×, ABD, 一二四, 30, 三十 (product.md, job 3)."""

from __future__ import annotations

import random
import re
import unicodedata

import cn2an

from content.bank import LETTERS, Question
from content.folding import fold
from content.words import AnswerWords

RIGHT, WRONG = "T", "F"
LONGEST_FILL = 8  # the words of a fill-in are few
_DIGITS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3}){1,3}(\.[0-9]{1,6})?")
_AROUND = " :,.\u3001()"
_LETTERED = re.compile(r"([a-f])[ .:,\u3001)]+(.+)")  # a letter written before its option


def read(text: str, question: Question, options: tuple[str, ...], words: AnswerWords) -> str | None:
    """What the text answers: letters as shown ("A", "ACD"), "T" or "F", or a fill-in as typed; None if nothing.

    `options` are the option texts in the order shown. A text that may mean two options answers nothing: see `meanings`.
    """
    said = fold(text)
    if question.kind == "fill":
        return _filled(said, question, words)
    if question.kind == "judge":
        truth = words.verdicts.get(said, words.verdicts.get(_bare(said, words)))
        return None if truth is None else RIGHT if truth else WRONG
    several = _several(said, LETTERS[: len(options)], words)
    if several is not None and len(several) > 1:
        return several if question.kind == "multiple" else None
    meant = meanings(text, options, words)
    return meant if len(meant) == 1 else None


def meanings(text: str, options: tuple[str, ...], words: AnswerWords) -> str:
    """The letters of all options a text may mean, sorted: by its place, by its words, by the number it begins with.

    "3" is the third option and also the one that says 3: who means which is for him to say.
    """
    said, known = fold(text), LETTERS[: len(options)]
    bare = _bare(said, words)
    placed = {letter for spelling in (said, bare) if (letter := words.letters.get(spelling, "")) and letter in known}
    if len(bare) == 1 and bare.isascii() and bare.isalpha():
        return "".join(placed)
    if lettered := _LETTERED.fullmatch(bare):
        letter, valued = lettered.group(1).upper(), _valued(lettered.group(2), options, words)
        return "".join(sorted({letter, *valued})) if valued and letter in known else ""
    return "".join(sorted(placed | _valued(bare, options, words) | _valued(said, options, words)))


def score(answer: str, question: Question, shuffle: str, words: AnswerWords) -> float:
    """1.0 when right, 0.0 when not; the letters are those shown under `shuffle`."""
    if question.kind == "fill":
        said, number = fold(answer), _value(fold(answer), words)
        spellings = [fold(accepted) for accepted in question.accepted]
        return float(
            said in spellings or (number is not None and number in [_value(each, words) for each in spellings])
        )
    if question.kind == "judge":
        return float(answer == question.right)
    return float(set(answer) == set(shown(question.right, shuffle)))


def shown(letters: str, shuffle: str) -> str:
    """The bank's letters as they were shown: with "CAB", the bank's C is shown as A."""
    return "".join(sorted(LETTERS[shuffle.index(letter)] for letter in letters))


def owned_up(text: str, words: AnswerWords) -> tuple[str, bool]:
    """What is left of a text without the words that call it a guess, and whether there were any."""
    said = fold(text)
    for word in words.guess:
        if said.startswith(word):
            return said[len(word) :].strip(_AROUND), True
        if said.endswith(word):
            return said[: -len(word)].strip(_AROUND), True
    return text, False


def told(text: str, question: Question, words: AnswerWords) -> bool:
    """True where a guess at a true-or-false question may as well tell how a guess came out: it marks nothing unasked."""
    left, by_guess = owned_up(text, words)
    before = fold(text).startswith(words.guess)
    return question.kind == "judge" and by_guess and before and left in words.told


def shuffled(question: Question, seed: object) -> str:
    """The bank's letters in an order to show them, the same for the same seed; empty where there are no options."""
    letters = list(LETTERS[: len(question.options)])
    random.Random(str(seed)).shuffle(letters)
    return "".join(letters)


def options_shown(question: Question, shuffle: str) -> tuple[str, ...]:
    """The option texts in the order of `shuffle`."""
    return tuple(question.options[LETTERS.index(letter)] for letter in shuffle)


def _filled(said: str, question: Question, words: AnswerWords) -> str | None:
    """What is tried: an accepted spelling, or a number and nothing else; None for a story, which is marked nothing."""
    tried = _digits(_without_unit(_bare(_digits(said), words), question.unit, words))
    spellings = [fold(accepted) for accepted in question.accepted]
    for spelling in (said, tried):
        if spelling in spellings:
            return spelling
    if all(_value(spelling, words) is None for spelling in spellings):
        return tried if 0 < len(tried) <= LONGEST_FILL else None
    return tried if _value(tried, words) is not None else None


def _several(said: str, known: str, words: AnswerWords) -> str | None:
    """Several letters in any spelling; None when one of them is no option."""
    bare = _bare(said, words)
    if bare in words.all or said in words.all:
        return known
    for joint in words.joints:
        bare = bare.replace(joint, " ")
    parts = [part for part in re.split(f"[{re.escape(words.between)}]+", bare) if part]
    if not all(part in words.letters for part in parts):
        parts = [character for part in parts for character in part]
    found = {words.letters.get(part, "?") for part in parts}
    return "".join(sorted(found)) if found and found <= set(known) else None


def _valued(said: str, options: tuple[str, ...], words: AnswerWords) -> set[str]:
    """The options that say this, whole or by the number they begin with and whatever of its unit was typed."""
    plain = [fold(option).replace(" ", "") for option in options]
    wanted = said.replace(" ", "")
    whole = {LETTERS[i] for i, option in enumerate(plain) if option == wanted}
    number, unit = _number_first(wanted, words)
    if whole or number is None:
        return whole
    begins = [_number_first(option, words) for option in plain]
    return {LETTERS[i] for i, (value, rest) in enumerate(begins) if value == number and rest.startswith(unit)}


def _number_first(text: str, words: AnswerWords) -> tuple[float | None, str]:
    """The number a text begins with, in digits or numerals, and the rest."""
    digits = _DIGITS.match(text)
    length = digits.end() if digits else len(text) - len(text.lstrip("".join(words.numerals)))
    return _value(text[:length], words), text[length:]


def _bare(said: str, words: AnswerWords) -> str:
    """Without the words around an answer, however many of them there are."""
    before = ""
    while before != said:
        before = said
        for lead_in in words.lead_ins:
            if said.startswith(lead_in) and len(said) > len(lead_in):
                said = said[len(lead_in) :].strip(" :,(")
                break
        for tail in words.tails:
            if said.endswith(tail) and len(said) > len(tail):
                said = said[: -len(tail)].strip(" ,.")
                break
    return said


def _digits(said: str) -> str:
    """Digits of any script as ours, 1,000 and .5 as numbers, and no pictures around them."""
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in said)
    while plain and unicodedata.category(plain[-1]) == "So":
        plain = plain[:-1].rstrip()
    if _THOUSANDS.fullmatch(plain):
        return plain.replace(",", "")
    return f"0{plain}" if plain.startswith(".") and plain[1:].isdecimal() else plain


def _without_unit(said: str, unit: str, words: AnswerWords) -> str:
    folded = fold(unit)
    for name in words.units.get(folded, (folded,)):
        if name and said.endswith(name) and said != name:
            return said[: -len(name)].strip()
    return said


def _value(text: str, words: AnswerWords) -> float | None:
    """The value of digits such as 30 or 0.50, or of numerals; None for anything else."""
    if _DIGITS.fullmatch(text):
        return float(text)
    whole, _, part = text.partition(words.point)
    if not whole or not words.numerals.issuperset(whole + part) or text.endswith(words.point):
        return None
    try:
        return float(cn2an.cn2an(text, "smart"))
    except ValueError:
        return None
