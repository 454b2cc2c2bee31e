"""What the host sees: the code to say aloud, the question to read, what was right, how many answered, and his taps."""

from __future__ import annotations

from bot import putting
from bot.errors import Refusal
from bot.messages import quoted
from bot.router import Turn
from bot.services import contests
from bot.services.contests import Room, hosting, results
from handlers.contests import wording
from handlers.contests.routes import Step


def desk(turn: Turn, room: Room) -> str:
    """How it stands for the host, with what he can do next."""
    if room.over(turn.now):
        return result(turn, room)
    stand(turn, room)
    if room.place == 0:
        return _opened(turn, room)
    return _open_question(turn, room) if room.open else _collected(turn, room)


def offer_take_over(turn: Turn, room: Room) -> str:
    """For whoever may host this room though another does: the tap to go on in his place; else nothing."""
    if turn.member is None or not hosting.may(turn.db, turn.person, room.unit_id, now=turn.now):
        return ""
    return wording.tap(turn, room, "contests.take_over", turn.say("contests.tap_take_over"))


def own(turn: Turn) -> Room:
    """The room a tap of a host names. Refuses for whoever does not host it (any more)."""
    room = wording.named(turn)
    if room.host_id != turn.person.id:
        raise Refusal("contests.not_your_room", enter=turn.tap("contests.enter"), menu=turn.tap("general.menu"))
    return room


def stand(turn: Turn, room: Room, team: int = 0) -> None:
    turn.goto(Step.HOST, within=contests.LASTS, room=room.id, team=team)


def counts(turn: Turn, room: Room) -> str:
    """How many joined and answered, by team; nobody's name and nothing of right or wrong."""
    if room.place == 0 or room.over(turn.now):
        return desk(turn, room)
    stand(turn, room)
    on = (
        tap(turn, room, "contests.collect", "contests.tap_collect", number=room.place)
        if room.open
        else tap(turn, room, "contests.desk", "contests.tap_back")
    )
    return turn.say(
        "contests.counts",
        place=room.place,
        lines=_lines(turn, room),
        ways="\n".join([on, tap(turn, room, "contests.hands", "contests.tap_hands")]),
    )


def result(turn: Turn, room: Room) -> str:
    wording.leave(turn, room)
    again = turn.tap("contests.create", turn.say("contests.tap_again"))
    return f"{wording.result(turn, room)}\n\n{again}\n{turn.tap('general.menu')}"


def again(turn: Turn, room: Room) -> Room:
    found = contests.find(turn.db, room.id)
    assert found is not None
    return found


def tap(turn: Turn, room: Room, action: str, key: str, **number: int) -> str:
    """A tap on this room, and on the question of that `number` where one is given."""
    label = turn.say(key, place=number.get("number", room.place))
    return wording.tap(turn, room, action, label, **number)


def _opened(turn: Turn, room: Room) -> str:
    """The code, large, and the words to say."""
    return turn.say(
        "contests.opened",
        title=quoted(room.title),
        large="\u3000".join(room.code),
        code=room.code,
        count=len(room.questions),
        lines=_lines(turn, room),
        ways="\n".join(
            [
                tap(turn, room, "contests.ask", "contests.tap_begin", number=1),
                tap(turn, room, "contests.desk", "contests.tap_desk"),
                tap(turn, room, "contests.end", "contests.tap_end"),
            ]
        ),
    )


def _open_question(turn: Turn, room: Room) -> str:
    found = wording.asked(turn, room, room.place)
    return turn.say(
        "contests.open_question",
        place=room.place,
        count=len(room.questions),
        aloud=wording.aloud(turn, room, found),
        code=room.code,
        ways="\n".join(
            [
                tap(turn, room, "contests.collect", "contests.tap_collect", number=room.place),
                tap(turn, room, "contests.counts", "contests.tap_counts"),
                tap(turn, room, "contests.hands", "contests.tap_hands"),
            ]
        ),
    )


def _collected(turn: Turn, room: Room) -> str:
    found, shuffle = wording.asked(turn, room, room.place), wording.shuffle(room, room.place)
    share = results.right_share(turn.db, room)
    told = turn.say("contests.share", share=share) if share is not None else turn.say("contests.no_share")
    head = turn.say(
        "contests.collected", place=room.place, answer=putting.right(turn.content, found, shuffle), share=told
    )
    on = (
        tap(turn, room, "contests.end_now", "contests.tap_result")
        if room.last
        else tap(turn, room, "contests.ask", "contests.tap_next", number=room.place + 1)
    )
    ways = [
        on,
        tap(turn, room, "contests.hands", "contests.tap_hands"),
        tap(turn, room, "contests.end", "contests.tap_end"),
    ]
    return putting.explained(turn.content, found, head, ways[: 2 if room.last else 3])


def _lines(turn: Turn, room: Room) -> str:
    lines = []
    for each in results.counts(turn.db, room):
        key = "contests.count" if room.place else "contests.count_joined"
        hands = turn.say("contests.count_hands", raised=each.raised, right=each.right) if each.raised else ""
        lines.append(
            turn.say(key, team=quoted(each.team.name), joined=each.joined, answered=each.answered, hands=hands)
        )
    return "\n".join(lines)
