"""One message in, one reply out: once, in one transaction, or in two around slow work."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import inbox
from bot.clock import from_epoch
from bot.errors import Busy, Collided, Refusal
from bot.kit import Kit
from bot.logs import frames
from bot.messages import TEXT_LIMIT_BYTES, Incoming, Offered, Reply, as_text, split, tap, taps_in
from bot.router import Handler, Route, Router, Switchboard, Turn, danger_line
from bot.services import dialogs, outbox, pages, people
from bot.understanding import LOOSE_ANSWER, SILENT, Understanding, Understood, is_loose_answer
from content import Content

REPEAT_WAIT_S = 4.5
POLL_S = 0.05
COLLISIONS = 3
BELIEVABLE = timedelta(days=1)
LARGEST_NUMBER = 999_999_999
WELCOME = "general.welcome"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Slow:
    """Work to be done between two transactions."""

    turn: Turn
    route: Route
    lease_until: datetime


class Conversation:
    """Answers messages. Safe to call from many threads and processes at once."""

    def __init__(self, kit: Kit, routers: Sequence[Router], *, repeat_wait_s: float = REPEAT_WAIT_S) -> None:
        self._kit = kit
        self._switchboard = Switchboard.of(routers)
        self._understanding = Understanding(kit.content)
        self._repeat_wait_s = repeat_wait_s
        # At most half of the threads may wait for slow answers, or a few stuck ones would silence everybody.
        self._may_wait = threading.BoundedSemaphore(max(1, kit.settings.server.threads // 2))

    def reply_to(self, incoming: Incoming) -> Reply | None:
        """The reply, None for silence. The same message gets the same reply for ever; nothing it does is done twice."""
        understood = self._understanding.of(incoming)
        if understood.action == SILENT:
            return None
        try:
            return self._once_or_again(incoming, understood)
        except Busy as busy:
            log.warning("busy", key=incoming.key, why=str(busy))
            return self._kept_after_all(incoming.key) or self._sorry("general.busy", understood)
        except Exception as problem:  # noqa: BLE001 - the door: whatever a handler did, the person gets an honest sentence
            log.error(
                "turn_failed",
                key=incoming.key,
                action=understood.action,
                error=type(problem).__name__,
                frames=frames(problem),
            )
            return self._apologise(incoming, understood)

    def _once_or_again(self, incoming: Incoming, understood: Understood) -> Reply | None:
        rows: Sequence[int] = ()
        for _ in range(COLLISIONS):
            try:
                return self._once(incoming, understood, rows)
            except Collided as collided:
                log.info("collided", key=incoming.key)
                rows = collided.rows
        return self._once(incoming, understood, rows)

    def _sorry(self, key: str, understood: Understood) -> str:
        """An honest sentence; where danger was told of, the number to phone stands above it."""
        sorry = _apology(self._kit.content, key)
        above = danger_line(self._kit.content, self._kit.settings.mine)
        return sorry if understood.hazard is None else f"{above}\n\n{sorry}"

    def _kept_after_all(self, key: str) -> Reply | None:
        """The reply, when the connection broke in the very moment of a commit that had taken effect."""
        try:
            with self._kit.database.read() as connection:
                return inbox.find(connection, key)
        except (Busy, SQLAlchemyError):
            return None

    def _once(self, incoming: Incoming, understood: Understood, rows: Sequence[int]) -> Reply | None:
        now = self._kit.clock()
        with self._kit.database.write() as connection:
            people.hold(connection, rows)
            kept = inbox.claim(connection, incoming.key, now=now)
            taken_over = False
            if kept is not None and not kept.done and kept.lease_until is not None and kept.lease_until <= now:
                taken_over = inbox.take_over(connection, incoming.key, now=now)
            if kept is not None and kept.done:
                return inbox.give_up(connection, incoming.key).reply if kept.gave_up else kept.reply
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
        text = incoming.text
        if says := _pressed(incoming, understood, dialog, now):
            text, understood = says, self._understanding.said(says)
        turn = Turn(
            text=text,
            action=understood.action,
            args=understood.args,
            incoming=incoming,
            person=person,
            dialog=dialog,
            db=Session(bind=connection, expire_on_commit=False),
            now=now,
            sent_at=_believable(incoming.created, now),
            content=self._kit.content,
            mine=self._kit.settings.mine,
            shelf=self._kit.shelf,
            quiz=self._kit.settings.quiz,
            human_agents=self._kit.settings.wechat.has_agents,
            pepper=self._kit.settings.server.secret_key.get_secret_value(),
            exact=understood.exact,
            guesses=understood.guesses,
            hazard=understood.hazard,
            resume=self._switchboard.resumes.get(dialog.step, "") if dialog is not None else "",
        )
        if (
            not turn.action
            and not turn.with_human
            and turn.step not in self._switchboard.steps
            and is_loose_answer(turn.text, turn.content.answers)
        ):
            turn = replace(turn, action=LOOSE_ANSWER, exact=True)
        route = self._switchboard.route(turn)
        if route.handler is None:
            return _Slow(turn, route, inbox.start_work(connection, incoming.key, person_id=person.id, now=now))
        return self._finish(connection, turn, route.handler)

    def _finish(self, connection: Connection, turn: Turn, handler: Handler) -> Reply | None:
        reply = self._switchboard.answer(turn, handler)
        turn.db.flush()
        may_be_typed = isinstance(reply, Offered)
        noticed_at, waiting = turn.person.noticed_at, turn.person.waiting
        if waiting and reply is None and turn.with_human:
            reply, waiting = self._with_what_waited(connection, turn, "")
        elif isinstance(reply, str):  # a card or a picture has no room for more; what waits goes on waiting
            if waiting and turn.hazard is None:  # the number to phone stands first, and alone
                reply, waiting = self._with_what_waited(connection, turn, reply)
            if noticed_at is None:
                noticed_at = turn.now
                if turn.action != WELCOME:  # which says it in its own place
                    reply = f"{reply}\n\n{turn.say('general.notice')}"
            reply = _fit(turn, reply)
        if may_be_typed:  # of the page that he sees now: what is further on he has not read
            dialogs.offer(turn.db, turn.person.id, taps_in(as_text(reply or "")), now=turn.now)
        elif turn.hazard is None and turn.dialog is not None and dialogs.TAPS in turn.dialog.data:
            dialogs.withdraw(turn.db, turn.person.id)  # nor does he mean what stood further up
        people.wrote(
            connection,
            turn.person,
            at=turn.sent_at,
            opens_window=_written(turn),
            follows=turn.incoming.event != "unsubscribe",
            waiting=waiting,
            noticed_at=noticed_at,
        )
        inbox.keep(connection, turn.incoming.key, reply, person_id=turn.person.id)
        return reply

    def _with_what_waited(self, connection: Connection, turn: Turn, reply: str) -> tuple[str, int]:
        """Late answers ride before the next reply, oldest first, then what is owed; and how much is left."""
        step = self._switchboard.steps.get(dialogs.step(turn.db, turn.person.id, now=turn.now))
        if step is not None and step.alone:
            owed, more = outbox.hand_over(connection, turn.person.id, now=turn.now, least=outbox.DANGER)
            return "\n\n".join([*owed, reply]), max(more, turn.person.waiting - len(owed))
        late, preparing = inbox.hand_over(connection, turn.person.id, now=turn.now, apology=_apology(turn.content))
        owed, more = outbox.hand_over(connection, turn.person.id, now=turn.now)
        parts = [*(turn.say("general.late", answer=as_text(answer)) for answer in late), *owed, reply]
        return "\n\n".join(filter(None, parts)), preparing + more

    def _work(self, slow: _Slow) -> Reply | None:
        try:
            return self._finish_work(slow, _worked(slow))
        except Busy:
            raise
        except Exception as problem:  # noqa: BLE001 - the door again: whoever waits, or comes back for the answer, is owed one
            log.error("work_failed", key=slow.turn.incoming.key, error=type(problem).__name__, frames=frames(problem))
            return self._finish_work(slow, lambda turn: _apology(turn.content))

    def _finish_work(self, slow: _Slow, finish: Handler) -> Reply | None:
        key = slow.turn.incoming.key
        with self._kit.database.write() as connection:
            if inbox.still_ours(connection, key, lease_until=slow.lease_until):
                person, dialog = people.meet(connection, slow.turn.person.openid, now=slow.turn.now)
                again = Session(bind=connection, expire_on_commit=False)
                return self._finish(connection, replace(slow.turn, person=person, dialog=dialog, db=again), finish)
        return self._wait(key)  # believed dead; another has taken over

    def _wait(self, key: str) -> Reply | None:
        """Stand by while the first copy works; only the connection still open can deliver its answer."""
        if self._may_wait.acquire(blocking=False):
            try:
                deadline = time.monotonic() + self._repeat_wait_s
                while time.monotonic() < deadline:
                    time.sleep(POLL_S)
                    with self._kit.database.read() as connection:
                        kept = inbox.look(connection, key)
                    if kept.done and not kept.gave_up:
                        return kept.reply
                    if kept.done:
                        break  # owed to a copy that gave up before us: ours to carry now
            finally:
                self._may_wait.release()
        with self._kit.database.write() as connection:
            kept = inbox.give_up(connection, key)
            if not kept.done and kept.person_id is not None:
                people.owe(connection, kept.person_id)
        return kept.reply if kept.done else self._kit.content.say("general.working")

    def _apologise(self, incoming: Incoming, understood: Understood) -> Reply | None:
        """The same apology for every copy, so that a failing handler is not tried three times."""
        apology = self._sorry("general.failed", understood)
        try:
            with self._kit.database.write() as connection:
                kept = inbox.claim(connection, incoming.key, now=self._kit.clock())
                if kept is not None and kept.done:
                    return kept.reply
                inbox.keep(connection, incoming.key, apology, person_id=None)
        except Exception as problem:  # noqa: BLE001 - still at the door: the database itself may be what failed
            log.error("apology_not_kept", key=incoming.key, error=type(problem).__name__)
        return apology


def _worked(slow: _Slow) -> Handler:
    """What the slow handler returns; when it refuses, the sentence of its refusal."""
    assert slow.route.work is not None
    try:
        return slow.route.work(slow.turn)
    except Refusal as refused:
        sentence = slow.turn.say(refused.key, **refused.values)
        return lambda _turn: sentence


def _apology(content: Content, key: str = "general.failed") -> str:
    menu = content.words.tapped("general.menu")
    return content.say(key, menu=tap(menu, menu))


def _pressed(incoming: Incoming, understood: Understood, dialog: people.DialogRow | None, now: datetime) -> str:
    """What the tap says whose label was typed; a call for help is never taken for one."""
    danger = understood.hazard is not None and understood.hazard.sure
    if dialog is None or danger or incoming.kind != "text" or incoming.tap_id:
        return ""
    return dialogs.pressed(dialog.data, incoming.text, exact=understood.exact, now=now)


def _written(turn: Turn) -> bool:
    """True for words of his own; a tap is not, with its id or, from clients that drop it, by the shape of its text."""
    typed = turn.text != turn.incoming.text or turn.action not in turn.content.words.taps  # a label is typed as well
    return turn.incoming.kind != "event" and not turn.incoming.tap_id and typed


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


def _believable(created: int, now: datetime) -> datetime:
    """The sender's time, unless it is off by more than a day, or no time at all: then ours."""
    return from_epoch(created) if abs(created - now.timestamp()) <= BELIEVABLE.total_seconds() else now
