"""What is wrong with a content file, said so that its author can mend it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(unsafe_hash=True)  # an exception is given its traceback on the way; a frozen one could not take it
class ContentProblem(Exception):
    """One thing amiss: the file, the key in it, and the copy key of the reason with its value."""

    file: str
    """A file of the folder, or one of its folders while only that is known; `located` finds which."""
    key: str
    """The id of an entry; "#3 lesson" for the third of its tables when it has none."""
    reason: str
    detail: str = ""
    line: int = 0
    """0: not known."""

    def __str__(self) -> str:
        return f"{self.where} {self.key}: {self.reason} {self.detail}".rstrip()

    @property
    def where(self) -> str:
        """File and line as editors write them."""
        return f"{self.file}:{self.line}" if self.line else self.file


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dict. Raises ContentProblem when it is missing or is not TOML."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ContentProblem(path.name, "-", "missing_file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise ContentProblem(path.name, "-", "not_toml", str(reason)) from None


def read_tables(path: Path, table: str) -> list[Any]:
    """The [[table]] entries of a file; none in a file without them."""
    found = read_toml(path).get(table, [])
    if not isinstance(found, list):
        raise ContentProblem(path.name, table, "not_a_list", f"[[{table}]]")
    return found


def located(problem: ContentProblem, folder: Path) -> ContentProblem:
    """The same with its line, and with the very file where only a folder was known.

    Looked for in the text: the reader of TOML tells no positions, and nobody needs them until something is amiss.
    """
    if problem.line:
        return problem
    if told := re.search(r"at line (\d+)", problem.detail) if problem.reason == "not_toml" else None:
        return replace(problem, line=int(told[1]))
    for path in _files(folder, problem.file):
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        if found := _line(lines, problem):
            named = path.relative_to(folder).as_posix() if (folder / problem.file).is_dir() else problem.file
            return replace(problem, file=named, line=found)
    return problem


def _files(folder: Path, name: str) -> list[Path]:
    if (folder / name).is_file():
        return [folder / name]
    if (folder / name).is_dir():
        return sorted((folder / name).glob("*.toml"))
    return [] if Path(name).is_absolute() else sorted(folder.rglob(name))  # a folder of laws lies wherever it lies


def _line(lines: list[str], problem: ContentProblem) -> int:
    numbered = re.fullmatch(r"#(\d+) (\w+)", problem.key)
    if numbered:
        heads = [number for number, line in enumerate(lines, 1) if line.strip() == f"[[{numbered[2]}]]"]
        start = heads[int(numbered[1]) - 1] if len(heads) >= int(numbered[1]) else 0
    else:
        start = _start(lines, problem)
    return next(_fields(lines, start, problem.detail), start) if start else 0


def _start(lines: list[str], problem: ContentProblem) -> int:
    """Where an entry of this id, a table of this name, or a key stands; of an id given twice the later one."""
    section, _, last = problem.key.rpartition(".")
    name = rf"[\"']?{re.escape(problem.key)}[\"']?"
    for shape in (rf"\s*id\s*=\s*{name}\s*(#.*)?", rf"\s*\[+\s*{name}\s*\]+\s*(#.*)?", rf"\s*{name}\s*=.*"):
        found = [number for number, line in enumerate(lines, 1) if re.fullmatch(shape, line)]
        if found:
            return found[-1 if problem.reason == "id_taken" else 0]
    within = lines.index(f"[{section}]") + 1 if section and f"[{section}]" in lines else 0
    return next(_fields(lines, within, last), within) if within else 0


def _fields(lines: list[str], start: int, named: str) -> Iterator[int]:
    """The line of the first of the fields a detail names, within the entry that has this line."""
    for field in re.findall(r"[A-Za-z_]+", named)[:1]:
        for number, line in enumerate(lines[start:], start + 1):
            if line.startswith("["):
                return
            if re.match(rf"\s*[\"']?{field}[\"']?\s*=", line):
                yield number
