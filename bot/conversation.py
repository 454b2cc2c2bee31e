"""One message in, one reply out: once, in one transaction, or in two around slow work."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot import inbox
from bot.clock import from_epoch
from bot.errors import Busy
from bot.kit import Kit
from bot.messages import TEXT_LIMIT_BYTES, Incoming, Reply, as_text, split, tap
from bot.router import Handler, Route, Router, Switchboard, Turn, answer
from bot.services import pages, people
from bot.understanding import LOOSE_ANSWER, SILENT, Understood, is_loose_answer, understand

REPEAT_WAIT_S = 4.5
POLL_S = 0.05
BELIEVABLE = timedelta(days=1)
LARGEST_NUMBER = 999_999_999
WELCOME = "general.welcome"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Slow:
    """Work to be done between two transactions."""

    turn: Turn
    route: Route


class Conversation:
    """Answers messages. Safe to call from many threads and processes at once."""

    def __init__(self, kit: Kit, routers: Sequence[Router], *, repeat_wait_s: float = REPEAT_WAIT_S) -> None:
        self._kit = kit
        self._switchboard = Switchboard.of(routers)
        self._repeat_wait_s = repeat_wait_s
        # At most half of the threads may wait for slow answers, or a few stuck ones would silence everybody.
        self._may_wait = threading.BoundedSemaphore(max(1, kit.settings.server.threads // 2))

    def reply_to(self, incoming: Incoming) -> Reply | None:
        """The reply, None for silence. The same message gets the same reply for ever; nothing it does is done twice."""
        understood = understand(incoming, self._kit.content.words)
        if understood.action == SILENT:
            return None
        try:
            return self._once(incoming, understood)
        except Busy:
            log.warning("busy", key=incoming.key)
            return self._kit.content.say("general.busy")
        except Exception as problem:  # the door: whatever a handler did, the person gets an honest sentence
            log.exception("turn_failed", key=incoming.key, action=understood.action, error=type(problem).__name__)
            return self._apologise(incoming)

    def _once(self, incoming: Incoming, understood: Understood) -> Reply | None:
        now = self._kit.clock()
        with self._kit.database.write() as connection:
            kept = inbox.claim(connection, incoming.key, now=now)
            taken_over = False
            if kept is not None and not kept.done and kept.lease_until is not None and kept.lease_until <= now:
                taken_over = inbox.take_over(connection, incoming.key, now=now)
            if kept is not None and kept.done:
                return kept.reply
            result = None
            if kept is None or taken_over:
                result = self._converse(connection, incoming, understood, now)
        if isinstance(result, _Slow):
            return self._work(result)
        return result if kept is None or taken_over else self._wait(incoming.key)

    def _converse(
        self, connection: Connection, incoming: Incoming, understood: Understood, now: datetime
    ) -> Reply | _Slow | None:
        person, dialog = people.meet(connection, incoming.openid, now=now)
        turn = Turn(
            text=incoming.text,
            action=understood.action,
            args=understood.args,
            incoming=incoming,
            person=person,
            dialog=dialog,
            db=Session(bind=connection, expire_on_commit=False),
            now=now,
            sent_at=_believable(from_epoch(incoming.created), now),
            content=self._kit.content,
            mine=self._kit.settings.mine,
        )
        if (
            not turn.action
            and turn.step not in self._switchboard.steps
            and is_loose_answer(turn.text, turn.content.answers)
        ):
            turn = replace(turn, action=LOOSE_ANSWER)
        route = self._switchboard.route(turn)
        if route.handler is None:
            inbox.start_work(connection, incoming.key, person_id=person.id, now=now)
            return _Slow(turn, route)
        return self._finish(connection, turn, route.handler)

    def _finish(self, connection: Connection, turn: Turn, handler: Handler) -> Reply | None:
        reply = answer(turn, handler)
        turn.db.flush()
        noticed_at, waiting = turn.person.noticed_at, turn.person.waiting
        if isinstance(reply, str):  # a card or a picture has no room for more; what waits goes on waiting
            if waiting:
                reply, waiting = _with_what_waited(connection, turn, reply), 0
            if noticed_at is None:
                noticed_at = turn.now
                if turn.action != WELCOME:  # which says it in its own place
                    reply = f"{reply}\n\n{turn.say('general.notice')}"
            reply = _fit(turn, reply)
        people.wrote(
            connection,
            turn.person,
            at=turn.sent_at,
            opens_window=turn.incoming.kind != "event" and not turn.incoming.tap_id,
            waiting=waiting,
            noticed_at=noticed_at,
        )
        inbox.keep(connection, turn.incoming.key, reply, person_id=turn.person.id)
        return reply

    def _work(self, slow: _Slow) -> Reply | None:
        assert slow.route.work is not None
        finish = slow.route.work(slow.turn)
        with self._kit.database.write() as connection:
            person, dialog = people.meet(connection, slow.turn.person.openid, now=slow.turn.now)
            turn = _again(slow.turn, person, dialog, connection)
            reply = self._finish(connection, turn, finish)
            if inbox.finish_work(connection, turn.incoming.key, reply, person_id=person.id):
                people.owe(connection, person.id)
            return reply

    def _wait(self, key: str) -> Reply | None:
        """Stand by while the first copy works; only the connection still open can deliver its answer."""
        if self._may_wait.acquire(blocking=False):
            try:
                deadline = time.monotonic() + self._repeat_wait_s
                while time.monotonic() < deadline:
                    time.sleep(POLL_S)
                    with self._kit.database.read() as connection:
                        kept = inbox.look(connection, key)
                    if kept.done:
                        return kept.reply
            finally:
                self._may_wait.release()
        with self._kit.database.write() as connection:
            kept = inbox.give_up(connection, key)
        return kept.reply if kept.done else self._kit.content.say("general.working")

    def _apologise(self, incoming: Incoming) -> Reply:
        """The same apology for every copy, so that a failing handler is not tried three times."""
        words = self._kit.content.words
        menu = tap(words.tapped("general.menu"), words.tapped("general.menu"))
        apology = self._kit.content.say("general.failed", menu=menu)
        try:
            with self._kit.database.write() as connection:
                kept = inbox.claim(connection, incoming.key, now=self._kit.clock())
                if kept is not None and kept.done and kept.reply is not None:
                    return kept.reply
                inbox.keep(connection, incoming.key, apology, person_id=None)
        except Exception as problem:  # noqa: BLE001 - still at the door: the database itself may be what failed
            log.error("apology_not_kept", key=incoming.key, error=type(problem).__name__)
        return apology


def _with_what_waited(connection: Connection, turn: Turn, reply: str) -> str:
    """Late answers ride before the next reply, oldest first."""
    late = [turn.say("general.late", answer=as_text(r)) for r in inbox.hand_over(connection, turn.person.id)]
    return "\n\n".join([*late, reply])


def _fit(turn: Turn, reply: str) -> str:
    """A long text becomes its first page and a tap for the next."""
    if len(reply.encode()) <= TEXT_LIMIT_BYTES:
        return reply
    room = len(_next_page(turn, LARGEST_NUMBER).encode()) + 2
    head, rest = split(reply, TEXT_LIMIT_BYTES - room)
    number = pages.keep(turn.db, turn.person.id, rest, now=turn.now)
    return f"{head}\n\n{_next_page(turn, number)}"


def _next_page(turn: Turn, number: int) -> str:
    return turn.tap("pages.next", turn.say("pages.next"), number=number)


def _believable(created: datetime, now: datetime) -> datetime:
    """The sender's time, unless it is off by more than a day: then ours."""
    return created if abs(created - now) <= BELIEVABLE else now


def _again(turn: Turn, person: people.PersonRow, dialog: people.DialogRow | None, connection: Connection) -> Turn:
    """The same turn on a new transaction."""
    return replace(turn, person=person, dialog=dialog, db=Session(bind=connection, expire_on_commit=False))
