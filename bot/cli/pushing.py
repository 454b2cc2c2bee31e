"""The pump put together: the account's own client behind it, and each person's hours."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.delivery.claims import Addressee
from bot.delivery.pump import Pump
from bot.errors import Busy
from bot.kit import Kit
from bot.services import shifts
from bot.wechat.client import connect
from bot.wechat.errors import PlatformError, Unreachable
from bot.wechat.sending import CustomMessages, may_send
from bot.wechat.tags import sync_tags

log = structlog.get_logger()


def pump_of(kit: Kit) -> Pump:
    """A pump of the account, which tells the platform of new tags as well; without the right to send first it rests."""
    account = kit.settings.wechat
    client = connect(account, kit.database, kit.clock) if may_send(account) else None
    sender = CustomMessages(client, kit.clock) if client is not None else None

    def tags() -> None:
        """Whoever's audience changed sees his own menu within a minute; what fails now is done the next time."""
        try:
            if client is not None:
                sync_tags(client, kit.database, kit.clock())
        except (PlatformError, Unreachable, Busy) as problem:
            log.warning("tags_wait", error=type(problem).__name__)

    def may_reach(person: Addressee, now: datetime) -> bool:
        return shifts.may_push(person, now, kit.content.shifts, person.last_wrote_at)

    return Pump(kit.database, kit.clock, sender, may_reach=may_reach, every_minute=(tags,))
