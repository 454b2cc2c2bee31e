"""What each error code of the platform asks of us (wechat_platform §5), and errors that carry no secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Any


class Reaction(StrEnum):
    """What to do next. Each has its advice for the operator in content/copy."""

    RETRY = "retry"
    """Busy: again after 1, 5, 30 s."""
    REFRESH = "refresh"
    """The token is not accepted: one refresh, one retry."""
    NEXT_DAY = "day"
    """Quota used up until midnight in Beijing."""
    NEXT_MINUTE = "minute"
    """Too fast: at least 60 s."""
    PERSON = "person"
    """This person cannot be reached this way until he does something."""
    PERMANENT = "permanent"
    """Our mistake, or a right we do not have: never again as it is."""
    OPERATOR = "operator"
    """Somebody must change something in the account's back office; stop."""
    DONE = "done"
    """It was done before; take it as done."""


def _codes(*items: int | range) -> tuple[int, ...]:
    return tuple(code for item in items for code in (item if isinstance(item, range) else (item,)))


_CLASSES: dict[Reaction, tuple[int, ...]] = {
    Reaction.RETRY: _codes(-1, -1000, 61450),
    Reaction.REFRESH: _codes(40001, 40014, 42001),
    Reaction.NEXT_DAY: _codes(45009, 45028, 48006),
    Reaction.NEXT_MINUTE: _codes(45011, 45066, 43117),
    Reaction.PERSON: _codes(40003, 43004, 43019, 43101, 45015, 45047, 46004, 48002, 49003, 50002, 50005),
    Reaction.OPERATOR: _codes(
        40013, 40125, 41002, 41004, 40164, 61004, 40243, 48003, 48004, 89501, 89503, 89506, 89507
    ),
    Reaction.DONE: _codes(45065),
    Reaction.PERMANENT: _codes(
        *(40002, 40035, 40038, range(40004, 40013), range(40015, 40028), 40028, 40054, 40055, 40029, 40163, 42003),
        *(40030, 42002, 42007, 40032, 40130, 40033, 40036, 40037, 40039, 40048, 40053, 40200, 41001, 41006, 41009),
        *(range(44001, 44005), 43001, 43002, 43003, range(45001, 45009), 45010, 45064, 45067, 45157, 45158, 45056),
        *(45058, 45059, 45159, 46001, 46003, 47001, 47003, 48001, 48005, 48008, 50001, range(61451, 61458), 63002),
        *(range(65301, 65318), 76003, 87009, 87014, 41005, 41008, 40113, 43116),
    ),
}
REACTIONS: Mapping[int, Reaction] = {code: reaction for reaction, codes in _CLASSES.items() for code in codes}
# Right to give up on, and yet worth telling somebody who can mend it.
TELL_OPERATOR = {40036, 40037, 45064, 48001, 45009, 48006, *_CLASSES[Reaction.OPERATOR]}

_RID = re.compile(r"rid: ([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})")
_ADDRESS = re.compile(r"invalid ip ([0-9a-fA-F.:]+)")
_JOB = re.compile(r"[0-9]{1,19}")


def reaction_to(code: int) -> Reaction:
    """The class of a code; one the page does not know is given up on, and counted by the caller."""
    return REACTIONS.get(code, Reaction.PERMANENT)


# Neither error is frozen: contextlib sets __traceback__ on what passes through it. Each is only itself, as exceptions
# are, and its args rebuild it on the other side of a process.
@dataclass(eq=False)
class PlatformError(Exception):
    """The platform said no. Holds the code, its support handle and nothing of the request."""

    code: int
    reaction: Reaction
    rid: str = ""
    address: str = ""
    """Our address as the platform sees it, when it is not in the whitelist."""
    message_id: int | None = None
    """The earlier job's id when a mass send was already accepted (45065)."""

    def __post_init__(self) -> None:
        super().__init__(*astuple(self))

    def __str__(self) -> str:
        return f"platform error {self.code} ({self.reaction.name.lower()}) rid {self.rid or '-'}"

    @property
    def tell_operator(self) -> bool:
        """True when a person has to look."""
        return self.reaction is Reaction.OPERATOR or self.code in TELL_OPERATOR or self.code not in REACTIONS

    @classmethod
    def read(cls, answer: Mapping[str, Any]) -> PlatformError | None:
        """The error in an answer; None when it is a success. Codes sent as text count as numbers."""
        try:
            code = int(answer.get("errcode") or 0)
        except (TypeError, ValueError, OverflowError):
            return cls(-1, Reaction.RETRY)
        if code == 0:
            return None
        said = str(answer.get("errmsg", ""))
        rid, address = _RID.search(said), _ADDRESS.search(said)
        job = str(answer.get("msg_id"))
        return cls(
            code,
            reaction_to(code),
            rid.group(1) if rid else "",
            address.group(1) if address else "",
            int(job) if _JOB.fullmatch(job) else None,
        )


@dataclass(eq=False)
class Unreachable(Exception):
    """No usable answer: no connection, a time-out, a 5xx, a page instead of JSON."""

    why: str
    sent: bool
    """True when the request may have been acted upon, so that repeating it could do it twice."""

    def __post_init__(self) -> None:
        super().__init__(*astuple(self))

    def __str__(self) -> str:
        return f"platform unreachable: {self.why}{', may have been sent' if self.sent else ''}"
