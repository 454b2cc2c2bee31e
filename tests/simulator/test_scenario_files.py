"""Scenario files: what was written is read back, times mean what a reader thinks, and a slip is named by its place."""

from __future__ import annotations

import re
import signal
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.cli.simulating.play import play
from bot.errors import Refusal
from bot.simulator.scenario import moments
from bot.simulator.scenario.model import Actor, Group, Moment, Scenario, ScenarioError, Step
from bot.simulator.scenario.player import Played
from bot.simulator.scenario.reading import read
from bot.simulator.scenario.words import words
from bot.simulator.scenario.writing import value, write
from bot.simulator.stage.shelf import scenarios

ROOT = Path(__file__).parents[2]
MONDAY = moments.parse("2026-03-02 13:00")
HEAD = 'title = "试"\nstart = "2026-03-02 13:00"\n'


@pytest.mark.parametrize(
    "raw",
    [
        '冒号“引号”"反斜杠\\\n换行\t制表\x7f\x00',
        {"text": "好", "flags": [True, 1, 2.5], "with space": {"a": {}}},
        [["MsgType", "text"], ["Nested", [["Item", "x"]]]],
        -3,
        1e-7,
    ],
)
def test_a_value_is_read_back_as_it_was(raw: Any) -> None:
    assert tomllib.loads(f"x = {value(raw)}")["x"] == raw


def test_a_recording_is_read_back_whole() -> None:
    scenario = Scenario(
        title="一天",
        about="关于",
        start=MONDAY,
        seed=9,
        account="test",
        encryption="compat",
        phones=(
            Actor("p1", "老周", "worker", following=True, tags=("班长", "党员"), blocked=True),
            Actor("p7", "李", "secretary", refuses=True),
        ),
        steps=(
            Step(1, "say", Moment(3.0), "p1", body={"text": "你好\n第二行"}),
            Step(2, "clear faults", Moment(0.0)),
            Step(3, "phones", Moment(2.5), "p9", body={"name": "新来的", "role": "stranger"}),
        ),
    )
    assert read(write(scenario)) == scenario


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        (Moment(after=90), "2026-03-02 13:01:30"),
        (Moment(at=14 * 60), "2026-03-02 14:00"),
        (Moment(at=13 * 60), "2026-03-03 13:00"),
        (Moment(at=6 * 60 + 30), "2026-03-03 06:30"),
        (Moment(at=6 * 60 + 30, day=2), "2026-03-04 06:30"),
        (Moment(at=13 * 60, day=0), "2026-03-02 13:00"),
    ],
)
def test_a_time_of_the_day_is_the_next_one_unless_the_day_is_named(moment: Moment, then: str) -> None:
    assert moments.due(moment, now=MONDAY, start=MONDAY) == moments.parse(then)


def test_a_day_that_has_passed_is_refused() -> None:
    with pytest.raises(ScenarioError, match="passed"):
        moments.due(Moment(at=0, day=0), now=MONDAY, start=MONDAY)


def test_what_is_repeated_is_written_out_and_captioned_once() -> None:
    steps = '[[step.steps]]\nphone = "p1"\ndo = "say"\nsays = "天天如此"\nat = "06:30"\n'
    found = read(HEAD + '[[step]]\ndo = "repeat"\ntimes = 3\n' + steps).steps
    assert [(step.number, step.do, step.says) for step in found] == [
        (1, "say", "天天如此"),
        (2, "say", ""),
        (3, "say", ""),
    ]


def test_everybody_of_a_group_has_a_number_and_a_name_of_his_own() -> None:
    group = Group("duty", 200, first=201001, name="示例", letters="甲乙丙丁戊己庚辛壬癸", line="{staff_no},{name}")
    members = group.members()
    assert len({each.name for each in members}) == 200
    assert (members[0].phone_id, members[0].staff_no, members[0].name) == ("duty1", "201001", "示例甲甲甲")
    assert members[199].fill({"text": ["绑定 {staff_no} {name} {number}", 7]}) == {
        "text": ["绑定 201200 示例乙癸癸 200", 7]
    }
    assert [each.number for each in group.members((199, 400))] == [199, 200]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("title = ", "not_toml", ""),
        (HEAD + "colour = 1", "unknown_key", "colour"),
        (HEAD + '[[step]]\ndo = "say"\nphome = "p1"', "unknown_key", "step 1 phome"),
        (HEAD + '[[step]]\ndo = "wait"\n[[step]]\nphone = "p1"', "no_do", "step 2"),
        (HEAD + '[[step]]\ndo = "wait"\nat = "25:00"', "bad_time", "25:00"),
        (HEAD + '[[step]]\ndo = "wait"\nexpect = { says = "x" }', "unknown_key", "step 1 says"),
        ('title = "x"', "bad_value", "start"),
        (HEAD + '[[step]]\ndo = "repeat"\ntimes = 30000\n[[step.steps]]\ndo = "wait"', "too_long", ""),
    ],
)
def test_a_slip_is_named_by_its_place_in_plain_words(text: str, code: str, where: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        read(text)
    assert refused.value.code == code
    assert where in refused.value.where
    assert where in words().problem(refused.value.code, where=refused.value.where)


def test_a_scenario_is_named_as_the_readme_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def once(scenario: Scenario, *_: Any, **__: Any) -> Played:
        asked.append(scenario.title)
        return Played()

    monkeypatch.setattr("bot.cli.simulating.play._once", once)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    readme = (ROOT / "README.md").read_text("utf-8")
    (named,) = set(re.findall(r"simulator play ([\w-]+)", readme))
    for name in (named, named.replace("-", "_")):
        play.main([name], standalone_mode=False)
    assert asked == [scenarios()["night_shift"].title] * 2
    with pytest.raises(Refusal) as refused:
        play.main(["nobody"], standalone_mode=False)
    assert named in str(refused.value.values["names"]).split()


def test_the_shelf_holds_the_three_stories() -> None:
    assert {"night_shift", "killed_halfway", "branch_month"} <= set(scenarios())
    for scenario in scenarios().values():
        assert scenario.about
        assert any(step.expect for step in scenario.steps)
        assert any(fact.equals is not None for fact in scenario.facts)
