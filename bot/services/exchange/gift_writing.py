"""Questions written as Moodle's GIFT; what it has no place for stands in comment lines, so that nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.services.exchange.gift import JSON_FIELDS
from content.bank import LETTERS

Entry = Mapping[str, Any]
_IN_COMMENTS = ("law", "article", "source", "evidence", "topic", "point", "level", "unit", "read")
_MARKS = re.compile(r"[~=#{}:\\]")


def written(entries: Iterable[Entry]) -> str:
    """All of them, by topic."""
    out: list[str] = []
    category = None
    for entry in entries:
        if entry["topic"] != category:
            category = entry["topic"]
            out.append(f"$CATEGORY: {category.replace('/', '//')}\n")
        out.append(_question(entry))
    return "\n".join(out)


def _question(entry: Entry) -> str:
    tags = "".join(f" [tag:{trade}]" for trade in entry["trades"])
    lines = [f"// [id:{entry['id']}]{tags}"]
    lines += [f"// {name}: {_told(name, entry[name])}" for name in _IN_COMMENTS if name in entry]
    lines.append(f"::{_marked(entry['id'])}::{_marked(entry['stem'])} {{{_answers(entry)}")
    lines.append(f"\t####{_marked(entry.get('why', ''))}\n}}\n")
    return "\n".join(lines)


def _told(name: str, value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if name in JSON_FIELDS else str(value)


def _answers(entry: Entry) -> str:
    answer = entry["answer"]
    if isinstance(answer, bool):
        return "TRUE" if answer else "FALSE"
    if isinstance(answer, list):
        return "".join(f"\n\t={_marked(each)}" for each in answer)
    return "".join(
        f"\n\t{_weight(letter, answer, len(entry['options']))}{_marked(option)}"
        for letter, option in zip(LETTERS, entry["options"], strict=False)
    )


def _weight(letter: str, keyed: str, count: int) -> str:
    """What an option is worth: of several right ones each its share, a wrong one takes as much as all wrong ones share."""
    if len(keyed) == 1:
        return "=" if letter == keyed else "~"
    share = 100 / len(keyed) if letter in keyed else -100 / (count - len(keyed))
    return f"~%{share:.5f}".rstrip("0").rstrip(".") + "%"


def _marked(text: str) -> str:
    return _MARKS.sub(lambda found: f"\\{found[0]}", text)
