"""Danger to life, told here and now, told apart from study, plans and yesterday's news (utterances.md, rules 5 and 6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import content
from bot.understanding.hazards_likeness import Likeness
from bot.understanding.hazards_sounds import DangerSounds
from content.folding import fold
from content.hazards import OTHER, PAUSE, STOP, Frame, HazardWords, Shape

# Log odds, found on sentences the weights had not been learnt from (docs/decisions/0008).
_ALIKE, _SURELY_ALIKE, _FRAMED, _UNSHAKEN, _SURELY_UNLIKE = 0.5, 2.5, 2.0, 1.0, 3.0
_NONE, _MAYBE, _SURE = range(3)
_LEVEL = {"none": _NONE, "maybe": _MAYBE, "keep": _SURE}
_BARE = 2  # characters nobody knows beside a bare name: more, and it is talk about something else
_CLOSE = 3
_STOPS = frozenset((";", "?", chr(0x3002)))  # the last is the ideographic full stop
_LONGEST = 1400  # twice what a message can hold: some letters fold into a line of others
_CHINESE = frozenset(map(chr, range(0x4E00, 0xA000)))
_FEWEST_SAID = 2
_FIGURES = frozenset("0123456789")
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PRESENCE = ("panic", "plea", "haste", "now", "truth")
_CALM, _WARNED = 1.0, 24.0  # per cent of methane where work stops; parts per million of CO


@dataclass(frozen=True, slots=True)
class Hazard:
    """What a sentence tells of."""

    kind: str
    """'underground' 'fire' 'injury' 'trapped': danger; 'life' 'drunk' 'missing': a person in trouble."""
    sure: bool
    """False where it may as well be curiosity or hearsay: both answers are given then."""


class Hazards:
    """Finds danger in free text."""

    def __init__(self, words: HazardWords | None = None, likeness: Likeness | None = None) -> None:
        self._words = words or HazardWords.read(content.HERE / "hazards.toml")
        self._sounds = DangerSounds(self._words.sounding, self._words.code_of)
        self._likeness = likeness or Likeness.read(content.HERE / "hazards.tsv")

    def find(self, text: str) -> Hazard | None:
        """The danger told of, None for none. Never raises; linear in the length of the text.

        The shapes say what they know. Where a sentence keeps the company of danger they are believed sooner, or heard at all;
        where it does not, a sure one becomes a question: never nothing. What a frame took back needs more, and what is told
        as the end of a rule's breach, of no day and of nobody, is never sure by its company alone.
        """
        shaped, framed = self.shaped(text)
        folded = fold(text)[:_LONGEST]
        odds, kind = self._likeness.weigh(folded)
        foretold = (shaped is None or not shaped.sure) and _Said(self._words, _plain(text)).is_foretold()
        if shaped is None and sum(c in _CHINESE for c in folded) < _FEWEST_SAID:
            return None  # noise is like anything
        if shaped is None:
            odds -= _FRAMED if framed else 0
            return Hazard(kind, sure=odds > _SURELY_ALIKE and not foretold) if odds > _ALIKE else None
        return replace(shaped, sure=odds > (-_SURELY_UNLIKE if shaped.sure else _UNSHAKEN) and not foretold)

    def shaped(self, text: str) -> tuple[Hazard | None, bool]:
        """What the shapes alone find; and whether one of them stood there, but in a frame that takes it back."""
        plain = _plain(text)
        found, framed = self._told(_Said(self._words, plain))
        if (found is not None and found.sure) or (meant := self._sounds.meant(plain)) is None:
            return found, framed
        said = _Said(self._words, meant)
        heard, again = self._told(said)
        if heard is None or not heard.sure:
            return found or heard, framed or again
        return Hazard(heard.kind, sure=not said.present.isdisjoint(self._words.roles["witness"])), False

    def _told(self, said: _Said) -> tuple[Hazard | None, bool]:
        if self._words.telling.isdisjoint(said.present):
            return None, False
        perhaps, framed = None, False
        for shape in self._words.shapes:
            if not _may_stand(shape, said.present):
                continue
            for match in shape.pattern.finditer(said.codes):
                level = said.weigh(match.start(), match.end(), shape.tier)
                if level == _SURE:
                    return Hazard(shape.kind, sure=True), False
                if level == _MAYBE and perhaps is None:
                    perhaps = Hazard(shape.kind, sure=False)
                framed = framed or level == _NONE
        return perhaps, framed


def _may_stand(shape: Shape, present: frozenset[str]) -> bool:
    for need in shape.needs:  # noqa: SIM110  (three times as fast as all(), and asked of every shape)
        if need.isdisjoint(present):
            return False
    return True


class _Said:
    """A text as one code a word: classes, OTHER for what no class knows, PAUSE and STOP where it breaks."""

    def __init__(self, words: HazardWords, text: str) -> None:
        self.codes = "".join(_codes(words, text))
        self.present = frozenset(self.codes)
        roles = words.roles
        self._cried = not self.present.isdisjoint(roles["panic"] + roles["plea"])
        self._loud = self._cried or not self.present.isdisjoint(roles["truth"])
        self._now, self._haste = frozenset(roles["now"]), frozenset(roles["haste"])
        self._frames = [frame for frame in words.frames if not frame.codes.isdisjoint(self.present)]
        self._strange = self.codes.count(OTHER)
        self._presence = frozenset("".join(roles[each] for each in _PRESENCE))
        self._foretold = frozenset(roles["foretold"])

    def is_foretold(self) -> bool:
        """True for a consequence, with no word of now, of haste or of a call beside it."""
        return not self._foretold.isdisjoint(self.present) and self._presence.isdisjoint(self.present)

    def weigh(self, start: int, end: int, tier: str) -> int:
        """How surely an event of this tier at this place is happening here and now."""
        if tier in ("cry", "shout"):
            return self._cry(tier)
        if tier in ("hint", "sign", "named") and self._is_urgent(start, end, tier):
            tier = "told"
        if tier == "hint":
            return _NONE
        level = _SURE if tier in ("certain", "told") else _MAYBE
        asked = False
        for frame in self._frames:
            if (at := _where(frame, self.codes, start, end)) is not None:
                level = min(level, _LEVEL[self._effect(frame, at, start, end, tier)])
                asked = asked or frame.to["named"] == "maybe"
        return _NONE if tier == "named" and self._strange > _BARE and not asked else level

    def _effect(self, frame: Frame, at: int, start: int, end: int, tier: str) -> str:
        now_between = at < end and not self._now.isdisjoint(self.codes[at : end - 1])
        if frame.lifted and (self._loud or now_between):
            return frame.lifted
        between = self.codes[at:start] if at < start else self.codes[end:at]
        if at > 0 and frame.aside and tier == "certain" and (PAUSE in between or STOP in between):
            return frame.aside
        return frame.to[tier]

    def _is_urgent(self, start: int, end: int, tier: str) -> bool:
        """A cry anywhere; for a bare name a word of haste beside it or a word for now right before it."""
        if self._cried or tier != "named":
            return self._cried
        before = self.codes[max(0, start - _CLOSE) : start]
        around = before + self.codes[start : end + _CLOSE]
        return not (self._haste.isdisjoint(around) and self._now.isdisjoint(before[before.rfind(PAUSE) + 1 :]))

    def _cry(self, tier: str) -> int:
        """A cry that says nothing else is believed; with chatter around it it may be a joke, and a shout is none."""
        framed = any(_where(frame, self.codes, 0, len(self.codes)) is not None for frame in self._frames)
        if not framed and self._strange < _BARE:
            return _SURE
        return _MAYBE if tier == "cry" else _NONE


def _codes(words: HazardWords, text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        code, at = _number(words, text, at) or _word(words, text, at) or (_break(text[at]), at + 1)
        yield code


def _word(words: HazardWords, text: str, at: int) -> tuple[str, int] | None:
    """The longest word that stands here."""
    for length in words.lengths.get(text[at], ()):
        code = words.code_of.get(text[at : at + length])
        if code is not None and not _is_cut_out(text, at, at + length):
            return code, at + length
    return None


def _number(words: HazardWords, text: str, at: int) -> tuple[str, int] | None:
    """A figure that may be over the limit, a year, a head count, or a number that means nothing."""
    spelled, numbers = words.spellings, words.numbers
    if text[at] not in _FIGURES and text[at] not in spelled["digits"]:
        return None
    value, end = _figure(spelled, text, at)
    if end == at or _is_latin(text[at - 1 : at]):
        return None
    unit = text[end : end + 1] or PAUSE
    if unit in spelled["year_marks"] and (end - at == 4 or text[at] == "0"):
        return numbers["year"], end + 1
    if unit in spelled["people_units"]:
        return numbers["people"], end + 1
    if (unit in spelled["units"] and text[at:end].isdigit()) or end - at > 4:
        return numbers["plain"], end
    return numbers["low" if value < _CALM else "middle" if value < _WARNED else "high"], end


def _figure(spelled: Mapping[str, str], text: str, at: int) -> tuple[float, int]:
    """A figure's value and its end; spoken ones only with a decimal point, for the rest are in the words."""
    if match := _DIGITS.match(text, at):
        return float(match[0]), match.end()
    digits, point = spelled["digits"], spelled["point"]
    if text[at + 1 : at + 2] == point and text[at + 2 : at + 3] and text[at + 2] in digits:
        return digits.index(text[at]) + digits.index(text[at + 2]) / 10, at + 3
    return 0.0, at


def _where(frame: Frame, said: str, start: int, end: int) -> int | None:
    """Where a frame's word stands to the event at start..end, the nearest before it; None where it does not."""
    if frame.where == "next":
        first, last = end, end + 1
    elif frame.where == "ahead":
        first, last = max(said.rfind(PAUSE, 0, start), said.rfind(STOP, 0, start), start - frame.reach - 1) + 1, start
    elif frame.where == "clause":
        first, last = max(said.rfind(PAUSE, 0, start) + 1, start - frame.reach), end
    elif frame.where == "start":
        first, last = 0, 1
    else:
        first = start if frame.where == "after" else max(0, start - frame.reach)
        last = end if frame.where == "before" else end + frame.reach
    return next((at for at in range(min(last, len(said)) - 1, first - 1, -1) if said[at] in frame.codes), None)


def _plain(text: str) -> str:
    """Folded; an exclamation mark at the end is kept, for it tells haste."""
    folded = fold(text)[:_LONGEST]
    tail = unicodedata.normalize("NFKC", text[-4:])
    return folded + "!" if "!" in tail else folded


def _break(character: str) -> str:
    if character.isspace() or unicodedata.category(character).startswith("P"):
        return STOP if character in _STOPS else PAUSE
    return OTHER


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_cut_out(text: str, start: int, end: int) -> bool:
    """True for letters cut out of a longer Latin word."""
    if not text[start].isascii() or not text[start].isalnum():
        return False
    return _is_latin(text[start - 1 : start]) or _is_latin(text[end : end + 1])
