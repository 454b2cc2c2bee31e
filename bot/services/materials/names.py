"""Names and titles in a text, held against the list the mine keeps: a wrong title beside a name is seen before print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bot.db.upsert import table
from bot.models import KnownName
from content.spelling import person_name, shown

NEAR = 8
"""So many characters before or after a name a title is taken to be his."""
_HAN = r"[\u4e00-\u9fff]"
_DIGIT = r"[0-9\uff10-\uff19\u3007\u25cb\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]"
_YEAR, _MONTH, _DAY = r"\u5e74", r"\u6708", r"[\u65e5\u53f7]"
_DATE = re.compile(
    rf"{_DIGIT}{{4}}\s?{_YEAR}(?:\s?{_DIGIT}{{1,3}}\s?{_MONTH}(?:\s?{_DIGIT}{{1,3}}\s?{_DAY})?)?"
    rf"|{_DIGIT}{{1,3}}\s?{_MONTH}\s?{_DIGIT}{{1,3}}\s?{_DAY}"
)
WRONG_TITLE, UNKNOWN_NAME, A_TITLE, A_MINE, A_DATE = "wrong_title", "unknown_name", "a_title", "a_mine", "a_date"
A_NAME, OUR_MINE = "a_name", "our_mine"
_GROUNDS = ("source", "law", "article")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reviewer should look at; not a refusal."""

    key: str
    """'wrong_title', 'unknown_name', 'a_title' (of somebody who is on no list), 'a_mine', 'a_date', 'a_name', 'our_mine'."""
    name: str
    """Or the words that are meant, as they stand in the text."""
    title: str
    """As the text has it."""
    listed: str
    """What the list says, titles joined by blanks; empty for a name it has not."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What looks like a name beside a title, and like the name of a mine, where no list tells."""

    titles: tuple[str, ...] = ()
    surnames: str = ""
    """Characters a name may begin with."""
    never: str = ""
    """Characters that no name goes on with: those of offices, and little words."""
    mines: tuple[str, ...] = ()
    """How the name of a mine ends."""
    any_mine: tuple[str, ...] = ()
    """What stands before such an ending where no mine is named."""
    own: str = ""
    """The name of this mine."""
    given: str = ""
    """Characters that given names are made of: two of them behind a surname look like somebody."""
    ours: tuple[str, ...] = ()
    """How people call the mine they work for."""


NO_HINTS = Hints()


def known(db: Session) -> list[tuple[str, str]]:
    """The list, name and title, by name."""
    rows = select(KnownName.name, KnownName.title).order_by(KnownName.name, KnownName.title)
    return [(row[0], row[1]) for row in db.execute(rows)]


def replace(db: Session, lines: Iterable[tuple[str, str]]) -> int:
    """Take a new list in the place of the old; how many lines it has."""
    kept = sorted({(person_name(name), shown(title)) for name, title in lines if name.strip()})
    db.execute(delete(KnownName))
    if kept:
        db.execute(insert(table(KnownName)), [{"name": name, "title": title} for name, title in kept])
    return len(kept)


def remarks(text: str, listed: Iterable[tuple[str, str]]) -> list[Remark]:
    """Where a listed name stands beside a title that is not his, or beside a listed title an unlisted name that begins
    as some of the list do.
    """
    titles_of: dict[str, set[str]] = {}
    for name, title in listed:
        titles_of.setdefault(name, set()).update([title] if title else [])
    titles = sorted({title for each in titles_of.values() for title in each}, key=len, reverse=True)
    if not titles:
        return []
    either = "|".join(map(re.escape, titles))
    first = "".join(sorted({name[0] for name in titles_of}))
    found = list(_wrong(text, titles_of, either))
    names = "|".join(map(re.escape, sorted(titles_of, key=len, reverse=True)))
    stranger = rf"(?!{names})[{re.escape(first)}]{_HAN}{{1,2}}"
    # A title stands right before a name, or right behind it; further off it is somebody else's.
    for title_first in (True, False):
        pattern = rf"({either})({stranger})" if title_first else rf"(?<!{_HAN})({stranger}?)({either})"
        for match in re.finditer(pattern, text):
            title, name = match.groups() if title_first else match.groups()[::-1]
            found.append(Remark(UNKNOWN_NAME, name, title, ""))
    return list(dict.fromkeys(found))


def in_body(
    db: Session, body: Mapping[str, Any], hints: Hints = NO_HINTS, *, party: bool = False, case: bool = False
) -> list[Remark]:
    """Remarks on all that a piece of own material says: on names that the mine's list tells otherwise; in Party text on
    whoever has a title and is on no list; in a case on dates and other mines, for it names neither.
    """
    listed = known(db)
    texts = list(_texts(body))
    found = [remark for text in texts for remark in remarks(text, listed)] if listed else []
    if party:
        told = {each.name for each in found}
        found += [each for text in texts for each in titled(text, listed, hints) if each.name not in told]
    if case:
        told_of = {name: value for name, value in body.items() if name not in _GROUNDS}
        found += [each for text in _texts(told_of) for each in placed(text, hints)]
    return list(dict.fromkeys(found))


def titled(text: str, listed: Iterable[tuple[str, str]], hints: Hints) -> list[Remark]:
    """Where something like a name stands right beside something like a title, and the list has no such name."""
    if not hints.titles or not hints.surnames:
        return []
    ours = sorted({name for name, _ in listed}, key=len, reverse=True)
    title = "|".join(map(re.escape, sorted(hints.titles, key=len, reverse=True)))
    not_ours = f"(?!{'|'.join(map(re.escape, ours))})" if ours else ""
    first = f"[{re.escape(hints.surnames)}]"
    given = rf"(?![{re.escape(hints.never)}]){_HAN}" if hints.never else _HAN
    before = re.compile(rf"(?P<title>{title})(?P<name>{not_ours}{first}(?!{title}){given}(?:(?!{title}){given})?)")
    behind = re.compile(rf"(?P<name>{not_ours}{first}{given}(?:{given})??)(?P<title>{title})")
    found = [match for pattern in (before, behind) for match in pattern.finditer(text)]
    return [
        Remark(A_TITLE, match["name"], match["title"], "") for match in sorted(found, key=lambda each: each.start())
    ]


def placed(text: str, hints: Hints) -> list[Remark]:
    """Dates, what looks like a person's whole name, and mines, ours and others: a case tells none of them."""
    found = [Remark(A_DATE, match[0], "", "") for match in _DATE.finditer(text)]
    found += [Remark(OUR_MINE, each, "", "") for each in hints.ours if each in text]
    if hints.surnames and hints.given:
        named = re.compile(rf"[{re.escape(hints.surnames)}][{re.escape(hints.given)}]{{2}}")
        found += [Remark(A_NAME, match[0], "", "") for match in named.finditer(text)]
    if hints.mines:
        ending = "|".join(map(re.escape, hints.mines))
        for match in re.finditer(rf"({_HAN}{{2,4}}?)({ending})", text):
            theirs = not hints.own or not (hints.own in match[0] or match[0] in hints.own)
            if theirs and not match[1].endswith(hints.any_mine):
                found.append(Remark(A_MINE, match[0], "", ""))
    return found


def _wrong(text: str, titles_of: Mapping[str, set[str]], either: str) -> Iterable[Remark]:
    for name, his in titles_of.items():
        for match in re.finditer(re.escape(name), text):
            before, after = text[: match.start()], text[match.end() :]
            beside = re.search(rf"({either})$", before[-NEAR:]) or re.match(rf"({either})", after[:NEAR])
            if beside is not None and beside[1] not in his:
                yield Remark(WRONG_TITLE, name, beside[1], " ".join(sorted(his)))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
