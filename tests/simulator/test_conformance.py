"""The table of what the simulator promises has no gap, names only tests there are, and its page says the same."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.simulator.switches import CHOICES, HARSHER, Switches
from tests.simulator import conformance

TABLE = conformance.load()
ITEMS = [str(number) for number in range(1, 21)]


@pytest.mark.parametrize("item", [*ITEMS, conformance.UNVERIFIED])
def test_every_item_of_the_checklist_has_rows(item: str) -> None:
    assert TABLE.of(item)
    assert TABLE.items[item]


def test_every_row_is_of_an_item_and_names_a_test() -> None:
    assert set(TABLE.items) == {*ITEMS, conformance.UNVERIFIED}
    for row in TABLE.rows:
        assert row.item in TABLE.items, row
        assert row.tests, row.promise
        assert row.promise, row
        assert bool(row.switch) == (row.item == conformance.UNVERIFIED), row


@pytest.mark.parametrize("file", sorted({test.partition("::")[0] for row in TABLE.rows for test in row.tests}))
def test_every_named_test_is_there_and_is_run(file: str) -> None:
    named = {test for row in TABLE.rows for test in row.tests if test.startswith(f"{file}::")}
    assert sorted(test for test in named if not conformance.exists(test)) == []


def test_no_promise_is_made_twice() -> None:
    made = Counter((row.item, row.promise.casefold()) for row in TABLE.rows)
    assert [promise for promise, times in made.items() if times > 1] == []
    assert [row.promise for row in TABLE.rows if len(set(row.tests)) != len(row.tests)] == []


def test_every_switch_has_its_row() -> None:
    assert Counter(row.switch for row in TABLE.rows if row.switch) == dict.fromkeys(CHOICES, 1)


@pytest.mark.parametrize("name", CHOICES)
def test_a_switch_stands_where_it_is_harder_on_the_bot_or_its_row_says_why_not(name: str) -> None:
    told = Switches().as_json()[name]
    assert told["value"] == told["choices"][0] == CHOICES[name][0]
    assert told["harsher"] == HARSHER[name]
    assert HARSHER[name] in CHOICES[name]
    (note,) = [row.note for row in TABLE.rows if row.switch == name]
    assert ("which is harder" in note) == (told["value"] != HARSHER[name]), note


def test_what_is_left_out_is_said_with_its_reason() -> None:
    assert TABLE.omitted
    assert all(what and why for what, why in TABLE.omitted)


def test_the_page_is_what_the_table_says() -> None:
    assert conformance.PAGE.read_text("utf-8") == conformance.page(), "run python -m tests.simulator.conformance"


def test_the_table_would_notice() -> None:
    here = "tests/simulator/test_conformance.py"
    assert conformance.exists(f"{here}::test_the_table_would_notice")
    assert not conformance.exists(f"{here}::test_that_nobody_wrote")
    assert not conformance.exists("tests/simulator/test_nowhere.py::test_the_table_would_notice")
