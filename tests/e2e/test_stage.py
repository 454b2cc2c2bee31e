"""The stories of the shelf on stages of their own: a real `serve` as child, killed where the story says so."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import cli
from bot.cli.say import sentence
from bot.cli.simulating.furnishing import furnish
from bot.errors import Refusal
from bot.simulator.scenario.exchanges import Exchange, difference
from bot.simulator.scenario.model import Scenario
from bot.simulator.scenario.player import Played
from bot.simulator.scenario.reading import read
from bot.simulator.scenario.writing import table, value
from bot.simulator.stage.child import environment
from bot.simulator.stage.serving import free_port
from bot.simulator.stage.shelf import FOLDER, scenarios
from bot.simulator.stage.stage import House, stage
from tests.cast import account
from tests.simulator.conftest import Simulator, World

HANG_SECONDS = 300
FEW = {  # so many on duty that the kill still hits the second eight of three
    "people = 200": "people = 20",
    "times = 96": "times = 8",
    "arrived = 104": "arrived = 16",
    "equals = 192": "equals = 12",
    "equals = 200": "equals = 20",
}
FEW_DAYS = {f"times = {n}\n": "times = 1\n" for n in (7, 10, 13)} | {"at_least = 250": "at_least = 25"}

Play = Callable[[Scenario], Played]


def _shortened(name: str, changes: dict[str, str]) -> Scenario:
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    for long, short in changes.items():
        assert long in text
        text = text.replace(long, short)
    return read(text)


@pytest.fixture
def play(sqlite_url: str) -> Play:
    def play(scenario: Scenario) -> Played:
        with stage(scenario, House(furnish, sqlite_url)) as (_, player):
            return player.play()

    return play


def _recorded(scenario: Scenario, database: str) -> tuple[Played, str]:
    """What came of a play, and the file of what hands did in it; the people of its roster no hand brought in."""
    with stage(scenario, House(furnish, database)) as (there, player):
        simulator = Simulator(there.address)
        simulator.post("recording", on=True)
        played = player.play()
        simulator.post("recording", on=False)
        text = simulator.session.get(f"{there.address}/control/recording", timeout=20).text
        simulator.session.close()
    assert played.failure == ""
    people = "\n".join(f"roster = [{value(line)}]" for line in scenario.roster)
    return played, text.replace("\n[[phone]]", f"{people}\n\n[[phone]]", 1)


@pytest.mark.timeout(HANG_SECONDS)
def test_what_was_recorded_on_a_stage_replays_on_another_with_identical_exchanges(sqlite_url: str) -> None:
    whole = scenarios()["night_shift"]
    last = max(step.number for step in whole.steps if step.do != "wait")  # no hand, and nothing to record
    story = replace(whole, steps=whole.steps[:last], facts=whole.facts[:1])
    first, text = _recorded(story, sqlite_url)
    recorded = replace(read(text), title=whole.title, seed=whole.seed)  # they decide every name and every draw
    with stage(recorded, House(furnish)) as (_, player):
        second = player.play()
    assert second.failure == ""
    assert difference(_unnumbered(first), _unnumbered(second)) is None
    assert any("【急】" in each["request"] for each in second.exchanges if each["way"] == "call")


def _unnumbered(played: Played) -> list[Exchange]:
    """Without the numbers of the steps, which a recording counts anew."""
    return [{name: told for name, told in each.items() if name != "step"} for each in played.exchanges]


@pytest.mark.nightly
@pytest.mark.timeout(HANG_SECONDS)
def test_the_command_plays_a_recorded_file_twice_and_compares(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "recorded.toml"
    file.write_text(_recorded(scenarios()["night_shift"], sqlite_url)[1], "utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "bot", "simulator", "play", str(file), "--twice"],
        env=environment(), cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=HANG_SECONDS, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "一模一样" in told.stdout


@pytest.mark.nightly
@pytest.mark.timeout(HANG_SECONDS)
def test_killed_while_it_pages_everybody_on_duty_it_leaves_nobody_out(play: Play) -> None:
    played = play(_shortened("killed_halfway", FEW))
    assert played.failure == ""
    facts = dict(played.facts)
    assert (facts["正好收到一次"], facts["收到两次"], facts["没收到"]) == ("12 人", "8 人", "0 人")
    sent = [each for each in played.exchanges if each.get("name") == "cgi-bin/message/custom/send"]
    assert len(sent) == 20
    assert {each["answer"] for each in sent} == {'{"errcode": 0, "errmsg": "ok"}'}


@pytest.mark.nightly
@pytest.mark.timeout(HANG_SECONDS)
def test_a_month_of_a_branch_goes_as_its_file_says(play: Play) -> None:
    played = play(_shortened("branch_month", FEW_DAYS))
    assert played.failure == ""
    assert played.facts[0] == ("支部里还绑着的", "14 人")


@pytest.mark.timeout(HANG_SECONDS)
def test_a_stage_opened_from_the_shelf_can_be_watched_and_ended() -> None:
    with ExitStack() as stack:
        simulator, _ = World(stack).pair()
        answer = simulator.session.post(
            f"{simulator.url}/control/shelf/night_shift/play", json={}, timeout=HANG_SECONDS
        )
        assert answer.status_code == 202
        there = Simulator(answer.json()["url"].rstrip("/"))
        found = {each["name"]: each["running"] for each in simulator.get("shelf")["scenarios"]}
        assert found["night_shift"] == answer.json()["url"]
        assert "夜班老周" in there.get("stage")["stage"]["title"]
        assert there.session.get(there.url, timeout=20).status_code == 200
        assert there.get("shelf") == {"scenarios": []}
        assert there.refused("shelf/night_shift/play") == (409, "is_a_stage")
        assert there.post("stage", do="pause")["stage"]["state"] == "paused"
        there.post("stage", do="stop")
        there.session.close()
        pause = threading.Event()
        while {each["name"]: each["running"] for each in simulator.get("shelf")["scenarios"]}["night_shift"]:
            pause.wait(0.1)  # the process ends its bot first


def test_the_simulator_stands_alone_for_somebodys_own_bot(tmp_path: Path) -> None:
    chosen = account() | {"server": {"public_url": "http://127.0.0.1:9"}}
    (tmp_path / "config.toml").write_text("\n".join(table(name, rows) for name, rows in chosen.items()), "utf-8")
    port = free_port()
    command = [sys.executable, "-m", "bot", "simulator", "stand", "--port", str(port)]
    with subprocess.Popen(command, env=environment(), cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8") as alone:
        assert alone.stdout is not None
        assert f"http://127.0.0.1:{port}/" in alone.stdout.readline()
        simulator = Simulator(f"http://127.0.0.1:{port}")
        assert simulator.get("clock")["running"]
        assert simulator.get("state")["account"]["webhook"] == "http://127.0.0.1:9/wechat"
        simulator.session.close()
        alone.terminate()
        assert alone.wait(60) == 0


@pytest.mark.parametrize(("name", "key"), [("nothing", "simulator.no_scenario"), ("bad.toml", "simulator.bad_file")])
def test_a_file_that_cannot_be_played_is_refused_before_anything_is_built(tmp_path: Path, name: str, key: str) -> None:
    (tmp_path / "bad.toml").write_text('title = "x"\ncolour = 1\n', "utf-8")
    with pytest.raises(Refusal) as refused:
        cli(["simulator", "play", str(tmp_path / name) if "." in name else name], standalone_mode=False)
    assert refused.value.key == key
    assert "colour" in sentence(key, **refused.value.values) or name in sentence(key, **refused.value.values)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", sorted(scenarios()))
def test_every_story_plays_in_full_and_again_the_same(play: Play, name: str) -> None:
    first = play(scenarios()[name])
    with stage(scenarios()[name], House(furnish)) as (_, player):  # and a database of its own
        second = player.play()
    assert (first.failure, second.failure) == ("", "")
    assert difference(first.exchanges, second.exchanges) is None
