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
RIGHTS: dict[str, frozenset[Right]] = {
    "subscription": frozenset(),
    "subscription_certified": _CERTIFIED,
    "service": frozenset({"menu"}),
    "service_certified": _CERTIFIED | _SERVICE,
    "test": (_CERTIFIED | _SERVICE) - {"agents", "mass_all", "mass_openids", "subscription", "publish"},
}
"""What each kind of account is granted; every kind may receive, reply, fetch tokens and ask for the callback addresses."""


def granted(kind: str, right: Right) -> bool:
    """`kind` is spelled as in the settings."""
    return right in RIGHTS[kind]
