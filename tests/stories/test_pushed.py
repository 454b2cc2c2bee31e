"""The whole way: danger told on one phone is pushed onto another, over the simulated platform, its windows and its API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from bot.app import create_app
from bot.cli.pushing import pump_of
from bot.delivery.pump import Pump
from bot.kit import Kit
from bot.models import OutboxItem, Person
from bot.services import grants, outbox, units
from bot.simulator import create
from tests.cast import NOON, StillClock, account
from tests.reliability.crew import until
from tests.rules.mine import MINE, WORDS, add_member, add_person, session
from tests.simulator.conftest import Simulator, served


@dataclass
class Town:
    """Two phones, the platform between, the bot, and its pump."""

    kit: Kit
    simulator: Simulator
    pump: Pump

    def heard(self, phone: str) -> list[str]:
        return self.simulator.heard(phone)

    def wait_for(self, words: str, phone: str) -> None:
        until(lambda: any(words in text for text in self.heard(phone)), f"{phone} hears {words}")

    def states(self) -> list[str]:
        with session(self.kit) as db:
            return [item.state for item in db.query(OutboxItem).order_by(OutboxItem.id)]


@pytest.fixture
def town(make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock) -> Iterator[Town]:
    with ExitStack() as stack:
        chosen = account(account="service_certified")["wechat"]
        first = make_kit(sqlite_url, wechat=chosen)
        webhook = stack.enter_context(served(create_app(first).wsgi_app)) + "/wechat"
        app = create(first.settings, webhook=webhook, now=lambda: clock().timestamp())
        url = stack.enter_context(served(app))
        kit = make_kit(sqlite_url, wechat=chosen | {"api_base_url": f"{url}/api"})
        simulator = Simulator(url)
        stack.callback(simulator.session.close)
        for phone in ("p1", "p2"):
            simulator.phone("follow", phone=phone)
        simulator.settle()
        with session(kit) as db:
            member = add_member(db, "9", "值班甲")
            add_person(db, simulator.get("phones/p2")["openid"], member)
            grants.grant(db, member, "on_duty", units.ensure(db, MINE, words=WORDS), by="operator", now=clock())
        pump = pump_of(kit)
        pump.start()
        stack.callback(pump.stop)
        yield Town(kit, simulator, pump)


def test_the_page_is_pushed_and_answered_by_a_tap(town: Town, clock: StillClock) -> None:
    town.simulator.phone("say", phone="p2", text="帮助")
    town.simulator.settle()
    clock.now = NOON.replace(hour=23, minute=30)  # danger is pushed at any hour
    town.simulator.phone("say", phone="p1", text="井下透水了快跑")
    town.wait_for("井下险情", "p2")
    assert town.states() == ["sent"]
    town.simulator.phone("tap", phone="p2", label="我来处理")
    town.wait_for("您来处理", "p2")


def test_who_has_not_written_finds_it_with_his_next_message(town: Town, clock: StillClock) -> None:
    town.simulator.phone("say", phone="p1", text="井下透水了快跑")
    town.simulator.settle()
    town.pump.once()
    assert town.states() == ["waiting"]
    assert not any("井下险情" in text for text in town.heard("p2"))
    town.simulator.phone("say", phone="p2", text="帮助")
    town.wait_for("井下险情", "p2")
    assert town.states() == ["handed"]


def test_an_answer_lost_after_the_platform_acted_is_not_pushed_twice(town: Town, clock: StillClock) -> None:
    town.simulator.phone("say", phone="p2", text="帮助")
    town.simulator.settle()
    town.simulator.post("faults", endpoint="cgi-bin/message/custom/send", kind="drop_after")
    town.simulator.phone("say", phone="p1", text="井下透水了快跑")
    town.wait_for("井下险情", "p2")
    until(lambda: town.states() == ["unknown", "waiting"], "the outcome is kept")
    clock.tick(minutes=5)
    town.pump.once()
    assert sum("井下险情" in text for text in town.heard("p2")) == 1
    assert len(town.simulator.get("calls", endpoint="cgi-bin/message/custom/send")["calls"]) == 1


def test_nothing_but_danger_is_pushed_to_whoever_is_on_leave(town: Town, clock: StillClock) -> None:
    town.simulator.phone("say", phone="p2", text="我休假了")
    town.simulator.settle()
    with session(town.kit) as db:
        openid = town.simulator.get("phones/p2")["openid"]
        person = db.query(Person).filter_by(openid=openid).one()
        outbox.queue(db, person.id, kind="test.thing", text="新的一课", now=clock(), urgency=outbox.SOON)
    town.pump.once()
    assert town.states() == ["waiting"]
    town.simulator.phone("say", phone="p1", text="井下透水了快跑")
    town.wait_for("井下险情", "p2")
    until(lambda: town.states() == ["waiting", "sent"], "the page is sent and the lesson is not")
    town.simulator.phone("say", phone="p2", text="销假")
    town.wait_for("新的一课", "p2")
    assert town.states() == ["handed", "sent"]
