"""A phone, the bubbles in its chat, and the push that carries what it sends."""

from __future__ import annotations

import base64
import hashlib
from copy import copy
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from bot.simulator.phones.links import Link, links, parts_as_json
from bot.simulator.phones.windows import Windows
from bot.simulator.push.wire import Elements

Side = Literal["me", "account", "system"]

EVENT = "event."
PUSHED_BY_THE_PLATFORM = frozenset(
    EVENT + name
    for name in (
        "TEMPLATESENDJOBFINISH",
        "MASSSENDJOBFINISH",
        "PUBLISHJOBFINISH",
        "FREEPUBLISHJOBFINISH",
        "subscribe_msg_sent_event",
        "user_authorization_revoke",
        "user_info_modified",
        "qualification_verify_success",
        "qualification_verify_fail",
        "naming_verify_success",
        "naming_verify_fail",
        "annual_renew",
        "verify_expired",
    )
)
"""Nobody touched a phone for these."""
QUIET = frozenset({"event.unsubscribe", "event.VIEW", "event.LOCATION"}) | PUSHED_BY_THE_PLATFORM
"""No fault notice for these, where the switch stands at most."""
DEAF = frozenset({"event.unsubscribe", "event.VIEW", "event.view_miniprogram"}) | PUSHED_BY_THE_PLATFORM
"""A reply to these is not shown."""
CROWD = "crowd"
"""The role of phones nobody looks at: there may be thousands of them, and none is kept on the disk."""


@dataclass(frozen=True, slots=True)
class Push:
    """One message or event on its way to the webhook; `kind` is the MsgType, or "event." and the Event.

    Every attempt and every `resend` carries the same elements, MsgId and CreateTime included.
    """

    id: int
    phone_id: str
    openid: str
    kind: str
    elements: Elements

    @property
    def is_event(self) -> bool:
        return self.kind.startswith(EVENT)


@dataclass(slots=True)
class Bubble:
    """One entry of a chat; `push` is the push it went out with or answers, `attempt` and `ms` tell of its delivery."""

    id: int
    side: Side
    kind: str
    text: str
    time: float
    push: int = 0
    attempt: int = 0
    ms: int = 0
    hint: str = ""
    media: str = ""
    url: str = ""
    card: dict[str, Any] = field(default_factory=dict)
    sender: str = "account"
    """Who stands above it: the account, or "service" for what comes in the service notices."""
    pushed: bool = False
    """It came by an interface, not as the answer to a message."""
    mass: bool = False
    articles: list[dict[str, str]] = field(default_factory=list)
    version: int = 0

    def links(self) -> list[Link]:
        """What can be touched in it: only a text from the account has links, whatever others write."""
        return links(self.text) if self.side == "account" and self.kind == "text" else []

    def stored(self) -> dict[str, Any]:
        """Its fields, as they are: a bubble in a chat does not change. Many times faster than asdict."""
        return {name: getattr(self, name) for name in self.__slots__}

    def as_json(self) -> dict[str, Any]:
        """The bubble as the control API gives it: its fields, its links, and its text in parts."""
        found = self.links()
        return asdict(self) | {
            "links": [link.as_json() for link in found],
            "parts": parts_as_json(self.text) if found else [{"text": self.text}],
        }


@dataclass(slots=True)
class Phone:
    """A person's phone; `role` is for the reader only, the bot never hears of it."""

    id: str
    name: str
    role: str
    openid: str
    following: bool = False
    chat: list[Bubble] = field(default_factory=list)
    windows: Windows = field(default_factory=Windows.shut)
    tags: list[int] = field(default_factory=list)
    followed_at: float = 0.0
    scene: str = ""
    """The scene of the QR code he came by, empty when by none."""
    remark: str = ""
    refuses: bool = False
    """He turned off receiving messages."""
    blocked: bool = False
    """The account does not want to hear him."""
    consents: dict[str, int] = field(default_factory=dict)
    """Subscription messages he agreed to, by template id: how many may still be sent."""
    declined: list[str] = field(default_factory=list)
    """Templates he turned off in the settings."""
    popup: dict[str, Any] | None = None
    masses: dict[str, int] = field(default_factory=dict)
    """Mass messages received, by month such as "2026-11"."""
    busy: int = 0
    typing_until: float = 0.0
    """Until when the dots that the account asked for are on it; one of `busy` as long as they are."""
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        """The phone without its chat; `typing` while the bot owes it an answer."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "openid": self.openid,
            "following": self.following,
            "typing": self.busy > 0 and self.following,
            "version": self.version,
            "length": len(self.chat),
            "tags": list(self.tags),
            "windows": asdict(self.windows),
            "refuses": self.refuses,
            "blocked": self.blocked,
            "consents": dict(self.consents),
            "declined": list(self.declined),
            "popup": self.popup,
        }

    def stored(self) -> dict[str, Any]:
        """What survives a restart. Nothing in it changes any more, though the phone may."""
        kept = {name: getattr(self, name) for name in STORED}
        changing = {name: copy(value) for name, value in kept.items() if isinstance(value, list | dict)}
        return kept | changing | {"chat": [bubble.stored() for bubble in self.chat], "windows": asdict(self.windows)}

    @classmethod
    def restored(cls, saved: dict[str, Any]) -> Phone:
        """The reverse of `stored`. Raises TypeError or KeyError when the file is not ours."""
        windows = Windows.restored(saved["windows"]) if "windows" in saved else Windows.shut()  # not in older files
        chat = [Bubble(**{**bubble, "version": 0}) for bubble in saved["chat"]]
        return cls(**{**saved, "chat": chat, "windows": windows})


STORED = tuple(each.name for each in fields(Phone) if each.name not in {"busy", "typing_until", "version"})


def openid_for(app_id: str, phone_id: str) -> str:
    """28 characters for ever the same for this account and phone, always with a '-' and a '_' among them.

    The first six are the account's, as on the platform; a bot that thinks an OpenID is alphanumeric is found out.
    """
    account = _letters(app_id)[:5].replace("-", "A").replace("_", "B")
    own = list(_letters(f"{app_id}/{phone_id}")[:22])
    own[6], own[13] = "-", "_"
    return "o" + account + "".join(own)


def _letters(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
