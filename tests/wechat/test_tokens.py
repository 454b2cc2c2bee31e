"""The access token: one for all threads and processes, replaced at most twice for an incident, never waited for long."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.config import Database as DatabaseSettings
from bot.config import Settings
from bot.db import Database
from bot.models import Token
from bot.wechat import api, tokens
from bot.wechat.client import PlatformClient
from bot.wechat.errors import PlatformError, Reaction, Unreachable
from bot.wechat.tokens import FORCE_APART, LEASE, MARGIN, REJECTED_APART, TokenKeeper
from tests.cast import StillClock
from tests.wechat.platform import OK, PATIENCE_S, SEND, STABLE, Answer, FakePlatform, refusal
from tests.wechat.processes import ask_in_threads, ask_once, at_once

ANYTHING = {"touser": "o", "msgtype": "text", "text": {"content": "好"}}
SOON = timedelta(milliseconds=1)
MakeKeeper = Callable[..., TokenKeeper]
MakeClient = Callable[..., PlatformClient]


@pytest.fixture
def client(make_client: MakeClient, database_url: str) -> PlatformClient:
    return make_client(database_url)


@pytest.fixture
def keeper(make_keeper: MakeKeeper, database_url: str) -> TokenKeeper:
    return make_keeper(database_url)


@pytest.fixture
def elsewhere(chosen: Settings, database_url: str, clock: StillClock) -> tuple[Settings, datetime]:
    """What another process of the same account is started with."""
    return chosen.model_copy(update={"database": DatabaseSettings(url=database_url)}), clock.now


@pytest.fixture
def row(open_database: Callable[[str], Database], database_url: str) -> Callable[[], Any]:
    """The token's row as it stands."""
    database = open_database(database_url)

    def look() -> Any:
        with database.read() as connection:
            return connection.execute(select(Token.__table__)).one()

    return look


def send(client: PlatformClient) -> Any:
    return client.post("message/custom/send", data=ANYTHING)


# -- the cold start ---------------------------------------------------------------------------------------------------


def test_twenty_threads_at_a_cold_start_fetch_once(keeper: TokenKeeper, platform: FakePlatform) -> None:
    told = at_once(keeper.get, 20)
    assert set(told) == {told[0]}
    assert told[0].startswith("TOKEN-1-")
    assert platform.fetches == 1


def test_four_processes_of_five_threads_at_a_cold_start_fetch_once(
    elsewhere: tuple[Settings, datetime], platform: FakePlatform
) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready, told = spawn.Barrier(4), spawn.Queue()
    crew = [spawn.Process(target=ask_in_threads, args=(*elsewhere, 5, ready, told)) for _ in range(4)]
    for process in crew:
        process.start()
    results = [value for _ in crew for value in told.get(timeout=60)]
    for process in crew:
        process.join(60)
    assert [process.exitcode for process in crew] == [0] * 4
    assert len(results) == 20
    assert set(results) == {platform_token(1)}
    assert platform.fetches == 1


def platform_token(number: int) -> str:
    return f"TOKEN-{number}-{'x' * 20}"


def test_a_token_survives_restarts(make_keeper: MakeKeeper, database_url: str, platform: FakePlatform) -> None:
    first = make_keeper(database_url).get()
    assert [make_keeper(database_url).get() for _ in range(5)] == [first] * 5
    assert platform.fetches == 1


def test_two_accounts_in_one_database_have_a_token_each(
    make_keeper: MakeKeeper, database_url: str, platform: FakePlatform
) -> None:
    platform.issues_anew = True
    one, other = make_keeper(database_url), make_keeper(database_url, app_id="wx0000000000000000")
    assert one.get() != other.get()
    assert [call.json["appid"] for call in platform.to(STABLE)] == ["wx1234567890abcdef", "wx0000000000000000"]
    assert (one.get(), other.get()) == (platform_token(1), platform_token(2))


# -- the end of its life ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lasts", [7200, 3600, 345])
def test_a_token_is_good_until_a_minute_before_its_end(
    lasts: int, keeper: TokenKeeper, platform: FakePlatform, clock: StillClock
) -> None:
    platform.lasts_s = lasts
    keeper.get()
    clock.now += timedelta(seconds=lasts) - MARGIN - SOON
    keeper.get()
    assert platform.fetches == 1
    clock.now += SOON
    keeper.get()
    assert platform.fetches == 2


@pytest.mark.parametrize(("told", "believed_s"), [(10, 30), (0, 30), (-5, 30), (10**18, 7140)])
def test_an_odd_span_is_believed_within_reason(
    told: int, believed_s: int, keeper: TokenKeeper, platform: FakePlatform, row: Callable[[], Any]
) -> None:
    platform.lasts_s = told
    keeper.get()
    assert row().expires_at - row().fetched_at == timedelta(seconds=believed_s)


def test_an_answer_that_names_no_span_is_good_for_two_hours(
    keeper: TokenKeeper, platform: FakePlatform, clock: StillClock, row: Callable[[], Any]
) -> None:
    platform.say(STABLE, Answer({"access_token": "A"}))
    keeper.get()
    assert row().expires_at == clock.now + timedelta(seconds=7200) - MARGIN


def test_an_expired_token_is_replaced_by_one_of_many(
    make_keeper: MakeKeeper, database_url: str, platform: FakePlatform, clock: StillClock
) -> None:
    """A long-lived process and a new one (trap 7): whoever comes first fetches, the other takes that."""
    old, new = make_keeper(database_url), make_keeper(database_url)
    old.get()
    clock.tick(hours=2)
    platform.revoke()
    assert new.get() == old.get() == platform_token(2)
    assert platform.fetches == 2


# -- rejected ---------------------------------------------------------------------------------------------------------


def test_a_revoked_token_costs_one_refresh_and_one_retry(client: PlatformClient, platform: FakePlatform) -> None:
    send(client)
    platform.revoke()
    assert send(client) == {"errcode": 0, "errmsg": "ok"}
    assert (platform.fetches, platform.times(SEND), platform.forced) == (2, 3, 0)
    assert [call.token for call in platform.to(SEND)] == [platform_token(n) for n in (1, 1, 2)]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_each_code_of_a_bad_token_is_answered_by_another(
    code: int, client: PlatformClient, platform: FakePlatform
) -> None:
    platform.issues_anew = True
    platform.say(SEND, refusal(code), OK)
    send(client)
    assert (platform.fetches, platform.times(SEND)) == (2, 2)


def test_many_threads_with_one_revoked_token_refresh_once(client: PlatformClient, platform: FakePlatform) -> None:
    send(client)
    platform.revoke()
    assert at_once(lambda: send(client), 12) == [{"errcode": 0, "errmsg": "ok"}] * 12
    assert platform.fetches == 2
    assert platform.times(SEND) <= 1 + 12 * 2


def test_a_token_that_somebody_replaced_is_taken_over_without_a_fetch(
    make_client: MakeClient, make_keeper: MakeKeeper, database_url: str, platform: FakePlatform
) -> None:
    stale, other = make_client(database_url), make_keeper(database_url)
    rejected = other.get()
    platform.revoke()
    other.refresh(rejected=rejected)
    assert stale._keeper.refresh(rejected=rejected) == platform_token(2)
    assert platform.fetches == 2


@pytest.mark.parametrize("issues_anew", [False, True])
def test_a_token_rejected_for_ever_costs_two_fetches_and_two_sends(
    issues_anew: bool, client: PlatformClient, platform: FakePlatform
) -> None:
    send(client)
    fetched, sent = platform.fetches, platform.times(SEND)
    platform.rejects_everything, platform.issues_anew = True, issues_anew
    with pytest.raises(PlatformError) as refused:
        send(client)
    assert (refused.value.code, refused.value.reaction) == (40001, Reaction.REFRESH)
    assert platform.times(SEND) - sent == 2
    assert platform.fetches - fetched == (1 if issues_anew else 2)
    assert platform.forced == (0 if issues_anew else 1)


@pytest.mark.parametrize("issues_anew", [False, True])
def test_a_storm_of_sends_with_a_token_rejected_for_ever_does_not_storm_the_token(
    issues_anew: bool, client: PlatformClient, platform: FakePlatform, clock: StillClock
) -> None:
    """S-05: at most one incident in 30 s; the library alone made 487 fetches out of one send."""
    send(client)
    platform.rejects_everything, platform.issues_anew = True, issues_anew

    def refused() -> int:
        with pytest.raises(PlatformError) as raised:
            send(client)
        return raised.value.code

    for _ in range(3):
        assert at_once(refused, 8) == [40001] * 8
    assert platform.fetches <= 3
    clock.now += REJECTED_APART
    before = platform.fetches
    assert at_once(refused, 8) == [40001] * 8
    assert platform.fetches == before + 1


def test_a_token_insisted_on_though_rejected_is_killed_by_force(client: PlatformClient, platform: FakePlatform) -> None:
    send(client)
    platform.reject_the_stable()
    send(client)
    assert [call.json["force_refresh"] for call in platform.to(STABLE)] == [False, False, True]
    assert platform.to(SEND)[-1].token == platform_token(2)


def test_force_is_used_once_in_ninety_minutes_whoever_asks(
    make_client: MakeClient, database_url: str, platform: FakePlatform, clock: StillClock
) -> None:
    """The platform allows twenty a day, 30 s apart; the row remembers over restarts."""
    assert timedelta(days=1) / FORCE_APART <= 20
    send(make_client(database_url))
    platform.reject_the_stable()
    send(make_client(database_url))
    assert platform.forced == 1
    clock.now += FORCE_APART - SOON
    for _ in range(3):
        platform.reject_the_stable()
        with pytest.raises(PlatformError):
            send(make_client(database_url))
    assert platform.forced == 1
    clock.now += SOON
    platform.reject_the_stable()
    send(make_client(database_url))
    assert platform.forced == 2


@pytest.mark.parametrize(
    ("answer", "again"),
    [(Answer(drop=True), False), (Answer(b"", 502), False), (refusal(-1, "system busy"), True)],
    ids=["hung up", "502", "busy"],
)
def test_a_forced_refresh_that_may_have_happened_counts_as_one(
    answer: Answer, again: bool, keeper: TokenKeeper, platform: FakePlatform, clock: StillClock
) -> None:
    rejected = keeper.get()
    insisted = Answer({"access_token": rejected, "expires_in": 7200})
    platform.say(STABLE, insisted, answer, insisted, Answer({"access_token": "NEW", "expires_in": 7200}))
    with pytest.raises((Unreachable, PlatformError)):
        keeper.refresh(rejected=rejected)
    clock.now += REJECTED_APART
    if again:
        assert keeper.refresh(rejected=rejected) == "NEW"
    else:
        with pytest.raises(PlatformError):
            keeper.refresh(rejected=rejected)
    assert platform.forced == 1 + again


def test_a_forced_refresh_is_written_down_before_it_is_asked(
    make_keeper: MakeKeeper, database_url: str, platform: FakePlatform, clock: StillClock, row: Callable[[], Any]
) -> None:
    """Or a second process, coming after the lease, would force as well and kill the first one's token."""
    keeper = make_keeper(database_url)
    rejected = keeper.get()
    platform.reject_the_stable()
    seen: list[Any] = []
    platform.in_token_call = lambda: seen.append(row())
    keeper.refresh(rejected=rejected)
    asked, forced = seen
    assert asked.forced_at < clock.now
    assert forced.forced_at == clock.now
    assert forced.fetching_until == clock.now + LEASE


# -- the lease --------------------------------------------------------------------------------------------------------


def test_a_fetcher_killed_in_the_middle_is_replaced_when_its_lease_is_over(
    keeper: TokenKeeper, elsewhere: tuple[Settings, datetime], platform: FakePlatform, clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(tokens, "PATIENCE_S", 0.2)
    asked, over = threading.Event(), threading.Event()

    def stuck() -> None:
        asked.set()
        over.wait(PATIENCE_S)

    platform.in_token_call = stuck
    victim = multiprocessing.get_context("spawn").Process(target=ask_once, args=elsewhere)
    victim.start()
    assert asked.wait(60)
    victim.kill()
    victim.join(60)
    platform.in_token_call = lambda: None
    over.set()
    with pytest.raises(Unreachable) as waited:
        keeper.get()
    assert (waited.value.sent, platform.fetches) == (False, 1)
    clock.now += LEASE
    assert keeper.get().startswith("TOKEN-")
    assert platform.fetches == 2


def test_a_fetcher_that_fails_gives_the_lease_back_at_once(
    make_keeper: MakeKeeper, database_url: str, platform: FakePlatform
) -> None:
    platform.say(STABLE, Answer(b"", 500), Answer({"access_token": "A", "expires_in": 7200}))
    with pytest.raises(Unreachable):
        make_keeper(database_url).get()
    assert make_keeper(database_url).get() == "A"


def test_a_lease_from_before_the_clock_was_set_back_holds_nobody_up(
    keeper: TokenKeeper, platform: FakePlatform, clock: StillClock, row: Callable[[], Any]
) -> None:
    """T-04: an hour back would otherwise be an hour without a token."""
    rejected = keeper.get()
    keeper._store(fetching_until=clock.now + timedelta(hours=1) + LEASE)
    platform.revoke()
    assert keeper.refresh(rejected=rejected) == platform_token(2)
    assert row().fetching_until <= clock.now


def test_a_token_fetched_between_our_look_and_our_lease_is_taken(
    make_keeper: MakeKeeper, database_url: str, platform: FakePlatform
) -> None:
    """Once a process that looked just before and leased just after another's fetch made a second one."""
    quick, late = make_keeper(database_url), make_keeper(database_url)
    look, meanwhile = late._row, iter([lambda: None, quick.get])

    def look_slowly() -> Any:
        row = look()
        next(meanwhile)()
        return row

    late._row = look_slowly
    assert late.get() == quick.get() == platform_token(1)
    assert platform.fetches == 1
    assert make_keeper(database_url)._lease() is not None


def test_who_waits_for_another_process_takes_its_token(
    make_keeper: MakeKeeper, database_url: str, platform: FakePlatform
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        asked.set()
        go_on.wait(PATIENCE_S)

    platform.in_token_call = slow
    first, second = make_keeper(database_url), make_keeper(database_url)
    looked = threading.Event()
    second._lease = seen(looked, second._lease)
    told: dict[str, str] = {}
    one = threading.Thread(target=lambda: told.update(first=first.get()))
    one.start()
    assert asked.wait(PATIENCE_S)
    other = threading.Thread(target=lambda: told.update(second=second.get()))
    other.start()
    assert looked.wait(PATIENCE_S)
    go_on.set()
    one.join(PATIENCE_S)
    other.join(PATIENCE_S)
    assert told == {"first": platform_token(1), "second": platform_token(1)}
    assert platform.fetches == 1


def seen(event: threading.Event, call: Callable[[], bool]) -> Callable[[], bool]:
    """The same call, telling that it has been made."""

    def called() -> bool:
        try:
            return call()
        finally:
            event.set()

    return called


# -- a token endpoint that is no help ---------------------------------------------------------------------------------

SHORT = (0.3, 0.3)


def test_a_token_endpoint_that_hangs_is_given_up_within_the_time_outs(
    client: PlatformClient, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-06: with the library alone the time-out did not reach the token call."""
    monkeypatch.setattr(api, "TIMEOUT_S", SHORT)
    platform.say(STABLE, Answer(hang=True))
    started = time.monotonic()
    with pytest.raises(Unreachable) as lost:
        send(client)
    assert time.monotonic() - started < sum(SHORT) + 2
    assert lost.value.sent
    assert platform.times(SEND) == 0


def test_a_queue_behind_a_token_endpoint_that_hangs_is_let_go_together(
    keeper: TokenKeeper, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-06: once each of the queue hung in its turn, the twentieth for twenty time-outs."""
    monkeypatch.setattr(api, "TIMEOUT_S", SHORT)
    platform.say(STABLE, Answer(hang=True))

    def lost() -> float:
        started = time.monotonic()
        with pytest.raises(Unreachable):
            keeper.get()
        return time.monotonic() - started

    assert max(at_once(lost, 20)) < 10 * SHORT[1]
    assert platform.fetches <= 5  # one, and those of threads that came when it had failed already


NO_TOKENS = {
    "html": Answer(b"<html><body>maintenance</body></html>"),
    "500": Answer(b'{"access_token":"A","expires_in":7200}', 500),
    "empty": Answer(b""),
    "no token": Answer({"expires_in": 7200}),
    "empty token": Answer({"access_token": "", "expires_in": 7200}),
    "a number": Answer({"access_token": 5, "expires_in": 7200}),
    "too long for the column": Answer({"access_token": "A" * 513, "expires_in": 7200}),
    "no number of seconds": Answer({"access_token": "A", "expires_in": "soon"}),
    "hung up": Answer(drop=True),
    "moved": Answer(b"", 302, {"Location": "https://elsewhere.cn/"}),
}


@pytest.mark.parametrize("what", NO_TOKENS)
def test_an_answer_without_a_token_is_none_and_the_next_is_asked_for(
    what: str, keeper: TokenKeeper, platform: FakePlatform
) -> None:
    platform.say(STABLE, NO_TOKENS[what], Answer({"access_token": "A" * 512, "expires_in": 7200}))
    with pytest.raises(Unreachable):
        keeper.get()
    assert keeper.get() == "A" * 512
    assert platform.fetches == 2


@pytest.mark.parametrize("code", [40013, 40125, 40164, 40243, 89503, 45009, 45011, -1])
def test_a_token_endpoint_that_refuses_is_asked_once_for_a_call(
    code: int, client: PlatformClient, platform: FakePlatform
) -> None:
    """40164, 40125, 40013: stop everything, one call."""
    platform.say(STABLE, refusal(code))
    with pytest.raises(PlatformError) as refused:
        send(client)
    assert refused.value.code == code
    assert (platform.fetches, platform.times(SEND)) == (1, 0)


def test_a_refresh_that_fails_after_a_rejection_sends_no_more(client: PlatformClient, platform: FakePlatform) -> None:
    send(client)
    platform.revoke()
    platform.say(STABLE, Answer(b"", 502))
    with pytest.raises(Unreachable):
        send(client)
    assert platform.times(SEND) == 2
    platform.say(STABLE)
    send(client)
    assert platform.fetches == 3


def test_making_a_client_asks_for_nothing(client: PlatformClient, platform: FakePlatform) -> None:
    assert platform.calls == []
    assert client.access_token == platform_token(1)
    client.fetch_access_token()
    assert platform.fetches == 3
