"""Recording what hands do, and playing it again: with a toy bot, over the same control interface as the page."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import simulator
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.control.box import Box
from bot.simulator.scenario import moments
from bot.simulator.scenario.exchanges import difference
from bot.simulator.scenario.player import Played, Player
from bot.simulator.scenario.reading import read
from bot.simulator.scenario.show import Show, StoppedError
from bot.simulator.stage.shelf import FullError, OpeningError, Shelf
from tests.simulator.account import Account
from tests.simulator.conftest import Bot, Simulator, World, served, settings

HEAD = """
title = "试演"
start = "2026-03-02 13:00"
[[phone]]
id = "p1"
name = "老周"
[[phone]]
id = "p2"
name = "李书记"
[[step]]
phone = "p1"
do = "follow"
"""
GROUP = '[[group]]\nid = "duty"\npeople = 3\nname = "示例"\n'


class StillBot(Bot):
    """A toy whose answers bear no time of the machine's."""

    def sealed(self, xml: str) -> str:
        return super().sealed(re.sub("<CreateTime>[0-9]+", "<CreateTime>1", xml))


class Theatre:
    """Plays files, each against a simulator and a toy bot of its own."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.boxes: list[Box] = []

    def box(self) -> tuple[Box, Any, dict[str, str]]:
        webhook = self._stack.enter_context(served(StillBot().app())) + "/wechat"
        chance, clock = Chance(), Clock()
        box = simulator.assemble(settings(), webhook=webhook, clock=clock, chance=chance, attempt_timeout=20)
        app = simulator.serve(box)
        self.boxes.append(box)
        return box, app, {"simulator": self._stack.enter_context(served(app)), "bot": webhook.removesuffix("/wechat")}

    def play(self, text: str, **more: Any) -> Played:
        box, app, places = self.box()
        player = Player(read(text), box, app, places=places, **more)
        player.set_out()
        return player.play()


@pytest.fixture
def theatre(world: World) -> Theatre:
    return Theatre(world.stack)


def _recorded(simulator: Simulator) -> str:
    return simulator.session.get(f"{simulator.url}/control/recording", timeout=20).text


def test_what_hands_do_is_written_down_with_its_time(world: World) -> None:
    simulator, _ = world.pair(clock=Clock(lambda: 1_780_000_000.0))
    simulator.post("recording", on=True)
    simulator.phone("say", text="你好")
    simulator.settle()
    simulator.post("clock", forward=90)
    simulator.phone("send", kind="voice", recognition="听见了")
    new = simulator.post("phones", name="新来的", role="stranger")["id"]
    simulator.phone("follow", phone=new)
    simulator.phone("unfollow")
    simulator.post("faults", endpoint="webhook", kind="sleep", times=2, seconds=0)
    simulator.session.delete(f"{simulator.url}/control/faults", timeout=20)
    simulator.post("switches", windows="add")
    simulator.post("phones/p2", name="改了名")
    assert simulator.refused("phones/p1/say", text="没人听")[0] == 409  # no longer following: nothing changed
    simulator.settle()
    simulator.post("recording", on=False)
    simulator.phone("follow")

    scenario = read(_recorded(simulator))
    assert [(step.do, step.phone, step.body) for step in scenario.steps] == [
        ("say", "p1", {"text": "你好"}),
        ("wait", "", {}),
        ("send", "p1", {"kind": "voice", "recognition": "听见了"}),
        ("phones", new, {"name": "新来的", "role": "stranger"}),
        ("follow", new, {}),
        ("unfollow", "p1", {}),
        ("faults", "", {"endpoint": "webhook", "kind": "sleep", "times": 2, "seconds": 0}),
        ("clear faults", "", {}),
        ("switches", "", {"windows": "add"}),
        ("rename", "p2", {"name": "改了名"}),
    ]
    assert [step.moment.after for step in scenario.steps][:3] == [0, 90, 0]
    assert [phone.following for phone in scenario.phones] == [True, False]
    assert (scenario.account, scenario.encryption) == ("service_certified", "safe")


def test_a_recording_plays_twice_with_identical_exchanges(world: World, theatre: Theatre) -> None:
    simulator, _ = world.pair()
    simulator.post("recording", on=True)
    new = simulator.post("phones", name="新来的", role="worker")["id"]
    simulator.phone("scan", phone=new, scene="branch-1")
    for text in ("一", "二", "三"):
        simulator.phone("say", text=text)
        simulator.phone("send", phone=new, kind="image")
    simulator.post("clock", forward=3600)
    simulator.phone("send", kind="location")
    simulator.settle()
    text = _recorded(simulator)
    first, second = theatre.play(text), theatre.play(text)
    assert (first.failure, second.failure) == ("", "")
    assert len(first.exchanges) == 9  # the first phone follows before the curtain
    assert difference(first.exchanges, second.exchanges) is None
    assert all(each["verdict"] == "shown" for each in first.exchanges)
    assert "PicUrl><![CDATA[<simulator>/" in "".join(each["request"] for each in first.exchanges)


def test_taps_are_written_down_by_their_place_and_those_on_older_bubbles_as_what_they_say(
    world: World, theatre: Theatre
) -> None:
    """A recording begun in the middle of a chat once named bubbles that no replay has."""
    simulator, bot = world.pair()
    bot.answer = lambda _message: '<a href="weixin://bizmsgmenu?msgmenucontent=选甲&msgmenuid=1">甲</a>'
    simulator.phone("say", text="开头之前")
    old = simulator.chat()[-1]["id"]
    simulator.post("recording", on=True)
    simulator.phone("tap", bubble=old, link=0)
    new = simulator.chat()[-1]["id"]
    simulator.phone("tap", bubble=new, link=0)
    simulator.settle()
    scenario = read(_recorded(simulator))
    assert [(step.do, step.body) for step in scenario.steps] == [
        ("say", {"text": "选甲"}),
        ("tap", {"link": 0, "message": -1}),
    ]


def test_a_file_of_ones_own_is_read_before_a_stage_is_opened_for_it(world: World) -> None:
    opened: list[str] = []

    def opening(what: str) -> Any:
        opened.append(Path(what).read_text("utf-8"))
        return Stub(f"http://127.0.0.1:1/{len(opened)}")

    shelf = Shelf(opening)
    assert shelf.play_file(HEAD) == shelf.play_file(HEAD) == "http://127.0.0.1:1/1"
    assert opened == [HEAD]
    simulator, _ = world.pair()
    assert simulator.refused("shelf/play-file", text="title = ") == (400, "bad_scenario")


@dataclass
class Stub:
    """A stage that plays for ever."""

    url: str
    alive: bool = True

    def played(self) -> bool:
        return False

    def end(self) -> None:
        self.alive = False


RIGGED: list[tuple[str, dict[str, Any]]] = [
    ("switches", {"windows": "latest", "text_limit_bytes": 4096}),
    ("miniprograms", {"appids": ["wx0123456789abcdef"]}),
    ("menu", {"button": [{"type": "click", "name": "今日", "key": "TODAY"}]}),
    ("whitelist", {"addresses": ["127.0.0.1"]}),
    ("quotas", {"endpoint": "cgi-bin/menu/create", "exhaust": True}),
    ("service", {"down": True}),
    ("latency", {"endpoint": "*", "kind": "uniform", "a": 0.0, "b": 0.01}),
    ("faults", {"endpoint": "webhook", "kind": "html", "times": 3, "person": "p2", "every": 2}),
    ("faults", {"endpoint": "cgi-bin/menu/get", "kind": "errcode", "errcode": 45009, "errmsg": "no"}),
]


def test_what_was_rigged_before_the_recording_stands_at_its_beginning(world: World, theatre: Theatre) -> None:
    simulator, _ = world.pair()
    account = Account(simulator)
    account.post("tags/members/batchtagging", openid_list=[account.openid()], tagid=account.tag("班长"))
    account.post("tags/members/batchblacklist", openid_list=[account.openid()])
    simulator.phone("refuse", phone="p2", on=True)
    simulator.post("account", kind="test", encryption="compat")
    for path, body in RIGGED:
        simulator.post(path, **body)
    simulator.post("recording", on=True)
    text = _recorded(simulator)

    scenario = read(text)
    assert (scenario.account, scenario.encryption) == ("test", "compat")
    first, second = scenario.phones
    assert (first.tags, first.refuses, first.blocked) == (("班长",), False, True)
    assert (second.tags, second.refuses, second.blocked) == ((), True, False)
    told = {step.do: step.body for step in scenario.steps if step.do != "faults"}
    assert [(step.do, step.moment.after) for step in scenario.steps] == [(path, 0) for path, _ in RIGGED]
    assert told["menu"]["button"][0]["key"] == "TODAY"
    assert {path: body for path, body in told.items() if path != "menu"} == {
        path: body for path, body in RIGGED if path not in {"menu", "faults"}
    }
    assert theatre.play(text).failure == ""
    with theatre.boxes[0].world.locked() as memory:
        assert [phone.blocked for phone in memory.phones.values()] == [True, False]
        assert [phone.refuses for phone in memory.phones.values()] == [False, True]
        assert [memory.tags[tag] for tag in memory.phones["p1"].tags] == ["班长"]
        assert memory.menu is not None
        person = memory.phones["p2"].openid
    platform = theatre.boxes[0].platform
    assert platform.switches.moved() == RIGGED[0][1]
    found = platform.faults.as_json()
    assert [(each["kind"], each["person"], each["times"]) for each in found["faults"]] == [
        ("html", person, 3),
        ("errcode", "", 1),
    ]
    assert found["latency"]["*"]["kind"] == "uniform"


def test_a_menu_made_by_an_interface_is_the_bots_own_affair(world: World) -> None:
    simulator, _ = world.pair()
    button = [{"type": "click", "name": "今日", "key": "TODAY"}]
    simulator.post("menu", button=button)
    Account(simulator).post("menu/create", button=button)
    simulator.post("recording", on=True)
    assert read(_recorded(simulator)).steps == ()


def test_a_reset_ends_a_recording_and_leaves_nothing_rigged(world: World) -> None:
    simulator, _ = world.pair()
    for path, body in RIGGED:
        simulator.post(path, **body)
    simulator.post("recording", on=True)
    simulator.post("reset")
    assert _recorded(simulator) == ""
    simulator.phone("follow")
    assert _recorded(simulator) == ""
    simulator.post("recording", on=True)
    assert read(_recorded(simulator)).steps == ()


def test_another_seed_is_another_play(theatre: Theatre) -> None:
    image = '[[step]]\nphone = "p1"\ndo = "send"\nwith = { kind = "image" }\n'
    first, second = (theatre.play(HEAD.replace("[[phone]]", f"seed = {n}\n[[phone]]", 1) + image) for n in (1, 2))
    number, one, other = difference(first.exchanges, second.exchanges) or (0, None, None)
    assert number == 2
    assert one is not None
    assert other is not None
    assert one["request"] != other["request"]


def test_time_stands_still_between_the_steps_and_is_travelled_to_the_next(theatre: Theatre) -> None:
    played = theatre.play(HEAD + '[[step]]\nat = "06:30"\nphone = "p1"\ndo = "say"\nwith = { text = "早" }\n')
    assert played.failure == ""
    at = int(moments.parse("2026-03-03 06:30"))
    assert f"<CreateTime>{at}</CreateTime>" in played.exchanges[-1]["request"]
    assert theatre.boxes[0].world.now() == at


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ('{ says_contains = "你说：早" }', ""),
        ('{ says_contains = ["你说", "晚"] }', "第2步：老周 上最后一句里没有“晚”，是：你说：早"),
        ('{ not_contains = "早" }', "第2步：老周 上最后一句里不该有“早”，是：你说：早"),
        ('{ any_contains = "你说", kind = "text", following = true, count = 1, at_least = 1 }', ""),
        ("{ count = 2 }", "第2步：老周 上该新来 2 条，来了 1 条"),
        ("{ at_least = 2 }", "第2步：老周 上该至少新来 2 条，来了 1 条"),
        ('{ kind = "image" }', "第2步：老周 上最后一条该是 image，是 text"),
        ('[{ count = 1 }, { phone = "p2", count = 0, following = true }]', "第2步：李书记 的关注该是 True，是 False"),
        ('{ phone = "p9" }', "第2步说的手机没有：p9"),
    ],
)
def test_what_is_expected_holds_or_is_told_in_plain_words(theatre: Theatre, expect: str, said: str) -> None:
    step = f'[[step]]\nphone = "p1"\ndo = "say"\nwith = {{ text = "早" }}\nexpect = {expect}\n'
    assert theatre.play(HEAD + step).failure == said
    told = theatre.boxes[0].show.as_json()
    assert told is not None
    assert (told["state"], told["step"], told["steps"]) == ("failed" if said else "done", 2, 2)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('phone = "p2"\ndo = "say"\nwith = { text = "早" }', "第2步 say 做不了：not_following"),
        ('phone = "p5"\ndo = "follow"', "第2步说的手机没有：p5"),
        ('phone = "p1"\ndo = "dance"', "第2步 dance 做不了：404"),
        ('do = "kill"', "第2步要开关机器人，可这里没有归它管的机器人。"),
        ('at = "12:00"\nday = 0\ndo = "wait"', "这个时间已经过了：2026-03-02 12:00:00"),
    ],
)
def test_a_step_that_cannot_be_done_ends_the_play_with_its_reason(theatre: Theatre, step: str, said: str) -> None:
    assert theatre.play(f"{HEAD}[[step]]\n{step}\n").failure == said


def test_a_group_acts_one_after_the_other_and_is_counted_in_the_facts(theatre: Theatre) -> None:
    text = HEAD.replace("[[phone]]", GROUP + "[[phone]]", 1)
    text += '[[step]]\nphone = "duty"\ndo = "follow"\n'
    text += '[[step]]\nphone = "duty"\nwhich = [2, 3]\ndo = "say"\nwith = { text = "{staff_no} {name}" }\n'
    text += '[[fact]]\nname = "说过话的"\nreceived = "你说"\namong = "duty"\nequals = 2\n'
    text += '[[fact]]\nname = "没说话的"\nreceived = "你说"\namong = "duty"\ntimes = 0\n'
    text += '[[fact]]\nname = "账上"\nbooks = "made.up"\nunit = "条"\nequals = 5\n'
    played = theatre.play(text, books=lambda: {"made.up": 5})
    assert played.failure == ""
    assert played.facts == [("说过话的", "2 人"), ("没说话的", "1 人"), ("账上", "5 条")]
    assert [each["phone"] for each in played.exchanges if each["kind"] == "text"] == ["duty2", "duty3"]
    assert "200002 示例1" in played.exchanges[-2]["request"]


def test_a_fact_that_is_not_so_fails_the_play(theatre: Theatre) -> None:
    fact = '[[fact]]\nname = "收到的"\nreceived = "看到"\namong = "p1"\nequals = 2\n'
    assert theatre.play(HEAD + fact).failure == "收到的 该是 2，是 1"


def test_a_crowd_lives_on_while_time_passes(theatre: Theatre) -> None:
    text = (
        HEAD + '[[step]]\ndo = "crowd"\nwith = { people = 6, seed = 3 }\n[[step]]\nday = 2\nat = "22:00"\ndo = "wait"\n'
    )
    text += '[[fact]]\nname = "说过话的"\nreceived = "你说"\ntimes = "1+"\nat_least = 1\n'
    played = theatre.play(text)
    assert played.failure == ""
    assert len([each for each in played.exchanges if each["kind"] == "event.subscribe"]) == 7
    assert theatre.boxes[0].world.now() == moments.parse("2026-03-04 22:00")


def test_who_draws_first_of_two_sorts_changes_neither() -> None:
    one, other = Chance(7), Chance(7)
    first = [one.rid(), one.letters(48), one.letters(96)]
    assert [other.letters(96), other.letters(48), other.rid()] == first[::-1]
    assert one.letters(48) == other.letters(48) != first[1]


class Killed:
    """Instead of a bot's process."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def __getattr__(self, name: str) -> Callable[[], None]:
        return lambda: self.done.append(name)


def test_the_bot_is_killed_and_started_when_the_file_says(theatre: Theatre) -> None:
    bot = Killed()
    steps = "".join(f'[[step]]\ndo = "{what}"\n' for what in ("kill", "start", "restart"))
    assert theatre.play(HEAD + steps, bot=bot).failure == ""
    assert bot.done == ["kill", "start", "stop", "start"]


def test_a_watcher_pauses_goes_on_and_ends_it() -> None:
    show = Show()
    assert show.as_json() is None
    show.begin("戏", 3)
    show.tell(1, "开场", "p1")
    assert not show.do("dance")
    show.do("pause")
    going = threading.Thread(target=show.gate)
    going.start()
    assert (show.as_json() or {})["state"] == "paused"
    assert going.is_alive()
    show.do("go")
    going.join(20)
    assert not going.is_alive()
    show.tell(2, "", "")
    assert (show.as_json() or {}) | {"facts": None} == {
        "title": "戏", "step": 2, "steps": 3, "says": "开场", "phone": "p1", "state": "playing", "facts": None,
    }  # fmt: skip
    show.do("stop")
    with pytest.raises(StoppedError):
        show.gate(60)


def test_a_simulator_that_is_no_stage_says_so_and_has_a_shelf(world: World) -> None:
    simulator, _ = world.pair()
    assert simulator.get("stage") == {"stage": None}
    assert simulator.refused("stage", do="pause") == (409, "no_stage")
    found = {each["name"]: each for each in simulator.get("shelf")["scenarios"]}
    assert found["night_shift"]["title"] == "夜班老周的一天"
    assert found["night_shift"]["running"] is None
    assert simulator.refused("shelf/nobody/play") == (404, "no_such_scenario")
    assert _recorded(simulator) == ""


class Opened:
    """Instead of a stage's process."""

    def __init__(self, url: str) -> None:
        self.url, self.alive, self.over = url, True, False

    def played(self) -> bool:
        return self.over

    def end(self) -> None:
        self.alive = False


def test_two_stages_are_played_on_at_once_and_one_that_is_over_makes_room() -> None:
    stages: list[Opened] = []

    def opened(name: str) -> Opened:
        stages.append(Opened(f"http://127.0.0.1/{name}"))
        return stages[-1]

    shelf = Shelf(opened)
    first = shelf.play("night_shift")
    assert shelf.play("night_shift") == first
    shelf.play("branch_month")
    with pytest.raises(FullError):
        shelf.play("killed_halfway")
    assert [each["name"] for each in shelf.as_json() if each["running"]] == ["branch_month", "night_shift"]
    stages[0].over = True
    shelf.play("killed_halfway")
    assert [stage.alive for stage in stages] == [False, True, True]
    shelf.end()
    assert not any(stage.alive for stage in stages)


def test_while_a_stage_opens_nobody_else_waits_for_it() -> None:
    begun, may = threading.Semaphore(0), threading.Event()

    def opened(name: str) -> Opened:
        begun.release()
        assert may.wait(20)
        return Opened(name)

    shelf = Shelf(opened)
    with ThreadPoolExecutor() as clicks:
        first = clicks.submit(shelf.play, "night_shift")
        assert begun.acquire(timeout=20)
        with pytest.raises(OpeningError):
            shelf.play("night_shift")
        second = clicks.submit(shelf.play, "branch_month")
        assert begun.acquire(timeout=20)
        with pytest.raises(FullError):
            shelf.play("killed_halfway")
        may.set()
        assert (first.result(20), second.result(20)) == ("night_shift", "branch_month")
    shelf.end()


def test_a_stage_that_does_not_open_makes_room_and_says_why(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no database >&2\nexit 1\n", "utf-8")
    broken.chmod(0o700)
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    monkeypatch.setattr(sys, "executable", str(broken))
    for name in ("night_shift", "branch_month", "killed_halfway"):
        answer = simulator.session.post(f"{simulator.url}/control/shelf/{name}/play", json={}, timeout=20)
        assert (answer.status_code, answer.json()) == (409, {"error": "stage_not_opened", "why": "no database"})
