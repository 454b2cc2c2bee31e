"""What is here already, so that bringing the same file a second time does nothing and changes nothing unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.services.exchange import values
from bot.services.exchange.drafts import Draft
from bot.services.materials import bodies, counting
from bot.services.materials.rows import MaterialRow
from content.bank import Bank, Question, read_question
from content.problem import ContentProblem

NAMED_BY = {"question": "stem", "lesson": "title", "case": "title", "card": "title"}
UNSAID = ("topic", "point", "trades", "level")
"""What a file may leave out, and is then filled in: saying nothing of it is no change of it."""
_TOLD = ("stem", "options", "answer", "why", "law", "article", "kind", "unit", *UNSAID)


@dataclass(frozen=True, slots=True)
class Known:
    """Own pieces by key, stems in use with whose they are, and what bears a draft's name."""

    own: Mapping[str, MaterialRow]
    stems: Mapping[str, str]
    bank: Bank
    said: Mapping[str, list[Mapping[str, Any]]]
    """Bodies of own pieces by `name_of`; of those only that some draft is called like."""

    def has(self, draft: Draft, *, again: bool) -> bool:
        """True for what is here in the same words: a question of the bank under its own id, and with `again` whatever
        says the same without one.
        """
        if draft.faults or draft.id:
            return False
        if (built_in := self.built_in(draft)) is not None:
            return _is(draft, built_in)
        if not again:
            return False
        alike = self.bank.get(self.stems.get(values.folded(str(draft.body.get("stem", ""))), ""))
        if alike is not None and _is(draft, alike):
            return True
        return draft.body in self.said.get(name_of(draft.kind, draft.body), ())

    def built_in(self, draft: Draft) -> Question | None:
        """The question of the folder whose id it bears."""
        return self.bank.get(draft.number) if draft.kind == "question" and not draft.id else None


def look(db: Session, bank: Bank, unit_id: int, drafts: Sequence[Draft], *, again: bool) -> Known:
    """What stands in the way of these drafts of a unit; with `again` also what only says the same."""
    stems = {values.folded(question.stem): question.id for question in bank.questions.values()}
    keys: set[str] = set()
    for kind in NAMED_BY if again else ("question",):
        wanted = {name_of(kind, draft.body) for draft in drafts if draft.kind == kind} if again else set()
        for key, said in counting.named(db, unit_id, kind, NAMED_BY[kind]):
            if kind == "question":
                stems.setdefault(values.folded(said), key)
            if f"{kind} {values.folded(said)}" in wanted:
                keys.add(key)
    told: dict[str, list[Mapping[str, Any]]] = {}
    for row in counting.newest(db, keys).values():
        told.setdefault(name_of(row.kind, row.body), []).append(row.body)
    own = counting.newest(db, {draft.id for draft in drafts if draft.id})
    return Known(own, stems, bank, told)


def name_of(kind: str, body: Mapping[str, Any]) -> str:
    """What two pieces that are called alike have in common: their kind, and the stem or title without its marks."""
    return f"{kind} {values.folded(str(body.get(NAMED_BY[kind], '')))}"


def differing(draft: Draft, known: Question) -> Iterator[str]:
    """The fields in which a draft is not the question of the folder whose id it bears."""
    entry = _entry(known)
    yield from (name for name in _said(draft) if (draft.body.get(name) or None) != (entry.get(name) or None))
    if draft.body.get("source"):
        yield "source"


def _is(draft: Draft, known: Question) -> bool:
    """True where it makes the known question over again. The facts in the law that one is held against are left aside:
    not every format has them.
    """
    entry = _entry(known)
    given = {name: value for name, value in draft.body.items() if name not in ("evidence", "read")}
    left = {name: entry[name] for name in ("id", *draft.unsaid)}
    try:
        return read_question("-", {**given, **left, "evidence": []}) == read_question("-", {**entry, "evidence": []})
    except ContentProblem:
        return False


def _said(draft: Draft) -> list[str]:
    return [name for name in _TOLD if name not in draft.unsaid]


def _entry(known: Question) -> dict[str, Any]:
    """A question as the body of a draft would hold it."""
    answer = {"judge": known.right == "T", "fill": list(known.accepted)}.get(known.kind, known.right)
    entry = {name: value for name, value in asdict(known).items() if name in ("id", *_TOLD)}
    lists = {"options": list(known.options), "trades": list(known.trades)}
    return bodies.without_unit({**entry, "answer": answer, **lists})
