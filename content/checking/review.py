"""`review.toml`: who has been read by somebody else, and in which wording."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from content.checking.raw import Raw
from content.problem import ContentProblem, read_toml

VERDICTS = ("right", "mended")
FILE = "review.toml"
_HASH = re.compile(r"[0-9a-f]{16}")


@cache
def words_for() -> Mapping[str, str]:
    """What a reader may write behind an id, and the verdict it is."""
    listed = read_toml(Path(__file__).with_name("verdicts.toml"))
    return {word: verdict for verdict, words in listed.items() for word in words}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader said of a piece, and the hash of what he read."""

    hash: str
    verdict: str
    on: date


def hash_of(entry: Mapping[str, Any]) -> str:
    """16 hexadecimal digits over a whole entry; the order of its keys is nothing to it."""
    told = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def read(folder: Path) -> dict[str, Verdict]:
    """Verdicts by id; none where nobody has read anything. Raises ContentProblem."""
    path = folder / FILE
    if not path.exists():
        return {}
    found = {}
    for name, entry in read_toml(path).get("reviews", {}).items():
        if not isinstance(entry, dict) or set(entry) != {"hash", "verdict", "on"}:
            raise ContentProblem(path.name, name, "review_out_of_shape")
        if entry["verdict"] not in VERDICTS or not _HASH.fullmatch(str(entry["hash"])) or type(entry["on"]) is not date:
            raise ContentProblem(path.name, name, "review_out_of_shape")
        found[name] = Verdict(str(entry["hash"]), entry["verdict"], entry["on"])
    return found


def unread(pieces: Iterable[Raw], verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """Ids of what nobody has read, or was changed since."""
    for raw in pieces:
        verdict = verdicts.get(raw.id)
        if verdict is None or verdict.hash != hash_of(raw.entry):
            yield raw.id


def merged(
    verdicts: Mapping[str, Verdict], lines: Iterable[str], pieces: Iterable[Raw], *, file: str, on: date
) -> dict[str, Verdict]:
    """The verdicts with those of lines of an id and a word of `words_for`, for the pieces as they stand now.

    What follows the second word is the reader's own affair. Raises the first of `wrong`, if any.
    """
    found, hashes, given = dict(verdicts), {raw.id: hash_of(raw.entry) for raw in pieces}, list(lines)
    for problem in wrong(given, hashes, file=file):
        raise problem
    for _, words in said(given):
        found[words[0]] = Verdict(hashes[words[0]], words_for()[words[1]], on)
    return {name: found[name] for name in found if name in hashes}


def said(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines that say something, with their numbers, word by word; empty ones and comments say nothing."""
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            yield number, words


def wrong(lines: Iterable[str], ids: Container[str], *, file: str) -> Iterator[ContentProblem]:
    """Each line that names no piece or says no verdict, by its number."""
    for number, words in said(lines):
        if words[0] not in ids:
            yield ContentProblem(file, words[0], "no_such_piece", "", number)
        elif len(words) < 2 or words[1] not in words_for():
            yield ContentProblem(file, words[0], "unknown_verdict", "", number)


def written(verdicts: Mapping[str, Verdict], head: str) -> str:
    """The file of these verdicts, a line each in the order of the ids, under a comment."""
    lines = [
        f'"{name}" = {{ hash = "{each.hash}", verdict = "{each.verdict}", on = {each.on.isoformat()} }}'
        for name, each in sorted(verdicts.items())
    ]
    return "\n".join([f"# {head}", "", "[reviews]", *lines, ""])
