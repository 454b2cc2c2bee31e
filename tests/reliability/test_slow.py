"""The first attempt still runs when the platform repeats (W-03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest

from bot.app import create_app
from bot.errors import Refusal
from bot.kit import Kit
from bot.models import Page, Person
from bot.router import Turn
from tests.cast import Chat, StillClock
from tests.conftest import CONTENT
from tests.reliability.conftest import waiters
from tests.reliability.crew import HANG_S, at_once, count, until
from tests.reliability.slow import ANSWER, MENU, NORMAL, SLOW, Killed, Stage, staged

WORKING = CONTENT.say("general.working")
LATE = CONTENT.say("general.late", answer=ANSWER)
FAILED = CONTENT.say("general.failed", menu="").strip()


def fails(_turn: Turn) -> NoReturn:
    raise RuntimeError("a handler's own fault")


def is_killed(_turn: Turn) -> NoReturn:
    raise Killed


def test_w03_a_copy_waits_for_the_first_and_carries_its_reply(kit: Kit) -> None:
    with staged(kit) as stage:
        message = stage.message()
        first = stage.first(message)
        copies = [stage.copy(message), stage.copy(message)]
        stage.standing_by(2)
        stage.go.set()
        assert [copy.result(HANG_S) for copy in (first, *copies)] == [ANSWER] * 3
        assert (stage.works, stage.effects) == (1, 1)
        assert stage.says() == MENU  # nothing is owed


def test_w03_an_answer_later_than_all_waiting_is_handed_over_with_the_next_contact_once(kit: Kit) -> None:
    with staged(kit, repeat_wait_s=0.06) as stage:
        message = stage.message()
        first = stage.first(message)
        assert [stage.copy(message).result(HANG_S) for _ in range(2)] == [WORKING, WORKING]  # +5 s, +10 s
        assert stage.says() == MENU  # a contact before it is ready gets no half of it
        stage.go.set()
        first.result(HANG_S)
        assert [stage.says() for _ in range(3)] == [f"{LATE}\n\n{MENU}", MENU, MENU]
        assert (stage.works, stage.effects) == (1, 1)


def test_w03_an_answer_that_a_later_copy_still_carried_is_not_handed_over_again(kit: Kit) -> None:
    with staged(kit, repeat_wait_s=0.06) as stage:
        message = stage.message()
        first = stage.first(message)
        assert stage.copy(message).result(HANG_S) == WORKING
        stage.go.set()
        first.result(HANG_S)
        assert stage.copy(message).result(HANG_S) == ANSWER
        assert [stage.says(), stage.says()] == [MENU, MENU]


def test_w03_an_answer_carried_by_a_copy_that_waited_is_not_handed_over_again(kit: Kit) -> None:
    with staged(kit) as stage:
        message = stage.message()
        first = stage.first(message)
        impatient = Stage(kit, repeat_wait_s=0.06)
        assert impatient.conversation.reply_to(message) == WORKING
        impatient.close()
        copy = stage.copy(message)
        stage.standing_by(1)
        stage.go.set()
        assert [first.result(HANG_S), copy.result(HANG_S)] == [ANSWER, ANSWER]
        assert [stage.says(), stage.says()] == [MENU, MENU]


def test_w03_no_more_than_half_of_the_threads_wait(make_kit: Callable[..., Kit], database_url: str) -> None:
    with staged(make_kit(database_url, threads=8)) as stage:
        message = stage.message()
        first = stage.first(message)
        waiting = [stage.copy(message) for _ in range(4)]
        stage.standing_by(4)
        sent_away = [stage.copy(message).result(HANG_S) for _ in range(6)]
        assert sent_away == [WORKING] * 6
        assert stage.says() == MENU  # and the other half answers everybody else
        assert not any(copy.done() for copy in (first, *waiting))
        stage.go.set()
        assert [copy.result(HANG_S) for copy in (first, *waiting)] == [ANSWER] * 5
        assert (stage.works, stage.effects) == (1, 1)


def test_w03_the_work_of_a_killed_worker_is_taken_over_by_the_repeat(kit: Kit, clock: StillClock) -> None:
    with staged(kit, repeat_wait_s=0.06) as stage:
        message, stage.in_work = stage.message(), is_killed
        stage.go.set()
        with pytest.raises(Killed):
            stage.conversation.reply_to(message)
        assert stage.conversation.reply_to(message) == WORKING  # believed alive until the lease is over
        clock.tick(seconds=31)
        stage.in_work = lambda _turn: None
        assert stage.conversation.reply_to(message) == ANSWER
        assert (stage.works, stage.effects) == (2, 1)


def test_w03_a_killed_workers_message_that_nobody_repeats_is_answered_for_at_the_next_contact(
    kit: Kit, clock: StillClock
) -> None:
    with staged(kit, repeat_wait_s=0.06) as stage:
        message, stage.in_work = stage.message(), is_killed
        stage.go.set()
        with pytest.raises(Killed):
            stage.conversation.reply_to(message)
        assert stage.conversation.reply_to(message) == WORKING  # the platform is content and repeats no more
        assert stage.says() == MENU
        clock.tick(seconds=31)
        said = [stage.says(), stage.says()]
        assert FAILED in said[0]
        assert said[1] == MENU
        assert stage.conversation.reply_to(message) is None  # a repeat as late as that has been answered for
        assert (stage.works, stage.effects) == (1, 0)


def test_w03_two_repeats_take_a_dead_workers_message_over_once(kit: Kit, clock: StillClock) -> None:
    with staged(kit) as stage:
        message, stage.in_work = stage.message(), is_killed
        stage.go.set()
        with pytest.raises(Killed):
            stage.conversation.reply_to(message)
        clock.tick(seconds=31)
        stage.in_work = lambda _turn: None
        replies = at_once(*[lambda: stage.conversation.reply_to(message)] * 4)
        assert (replies, stage.works, stage.effects) == ([ANSWER] * 4, 2, 1)


def test_w03_a_worker_believed_dead_that_comes_back_does_nothing_twice(kit: Kit, clock: StillClock) -> None:
    with staged(kit) as stage:
        message = stage.message()
        late = stage.first(message)
        clock.tick(seconds=31)
        second = stage.first(message)
        stage.go.set()
        assert [late.result(HANG_S), second.result(HANG_S)] == [ANSWER, ANSWER]
        assert (stage.works, stage.effects) == (2, 1)
        assert stage.says() == MENU


@pytest.mark.parametrize("where", ["in_work", "in_finish"])
def test_w03_a_failing_slow_handler_gives_every_copy_the_same_apology(kit: Kit, where: str) -> None:
    with staged(kit) as stage:
        message = stage.message()
        setattr(stage, where, fails)
        first = stage.first(message)
        waiting = stage.copy(message)
        stage.standing_by(1)
        stage.go.set()
        replies = [first.result(HANG_S), waiting.result(HANG_S), stage.conversation.reply_to(message)]
        assert len(set(replies)) == 1
        assert str(replies[0]).startswith(FAILED)
        assert (stage.works, stage.effects) == (1, 0)


@pytest.mark.parametrize("where", ["in_work", "in_finish"])
def test_w03_an_apology_nobody_waited_for_is_handed_over_too(kit: Kit, where: str) -> None:
    with staged(kit, repeat_wait_s=0.06) as stage:
        message = stage.message()
        setattr(stage, where, fails)
        first = stage.first(message)
        assert stage.copy(message).result(HANG_S) == WORKING  # which promises an answer
        stage.go.set()
        first.result(HANG_S)
        said = [stage.says(), stage.says()]
        assert FAILED in said[0]
        assert said[1] == MENU


def test_w03_a_slow_handler_that_refuses_gets_the_sentence_of_its_refusal(kit: Kit) -> None:
    def refuses(_turn: Turn) -> NoReturn:
        raise Refusal("quiz.empty_bank", menu="x")

    with staged(kit) as stage:
        stage.go.set()
        for where in ("in_work", "in_finish"):
            setattr(stage, where, refuses)
            assert stage.says(SLOW) == CONTENT.say("quiz.empty_bank", menu="x")
            setattr(stage, where, lambda _turn: None)


def test_w03_copies_of_a_message_whose_handler_is_slow_inside_its_transaction_get_its_reply(kit: Kit) -> None:
    with staged(kit) as stage:
        message = stage.message(NORMAL)
        first = stage.first(message)
        copies = [stage.copy(message) for _ in range(3)]
        until(lambda: waiters(kit.database) == 3, "three copies waiting for the write")
        stage.go.set()
        assert [copy.result(HANG_S) for copy in (first, *copies)] == [ANSWER] * 4
        assert (stage.works, stage.effects) == (1, 1)


def test_w03_a_failing_handler_gives_every_concurrent_copy_the_same_apology(kit: Kit) -> None:
    with staged(kit) as stage:
        message, stage.in_finish = stage.message(NORMAL), fails
        stage.go.set()
        replies = at_once(*[lambda: stage.conversation.reply_to(message)] * 4)
        assert len(set(replies)) == 1
        assert str(replies[0]).startswith(FAILED)
        assert stage.effects == 0
        tries = stage.works
        assert stage.conversation.reply_to(message) == replies[0]
        assert stage.works == tries


def test_w03_slow_answers_reach_the_phone_through_the_door(kit: Kit, clock: StillClock) -> None:
    stage = Stage(kit)
    try:
        chats = [Chat(create_app(kit, [stage.router()]).test_client(), kit.settings, clock)] * 2
        assert chats[0].type("菜单").startswith(MENU)
        stage.go.set()
        assert chats[0].type("帮助") == ANSWER
        assert chats[0].again() == ANSWER
        assert (stage.works, count(kit.database, Page), count(kit.database, Person)) == (1, 1, 1)
    finally:
        stage.close()
