"""Who may review a piece now, and whether enough people are left for the stages that are still to come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import Refusal
from bot.models import MaterialVersion
from bot.services.materials import rights
from bot.services.materials.rights import Holder
from bot.services.materials.rows import IN_REVIEW, PASS, MaterialRow, alias_of, in_state, reviews
from bot.services.people import PersonRow

OFFICE, SECRETARY = rights.LAST_READERS
COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is still to be read, and by whom."""

    left: int
    """Stages still to be passed."""
    readers: tuple[Holder, ...]
    """Who may review it now, a line for each of his roles."""
    enough: bool
    """It can go through with those who can act now."""
    short: int
    """So many more people have to be given the right, though all who have it were bound; 0 when there are enough."""
    last: bool
    """One of them has to be one of those who may give the last word."""
    unbound: tuple[Holder, ...]
    """Who has the right already and cannot act before he is bound."""


def roles_of(party: bool) -> tuple[str, ...]:
    """Who reviews at all: Party text others than the rest."""
    return rights.PARTY_REVIEWERS if party else rights.REVIEWERS


def hold_review(db: Session, person: PersonRow, found: MaterialRow, *, now: datetime) -> int:
    """The stage he would be reviewing now. Raises Refusal with why he may not."""
    in_state(found, IN_REVIEW)
    passed, writers, alias = _passed(db, found), _writers(db, found), alias_of(person)
    if alias in writers:
        raise Refusal("materials.own_review")
    if not rights.may(db, person, roles_of(found.party), found.unit_id, now=now):
        raise Refusal("materials.may_not_review_party" if found.party else "materials.may_not_review")
    if alias in passed:
        raise Refusal("materials.reviewed_already")
    if found.party:
        pool = [each for each in _held(db, found, {*writers, *passed}, now=now) if each.bound]
        left = found.stages - len(passed)
        if left == 1 and alias not in _last(pool):
            raise Refusal(_who_is_last(pool))
        if left > 1 and _is_kept(pool, alias, left):
            raise Refusal("materials.kept_for_last")
    return len(passed) + 1


def outlook(db: Session, found: MaterialRow, *, now: datetime) -> Outlook:
    """For a piece that is in review, or is about to be."""
    passed = _passed(db, found)
    held = _held(db, found, {*_writers(db, found), *passed}, now=now)
    pool, unbound = [each for each in held if each.bound], tuple(each for each in held if not each.bound)
    left = found.stages - len(passed)
    if not found.party:
        return Outlook(left, tuple(pool), bool(pool), 0 if held else left, not held, unbound)
    may = _last(pool) if left == 1 else {each.alias for each in pool}
    if left > 1:
        may = {alias for alias in may if not _is_kept(pool, alias, left)}
    readers = tuple(each for each in pool if each.alias in may)
    for short in range(left + 1):
        for last in (0, 1) if short else (0,):
            newcomers = [*_newcomers(COMMITTEE, short - last), *_newcomers(SECRETARY, last)]
            if _can_go([*held, *newcomers], left):
                return Outlook(left, readers, _can_go(pool, left), short, bool(last), unbound)
    return Outlook(left, readers, False, left, True, unbound)


def _held(db: Session, found: MaterialRow, done: Collection[str], *, now: datetime) -> list[Holder]:
    """Whoever holds a role for it and has neither written nor passed it."""
    held = rights.holders(db, roles_of(found.party), found.unit_id, now=now)
    return [each for each in held if each.alias not in done]


def _can_go(pool: list[Holder], left: int) -> bool:
    """True when each of the stages left finds somebody of its own; the last one somebody who may give it."""
    people = {each.alias for each in pool}
    if left == 1 or len(people) < left:
        return left == 1 and bool(_last(pool))
    # Of those who hold the same roles one is as good as another.
    alike = {frozenset(each.role for each in pool if each.alias == alias): alias for alias in people}
    return any(_can_go(_without(pool, alias), left - 1) for alias in alike.values())


def _is_kept(pool: list[Holder], alias: str, left: int) -> bool:
    """True when nobody but he could give the last word, were he to review now: even where for the stages before it people
    are still to be found.
    """
    enough = pool if _can_go(pool, left) else [*pool, *_newcomers(COMMITTEE, left)]
    return _can_go(enough, left) and not _can_go(_without(enough, alias), left - 1)


def _who_is_last(pool: list[Holder]) -> str:
    """Whose the last word is, as the key of a refusal; nobody's where all who might give it have written or passed it."""
    if _holding(pool, OFFICE):
        return "materials.last_by_office"
    return "materials.last_by_secretary" if _holding(pool, SECRETARY) else "materials.last_by_nobody"


def _last(pool: Iterable[Holder]) -> set[str]:
    """Who may give the last word: the office, or a secretary where nobody of it is left."""
    given = list(pool)
    return _holding(given, OFFICE) or _holding(given, SECRETARY)


def _holding(pool: Iterable[Holder], role: str) -> set[str]:
    return {each.alias for each in pool if each.role == role}


def _without(pool: Iterable[Holder], alias: str) -> list[Holder]:
    return [each for each in pool if each.alias != alias]


def _newcomers(role: str, count: int) -> list[Holder]:
    """People who are not there yet: what would be, were the role given to so many more."""
    return [Holder(f"{role} {each}", "", role) for each in range(count)]


def _writers(db: Session, found: MaterialRow) -> frozenset[str]:
    """Whoever wrote any version since the one that is live."""
    since = (MaterialVersion.material_id == found.id, MaterialVersion.number > (found.live_version or 0))
    return frozenset(db.execute(select(MaterialVersion.author).where(*since).distinct()).scalars())


def _passed(db: Session, found: MaterialRow) -> list[str]:
    """Who passed a stage since it was last sent back, in order."""
    passed: list[str] = []
    for each in reviews(db, found):
        passed = [*passed, each.reviewer] if each.verdict == PASS else []
    return passed
