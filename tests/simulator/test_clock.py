"""One clock for platform and bot: it travels in steps, keeps a diary, and waits for whoever follows it."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from bot.simulated import SimulatedClock
from bot.simulator import create
from bot.simulator.clock import BackwardsError, Clock, MovingError
from bot.simulator.follower import Follower
from tests.reliability.crew import until
from tests.simulator.conftest import World, settings

BEGIN = 1_795_000_000.0


def still() -> Clock:
    clock = Clock(lambda: BEGIN)
    clock.let_run(running=False)
    return clock


def test_a_journey_stops_at_every_step_and_every_entry_of_the_diary() -> None:
    clock, stops, done = still(), [], []
    clock.listen(lambda: stops.append(clock.now() - BEGIN))
    clock.later(90, lambda: done.append(clock.now() - BEGIN))
    clock.travel(BEGIN + 150, step=60)
    assert stops == [60, 90, 150]
    assert done == [90]


def test_entries_of_one_moment_happen_in_the_order_they_were_written() -> None:
    clock, done = still(), []
    for name in "abc":
        clock.later(10, lambda name=name: done.append(name))  # type: ignore[misc]
    clock.travel(BEGIN + 10)
    assert done == ["a", "b", "c"]


def test_an_entry_that_fails_does_not_hold_up_the_next() -> None:
    clock, done = still(), []
    clock.later(1, lambda: 1 / 0)
    clock.later(2, lambda: done.append("still here"))
    clock.travel(BEGIN + 5)
    assert done == ["still here"]


def test_time_never_runs_backwards() -> None:
    clock = still()
    with pytest.raises(BackwardsError):
        clock.travel(BEGIN - 1)
    assert clock.now() == BEGIN


def test_two_cannot_travel_at_once() -> None:
    clock, inside, leave = still(), threading.Event(), threading.Event()
    clock.listen(lambda: inside.set() or leave.wait(20))
    journey = threading.Thread(target=clock.travel, args=[BEGIN + 60])
    journey.start()
    assert inside.wait(20)
    with pytest.raises(MovingError):
        clock.travel(BEGIN + 120)
    leave.set()
    journey.join(20)
    assert clock.now() == BEGIN + 60


def test_a_running_clock_goes_on_running_after_a_journey_and_reaches_its_diary_by_itself() -> None:
    clock, reached = Clock(), threading.Event()
    clock.travel(clock.now() + 3600)
    clock.later(0.05, reached.set)
    assert reached.wait(20)
    assert clock.as_json()["running"]
    assert 3590 < clock.as_json()["ahead"] < 3610


def test_a_process_that_follows_has_caught_up_before_time_goes_on(world: World) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    simulator.post("clock", running=False)
    follower = Follower(simulator.url)
    bot = SimulatedClock(followed=follower)
    seen: list[datetime] = []
    bot.listen(lambda: seen.append(bot()))
    begin = bot().timestamp()
    assert begin == pytest.approx(simulator.get("clock")["now"], abs=0.001)
    until(lambda: seen, "the follower to be known")
    seen.clear()
    simulator.post("clock", forward=1800, step=600)
    assert [round(moment.timestamp() - begin, 3) for moment in seen] == [600, 1200, 1800]
    follower.close()  # its thread would ask for ever, and other tests watch who calls whom
    simulator.post("clock", running=True)  # lets it go from where it waits
    until(lambda: not any(each.name == "follower" for each in threading.enumerate()), "the follower to have left")


def test_a_follower_keeps_the_machines_time_until_there_is_a_simulator() -> None:
    follower = Follower("http://127.0.0.1:9/simulator")
    clock = SimulatedClock(followed=follower)
    assert abs(clock().timestamp() - Clock().now()) < 60
    follower.close()
    until(lambda: not any(each.name == "follower" for each in threading.enumerate()), "the follower to have left")


@pytest.mark.parametrize(
    ("at", "asked", "expected"),
    [
        ("2026-11-22 05:00", {"days": 0, "time": "06:30"}, "2026-11-22 06:30"),
        ("2026-11-22 07:00", {"days": 0, "time": "06:30"}, "2026-11-23 06:30"),
        ("2026-11-22 23:50", {"days": 1, "time": "06:30"}, "2026-11-23 06:30"),
        ("2026-12-31 12:00", {"days": 3, "time": "22:30"}, "2027-01-03 22:30"),
    ],
)
def test_half_past_six_tomorrow_is_said_as_people_say_it(
    world: World, at: str, asked: dict[str, object], expected: str
) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    begin = datetime.fromisoformat(at).replace(tzinfo=zone).timestamp()
    simulator = world.simulator("http://127.0.0.1:9/wechat", now=lambda: begin)
    simulator.post("clock", running=False)
    told = simulator.post("clock", until=asked, step=86400)
    assert f"{datetime.fromtimestamp(told['now'], zone):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"forward": -5}, (409, "clock_backwards")),
        ({"forward": 1e12}, (400, "bad_field")),
        ({"until": {"time": "soon"}}, (400, "bad_field")),
        ({"until": "6:30"}, (400, "bad_field")),
        ({}, (400, "bad_field")),
    ],
)
def test_a_journey_nobody_could_make_is_refused_by_name(
    world: World, body: dict[str, object], refused: tuple[int, str]
) -> None:
    assert world.simulator("http://127.0.0.1:9/wechat").refused("clock", **body) == refused


def test_the_time_travelled_to_outlives_a_restart(world: World, store: object) -> None:
    first = world.simulator("http://127.0.0.1:9/wechat", store=store)
    first.post("clock", forward=86400, step=86400)
    first.settle()
    first.post("phones", name="丙")
    first.settle()
    second = world.simulator("http://127.0.0.1:9/wechat", store=store)
    assert 86000 < second.get("clock")["ahead"] < 86800


def test_a_real_account_never_loads_the_simulator() -> None:
    code = "import sys, bot.app, bot.cli; sys.exit(any(m.startswith('bot.simulator') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_move_of_the_clock_is_seen_by_all_who_look_at_the_page(world: World) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    before = simulator.get("state")
    simulator.post("clock", forward=600)
    after = simulator.get("state", since=before["version"], wait=5)
    assert after["clock"]["now"] - before["clock"]["now"] >= 600


def test_the_followers_address_is_a_plain_json_interface(world: World) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    told = requests.get(f"{simulator.url}/control/clock", timeout=10).json()
    assert set(told) == {"now", "running", "ahead", "version", "moving"}


def test_a_command_beside_the_server_takes_its_time_and_holds_up_no_journey(world: World) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    simulator.post("clock", running=False)
    command = SimulatedClock(followed=Follower(simulator.url, for_a_moment=True))
    before = command().timestamp()
    calls: list[float] = []
    command.listen(lambda: calls.append(1.0))
    assert simulator.post("clock", forward=600)["now"] == pytest.approx(before + 600, abs=0.01)
    assert calls == []


def test_a_listener_that_fails_does_not_stop_time_for_ever() -> None:
    clock = Clock()
    clock.listen(lambda: 1 / 0)
    clock.travel(clock.now() + 60)
    assert clock.as_json()["running"]


def test_on_a_journey_time_counts_as_running_for_whoever_writes_it_down() -> None:
    clock, seen = Clock(), []
    clock.listen(lambda: seen.append(clock.as_json()["running"]))
    clock.travel(clock.now() + 60)
    assert seen == [True]


def test_who_falls_silent_is_waited_for_no_longer_than_patience() -> None:
    clock = Clock(lambda: BEGIN, patience=0.2)
    clock.let_run(running=False)
    clock.news("gone", -1, 0)
    clock.travel(BEGIN + 1)
    assert not clock.is_followed()
    clock.travel(BEGIN + 2)


def test_however_often_the_time_is_restored_it_is_the_same(world: World, store: Path) -> None:
    """A server that read its store twice once doubled the time it had travelled, at every start."""
    first = world.simulator("http://127.0.0.1:9/wechat", store=store)
    first.post("clock", forward=3600)
    first.settle()
    clock = Clock()
    for _ in range(3):
        create(settings(), store=store, clock=clock)
    assert clock.as_json()["ahead"] == pytest.approx(3600, abs=60)


def test_a_misspelt_journey_is_not_made(world: World) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    assert simulator.refused("clock", forward=600, bogus=1) == (400, "bad_field")
    assert simulator.refused("clock", until={"days": 1e9, "time": "06:30"}) == (400, "bad_field")
    assert simulator.get("clock")["ahead"] < 60


def test_a_journey_can_be_broken_off_at_its_next_stop() -> None:
    clock = still()
    clock.listen(lambda: clock.now() >= BEGIN + 120 and clock.halt())
    clock.travel(BEGIN + 3600, step=60)
    assert clock.now() == BEGIN + 120
    clock.halt()  # nothing is under way
    clock.travel(BEGIN + 121)
    assert clock.now() == BEGIN + 121
