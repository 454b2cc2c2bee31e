"""Permanent material: added, fetched, listed, counted, deleted (wechat_platform §4.10)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading
from bot.simulator.api.table import OK, Answer, Call, Interface, Platform
from bot.simulator.api.things import media, taking
from bot.simulator.phones.world import Memory

COUNTED = ("voice", "video", "image", "news")
LONGEST_TITLE = 64
MOST_AT_ONCE = 20


def add(platform: Platform, call: Call) -> dict[str, Any]:
    """A film's title stands in the form beside it, as JSON in the field `description`."""
    world, kind = platform.world, call.query.get("type", "") or call.form.get("type", "")
    limit = taking.limit_of(taking.PERMANENT, kind)
    content, form, name = taking.read(call, limit)
    told = _description(call.form.get("description", "")) if kind == "video" else {}
    entry = {"type": kind, "content_type": form.content_type, "name": told.get("title") or name, **told}
    media_id = taking.keep(world, "materials", content, entry)
    if kind not in ("image", "thumb"):
        return {"media_id": media_id}
    return {"media_id": media_id, "url": f"{platform.root()}/media/{media_id}"}


def get(platform: Platform, call: Call) -> Answer:
    media_id = _named(call)
    with platform.world.locked() as memory:
        entry = memory.shelf.get("materials", {}).get(media_id)
    content = platform.world.binaries.get(media_id) if entry else None
    if entry is None or content is None:
        raise RefusedError(40007)
    if entry["type"] == "video":
        where = f"{platform.root()}/media/{media_id}"
        return {"title": entry["title"], "description": entry["introduction"], "down_url": where}
    return media.attached(content, entry)


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    media_id = _named(call)
    with platform.world.locked() as memory:
        if media_id not in memory.shelf.get("materials", {}):
            raise RefusedError(40007)
        if media_id in _on_buttons(memory):
            raise RefusedError(48005)
        del memory.shelf["materials"][media_id]
        platform.world.touch()
    platform.world.binaries.drop(media_id)
    return dict(OK)


def count(platform: Platform, _call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        kinds = Counter(entry["type"] for entry in memory.shelf.get("materials", {}).values())
    return {f"{kind}_count": kinds[kind] for kind in COUNTED}


def batch(platform: Platform, call: Call) -> dict[str, Any]:
    body = call.json()
    if body.get("type") not in COUNTED:
        raise RefusedError(40004)
    offset, most = window(body)
    with platform.world.locked() as memory:
        kept = memory.shelf.get("materials", {})
        found = [(media_id, entry) for media_id, entry in kept.items() if entry["type"] == body["type"]]
    found.reverse()  # the newest first
    items = [
        {"media_id": media_id, "name": entry["name"], "update_time": entry["at"]}
        | ({"url": f"{platform.root()}/media/{media_id}"} if entry["type"] == "image" else {})
        for media_id, entry in found[offset : offset + most]
    ]
    return {"total_count": len(found), "item_count": len(items), "item": items}


def window(body: dict[str, Any]) -> tuple[int, int]:
    """`offset` and `count`, which is 1 to 20. Raises RefusedError(40035)."""
    offset, most = reading.number(body.get("offset", 0)), reading.number(body.get("count"))
    if offset is None or offset < 0 or most is None or not 1 <= most <= MOST_AT_ONCE:
        raise RefusedError(40035)
    return offset, most


def _named(call: Call) -> str:
    media_id = call.json().get("media_id")
    if media_id is None or media_id == "":
        raise RefusedError(41006)
    if not isinstance(media_id, str):
        raise RefusedError(40007)
    return media_id


def _description(written: str) -> dict[str, str]:
    try:
        told = json.loads(written)
    except (ValueError, RecursionError):
        raise RefusedError(47001) from None
    if not isinstance(told, dict):
        raise RefusedError(47001)
    title, introduction = reading.text(told, "title"), reading.text(told, "introduction")
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise RefusedError(45003)
    return {"title": title, "introduction": introduction}


def _on_buttons(memory: Memory) -> set[Any]:
    menus = [memory.menu or {"button": []}, *memory.conditional]
    tops = [button for menu in menus for button in menu["button"]]
    return {leaf.get("media_id") for top in tops for leaf in (top.get("sub_button") or [top])}


INTERFACES: dict[str, Interface] = {
    "cgi-bin/material/add_material": Interface("POST", add, "media", 1000, form=True),
    "cgi-bin/material/get_material": Interface("POST", get, "media", 10_000),
    "cgi-bin/material/del_material": Interface("POST", delete, "media", 1000),
    "cgi-bin/material/get_materialcount": Interface("GET", count, "media", 5000),
    "cgi-bin/material/batchget_material": Interface("POST", batch, "media", 10_000),
}
