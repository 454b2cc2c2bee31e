"""What an article must be, and how it is given back (wechat_platform §4.11)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading
from bot.simulator.phones.world import Memory

MOST_ARTICLES = 8
TITLE, AUTHOR, DIGEST, SOURCE_BYTES = 64, 16, 120, 1024
CONTENT, CONTENT_BYTES = 20_000, 1024 * 1024
COMMENTS = ("need_open_comment", "only_fans_can_comment")


def accept(memory: Memory, given: object) -> dict[str, Any]:
    """One article to keep. Raises RefusedError, with the code of what is wrong in it."""
    if not isinstance(given, dict):
        raise RefusedError(47001)
    if reading.text(given, "article_type") not in ("", "news"):
        raise RefusedError(40035)
    kept = {name: reading.text(given, name) for name in ("title", "author", "digest", "content", "content_source_url")}
    if not kept["title"].strip() or len(kept["title"]) > TITLE:
        raise RefusedError(45003)
    if len(kept["author"]) > AUTHOR:
        raise RefusedError(45110)
    if len(kept["digest"]) > DIGEST:
        raise RefusedError(45004)
    if not kept["content"].strip():
        raise RefusedError(44004)
    if len(kept["content"]) > CONTENT or len(kept["content"].encode()) > CONTENT_BYTES:
        raise RefusedError(45002)
    if len(kept["content_source_url"].encode()) > SOURCE_BYTES:
        raise RefusedError(45005)
    thumb = reading.text(given, "thumb_media_id")
    cover = memory.shelf.get("materials", {}).get(thumb)
    if cover is None or cover["type"] not in ("image", "thumb"):  # a temporary one will not do
        raise RefusedError(40007)
    return kept | {"thumb_media_id": thumb} | {name: _flag(given, name) for name in COMMENTS}


def told(articles: list[dict[str, Any]], address: str, root: str) -> list[dict[str, Any]]:
    """`news_item` of an answer; the first article is at `address`, the others beside it."""
    return [
        article
        | {
            "show_cover_pic": 0,
            "thumb_url": f"{root}/media/{article['thumb_media_id']}",
            "url": f"{address}-{number}" if number else address,
        }
        for number, article in enumerate(articles)
    ]


def _flag(given: dict[str, Any], name: str) -> int:
    value = given.get(name) or 0
    if value not in (0, 1):
        raise RefusedError(40035)
    return int(value)
