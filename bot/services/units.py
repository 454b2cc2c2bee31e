"""The tree of the mine: units by their path, what lies below one, and what stands above it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from sqlalchemy import Integer, literal, select
from sqlalchemy.orm import Session

from bot.db.upsert import insert_for, table
from bot.errors import Refusal
from bot.models import Unit
from content.mine import MineWords
from content.spelling import same, unit_path

LONGEST_NAME, LONGEST_PATH = 64, 255


def ensure(db: Session, path: str, *, words: MineWords, kind: str = "") -> Unit:
    """The unit of a path, made with whatever stands above it where it is missing; `kind` overrules what its name tells.

    Raises Refusal for a path that is empty or too long.
    """
    spelled = unit_path(path)
    return db.get_one(Unit, ensure_all(db, {spelled: kind}, words=words)[spelled])


def ensure_all(db: Session, wanted: Mapping[str, str], *, words: MineWords) -> dict[str, int]:
    """Ids of many paths, as `unit_path` spells them, each with its kind or an empty string; the missing ones are made."""
    known = {same(path): row for row, path in db.execute(select(Unit.id, Unit.path))}
    kinds = {same(path): kind for path, kind in wanted.items()}
    for path in wanted:
        parent: int | None = None
        for each in _with_ancestors(path):
            key = same(each)
            if key not in known:
                known[key] = _make(db, each, parent, kinds.get(key) or words.kind_of(_name(each), top=parent is None))
            parent = known[key]
    return {path: known[same(path)] for path in wanted}


def find(db: Session, text: str) -> Unit | None:
    """The unit of a full path, of a name that only one has, or of an ending of one path alone.

    Raises Refusal naming the candidates when the words fit several.
    """
    wanted = same(unit_path(text))
    rows = db.execute(select(Unit.id, Unit.path)).all()
    exact = [row for row, path in rows if same(path) == wanted]
    fitting = exact or [row for row, path in rows if wanted and same(path).endswith(f"/{wanted}")]
    if len(fitting) > 1:
        names = sorted(path for row, path in rows if row in fitting)
        raise Refusal("units.several", said=text, candidates=" ".join(names[:5]), count=len(names))
    return db.get(Unit, fitting[0]) if fitting else None


def get(db: Session, text: str) -> Unit:
    """As `find`, but a unit nobody knows is a Refusal that offers the nearest ones."""
    unit = find(db, text)
    if unit is None:
        paths = list(db.execute(select(Unit.path)).scalars())
        names = {_name(path): path for path in paths}
        close = difflib.get_close_matches(_name(unit_path(text)), list(names), n=3, cutoff=0.4)
        guesses = " ".join(names[name] for name in close)
        raise Refusal("units.unknown_near" if guesses else "units.unknown", said=text, near=guesses)
    return unit


def below(db: Session, unit_id: int) -> list[int]:
    """The unit and all units under it."""
    down = select(Unit.id).where(Unit.id == unit_id).cte("down", recursive=True)
    down = down.union_all(select(Unit.id).where(Unit.parent_id == down.c.id))
    return list(db.execute(select(down.c.id)).scalars())


def chain(db: Session, unit_id: int) -> list[int]:
    """The unit itself and all that stand above it, the nearest first."""
    start = select(Unit.id, Unit.parent_id, literal(0, Integer).label("steps")).where(Unit.id == unit_id)
    up = start.cte("up", recursive=True)
    up = up.union_all(select(Unit.id, Unit.parent_id, up.c.steps + 1).where(Unit.id == up.c.parent_id))
    return list(db.execute(select(up.c.id).order_by(up.c.steps)).scalars())


def paths(db: Session, ids: Iterable[int]) -> dict[int, str]:
    """The paths of units by their ids."""
    wanted = sorted(set(ids))
    return dict(db.execute(select(Unit.id, Unit.path).where(Unit.id.in_(wanted))).all())


def _with_ancestors(path: str) -> list[str]:
    names = path.split("/")
    if not path or len(path) > LONGEST_PATH or any(len(name) > LONGEST_NAME for name in names):
        raise Refusal("units.too_long", said=path[:40])
    return ["/".join(names[: count + 1]) for count in range(len(names))]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _make(db: Session, path: str, parent_id: int | None, kind: str) -> int:
    made = insert_for(db, table(Unit)).values(parent_id=parent_id, kind=kind, name=_name(path), path=path)
    row = db.execute(made.on_conflict_do_nothing(index_elements=["path"]).returning(table(Unit).c.id)).scalar()
    # Nothing came back when another import made it since we looked.
    return row if row is not None else db.execute(select(Unit.id).where(Unit.path == path)).scalar_one()
