"""The simulated account: what the platform knows of it, taken from the bot's settings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from bot.config import Settings
from bot.simulator.api.rights import Right, granted
from bot.simulator.words import words


@dataclass(frozen=True, slots=True)
class Account:
    """The account's identity and secrets; `kind` and `encryption` are spelled as in the settings."""

    app_id: str
    original_id: str
    kind: str
    encryption: str
    name: str
    timezone: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Account:
        """The account the settings describe. Raises ValueError naming the keys the platform could not do without."""
        chosen = settings.wechat
        needed = {
            "app_id": chosen.app_id,
            "app_secret": chosen.app_secret.get_secret_value(),
            "token": chosen.token.get_secret_value(),
        }
        if chosen.encryption != "plain":
            needed["encoding_aes_key"] = chosen.encoding_aes_key.get_secret_value()
        missing = [key for key, value in needed.items() if not value]
        if missing:
            raise ValueError(f"the simulator needs [wechat] {', '.join(missing)}")
        return cls(
            app_id=chosen.app_id,
            original_id=chosen.original_id or "gh_" + hashlib.sha256(chosen.app_id.encode()).hexdigest()[:12],
            kind=chosen.account,
            encryption=chosen.encryption,
            name=settings.mine.name or words().unnamed_account,
            timezone=settings.mine.timezone,
            app_secret=chosen.app_secret.get_secret_value(),
            token=chosen.token.get_secret_value(),
            aes_key=chosen.encoding_aes_key.get_secret_value(),
        )

    def may(self, right: Right) -> bool:
        """Whether the interface is granted to this kind of account."""
        return granted(self.kind, right)
