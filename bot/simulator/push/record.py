"""One attempt from its departure to its verdict, and what is kept of it: a log entry, a word of explanation, a bubble."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.simulator.phones.model import DEAF, QUIET, Bubble, Push
from bot.simulator.push.answers import Verdict
from bot.simulator.push.attempt import Answer
from bot.simulator.push.wire import Letter
from bot.simulator.words import words


@dataclass(frozen=True, slots=True)
class Trip:
    """The `number`th attempt of a push; `answer` None when no whole one came; `last` when no other will follow."""

    push: Push
    number: int
    last: bool
    started: float
    url: str
    letter: Letter
    answer: Answer | None
    verdict: Verdict
    millis: int

    def as_json(self) -> dict[str, Any]:
        """The entry of the log of exchanges."""
        return {
            "push": self.push.id,
            "phone": self.push.phone_id,
            "kind": self.push.kind,
            "attempt": self.number,
            "started": self.started,
            "request": {"url": self.url, "body": self.letter.body, "xml": self.letter.inner},
            "response": self._response(),
            "verdict": self.verdict.outcome,
            "reason": self.verdict.reason,
            "ms": self.millis,
        }

    def trouble(self, webhook: str) -> dict[str, Any] | None:
        """What the page should explain; None when the bot answered as it should."""
        if self.verdict.outcome in {"shown", "silent"}:
            return None
        return {
            "reason": self.verdict.reason,
            "text": words().reason(self.verdict.reason),
            "checks": words().checks_for(self.verdict.reason),
            "webhook": webhook,
            "status": self.answer.status if self.answer else None,
        }

    def bubble(self) -> Bubble | None:
        """What now appears on the phone, if anything does; its id and time are still open."""
        verdict, kind = self.verdict, self.push.kind
        if verdict.reply is not None and kind not in DEAF:
            reply = verdict.reply
            shown = Bubble(0, "account", reply.kind, reply.text, 0, media=reply.media_id)
            shown.articles = [asdict(article) for article in reply.articles]
        elif verdict.outcome in {"fault", "lost"} and self.last and kind not in QUIET:
            shown = Bubble(0, "system", "notice", words().fault_notice, 0, hint=words().reason(verdict.reason))
        else:
            return None
        shown.push, shown.attempt, shown.ms = self.push.id, self.number, self.millis
        return shown

    def _response(self) -> dict[str, Any] | None:
        if self.answer is None:
            return None
        return {
            "status": self.answer.status,
            "content_type": self.answer.content_type,
            "body": self.answer.body.decode("utf-8", "replace"),
            "xml": self.verdict.xml,
        }
