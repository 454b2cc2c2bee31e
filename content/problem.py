"""What is wrong with a content file, said so that its author can mend it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(unsafe_hash=True)  # an exception is given its traceback on the way; a frozen one could not take it
class ContentProblem(Exception):
    """One thing amiss: the file, the key in it, and the copy key of the reason with its value."""

    file: str
    key: str
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.file} {self.key}: {self.reason} {self.detail}".rstrip()


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dict. Raises ContentProblem when it is missing or is not TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ContentProblem(path.name, "-", "missing_file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise ContentProblem(path.name, "-", "not_toml", str(reason)) from None
