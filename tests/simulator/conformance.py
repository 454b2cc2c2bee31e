"""What the platform does and which test holds the simulator to it: reads conformance.toml, writes the page of it.

`python -m tests.simulator.conformance` writes docs/simulator-conformance.md anew.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("conformance.toml")
PAGE = ROOT / "docs" / "simulator-conformance.md"
UNVERIFIED = "8.3"

HEAD = """\
# What the simulator promises, and the test that holds it

Written by `python -m tests.simulator.conformance` from `tests/simulator/conformance.toml`; do not edit it here.

Every item of the platform reference §8.2 is taken apart into single promises, every item of §8.3 is a switch whose
default is the harder one for the bot, or a note says why not. Each row names the tests that fail when the promise is
broken. The letters say how sure the reference is of the fact: **V** verified at its source, **G** general knowledge.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One promise of item `item` (a number of §8.2, or "8.3"), the tests that hold it, and how well the fact is known."""

    item: str
    promise: str
    tests: tuple[str, ...]
    source: str = ""
    switch: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`items` are the headings by number, `omitted` what is knowingly not reproduced, each with its reason."""

    items: dict[str, str]
    rows: tuple[Row, ...]
    omitted: tuple[tuple[str, str], ...]

    def of(self, item: str) -> list[Row]:
        return [row for row in self.rows if row.item == item]


def load() -> Table:
    """Raises TypeError for a row that lacks a field or has one nobody reads."""
    raw = tomllib.loads(TABLE.read_text("utf-8"))
    rows = tuple(Row(**{**row, "tests": tuple(row["tests"])}) for row in raw["row"])
    return Table(raw["items"], rows, tuple((each["what"], each["why"]) for each in raw["omitted"]))


@cache
def tests_in(file: str) -> frozenset[str]:
    """The test functions of a file given from the root; none where there is no such file."""
    path = ROOT / file
    if not path.exists():
        return frozenset()
    body = ast.parse(path.read_text("utf-8")).body
    return frozenset(
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and _runs(node)
    )


def _runs(test: ast.FunctionDef) -> bool:
    """Whether it is run at every run, not only when somebody asks for it."""
    return not any(re.search(r"mark\.(skip|xfail|nightly)", ast.unparse(mark)) for mark in test.decorator_list)


def exists(test: str) -> bool:
    """`tests/…/test_file.py::test_name` stands there and is run."""
    file, _, name = test.partition("::")
    return name in tests_in(file)


def page() -> str:
    """The Markdown of the whole table."""
    table = load()
    held = {test for row in table.rows for test in row.tests}
    lines = [HEAD, f"{len(table.rows)} promises, {len(held)} tests.", ""]
    for item, title in table.items.items():
        lines += [f"## {item}. {title}" if item != UNVERIFIED else f"## {title}", "", *_rows(table.of(item)), ""]
    lines += ["## What is knowingly not reproduced", ""]
    lines += [f"- {what}: {why}" for what, why in table.omitted]
    return "\n".join(lines) + "\n"


def _rows(rows: list[Row]) -> Iterator[str]:
    yield "| promise | how sure | held by |"
    yield "| --- | --- | --- |"
    for row in rows:
        told = (f"`{row.switch}`: " if row.switch else "") + row.promise + (f" ({row.note})" if row.note else "")
        yield f"| {_cell(told)} | {_cell(row.source)} | {'<br>'.join(_linked(test) for test in row.tests)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _linked(test: str) -> str:
    file, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{file})"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(PAGE.relative_to(ROOT))
