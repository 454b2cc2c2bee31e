"""Drafts published as articles: a job that ends a little later with an event, and what has been published (§4.11)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading
from bot.simulator.api.messages.finishing import tell_later
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.api.things import articles, drafts
from bot.simulator.api.things.material import window
from bot.simulator.phones.world import Memory

JOB_SECONDS = 5.0
FIRST_JOB = 100_000_001
ID_OCTETS = 33
DONE, UNDER_WAY, DELETED = 0, 1, 5
MOST_KEPT = 1000


def submit(platform: Platform, call: Call) -> dict[str, Any]:
    """The draft leaves its box at once; it is an article when the job is done."""
    world, media_id, root = platform.world, call.json().get("media_id"), platform.root()
    with world.locked() as memory:
        draft = drafts.of(memory, media_id)
        jobs, published = memory.shelf.setdefault("publishing", {}), memory.shelf.setdefault("published", {})
        job = str(FIRST_JOB + memory.shelf.get("jobs_published", 0))
        memory.shelf["jobs_published"] = memory.shelf.get("jobs_published", 0) + 1
        article_id = world.chance.letters(ID_OCTETS)
        published[article_id] = fresh = {
            "articles": draft["articles"],
            "deleted": [False] * len(draft["articles"]),
            "updated": int(world.now() + JOB_SECONDS),
            "public_at": world.now() + JOB_SECONDS,
        }
        jobs[job] = article_id
        del memory.shelf["drafts"][media_id]
        for kept in (jobs, published):
            if len(kept) > MOST_KEPT:
                del kept[next(iter(kept))]
        tell_later(platform, JOB_SECONDS, "", "PUBLISHJOBFINISH", _news(job, article_id, fresh, root))
    return {**OK, "publish_id": job}


def get(platform: Platform, call: Call) -> dict[str, Any]:
    job = call.json().get("publish_id")
    if isinstance(job, int):
        job = str(job)
    with platform.world.locked() as memory:
        article_id = memory.shelf.get("publishing", {}).get(job) if isinstance(job, str) else None
        published = memory.shelf.get("published", {}).get(article_id)
    if published is None or article_id is None:
        raise RefusedError(40035)
    if platform.clock.now() < published["public_at"]:
        return {"publish_id": job, "publish_status": UNDER_WAY, "fail_idx": []}
    if all(published["deleted"]):
        return {"publish_id": job, "publish_status": DELETED, "article_id": article_id, "fail_idx": []}
    pages = [{"idx": idx, "article_url": url} for idx, url in _addresses(published, article_id, platform.root())]
    return {
        "publish_id": job,
        "publish_status": DONE,
        "article_id": article_id,
        "article_detail": {"count": len(pages), "item": pages},
        "fail_idx": [],
    }


def article(platform: Platform, call: Call) -> dict[str, Any]:
    article_id = call.json().get("article_id")
    with platform.world.locked() as memory:
        published = _of(memory, article_id, platform.clock.now())
    return {"news_item": _told(platform, str(article_id), published)}


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    """`index` counts from one; without it, or with nought, the whole article goes."""
    body = call.json()
    index = reading.number(body.get("index") or 0)
    with platform.world.locked() as memory:
        published = _of(memory, body.get("article_id"), platform.clock.now())
        deleted = published["deleted"]
        if index is None or not 0 <= index <= len(deleted):
            raise RefusedError(40035)
        for number in [index - 1] if index else range(len(deleted)):
            deleted[number] = True
        platform.world.touch()
    return dict(OK)


def batch(platform: Platform, call: Call) -> dict[str, Any]:
    body, now = call.json(), platform.clock.now()
    offset, most = window(body)
    with platform.world.locked() as memory:
        kept = reversed(memory.shelf.get("published", {}).items())
        found = [(name, each) for name, each in kept if now >= each["public_at"] and not all(each["deleted"])]
    items = [
        {
            "article_id": article_id,
            "content": {"news_item": drafts.without_bodies(_told(platform, article_id, published), body)},
            "update_time": published["updated"],
        }
        for article_id, published in found[offset : offset + most]
    ]
    return {"total_count": len(found), "item_count": len(items), "item": items}


def page(memory: Memory, named: str, now: float) -> dict[str, Any] | None:
    """The article at `article/<named>`: a published one, or a draft's preview; `-1` and so on mean its further articles."""
    name, number = named, 0
    if named not in memory.shelf.get("drafts", {}) and named not in memory.shelf.get("published", {}):
        name, _, digits = named.rpartition("-")
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 1 else -1
    draft, published = memory.shelf.get("drafts", {}).get(name), memory.shelf.get("published", {}).get(name)
    if published is not None and now < published["public_at"]:
        return None
    kept = draft or published
    if kept is None or not 0 <= number < len(kept["articles"]) or (published and published["deleted"][number]):
        return None
    found: dict[str, Any] = kept["articles"][number] | {"at": kept["updated"]}
    return found


def is_published(memory: Memory, article_id: object, now: float) -> bool:
    """Whether a menu or a message may name it."""
    published = memory.shelf.get("published", {}).get(article_id) if isinstance(article_id, str) else None
    return published is not None and now >= published["public_at"] and not all(published["deleted"])


def _news(job: str, article_id: str, published: dict[str, Any], root: str) -> list[tuple[str, Any]]:
    pages = _addresses(published, article_id, root)
    items: list[tuple[str, Any]] = [("item", [("idx", idx), ("article_url", url)]) for idx, url in pages]
    told = [
        ("publish_id", job),
        ("publish_status", DONE),
        ("article_id", article_id),
        ("article_detail", [("count", len(pages)), *items]),
    ]
    return [("PublishEventInfo", told)]


def _addresses(published: dict[str, Any], article_id: str, root: str) -> list[tuple[int, str]]:
    told = articles.told(published["articles"], f"{root}/article/{article_id}", root)
    return [(number + 1, item["url"]) for number, item in enumerate(told) if not published["deleted"][number]]


def _of(memory: Memory, article_id: object, now: float) -> dict[str, Any]:
    published = memory.shelf.get("published", {}).get(article_id) if isinstance(article_id, str) else None
    if published is None or now < published["public_at"]:
        raise RefusedError(40007)
    found: dict[str, Any] = published
    return found


def _told(platform: Platform, article_id: str, published: dict[str, Any]) -> list[dict[str, Any]]:
    root = platform.root()
    told = articles.told(published["articles"], f"{root}/article/{article_id}", root)
    return [item | {"is_deleted": gone} for item, gone in zip(told, published["deleted"], strict=True)]


INTERFACES: dict[str, Interface] = {
    "cgi-bin/freepublish/submit": Interface("POST", submit, "publish", 100),
    "cgi-bin/freepublish/get": Interface("POST", get, "publish", 10_000),
    "cgi-bin/freepublish/delete": Interface("POST", delete, "publish", 1000),
    "cgi-bin/freepublish/getarticle": Interface("POST", article, "publish", 10_000),
    "cgi-bin/freepublish/batchget": Interface("POST", batch, "publish", 10_000),
}
