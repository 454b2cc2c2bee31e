"""Every word the page's scripts ask for stands in its templates, and whatever the simulator can tell has its word."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

import pytest

from bot.simulator.api.catalogue import INTERFACES
from bot.simulator.api.faults import Kind
from bot.simulator.control.doing import ACCOUNT_KINDS, MODES
from bot.simulator.phones.model import PUSHED_BY_THE_PLATFORM
from bot.simulator.push.answers import Outcome
from bot.simulator.switches import CHOICES

from .conftest import World

STATIC = Path(__file__).parents[2] / "bot" / "simulator" / "static"
ASKED = re.compile(r"""\b(?:say|wording|copy)\(\s*(?:[^"`()]*\?\s*)?"([^"]+)"(?:\s*:\s*"([^"]+)")?""")
COMMON_CODES = (
    -1, 40001, 40003, 40037, 40164, 41001, 42001, 43004, 43019, 43101, 45009, 45011, 45015, 45047, 47003, 48001, 48002,
)  # fmt: skip


@pytest.fixture(scope="module")
def ids() -> list[str]:
    with ExitStack() as stack:
        simulator, _bot = World(stack).pair(following=False)
        page = simulator.session.get(f"{simulator.url}/", timeout=20).text
    return re.findall(r'<template id="([^"]+)"', page)


@pytest.mark.parametrize("script", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_every_word_a_script_asks_for_by_name_stands_in_a_template(script: Path, ids: list[str]) -> None:
    asked = {word for found in ASKED.findall(script.read_text("utf-8")) for word in found if word}
    assert sorted(asked - set(ids)) == []


def test_no_word_stands_there_twice(ids: list[str]) -> None:
    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_whatever_the_simulator_tells_has_its_word(ids: list[str]) -> None:
    told = {
        *(f"verdict-{outcome}" for outcome in get_args(Outcome)),
        *(f"kind-{kind}" for kind in PUSHED_BY_THE_PLATFORM),
        *(f"call-{path.removeprefix('cgi-bin/')}" for path in INTERFACES),
        *(f"code-{code}" for code in COMMON_CODES),
        *(f"met-{kind}" for kind in (*get_args(Kind), "latency", "down")),
        *(f"switch-{name}-{choice}" for name, choices in CHOICES.items() for choice in choices),
        *(f"{words}-{kind}" for words in ("account", "profile") for kind in ACCOUNT_KINDS),
        *(f"mode-{mode}" for mode in MODES),
    }
    assert sorted(told - set(ids)) == []
