"""What own material is held against: the topics, trades and audiences of the content folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content import Content

PARTY = "party"


@dataclass(frozen=True, slots=True)
class Frame:
    """Closed lists, and what the mine's own rules are called where no law is cited."""

    topics: Mapping[str, str]
    """Each with its area: 'safety' 'party' 'rights'."""
    trades: frozenset[str]
    members_only: frozenset[str]
    own_law: str

    @classmethod
    def of(cls, content: Content) -> Frame:
        """Gathered from what was read at the start."""
        own_law = content.say("materials.own_law")
        return cls(content.topics.area_of, content.topics.trades, content.bank.members_only, own_law)

    def is_party(self, body: Mapping[str, Any]) -> bool:
        """True for Party text: by its area, its topic, or because it is meant for those of the Party alone."""
        trades = [body["trade"]] if body.get("trade") else body.get("trades") or []
        area = body.get("area") or self.topics.get(str(body.get("topic", "")), "")
        return area == PARTY or (bool(trades) and self.members_only.issuperset(trades))
