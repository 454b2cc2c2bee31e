"""Customer-service messages: one text to one person inside his window (wechat_platform §4.2, §5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import BEIJING, Clock
from bot.config import WeChat
from bot.delivery.outcome import Outcome, Result
from bot.wechat.client import PlatformClient
from bot.wechat.errors import PlatformError, Reaction, Unreachable

MAY_SEND = ("subscription_certified", "service_certified", "test")  # §6
OUTCOMES = {
    Reaction.DONE: Outcome.SENT,
    Reaction.RETRY: Outcome.AGAIN,
    Reaction.PERSON: Outcome.PERSON,
    Reaction.PERMANENT: Outcome.NEVER,
}
RESTS = {
    Reaction.NEXT_MINUTE: timedelta(seconds=60),
    Reaction.REFRESH: timedelta(minutes=5),
    Reaction.OPERATOR: timedelta(minutes=10),
}
NO_NETWORK = timedelta(seconds=15)
NO_RIGHT = timedelta(hours=1)
UNAUTHORIZED = 48001


def may_send(settings: WeChat) -> bool:
    """True when this kind of account has customer-service messages at all."""
    return settings.account in MAY_SEND and bool(settings.app_id and settings.app_secret.get_secret_value())


class CustomMessages:
    """A Sender over the platform's own client."""

    def __init__(self, client: PlatformClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def send_text(self, openid: str, text: str) -> Result:
        """Send it. Raises nothing the platform or the network could be the cause of."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        if failed := self._tried(lambda: self._client.access_token, acts=False):
            return failed  # no token: nothing of the message has left us, whatever became of the token call
        return self._tried(lambda: self._client.post("message/custom/send", data=body), acts=True) or Result(
            Outcome.SENT
        )

    def _tried(self, call: Callable[[], object], *, acts: bool) -> Result | None:
        try:
            call()
        except PlatformError as refused:
            return result_of(refused, self._clock())
        except Unreachable as problem:
            if acts and problem.sent:
                return Result(Outcome.UNKNOWN, "unreachable")
            return Result(Outcome.WAIT, "unreachable", NO_NETWORK)
        return None


def result_of(refused: PlatformError, now: datetime) -> Result:
    """What a refusal asks of whoever sends, by the table of errors.py."""
    reason, tell = str(refused.code), refused.tell_operator
    plain = OUTCOMES.get(refused.reaction)
    if plain is not None and refused.code != UNAUTHORIZED:
        return Result(plain, reason, tell_operator=tell and plain is not Outcome.SENT)
    if refused.code == UNAUTHORIZED:  # of the channel, not of this message
        return Result(Outcome.WAIT, reason, NO_RIGHT, tell_operator=True)
    if refused.reaction is Reaction.NEXT_DAY:
        return Result(Outcome.WAIT, reason, _to_midnight(now), tell_operator=tell)
    # Too fast, the token refused for good, or something only the back office can mend.
    return Result(
        Outcome.WAIT,
        reason,
        RESTS[refused.reaction],
        tell_operator=tell or refused.reaction is Reaction.REFRESH,
    )


def _to_midnight(now: datetime) -> timedelta:
    """The platform's day ends in Beijing."""
    local = now.astimezone(BEIJING)
    return (local + timedelta(days=1)).replace(hour=0, minute=1, second=0, microsecond=0) - local
