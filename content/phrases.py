"""Every sentence a person can read, by its dotted key, with the placeholders filled in."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from content.problem import ContentProblem, read_toml

_FORMATTER = string.Formatter()
_PLAIN_NAME = re.compile(r"[a-z_]+")


class Copy:
    """Sentences by key: `say("quiz.right", why=…)`."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)

    @classmethod
    def read(cls, folder: Path) -> Copy:
        """All `*.toml` of the folder; a key is its table and name, joined by dots."""
        sentences: dict[str, str] = {}
        for path in sorted(folder.glob("*.toml")):
            for key, sentence in _flat(read_toml(path)):
                if not isinstance(sentence, str):
                    raise ContentProblem(path.name, key, "not_a_sentence")
                if key in sentences:
                    raise ContentProblem(path.name, key, "said_twice")
                sentences[key] = sentence.strip("\n")
                _hold_placeholders(path, key, sentence)
        return cls(sentences)

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of a key. Raises KeyError for an unknown key or a placeholder without a value: our defect."""
        sentence = self._sentences[key]
        return sentence.format_map(values) if values or "{" in sentence else sentence

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._sentences))

    def placeholders(self, key: str) -> set[str]:
        """The names a sentence wants filled."""
        return {name for _, name, _, _ in _FORMATTER.parse(self._sentences[key]) if name}


def _hold_placeholders(path: Path, key: str, sentence: str) -> None:
    try:
        names = [name for _, name, _, _ in _FORMATTER.parse(sentence) if name is not None]
    except ValueError:
        raise ContentProblem(path.name, key, "bad_placeholder", sentence) from None
    if odd := [name for name in names if not _PLAIN_NAME.fullmatch(name)]:
        raise ContentProblem(path.name, key, "bad_placeholder", odd[0])


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        key = f"{prefix}{name}"
        found += _flat(value, f"{key}.") if isinstance(value, dict) else [(key, value)]
    return found
