"""What machines may ask: whether all works, without a word more to strangers, and counts in which nobody can be found."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from bot.app import create_app
from bot.delivery import claims
from bot.kit import Kit
from bot.services import outbox
from bot.services.schedule import runs
from tests.cast import NOON, Chat, StillClock
from tests.rules.mine import add_member, add_person, session

TOKEN = "a-token-for-the-monitor"


def _ready(kit: Kit) -> tuple[int, str]:
    said = create_app(kit).test_client().get("/readyz")
    return said.status_code, said.get_data(as_text=True)


def _leads(kit: Kit, ago: timedelta) -> None:
    with session(kit) as db:
        runs.lead(db, "one:1", now=kit.clock() - ago)


def test_a_web_side_that_was_just_begun_is_ready(kit: Kit) -> None:
    assert _ready(kit) == (200, "ready\n")


@pytest.mark.parametrize(("ago", "status"), [(10, 200), (59, 200), (61, 503), (-3600, 503)])
def test_it_is_not_ready_when_nobody_keeps_time_any_more(kit: Kit, ago: int, status: int) -> None:
    _leads(kit, timedelta(seconds=ago))
    assert _ready(kit)[0] == status


def test_it_is_not_ready_when_what_goes_out_is_stuck(kit: Kit, clock: StillClock) -> None:
    with session(kit) as db:
        person = add_person(db, "oOWED")
        person.window_until, person.window_left = NOON + timedelta(hours=48), 5
        db.flush()
        outbox.queue(db, person.id, kind="test.thing", text="x", now=NOON, urgency=outbox.SOON)
    with kit.database.write() as connection:
        (owed,) = claims.due(connection, now=NOON)
        claims.claim(connection, owed, now=NOON)
    assert _ready(kit)[0] == 200
    clock.tick(minutes=4)
    assert _ready(kit) == (503, "not ready\n")


def test_another_leader_is_seen_at_once(kit: Kit) -> None:
    _leads(kit, timedelta(minutes=5))
    with session(kit) as db:
        runs.lead(db, "two:2", now=kit.clock())
    assert _ready(kit)[0] == 200


@pytest.fixture
def watched(make_kit: Callable[..., Kit], database_url: str) -> Kit:
    return make_kit(database_url, metrics={"token": SecretStr(TOKEN)})


def _scraped(kit: Kit, **headers: str) -> tuple[int, str]:
    said = create_app(kit).test_client().get("/metrics", headers=headers)
    return said.status_code, said.get_data(as_text=True)


def test_without_a_token_there_is_no_such_page(kit: Kit) -> None:
    assert _scraped(kit, Authorization=f"Bearer {TOKEN}")[0] == 404


@pytest.mark.parametrize("said", ["", "Bearer ", "Bearer wrong", "Bearer 错的".encode().decode("latin-1")])
def test_only_who_has_the_token_reads_it(watched: Kit, said: str) -> None:
    status, page = _scraped(watched, Authorization=said)
    assert status == 403
    assert "bot_" not in page


def test_the_counts_are_what_the_tables_say(watched: Kit, clock: StillClock) -> None:
    with session(watched) as db:
        person = add_person(db, "oOWED", add_member(db, "100001", "张三"))
        runs.settle(db, "test.job", [NOON - timedelta(hours=hours) for hours in (1, 2, 3)], outcome="skipped", now=NOON)
        assert runs.claim(db, "test.job", NOON, outcome="ran", now=NOON)
        runs.trouble(db, "test.job", "missed", at=NOON)
        runs.lead(db, "one:1", now=NOON)
        for number in range(3):
            urgency, until = outbox.SOON, NOON + timedelta(minutes=1) if number else None
            outbox.queue(db, person.id, kind="test.owed", text="x", now=NOON, urgency=urgency, until=until)
    clock.tick(seconds=90)
    with watched.database.write() as connection:
        assert outbox.drop_expired(connection, now=clock()) == 2
    Chat(create_app(watched).test_client(), watched.settings, clock, openid="oOTHER".ljust(28, "x")).type("帮助")
    status, page = _scraped(watched, Authorization=f"Bearer {TOKEN}")
    assert status == 200
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    assert found["bot_job_runs", "ran", "test.job"] == 1
    assert found["bot_job_runs", "skipped", "test.job"] == 3
    assert found["bot_job_troubles", "missed", "test.job"] == 1
    assert found["bot_job_last_run_age_seconds", "test.job"] == 90
    assert found["bot_scheduler_leader",] == 0
    assert found["bot_scheduler_leader_age_seconds",] == 90
    assert found["bot_outbox_items", "test.owed", "waiting"] == 1
    assert found["bot_outbox_items", "dropped", "test.owed"] == 2
    assert found["bot_outbox_oldest_seconds",] == 90
    assert found["bot_inbox_messages", "done"] == 1
    assert found["bot_pump_stuck",] == 0


def test_nobody_can_be_found_in_them(watched: Kit) -> None:
    with session(watched) as db:
        member = add_member(db, "100001", "张三")
        person = add_person(db, "oOWED", member)
        outbox.queue(db, person.id, kind="test.owed", text="张三的话", now=NOON)
    _, page = _scraped(watched, Authorization=f"Bearer {TOKEN}")
    assert "test.owed" in page
    for secret in ("张三", "100001", "oOWED", person.alias, member.alias, TOKEN):
        assert secret not in page
    assert not re.search("[一-鿿]", page)
