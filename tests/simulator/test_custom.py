"""Customer-service messages: who may, inside which window, and the bot's own sender against them over real HTTP."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.config import Database as DatabaseSettings
from bot.db import Database
from bot.delivery.outcome import Outcome
from bot.wechat.client import connect
from bot.wechat.sending import CustomMessages, may_send
from tests.cast import StillClock

from .conftest import Simulator, World, settings
from .test_api import Clock, stable


def openid(simulator: Simulator, phone: str = "p1") -> str:
    found: str = simulator.get(f"phones/{phone}")["openid"]
    return found


def send(simulator: Simulator, text: str = "您好", **changed: Any) -> int:
    body = {"touser": openid(simulator), "msgtype": "text", "text": {"content": text}} | changed
    token = stable(simulator)["access_token"]
    options = {"params": {"access_token": token}, "data": json.dumps(body, ensure_ascii=False).encode()}
    return int(simulator.api("message/custom/send", method="POST", **options).json()["errcode"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(world: World, clock: Clock) -> Simulator:
    simulator, bot = world.pair(now=clock)
    bot.answer = lambda _message: None
    clock.now += 120  # the minute that following opens is over
    return simulator


def test_a_written_message_allows_five_in_48_hours(simulator: Simulator, clock: Clock) -> None:
    assert send(simulator) == 45015
    simulator.phone("say", text="在吗")
    assert [send(simulator, f"第{n}条") for n in range(6)] == [0, 0, 0, 0, 0, 45047]
    simulator.phone("say", text="再问一句")
    clock.now += 48 * 3600 - 1
    assert send(simulator) == 0
    clock.now += 1
    assert send(simulator) == 45015


def test_it_stands_in_the_chat_and_its_links_can_be_tapped(simulator: Simulator) -> None:
    simulator.phone("say", text="在吗")
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=帮助&msgmenuid=1">帮助</a>'
    assert send(simulator, f"看看{link}") == 0
    bubble = simulator.chat()[-1]
    assert (bubble["side"], bubble["links"][0]["label"]) == ("account", "帮助")
    assert simulator.phone("tap", label="帮助")["sent"]


def test_a_touch_allows_three_in_a_minute(simulator: Simulator, clock: Clock) -> None:
    simulator.phone("say", text="在吗")
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=帮助&msgmenuid=1">帮助</a>'
    for _ in range(5):
        assert send(simulator, link) == 0
    assert send(simulator) == 45047
    simulator.phone("tap", label="帮助")
    assert [send(simulator) for _ in range(4)] == [0, 0, 0, 45047]
    simulator.phone("tap", label="帮助")
    clock.now += 61
    assert send(simulator) == 45047  # the long window is open still, and used up


def test_a_repeated_message_opens_nothing_anew(simulator: Simulator) -> None:
    simulator.phone("say", text="在吗")
    assert send(simulator) == 0
    simulator.phone("resend")
    assert [send(simulator) for _ in range(5)] == [0, 0, 0, 0, 45047]


def test_following_and_leaving(simulator: Simulator) -> None:
    simulator.phone("say", text="在吗")
    simulator.phone("unfollow")
    assert send(simulator) == 45015
    simulator.phone("follow")
    assert [send(simulator) for _ in range(4)] == [0, 0, 0, 45047]


def test_what_is_refused_uses_nothing_up(simulator: Simulator) -> None:
    simulator.phone("say", text="在吗")
    assert send(simulator, touser="oNOBODY") == 40003
    assert send(simulator, "长" * 700) == 45002
    assert send(simulator, "  ") == 44004
    assert send(simulator, msgtype="hologram") == 40008
    assert [send(simulator) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


@pytest.mark.parametrize(
    ("account", "code"),
    [("subscription", 48001), ("service", 48001), ("subscription_certified", 0), ("service_certified", 0), ("test", 0)],
)
def test_only_some_accounts_may(world: World, account: str, code: int) -> None:
    simulator, bot = world.pair(account=account)
    bot.answer = lambda _message: None
    simulator.phone("say", text="在吗")
    simulator.settle()
    assert send(simulator) == code
    chosen = settings(account=account).wechat
    assert may_send(chosen) is (code == 0)


def test_windows_survive_a_restart(world: World, store: Path, clock: Clock) -> None:
    first, bot = world.pair(store=store, now=clock)
    bot.answer = lambda _message: None
    first.phone("say", text="在吗")
    first.settle()
    assert send(first) == 0
    first.settle()
    second = world.simulator("http://127.0.0.1:9/wechat", store=store, now=clock)
    assert [send(second) for _ in range(8)] == [0, 0, 0, 0, 0, 0, 0, 45047]  # four of the words, three of the follow


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, sqlite_template: Path) -> CustomMessages:
    """The bot's own, with this simulator for its platform."""
    shutil.copy(sqlite_template, tmp_path / "bot.db")
    database = Database(DatabaseSettings(url=f"sqlite:///{tmp_path / 'bot.db'}"))
    account = settings().wechat.model_copy(update={"api_base_url": f"{simulator.url}/api"})
    clock = StillClock()
    return CustomMessages(connect(account, database, clock), clock)


def test_the_bots_sender_reads_every_answer(simulator: Simulator, sender: CustomMessages) -> None:
    who = openid(simulator)
    assert sender.send_text(who, "您好").outcome is Outcome.PERSON
    simulator.phone("say", text="在吗")
    simulator.settle()
    assert sender.send_text(who, "您好，“<3”").outcome is Outcome.SENT
    assert simulator.chat()[-1]["text"] == "您好，“<3”"
    assert sender.send_text("oNOBODY", "您好").outcome is Outcome.PERSON
    assert sender.send_text(who, "长" * 700).outcome is Outcome.NEVER
    simulator.post("tokens/spoil")
    assert sender.send_text(who, "换了令牌").outcome is Outcome.SENT


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"kind": "drop_after"}, Outcome.UNKNOWN),
        ({"kind": "html"}, Outcome.UNKNOWN),
        ({"kind": "status", "status": 502}, Outcome.UNKNOWN),
        ({"kind": "errcode", "errcode": -1}, Outcome.AGAIN),
        ({"kind": "errcode", "errcode": 45009}, Outcome.WAIT),
        ({"kind": "errcode", "errcode": 45011}, Outcome.WAIT),
        ({"kind": "errcode", "errcode": 48001}, Outcome.WAIT),
        ({"kind": "errcode", "errcode": 45065}, Outcome.SENT),
    ],
    ids=lambda value: str(value.get("errcode", value["kind"])) if isinstance(value, dict) else value.value,
)
def test_every_fault_has_its_outcome(
    simulator: Simulator, sender: CustomMessages, fault: dict[str, Any], outcome: Outcome
) -> None:
    simulator.phone("say", text="在吗")
    simulator.settle()
    simulator.post("faults", endpoint="cgi-bin/message/custom/send", **fault)
    assert sender.send_text(openid(simulator), "您好").outcome is outcome


def test_a_token_that_cannot_be_had_means_nothing_was_sent(simulator: Simulator, sender: CustomMessages) -> None:
    simulator.post("faults", endpoint="cgi-bin/stable_token", kind="drop_after", times=5)
    result = sender.send_text(openid(simulator), "您好")
    assert (result.outcome, result.reason) == (Outcome.WAIT, "unreachable")
