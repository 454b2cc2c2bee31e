"""定时: what each job is called, what it does in plain words, and which of them a branch may set for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content.folding import fold
from content.problem import ContentProblem
from content.teaching import entry

_FORM = entry.Form(
    "job",
    {"id": (3, 64), "title": (2, 12), "says": (4, 40)},
    more={"usual": str, "weekly": bool, "roles": list, "times": list},
)
OFFICES = ("secretary", "committee", "party_office")


@dataclass(frozen=True, slots=True)
class JobWords:
    """One job as people read of it."""

    id: str
    title: str
    says: str
    usual: str = ""
    """When it comes unless a branch says otherwise; empty for one that is not a branch's to set."""
    weekly: bool = False
    """A branch may choose the day of the week."""
    roles: tuple[str, ...] = OFFICES
    """Who may set it on a unit of his."""
    times: tuple[str, ...] = ()
    """Times of day offered to tap, as people type them."""

    @property
    def of_branches(self) -> bool:
        """True for one that each branch may switch and move."""
        return bool(self.usual)


@dataclass(frozen=True, slots=True)
class Jobs:
    """`jobs.toml`, in its order."""

    by_id: Mapping[str, JobWords]
    by_title: Mapping[str, JobWords]
    """By the folded title."""

    @classmethod
    def read(cls, path: Path) -> Jobs:
        """Raises ContentProblem."""
        by_id: dict[str, JobWords] = {}
        by_title: dict[str, JobWords] = {}

        def job(file: str, name: str, found: entry.Entry) -> None:
            lists: entry.Entry = {key: tuple(found[key]) for key in ("roles", "times") if key in found}
            if any(not isinstance(each, str) for values in lists.values() for each in values):
                raise ContentProblem(file, name, "wrong_type", ", ".join(lists))
            made = JobWords(**{**found, **lists})
            if name in by_id:
                raise ContentProblem(file, name, "id_taken", "id")
            if by_title.setdefault(fold(made.title), made) is not made:
                raise ContentProblem(file, name, "said_for_two", made.title)
            by_id[name] = made

        for _ in entry.read(path, _FORM, job):
            pass
        return cls(by_id, by_title)

    def title(self, job: str) -> str:
        """What a job is called; its id while nobody has named it."""
        return self.by_id[job].title if job in self.by_id else job

    def find(self, title: str) -> JobWords | None:
        """The job of a title, in whatever width and case."""
        return self.by_title.get(fold(title))

    @property
    def of_branches(self) -> tuple[JobWords, ...]:
        """Those that each branch may set."""
        return tuple(each for each in self.by_id.values() if each.of_branches)
