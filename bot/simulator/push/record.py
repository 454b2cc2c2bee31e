"""One attempt from its departure to its verdict, and what is kept of it: log entries, a word of explanation, a bubble."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.simulator import curl
from bot.simulator.phones.model import DEAF, PUSHED_BY_THE_PLATFORM, QUIET, Bubble, Push
from bot.simulator.push.answers import Verdict
from bot.simulator.push.network import HEADERS, Carried
from bot.simulator.push.wire import Letter, pretty
from bot.simulator.switches import Positions
from bot.simulator.words import words

GOOD = frozenset({"shown", "silent"})


@dataclass(frozen=True, slots=True)
class Trip:
    """The `number`th attempt of a push, 0 when none was made; `last` when no other will follow."""

    push: Push
    number: int
    last: bool
    started: float
    url: str
    letter: Letter
    carried: Carried
    verdict: Verdict

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
            "ms": self.carried.millis,
        }

    def on_the_wire(self) -> dict[str, Any]:
        """The entry of the wire log; `signature` tells what the address proved, and whether the answer's own was good."""
        query, answer = self.letter.query, self.carried.answer
        return {
            "way": "push",
            "at": self.started,
            "phone": self.push.phone_id,
            "name": self.push.kind,
            "method": "POST",
            "url": self.url,
            "request": self.letter.body,
            "request_clear": pretty(self.letter.inner),
            "status": answer.status if answer else None,
            "response": self._body(),
            "response_clear": pretty(self.verdict.xml or self._body()),
            "verdict": self.verdict.outcome,
            "reason": self.verdict.reason,
            "attempt": self.number,
            "push": self.push.id,
            "ms": self.carried.millis,
            "fault": self.carried.fault or None,
            "signature": {name: query.get(name) for name in ("timestamp", "nonce", "signature", "msg_signature")}
            | {"ok": self.verdict.reason != "bad_msg_signature"},
            "curl": curl.of_push("POST", self.url, self.letter.body, HEADERS),
        }

    def trouble(self, webhook: str) -> dict[str, Any] | None:
        """What the page should explain; None when the bot answered as it should.

        `ordered` names the fault, latency or "down" it comes from, where somebody ordered one; else it is empty.
        """
        if self.verdict.outcome in GOOD:
            return None
        return {
            "reason": self.verdict.reason,
            "text": words().reason(self.verdict.reason),
            "checks": words().checks_for(self.verdict.reason),
            "webhook": webhook,
            "status": self.carried.answer.status if self.carried.answer else None,
            "ordered": self.carried.fault or ("down" if self.verdict.reason == "down" else ""),
        }

    def bubble(self, on: Positions) -> Bubble | None:
        """What now appears on the phone, if anything does; its id and time are still open."""
        verdict, kind = self.verdict, self.push.kind
        if verdict.reply is not None and kind not in DEAF:
            reply = verdict.reply
            shown = Bubble(0, "account", reply.kind, reply.text, 0, media=reply.media_id)
            shown.articles = [asdict(article) for article in reply.articles]
        elif verdict.outcome in {"fault", "lost"} and self.last and _noticed(kind, on):
            shown = Bubble(0, "system", "notice", words().fault_notice, 0, hint=words().reason(verdict.reason))
        else:
            return None
        shown.push, shown.attempt, shown.ms = self.push.id, self.number, self.carried.millis
        return shown

    def _body(self) -> str:
        return self.carried.answer.body.decode("utf-8", "replace") if self.carried.answer else ""

    def _response(self) -> dict[str, Any] | None:
        if self.carried.answer is None:
            return None
        return {
            "status": self.carried.answer.status,
            "content_type": self.carried.answer.content_type,
            "body": self._body(),
            "xml": self.verdict.xml,
        }


def verification_on_the_wire(url: str, query: dict[str, str], started: float, told: dict[str, Any]) -> dict[str, Any]:
    """The wire entry of a verification of the address; `told` is what `Delivery.verify` says of it."""
    return {
        "way": "push",
        "at": started,
        "phone": "",
        "name": "verify",
        "method": "GET",
        "url": url,
        "request": "",
        "request_clear": "",
        "status": told["status"],
        "response": told["body"],
        "response_clear": told["body"],
        "verdict": "verified" if told["ok"] else "fault" if told["status"] else "lost",
        "reason": told["reason"],
        "attempt": 1,
        "ms": told["ms"],
        "fault": told["fault"] or None,
        "signature": {name: query[name] for name in ("timestamp", "nonce", "signature")}
        | {"msg_signature": None, "ok": True},
        "curl": curl.of_push("GET", url, "", HEADERS),
    }


def _noticed(kind: str, on: Positions) -> bool:
    """Whether a fault is told to the person; which events are is not verified (wechat_platform §8.3)."""
    if kind in PUSHED_BY_THE_PLATFORM:
        return on.fault_notice == "all"
    return {"most": kind not in QUIET, "all": True}.get(on.fault_notice, not kind.startswith("event."))
