"""Drafts of articles: written, rewritten, read, listed, thrown away (wechat_platform §4.11)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.api.things import articles
from bot.simulator.api.things.material import window
from bot.simulator.phones.world import Memory

ID_OCTETS = 48
MOST_DRAFTS = 1000


def add(platform: Platform, call: Call) -> dict[str, Any]:
    world, given = platform.world, call.json().get("articles")
    if not isinstance(given, list) or not given:
        raise RefusedError(44003)
    if len(given) > articles.MOST_ARTICLES:
        raise RefusedError(45008)
    with world.locked() as memory:
        kept = [articles.accept(memory, article) for article in given]
        media_id, now = world.chance.letters(ID_OCTETS), int(world.now())
        drafts = memory.shelf.setdefault("drafts", {})
        drafts[media_id] = {"articles": kept, "at": now, "updated": now}
        if len(drafts) > MOST_DRAFTS:
            del drafts[next(iter(drafts))]
        world.touch()
    return {"media_id": media_id}


def get(platform: Platform, call: Call) -> dict[str, Any]:
    media_id = call.json().get("media_id")
    with platform.world.locked() as memory:
        draft = of(memory, media_id)
    return {
        "news_item": _told(platform, str(media_id), draft),
        "create_time": draft["at"],
        "update_time": draft["updated"],
    }


def update(platform: Platform, call: Call) -> dict[str, Any]:
    """One article of a draft anew; `index` counts from nought."""
    world, body = platform.world, call.json()
    index = reading.number(body.get("index", 0))
    with world.locked() as memory:
        draft = of(memory, body.get("media_id"))
        if index is None or not 0 <= index < len(draft["articles"]):
            raise RefusedError(40035)
        draft["articles"][index] = articles.accept(memory, body.get("articles"))
        draft["updated"] = int(world.now())
        world.touch()
    return dict(OK)


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    media_id = call.json().get("media_id")
    with platform.world.locked() as memory:
        of(memory, media_id)
        del memory.shelf["drafts"][media_id]
        platform.world.touch()
    return dict(OK)


def count(platform: Platform, _call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        return {"total_count": len(memory.shelf.get("drafts", {}))}


def batch(platform: Platform, call: Call) -> dict[str, Any]:
    """The newest first; with `no_content` 1 without the articles' bodies."""
    body = call.json()
    offset, most = window(body)
    with platform.world.locked() as memory:
        found = list(reversed(memory.shelf.get("drafts", {}).items()))
    items = [
        {
            "media_id": media_id,
            "content": {"news_item": without_bodies(_told(platform, media_id, draft), body)},
            "update_time": draft["updated"],
        }
        for media_id, draft in found[offset : offset + most]
    ]
    return {"total_count": len(found), "item_count": len(items), "item": items}


def without_bodies(items: list[dict[str, Any]], body: dict[str, Any]) -> list[dict[str, Any]]:
    """As `no_content` of a listing asks."""
    if body.get("no_content") != 1:
        return items
    return [{key: value for key, value in item.items() if key != "content"} for item in items]


def of(memory: Memory, media_id: object) -> dict[str, Any]:
    """Raises RefusedError: 41006 none named, 40007 no such draft."""
    if media_id is None or media_id == "":
        raise RefusedError(41006)
    draft = memory.shelf.get("drafts", {}).get(media_id) if isinstance(media_id, str) else None
    if draft is None:
        raise RefusedError(40007)
    found: dict[str, Any] = draft
    return found


def _told(platform: Platform, media_id: str, draft: dict[str, Any]) -> list[dict[str, Any]]:
    return articles.told(draft["articles"], f"{platform.root()}/article/{media_id}", platform.root())


INTERFACES: dict[str, Interface] = {
    "cgi-bin/draft/add": Interface("POST", add, "drafts", 1000),
    "cgi-bin/draft/get": Interface("POST", get, "drafts", 10_000),
    "cgi-bin/draft/update": Interface("POST", update, "drafts", 1000),
    "cgi-bin/draft/delete": Interface("POST", delete, "drafts", 1000),
    "cgi-bin/draft/count": Interface("GET", count, "drafts", 10_000),
    "cgi-bin/draft/batchget": Interface("POST", batch, "drafts", 10_000),
}
