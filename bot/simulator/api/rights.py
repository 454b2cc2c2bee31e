"""Which account may call what (wechat_platform §6), by the account kinds of the settings."""

from __future__ import annotations

from typing import Literal

Right = Literal[
    "menu", "menu_by_tag", "custom", "agents", "users", "mass_all", "mass_openids", "template", "subscription",
    "once", "qrcode", "location", "oauth", "media", "jssdk", "drafts", "publish",
]  # fmt: skip

_CERTIFIED = frozenset[Right](
    {"menu", "menu_by_tag", "custom", "agents", "users", "mass_all", "once", "media", "jssdk", "drafts", "publish"}
)
_SERVICE = frozenset[Right]({"mass_openids", "template", "subscription", "qrcode", "location", "oauth"})
_NOT_ON_TEST = frozenset[Right]({"agents", "mass_all", "mass_openids", "subscription", "drafts", "publish"})
RIGHTS: dict[str, frozenset[Right]] = {
    "subscription": frozenset(),
    "subscription_certified": _CERTIFIED,
    "service": frozenset({"menu"}),
    "service_certified": _CERTIFIED | _SERVICE,
    "test": (_CERTIFIED | _SERVICE) - _NOT_ON_TEST,
}
"""What each kind of account is granted; every kind may receive, reply, fetch tokens and ask for the callback addresses.

What the table leaves open for a test account is refused: that is harder on the bot.
"""


def granted(kind: str, right: Right, *, personal_drafts: bool = False) -> bool:
    """`kind` is spelled as in the settings; `personal_drafts` lets accounts without publishing write drafts (§4.11)."""
    return right in RIGHTS[kind] or (right == "drafts" and personal_drafts)
