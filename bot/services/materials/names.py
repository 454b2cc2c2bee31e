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
WRONG_TITLE, UNKNOWN_NAME = "wrong_title", "unknown_name"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reviewer should look at; not a refusal."""

    key: str
    """'wrong_title' or 'unknown_name'."""
    name: str
    title: str
    """As the text has it."""
    listed: str
    """What the list says, titles joined by blanks; empty for a name it has not."""


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


def remarks(text: str, listed: Iterable[tuple[str, str]], surnames: str = "") -> list[Remark]:
    """Where a listed name stands beside a title that is not his, or an unlisted name beside a listed title.

    `surnames`: the characters an unlisted name may begin with, besides those of the list.
    """
    titles_of: dict[str, set[str]] = {}
    for name, title in listed:
        titles_of.setdefault(name, set()).update([title] if title else [])
    titles = sorted({title for each in titles_of.values() for title in each}, key=len, reverse=True)
    if not titles:
        return []
    either = "|".join(map(re.escape, titles))
    first = "".join(sorted({name[0] for name in titles_of} | set(surnames)))
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


def in_body(db: Session, body: Mapping[str, Any]) -> list[Remark]:
    """Remarks on all that a piece of own material says."""
    listed = known(db)
    texts = list(_texts(body)) if listed else []
    return list(dict.fromkeys(remark for text in texts for remark in remarks(text, listed)))


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
