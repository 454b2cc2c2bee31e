"""Sizes, settings, clocks and opening sentences."""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from pathlib import Path

import pytest

from bot import config
from tests.laws.source import ROOT, modules, name_of, tree

LONGEST_FILE = 300
FULLEST_FOLDER = 16
SQL_CLOCKS = re.compile(r"func\.now\(|CURRENT_TIMESTAMP|CURRENT_DATE|datetime\('now'\)|\bnow\(\)::", re.IGNORECASE)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_file_is_two_things(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_module_opens_with_a_sentence(path: Path) -> None:
    assert ast.get_docstring(tree(path)), path


def test_no_folder_wants_rooms() -> None:
    for folder in {path.parent for path in modules()} - {ROOT}:
        assert len(list(folder.glob("*.py"))) <= FULLEST_FOLDER, folder


def test_every_public_rule_says_what_it_promises() -> None:
    for path in modules():
        if name_of(path).startswith("bot.services"):
            for node in tree(path).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                    assert ast.get_docstring(node), f"{path}: {node.name}"


def test_the_example_has_exactly_the_keys_of_the_settings() -> None:
    example = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))
    found: dict[str, list[str]] = {}

    def walk(table: dict[str, object], section: str) -> None:
        for name, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{section}.{name}".lstrip("."))
            else:
                found.setdefault(section, []).append(name)

    walk(example, "")
    assert found == config.keys()


def test_every_setting_in_the_example_is_explained() -> None:
    lines = (ROOT / "config.example.toml").read_text("utf-8").splitlines()
    for before, line in itertools.pairwise(lines):
        if re.match(r"[a-z_]+ = ", line):
            assert before.startswith("#"), line


def test_no_sentence_of_sql_asks_the_database_for_the_time() -> None:
    for path in modules():
        assert not SQL_CLOCKS.search(path.read_text("utf-8")), path


def test_the_machine_clock_is_read_in_one_place() -> None:
    for path in modules():
        source = path.read_text("utf-8")
        if re.search(r"datetime\.now\(|date\.today\(|\butcnow\(|\btime\.time\(", source):
            assert name_of(path) in ("bot.clock", "run") or name_of(path).startswith("bot.simulator"), path
