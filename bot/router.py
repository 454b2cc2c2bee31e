"""A turn of the conversation, the routers that features fill, and the choice of the one handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import shift_day
from bot.config import Mine
from bot.errors import Refusal
from bot.messages import Incoming, Reply, tap
from bot.services import dialogs
from bot.services.people import DialogRow, PersonRow
from content import Content

NOT_UNDERSTOOD = "general.not_understood"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message, and everything a handler may touch to answer it."""

    text: str
    action: str
    args: Mapping[str, str]
    incoming: Incoming
    person: PersonRow
    dialog: DialogRow | None
    db: Session
    now: datetime
    sent_at: datetime
    """When the person sent it (the platform's CreateTime): what days are counted by."""
    content: Content
    mine: Mine

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of a copy key."""
        return self.content.say(key, **values)

    def tap(self, action: str, label: str = "", **values: object) -> str:
        """A tappable line that starts an action; its label is what it says unless another is given."""
        says = self.content.words.tapped(action, **values)
        return tap(label or says, says)

    def goto(self, step: str, *, within: timedelta = timedelta(hours=24), **data: Any) -> None:
        """Wait at a step for this person's next words, until the time runs out."""
        dialogs.goto(self.db, self.person.id, step=step, data=data, expires_at=self.now + within)

    def leave(self) -> None:
        """Wait for nothing in particular."""
        if self.dialog is not None:
            dialogs.leave(self.db, self.person.id)

    def danger_line(self) -> str:
        """Where to turn when something is happening right now: nobody watches this chat."""
        phone = self.mine.dispatcher_phone
        return self.say("general.danger_line", phone=phone) if phone else self.say("general.danger_line_no_phone")

    @property
    def step(self) -> str:
        """The step the person stands in, empty when none or when its time ran out."""
        return self.dialog.step if self.dialog is not None and self.dialog.expires_at > self.now else ""

    @property
    def today(self) -> date:
        """The person's shift day."""
        return shift_day(self.sent_at)


Handler = Callable[[Turn], Reply | None]
Work = Callable[[Turn], Handler]
"""A slow handler: works with no transaction open (`turn.db` must not be touched) and returns what is to be done then."""


@dataclass(frozen=True, slots=True)
class Route:
    """A handler, or a slow one."""

    handler: Handler | None = None
    work: Work | None = None


@dataclass(frozen=True, slots=True)
class Router:
    """The handlers of one feature, by action and by step."""

    actions: dict[str, Route] = field(default_factory=dict)
    steps: dict[str, Route] = field(default_factory=dict)

    def on(self, action: str) -> Callable[[Handler], Handler]:
        """Answer an action. A second handler for it is an error at import."""

        def register(handler: Handler) -> Handler:
            _add(self.actions, action, Route(handler))
            return handler

        return register

    def during(self, step: str) -> Callable[[Handler], Handler]:
        """Answer whatever is said while the person stands in a step and names no action."""

        def register(handler: Handler) -> Handler:
            _add(self.steps, step, Route(handler))
            return handler

        return register

    def on_slow(self, action: str) -> Callable[[Work], Work]:
        """Answer an action whose work may take seconds: other machines, files (decisions §1, `slow=True`)."""

        def register(work: Work) -> Work:
            _add(self.actions, action, Route(work=work))
            return work

        return register


@dataclass(frozen=True, slots=True)
class Switchboard:
    """All routers in one lookup, built once."""

    actions: Mapping[str, Route]
    steps: Mapping[str, Route]

    @classmethod
    def of(cls, routers: Sequence[Router]) -> Switchboard:
        """Raises ValueError when two features answer the same action or step."""
        actions: dict[str, Route] = {}
        steps: dict[str, Route] = {}
        for router in routers:
            for action, route in router.actions.items():
                _add(actions, action, route)
            for step, route in router.steps.items():
                _add(steps, step, route)
        return cls(actions, steps)

    def route(self, turn: Turn) -> Route:
        """A named action beats a waiting step, so nobody is ever trapped in a dialog."""
        return self.actions.get(turn.action) or self.steps.get(turn.step) or self.actions[NOT_UNDERSTOOD]


def answer(turn: Turn, handler: Handler) -> Reply | None:
    """The handler's reply, the sentence of its refusal, or None where nothing is to be said."""
    try:
        return handler(turn)
    except Refusal as refusal:
        return turn.say(refusal.key, **refusal.values)


def _add(table: dict[str, Route], key: str, route: Route) -> None:
    if key in table:
        raise ValueError(f"a second handler for {key}")
    table[key] = route
