"""Questions out of pasted text in the usual layout: a numbered stem, lettered options, then answer and explanation."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.errors import Refusal
from bot.services.exchange import values
from bot.services.exchange.drafts import Draft, Read
from content.bank import LETTERS
from content.exchange import ExchangeWords
from content.spelling import shown

TITLE = 12
"""With so many of its first letters a question is found again in its text."""
_DOTS = r"[.\u3001:)\uff0e\uff1a\uff09]"
_NUMBERED = re.compile(rf"\s*(?:\((\d{{1,4}})\)|(\d{{1,4}})\s*{_DOTS})\s*(?!\d)(.+)")
_LETTERED = re.compile(rf"(?<![A-Za-z0-9(])([A-F])\s*{_DOTS}\s*")
_BEGINS = re.compile(r"\s*([A-F\uff21-\uff26])(?![A-Za-z])")
_SPACED = re.compile(r"(\s*[A-F\uff21-\uff26])\s+(?=[^\sA-Za-z])")
_BRACKETS = re.compile(r"[(\[\uff08\u3010]\s*([^()\[\]\uff08\uff09\u3010\u3011]{0,20}?)\s*[)\]\uff09\u3011]")
_HEADED = re.compile(
    r"\s*[(\uff08]?[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\d]{0,3}[)\uff09]?\s*[.\u3001\uff0e]?\s*(\w+)"
)
_KEYS = re.compile(rf"(\d{{1,4}})\s*{_DOTS}?\s*([A-Fa-f]{{1,6}}(?![A-Za-z])|[^\s\d,;\uff0c\uff1b\u3001]{{1,20}})")
_RUN = re.compile(r"(\d{1,4})\s*[-~\u2014\uff5e]\s*(\d{1,4})\s*[:.\uff1a\u3001]?\s*([A-F](?:\s*[A-F])*)")
_WIDE_MARKS = frozenset(map(chr, (0xFF08, 0xFF09, 0xFF1A, 0xFF0E)))
_WIDE_BLANK = chr(0x3000)
_STOPS = " ,;.:" + "".join(map(chr, (0xFF0C, 0xFF1B, 0x3001, 0x3002, 0xFF1A)))


@dataclass(slots=True)
class _Block:
    """One question as its lines come by."""

    number: int
    line: int
    kind: str
    stem: str
    options: dict[str, str] = field(default_factory=dict)
    marked: dict[str, str] = field(default_factory=dict)
    last: str = ""
    """What a line without a mark goes on with: 'stem', a letter, or a mark."""
    twice: str = ""


class _Reader:
    """Goes through the lines once."""

    def __init__(self, words: ExchangeWords) -> None:
        self.words = words
        self.blocks: list[_Block] = []
        self.keys: list[tuple[str, dict[int, str], int]] = []
        self.loose: list[int] = []
        self._kind = ""
        self._keyed = False
        names = sorted(words.marks.by_name, key=len, reverse=True)
        self._mark = re.compile(
            rf"(?:[\[\u3010]\s*({'|'.join(map(re.escape, names))})\s*[\]\u3011]\s*{_DOTS}?"
            rf"|(?<!\w)({'|'.join(map(re.escape, names))})\s*[:\uff1a])\s*",
            re.IGNORECASE,
        )
        answers = sorted((each for each in names if words.marks.find(each) == "answer"), key=len, reverse=True)
        self._bare = re.compile(rf"({'|'.join(map(re.escape, answers))})\s*([^\s:\uff1a].*)", re.IGNORECASE)

    def line(self, number: int, raw: str) -> None:
        text = self._coloned(_plain(raw))
        if not text:
            return
        if self._headed(text) or self._collected(text):
            return
        found = _NUMBERED.fullmatch(text)
        if found and not self._mark.match(found[3]):
            self._begin(int(found[1] or found[2]), number, found[3])
        elif self.blocks:
            self._go_on(self.blocks[-1], text)
        else:
            self.loose.append(number)

    def _coloned(self, text: str) -> str:
        """An answer without its colon, alone on its line, is one all the same."""
        found = self._bare.fullmatch(text) if self.blocks else None
        key = found and (values.letters(found[2]) or values.truth(found[2], self.words) is not None)
        return f"{found[1]}:{found[2]}" if found and key else text

    def _headed(self, text: str) -> bool:
        """A line that only says of which kind the next ones are, or that the answers follow."""
        found = _HEADED.match(text)
        name = found[1] if found else ""
        rest = text[found.end() :] if found else ""
        answers = self.words.marks.find(name) == "answer"
        if (answers or self.words.kinds.find(name) is not None) and not _says_more(rest, answers=answers):
            self._keyed = self._keyed or answers
            self._kind = "" if answers else self.words.kinds.find(name) or ""
            if answers and rest.strip(_STOPS):
                return self._collected(rest.strip(_STOPS))
            return True
        return False

    def _collected(self, text: str) -> bool:
        """Answers gathered at the end: 1.B 2.AC, 1-5 BACDA."""
        marked = self._mark.match(text)
        if marked and self.words.marks.find(marked[1] or marked[2]) == "answer":
            pairs = _pairs(text[marked.end() :], self._kind, self.words)
            if len(pairs) < 2:
                return False
        elif self._keyed:
            pairs = _pairs(text, self._kind, self.words)
        else:
            return False
        if pairs:
            self.keys.append((self._kind, pairs, len(self.blocks)))
        return bool(pairs)

    def _begin(self, number: int, line: int, text: str) -> None:
        self._keyed = False
        self.blocks.append(_Block(number, line, self._kind, "", last="stem"))
        self._go_on(self.blocks[-1], text)

    def _go_on(self, block: _Block, text: str) -> None:
        """A line of a question: what stands before the first mark belongs to what came last."""
        starts = [(found.start(), found.end(), found[1] or found[2]) for found in self._mark.finditer(text)]
        head = text[: starts[0][0]] if starts else text
        self._options(block, head)
        for (_, begin, name), after in zip(starts, [*(each[0] for each in starts[1:]), len(text)], strict=False):
            mark = self.words.marks.find(name) or ""
            block.last = mark
            block.marked[mark] = (block.marked.get(mark, "") + " " + text[begin:after]).strip()

    def _options(self, block: _Block, text: str) -> None:
        found = [each for each in _LETTERED.finditer(text) if block.last in ("stem", *LETTERS)]
        found = _in_turn(found, block)
        self._add(block, text[: found[0].start()] if found else text)
        for each, after in zip(found, [*(f.start() for f in found[1:]), len(text)], strict=False):
            block.last = each[1]
            block.options[each[1]] = text[each.end() : after].strip()

    def _add(self, block: _Block, text: str) -> None:
        if not text.strip():
            return
        if block.last == "stem":
            block.stem = (block.stem + text).strip()
        elif block.last in LETTERS:
            block.options[block.last] += text.strip()
        else:
            block.marked[block.last] = (block.marked.get(block.last, "") + text).strip()


def read(lines: Iterable[str], words: ExchangeWords) -> Read:
    """All numbered questions; what stands before the first of them is passed over. Raises Refusal when there are none."""
    reader = _Reader(words)
    for number, line in enumerate(_dotted(list(lines)), 1):
        reader.line(number, line)
    if not reader.blocks:
        raise Refusal("exchange.no_questions")
    _hand_out(reader)
    columns = {name: words.columns["question"].name_of[name] for name in words.marks.name_of}
    columns |= {"stem": words.columns["question"].name_of["stem"], "kind": words.columns["question"].name_of["kind"]}
    columns |= {"options": f"{LETTERS[0]}-{LETTERS[-1]}"} | {f"options.{letter}": letter for letter in LETTERS}
    return Read([_draft(block, words, columns) for block in reader.blocks], [])


def _dotted(lines: list[str]) -> list[str]:
    """Lines with a point behind an option's letter that has only a blank there, where the letters next to it say it is one."""
    first = [_BEGINS.match(line) for line in lines]
    letters = [unicodedata.normalize("NFKC", each[1]) if each is not None else "" for each in first]
    said = [at for at, line in enumerate(lines) if line.strip()]
    wanted = set()
    for one, next_one in itertools.pairwise(said):
        if letters[one] and letters[next_one] and ord(letters[next_one]) - ord(letters[one]) == 1:
            wanted |= {one, next_one}
    return [
        _SPACED.sub(r"\1. ", line, count=1) if at in wanted and _SPACED.match(line) else line
        for at, line in enumerate(lines)
    ]


def _hand_out(reader: _Reader) -> None:
    """The collected answers go to the questions above them by number and kind; a number that two have goes to neither."""
    for kind, pairs, above in reader.keys:
        open_ones = [each for each in reader.blocks[:above] if "answer" not in each.marked]
        meant = [each for each in open_ones if not kind or each.kind == kind]
        often = Counter(each.number for each in meant)
        for block in meant:
            if block.number in pairs and often[block.number] == 1:
                block.marked["answer"] = pairs[block.number]


def _draft(block: _Block, words: ExchangeWords, columns: Mapping[str, str]) -> Draft:
    options = [block.options.get(letter, "") for letter in LETTERS]
    while options and not options[-1]:
        options.pop()
    stem, bracketed = _out_of_stem(block, options, words)
    stem, told = _kind_in_stem(stem, words)
    said = block.marked.get("answer", "") or bracketed
    kind = told or block.kind or values.kind_of(options, said, words)
    if kind == "single" and len(values.letters(said)) > 1 and not told:
        kind = "multiple"  # under the heading of single choices, but keyed with several
    body = {name: text for name, text in block.marked.items() if name not in ("answer", "trades", "level")}
    draft = Draft("question", {**body, "kind": kind, "stem": stem}, block.line, columns=columns)
    draft.number, draft.title = str(block.number), stem[:TITLE]
    if options:
        draft.body["options"] = options
    draft.body["answer"], fault = values.answer(kind, said, words)
    draft.faults += [fault] if fault is not None else []
    draft.body["trades"] = values.several(block.marked.get("trades", ""))
    draft.body["level"] = values.level(block.marked.get("level", ""), words)
    draft.body.setdefault("topic", "")
    return draft


def _out_of_stem(block: _Block, options: list[str], words: ExchangeWords) -> tuple[str, str]:
    """The stem without an answer in its brackets, and that answer."""
    found = ""

    def take(match: re.Match[str]) -> str:
        nonlocal found
        inside = match[1].strip()
        is_key = values.letters(inside) if options else values.truth(inside, words) is not None
        if inside and not found and (is_key or (block.kind == "fill" and not options)):
            found = inside
            return "(  )" if options or block.kind == "fill" else ""
        return match[0]

    stem = _BRACKETS.sub(take, block.stem)
    return stem.replace("(  )", chr(0xFF08) + chr(0xFF09)).strip(), found


def _kind_in_stem(stem: str, words: ExchangeWords) -> tuple[str, str]:
    """A kind named in brackets before or behind the stem, or before it with a colon."""
    head, mark, rest = stem.partition(":")
    if mark and rest.strip() and (kind := words.kinds.find(head.strip())):
        return rest.strip(), kind
    for match in _BRACKETS.finditer(stem):
        if kind := words.kinds.find(match[1]):
            return (stem[: match.start()] + stem[match.end() :]).strip(), kind
    return stem, ""


def _in_turn(found: list[re.Match[str]], block: _Block) -> list[re.Match[str]]:
    """Only letters that follow one another are options; an A. in the midst of a sentence is not."""
    wanted = LETTERS[len(block.options) :]
    kept = []
    for each in found:
        if wanted and each[1] == wanted[0]:
            kept.append(each)
            wanted = wanted[1:]
    return kept


def _pairs(text: str, kind: str, words: ExchangeWords) -> dict[int, str]:
    pairs: dict[int, str] = {}
    for first, last, letters in _RUN.findall(text):
        keyed = re.findall("[A-F]", letters)
        if len(keyed) == int(last) - int(first) + 1:
            pairs |= dict(zip(range(int(first), int(last) + 1), keyed, strict=True))
    if pairs:
        return pairs
    found = _KEYS.findall(text)
    keys = [kind == "fill" or values.letters(said) or values.truth(said, words) is not None for _, said in found]
    more = _KEYS.sub("", text).strip(_STOPS)
    return {int(number): said for number, said in found} if all(keys) and not more else {}


def _says_more(rest: str, *, answers: bool) -> bool:
    """True when what follows a heading's word makes it part of a sentence."""
    plain = rest.strip()
    if answers:
        left = plain.strip(_STOPS)
        return bool(left) and not left[0].isdigit()
    return bool(re.sub(r"[(\uff08].*[)\uff09]?$", "", plain).strip(_STOPS))


def _plain(raw: str) -> str:
    """One line as seen, marks and letters of one width."""
    text = shown(raw.replace(_WIDE_BLANK, " "))
    return "".join(unicodedata.normalize("NFKC", c) if c in _WIDE_MARKS else c for c in text)
