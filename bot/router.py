"""A turn of the conversation, the routers that features fill, and the choice of the one handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.config import Mine, Quiz
from bot.errors import Refusal
from bot.messages import Incoming, Reply, tap
from bot.services import dialogs, shifts
from bot.services.asking import stories
from bot.services.materials.shelf import Shelf
from bot.services.people import DialogRow, MemberRow, PersonRow
from bot.understanding import Hazard, is_story
from content import Content
from content.bank import Bank

NOT_UNDERSTOOD, STORY, TO_HUMAN, ASK = "general.not_understood", "letters.story", "letters.pass_on", "ask.ask"
DANGER, MAYBE_DANGER, ABOVE = "danger.now", "danger.maybe", "danger.above"
RESUME, BACK, NOTHING_TO_RESUME = "general.resume", "general.back", "quiz.resume"
WAYS_OUT = (BACK, "general.quit", "general.help", "general.menu", RESUME)


@dataclass(frozen=True, slots=True)
class NotMine(Exception):
    """Raised by a step that takes only certain words: these are none of them; what to say if nobody knows better."""

    reply: Reply
    asks: bool = (
        False  # he is being asked himself: what merely looks like a question is not answered in the midst of it
    )


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
    shelf: Shelf
    quiz: Quiz
    pepper: str = ""
    """What one-time codes are hashed with."""
    human_agents: bool = False
    """The account has agents of its own to hand a conversation to."""
    exact: bool = False
    """He named the action by its own word or a tap; otherwise it was read out of a sentence."""
    guesses: tuple[str, ...] = ()
    """Actions he may have meant where none is named, the likeliest first."""
    hazard: Hazard | None = None
    resume: str = ""
    """The action that takes him back to the step he stands or stood in last; empty when there is none."""

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
        """Be done with the step he stands in."""
        if self.dialog is not None:
            dialogs.leave(self.db, self.person.id)

    def pause(self) -> None:
        """Wait for nothing in particular, but keep the place: its resuming action finds it in `dialog`."""
        if self.step:
            dialogs.pause(self.db, self.person.id, now=self.now)

    def danger_line(self) -> str:
        """Where to turn when something is happening right now: nobody watches this chat."""
        return danger_line(self.content, self.mine)

    @property
    def bank(self) -> Bank:
        """The questions he may be asked now, the mine's own among them; costs a statement now and then."""
        return self.shelf.bank(self.db, self.content, self.person, now=self.now)

    @property
    def bank_at_hand(self) -> Bank:
        """The same as last seen: for messages that are not about questions."""
        return self.shelf.at_hand(self.content, self.person)

    @property
    def member(self) -> MemberRow | None:
        """Who he is on the roster, while that counts."""
        return self.person.active

    @property
    def with_human(self) -> bool:
        """He is talking to a person: the bot keeps quiet."""
        return self.person.with_human_until is not None and self.person.with_human_until > self.now

    @property
    def step(self) -> str:
        """The step the person stands in, empty when none or when its time ran out."""
        return self.dialog.step if self.dialog is not None and self.dialog.expires_at > self.now else ""

    @property
    def today(self) -> date:
        """The person's shift day."""
        return shifts.shift_day(self.sent_at, self.person, self.content.shifts)


def danger_line(content: Content, mine: Mine) -> str:
    """Where to turn when something is happening right now."""
    phone = mine.dispatcher_phone
    return content.say("general.danger_line", phone=phone) if phone else content.say("general.danger_line_no_phone")


Handler = Callable[[Turn], Reply | None]
Work = Callable[[Turn], Handler]
"""A slow handler: works with no transaction open (`turn.db` must not be touched) and returns what is to be done then."""


@dataclass(frozen=True, slots=True)
class Route:
    """A handler, or a slow one."""

    handler: Handler | None = None
    work: Work | None = None
    own_words: bool = False
    """A step that takes whatever he writes: only taps and the ways out beat it, and danger told there is kept all the same."""
    teaches: bool = False
    """What is written there tells of danger by its nature: the number to phone stands above, and only a call pages."""
    back: str = ""
    """The action that the word for going back means there; by default it leaves the step."""
    alone: bool = False
    """While he stands there nothing that is owed to him rides with a reply, danger apart."""


@dataclass(frozen=True, slots=True)
class Router:
    """The handlers of one feature, by action and by step."""

    actions: dict[str, Route] = field(default_factory=dict)
    steps: dict[str, Route] = field(default_factory=dict)
    resumes: dict[str, str] = field(default_factory=dict)

    def on(self, action: str) -> Callable[[Handler], Handler]:
        """Answer an action. A second handler for it is an error at import."""

        def register(handler: Handler) -> Handler:
            _add(self.actions, action, Route(handler))
            return handler

        return register

    def during(
        self,
        step: str,
        *,
        resume: str,
        own_words: bool = False,
        teaches: bool = False,
        back: str = "",
        alone: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Answer what is said while the person stands in a step and names no action by its own word.

        `resume` is the action that takes him back there later. A step with a grammar of its own raises NotMine for the rest.
        """

        def register(handler: Handler) -> Handler:
            _add(self.steps, step, Route(handler, own_words=own_words, teaches=teaches, back=back, alone=alone))
            self.resumes[step] = resume
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
    resumes: Mapping[str, str]

    @classmethod
    def of(cls, routers: Sequence[Router]) -> Switchboard:
        """Raises ValueError when two features answer the same action or step."""
        actions: dict[str, Route] = {}
        steps: dict[str, Route] = {}
        resumes: dict[str, str] = {}
        for router in routers:
            for action, route in router.actions.items():
                _add(actions, action, route)
            for step, route in router.steps.items():
                _add(steps, step, route)
            resumes |= router.resumes
        return cls(actions, steps, resumes)

    def route(self, turn: Turn) -> Route:
        """Danger beats everything, a named action beats a waiting step, a step beats what a sentence merely sounds like."""
        step = self.steps.get(turn.step)
        if self._calls(turn):
            return self.actions[DANGER]
        writing = step is not None and step.own_words and not _is_way_out(turn, alone=step.alone)
        if turn.exact and (turn.action in self.actions or turn.action == RESUME) and not writing:
            if turn.action == BACK and step is not None and step.back:
                return self.actions[step.back]
            if turn.action == RESUME:
                return self.actions[turn.resume or NOTHING_TO_RESUME]
            return self.actions[turn.action]
        if turn.hazard is not None and turn.hazard.sure and not writing:
            return self.actions[DANGER]
        return step or self._sounds_like(turn)

    def answer(self, turn: Turn, handler: Handler) -> Reply | None:
        """The handler's reply, the sentence of its refusal, or None where nothing is to be said."""
        if self._calls(turn) and turn.hazard is not None:
            dialogs.called(turn.db, turn.person.id, turn.text)
            turn = replace(turn, hazard=replace(turn.hazard, sure=True), action="", exact=False)
        try:
            return self._with_danger(turn, handler, handler(turn))
        except Refusal as refusal:
            return self._with_danger(turn, handler, turn.say(refusal.key, **refusal.values))
        except NotMine as other:
            route = self._sounds_like(turn)
            if route is self.actions[NOT_UNDERSTOOD] or route.handler is None or (other.asks and turn.action == ASK):
                return self._with_danger(turn, handler, other.reply)
            return self.answer(turn, route.handler)

    def _calls(self, turn: Turn) -> bool:
        """Whoever teaches may be in danger as well: he calls, he does not write a rule, and it is not taken for one."""
        step = self.steps.get(turn.step, Route())
        return step.teaches and turn.hazard is not None and not _is_way_out(turn) and stories.is_call(turn.text)

    def _sounds_like(self, turn: Turn) -> Route:
        """What a sentence that names nothing is taken for."""
        if turn.with_human:
            return self.actions[TO_HUMAN]
        if turn.action in self.actions:
            return self.actions[turn.action]
        if turn.hazard is not None and not is_story(turn.text, guessed=True):
            return self.actions[MAYBE_DANGER]
        return self.actions[STORY if is_story(turn.text, guessed=bool(turn.guesses)) else NOT_UNDERSTOOD]

    def _with_danger(self, turn: Turn, handler: Handler, reply: Reply | None) -> Reply | None:
        """Words of danger in the midst of something else: what to do, above what was asked for."""
        if turn.hazard is None or handler == self.actions[MAYBE_DANGER].handler:
            return reply
        if handler == self.actions[DANGER].handler:
            passed_on = self.actions[TO_HUMAN].handler
            if turn.with_human and passed_on is not None:
                passed_on(turn)  # whom he talks to must hear of it as well
            return reply
        step = self.steps.get(turn.step)
        if step is not None and step.teaches and handler == step.handler:
            if turn.dialog is not None and turn.dialog.data.get("warned"):
                return reply  # told once in what he is writing
            turn = replace(turn, hazard=replace(turn.hazard, sure=False))
        assert turn.hazard is not None
        above = self.actions[DANGER if turn.hazard.sure else ABOVE].handler
        assert above is not None
        said = above(replace(turn, dialog=None, resume=""))  # whatever waited is being answered below
        return f"{said}\n\n{reply}" if isinstance(reply, str) else said


def _is_way_out(turn: Turn, *, alone: bool = False) -> bool:
    """A tap, a menu key, or one of the words that work everywhere; in a step that is `alone` no short form of a tap."""
    told = turn.incoming.tap_id or turn.content.words.taps_as(turn.action, turn.text, short=not alone)
    return turn.exact and bool(told or turn.incoming.kind == "event" or turn.action in WAYS_OUT)


def _add(table: dict[str, Route], key: str, route: Route) -> None:
    if table.setdefault(key, route) is not route:
        raise ValueError(f"a second handler for {key}")
