"""The platform repeats: in sequence, all at once, and two taps of one second that are no repeat (W-01, W-02, W-04)."""

from __future__ import annotations

import pytest

from bot.kit import Kit
from bot.models import Ask, InboxMessage
from tests.cast import Request, StillClock, message, opened, signed
from tests.reliability.conftest import Plan
from tests.reliability.crew import COPIES, PLAY_S, AtOnce, Player, Tally, at_once, count, extra_effects
from tests.reliability.door import Answer, Door

CLIENT_THREADS = 16


@pytest.mark.timeout(1800)
def test_w01_a_message_repeated_three_times_has_one_effect_and_one_reply(
    kit: Kit, door: Door, clock: StillClock, plan: Plan
) -> None:
    def in_sequence(request: Request) -> list[Answer]:
        return [door.carry(request) for _ in range(COPIES)]

    crew = [Player(kit.settings, clock, f"oW01-{number}", in_sequence) for number in range(10)]
    for player in crew:
        player.play(plan.share(10_000) // len(crew))
    tally, extra = sum((player.tally for player in crew), Tally()), extra_effects(kit.database, crew)
    plan.note(tally=tally, extra_effects=extra)
    assert (tally.wrong, extra) == (0, 0), (tally, extra)
    assert tally.deliveries >= plan.share(10_000) * COPIES


@pytest.mark.timeout(1800)
def test_w02_four_copies_at_one_barrier_in_sixteen_threads_have_one_effect_and_one_reply(
    kit: Kit, door: Door, clock: StillClock, plan: Plan
) -> None:
    lines = [AtOnce([door.carry] * COPIES) for _ in range(CLIENT_THREADS // COPIES)]
    crew = [Player(kit.settings, clock, f"oW02-{number}", line) for number, line in enumerate(lines)]
    at_once(*(lambda player=player: player.play(plan.share(10_000) // len(crew)) for player in crew), within_s=PLAY_S)
    for line in lines:
        line.close()
    tally, extra = sum((player.tally for player in crew), Tally()), extra_effects(kit.database, crew)
    plan.note(tally=tally, extra_effects=extra)
    assert (tally.wrong, extra) == (0, 0), (tally, extra)
    assert tally.deliveries >= plan.share(10_000) * COPIES


@pytest.mark.timeout(1800)
def test_w04_two_taps_of_the_same_second_on_different_buttons_both_count(
    kit: Kit, door: Door, clock: StillClock, plan: Plan
) -> None:
    pairs, created, unanswered = plan.share(1_000), int(clock().timestamp()), 0
    for number in range(pairs):
        taps = [
            signed(
                kit.settings,
                message(f"oW04-{number}", created, MsgType="event", Event="CLICK", EventKey=key),
                now=clock(),
            )
            for key in ("quiz.daily", "quiz.more")
        ]
        replies = [
            opened(kit.settings, answer) for answer in at_once(*(lambda tap=tap: door.carry(tap) for tap in taps))
        ]
        unanswered += sum(title not in reply for title, reply in zip(("今天的题", "刷题"), replies, strict=True))
    merged = 2 * pairs - count(kit.database, Ask)
    plan.note(pairs=pairs, merged=merged, unanswered=unanswered)
    assert (merged, unanswered) == (0, 0)
    assert count(kit.database, InboxMessage) == 2 * pairs


@pytest.mark.timeout(1800)
def test_h03_an_exact_replay_inside_the_window_gets_the_stored_reply_and_does_nothing(
    kit: Kit, door: Door, clock: StillClock, plan: Plan
) -> None:
    def replayed(request: Request) -> list[Answer]:
        first = door.carry(request)
        clock.tick(seconds=299)
        return [first, door.carry(request)]

    player = Player(kit.settings, clock, "oH03", replayed)
    player.play(plan.share(1_000))
    extra = extra_effects(kit.database, [player])
    plan.note(tally=player.tally, extra_effects=extra)
    assert (player.tally.wrong, extra) == (0, 0), (player.tally, extra)
