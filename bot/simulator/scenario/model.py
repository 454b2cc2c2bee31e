"""A scenario as a file holds it: where it begins, who takes part, the steps, and what is told at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BEFORE_NEXT_SECONDS = 1.0  # two events of one second and one person are one to a bot (wechat_platform §1.3)
STEP_SECONDS = 600.0


class ScenarioError(Exception):
    """A file that cannot be played: `code` is a key of words.toml, `where` the place in the file."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} {where}".strip())
        self.code, self.where = code, where


@dataclass(frozen=True, slots=True)
class Actor:
    """A phone on the table when it begins; one that follows has done so before the first step.

    `tags` are the names of those he wears, `refuses` and `blocked` as of a `Phone`.
    """

    id: str
    name: str
    role: str = "worker"
    following: bool = False
    tags: tuple[str, ...] = ()
    refuses: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """So many phones `<id>1`, `<id>2` …, each of a person with a line in the roster.

    In `line`, and in the fields of a gesture, {staff_no}, {name} and {number} are each one's own. A staff number is
    `first` and so on, a name `name` and the number written with `letters` as digits. With a `role` each holds it on
    `unit`.
    """

    id: str
    people: int
    line: str = ""
    first: int = 200001
    name: str = ""
    letters: str = "0123456789"
    role: str = ""
    unit: str = ""

    def members(self, numbers: tuple[int, int] | None = None) -> list[Member]:
        """All of them, or those from one number to another, both included."""
        start, end = numbers or (1, self.people)
        return [self._member(number) for number in range(start, min(end, self.people) + 1)]

    def _member(self, number: int) -> Member:
        base, rest, digits = len(self.letters), number - 1, ""
        while len(self.letters) ** len(digits) < self.people:
            digits, rest = self.letters[rest % base] + digits, rest // base
        return Member(f"{self.id}{number}", number, str(self.first + number - 1), self.name + digits)


@dataclass(frozen=True, slots=True)
class Member:
    """One of a group."""

    phone_id: str
    number: int
    staff_no: str
    name: str

    def fill(self, value: Any) -> Any:
        """The value with this one's own number and name in every text of it."""
        if isinstance(value, str):
            own = {"{staff_no}": self.staff_no, "{name}": self.name, "{number}": str(self.number)}
            for mark, text in own.items():
                value = value.replace(mark, text)
            return value
        if isinstance(value, dict):
            return {key: self.fill(each) for key, each in value.items()}
        return [self.fill(each) for each in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Moment:
    """When a step happens: so many seconds `after` the one before, or at a time of the day (minutes from midnight).

    Such a time is the next one to come, or with a `day` that of so many days after the first.
    """

    after: float = BEFORE_NEXT_SECONDS
    at: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be so once a step is over. Texts are looked for in what the account last said, links as their labels.

    `count` and `at_least` are of what came since the step before, the journey to this one included; `any_contains` is
    looked for in all of that.
    """

    phone: str
    says_contains: tuple[str, ...] = ()
    not_contains: tuple[str, ...] = ()
    any_contains: tuple[str, ...] = ()
    kind: str | None = None
    following: bool | None = None
    count: int | None = None
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done. `do` is a gesture of `phone` (or of a group, `which` narrowing it), a route, or one of SPECIAL.

    `unsettled` goes on while all is still on its way; `stride` is the longest step of the journey to it, in seconds;
    `mark` names the moment at which it was over.
    """

    number: int
    do: str
    moment: Moment = field(default_factory=Moment)
    phone: str = ""
    which: tuple[int, int] | None = None
    body: dict[str, Any] = field(default_factory=dict)
    says: str = ""
    expect: tuple[Expectation, ...] = ()
    unsettled: bool = False
    stride: float | None = None
    mark: str = ""


SPECIAL = frozenset({"wait", "kill", "start", "stop", "restart", "crowd", "phones", "repeat"})
"""What a step can do besides gestures and routes."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line told at the end, one of: how many of `among` have `times` bubbles with the text `received`; what the bot's
    `books` hold under a name; `calls` of an interface; seconds of the machine's time between two steps (`took`).

    With `equals` or `at_least` it is an expectation too.
    """

    name: str
    received: str = ""
    among: str = ""
    times: tuple[int, int | None] = (1, 1)
    books: str = ""
    calls: str = ""
    took: tuple[str, str] | None = None
    unit: str = ""
    equals: int | None = None
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """The whole; `start` is in Unix seconds, `account` and `encryption` are spelt as in the settings.

    `mine` are settings of the mine; lines of the `roster` and `grants` (staff number, role, unit) come on top of those
    of the sample.
    """

    title: str
    start: float
    seed: int = 1
    about: str = ""
    minutes: int = 1
    account: str = "service_certified"
    encryption: str = "safe"
    stride: float = STEP_SECONDS
    phones: tuple[Actor, ...] = ()
    groups: tuple[Group, ...] = ()
    steps: tuple[Step, ...] = ()
    facts: tuple[Fact, ...] = ()
    mine: dict[str, str] = field(default_factory=dict)
    roster: tuple[str, ...] = ()
    grants: tuple[tuple[str, str, str], ...] = ()

    def group(self, name: str) -> Group | None:
        return next((group for group in self.groups if group.id == name), None)
