"""Who wears which tag on the platform: what `people.tag` says, told in batches; the menus go by it (wechat_platform §4.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import select, update

import content
from bot.db import Database
from bot.models import Person
from bot.wechat.client import PlatformClient
from bot.wechat.errors import PlatformError, Reaction
from content.menu import Menu

AT_ONCE = 50
GUEST = "guest"
NOBODYS = ("", GUEST)

log = structlog.get_logger()


def ids(client: PlatformClient, names: Iterable[str]) -> dict[str, int]:
    """The tags of these names, found or made now. Raises PlatformError and Unreachable."""
    known = {str(tag["name"]): int(tag["id"]) for tag in client.get("tags/get").get("tags", [])}
    for name in names:
        if name not in known:
            known[name] = int(client.post("tags/create", data={"tag": {"name": name}})["tag"]["id"])
    return {name: known[name] for name in names}


def sync_tags(client: PlatformClient, database: Database, now: datetime) -> int:
    """Tell the platform of every follower whose audience has changed; how many were told. To be repeated at will.

    Whoever left is forgotten: the platform takes the tags off by itself, and he is told of anew when he is back.
    Raises PlatformError and Unreachable; what was told until then is kept.
    """
    with database.write() as connection:
        gone = update(Person).where(Person.followed.is_(False), Person.tagged != "").values(tagged="")
        connection.execute(gone)
    changes = _changes(database)
    if not changes:
        return 0
    menu = Menu.read(content.HERE / "menu.toml")
    tags = ids(client, [variant.tag for variant in menu.variants.values()])
    by_kind = {kind: tags[variant.tag] for kind, variant in menu.variants.items()}
    told = 0
    for (before, after), people in changes.items():
        for batch in _batches(people):
            told += _tell(client, database, batch, change=(before, after), tags=by_kind)
    log.info("tags_told", people=told, at=now.isoformat())
    return told


def _changes(database: Database) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """People by the tag they wear and the one they should."""
    unlike = select(Person.id, Person.openid, Person.tagged, Person.tag)
    unlike = unlike.where(Person.followed, Person.tag != Person.tagged).order_by(Person.id)
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    with database.read() as connection:
        for person_id, openid, before, after in connection.execute(unlike):
            if before not in NOBODYS or after not in NOBODYS:
                found.setdefault((before, after), []).append((person_id, openid))
    return found


def _tell(
    client: PlatformClient,
    database: Database,
    people: Sequence[tuple[int, str]],
    *,
    change: tuple[str, str],
    tags: Mapping[str, int],
) -> int:
    """Take one tag off and put the other on; whom the platform does not know is passed over, and not asked about again."""
    before, after = change
    openids = [openid for _, openid in people]
    try:
        if before in tags:
            _batch(client, "batchuntagging", openids, tags[before])
        if after in tags:
            _batch(client, "batchtagging", openids, tags[after])
    except PlatformError as refused:
        if refused.reaction is not Reaction.PERSON:
            raise
        if len(people) > 1:  # one of them is to blame, and the platform does not say who
            return sum(_tell(client, database, [each], change=change, tags=tags) for each in people)
        log.warning("tag_refused", person=people[0][0], code=refused.code)
    with database.write() as connection:
        done = update(Person).where(Person.id.in_([person_id for person_id, _ in people])).values(tagged=after)
        connection.execute(done)
    return len(people)


def _batch(client: PlatformClient, what: str, openids: Sequence[str], tag: int) -> None:
    client.post(f"tags/members/{what}", data={"openid_list": list(openids), "tagid": tag})


def _batches(people: Sequence[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    for start in range(0, len(people), AT_ONCE):
        yield people[start : start + AT_ONCE]
