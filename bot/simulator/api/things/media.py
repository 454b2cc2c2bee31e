"""Temporary media that live three days, pictures for articles, and photos sent from phones (wechat_platform §4.10)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.table import Answer, Call, Interface, Platform, Raw
from bot.simulator.api.things import formats, taking
from bot.simulator.phones.world import Memory, World

UPLOADS_A_DAY, DOWNLOADS_A_DAY = 100_000, 200_000


def upload(platform: Platform, call: Call) -> dict[str, Any]:
    world, kind = platform.world, call.query.get("type", "")
    content, form, name = taking.read(call, taking.limit_of(taking.TEMPORARY, kind))
    until = world.now() + taking.LIFE_SECONDS
    media_id = taking.keep(
        world, "media", content, {"type": kind, "content_type": form.content_type, "name": name, "until": until}
    )
    named = "thumb_media_id" if kind == "thumb" else "media_id"
    return {"type": kind, named: media_id, "created_at": int(world.now())}


def get(platform: Platform, call: Call) -> Answer:
    """The file itself; of a film only where to find it."""
    media_id = call.query.get("media_id", "")
    if not media_id:
        raise RefusedError(41006)
    with platform.world.locked() as memory:
        entry = _alive(memory, media_id, platform.clock.now())
    content = platform.world.binaries.get(media_id) if entry else None
    if entry is None or content is None:
        raise RefusedError(40007)
    if entry["type"] == "video":
        return {"video_url": f"{platform.root()}/media/{media_id}"}
    return attached(content, entry)


def attached(content: bytes, entry: dict[str, Any]) -> Raw:
    """The file as the platform sends files."""
    ending = entry["content_type"].rpartition("/")[2]
    shown = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in entry["name"]
    )
    disposition = f'attachment; filename="{shown or f"media.{ending}"}"'
    return Raw(content, entry["content_type"], headers=(("Content-disposition", disposition),))


def upload_for_article(platform: Platform, call: Call) -> dict[str, Any]:
    """A picture for the body of an article: an address, no media id, no end."""
    content, form, name = taking.read(call, taking.IN_ARTICLE)
    entry = {"type": "article", "content_type": form.content_type, "name": name}
    media_id = taking.keep(platform.world, "pictures", content, entry)
    return {"url": f"{platform.root()}/media/{media_id}"}


def keep_incoming(world: World, content: bytes, content_type: str) -> tuple[str, str]:
    """A photo or film sent from a phone: its media id, and below the simulator's root the path it can be loaded from.

    Lives three days like every temporary one. `content_type` serves where the content does not tell.
    """
    found = formats.of(content)
    told = found.content_type if found else content_type
    kind = "voice" if told.startswith("audio/") else "video" if told.startswith("video/") else "image"
    entry = {"type": kind, "content_type": told, "name": f"{kind}.{told.rpartition('/')[2]}"}
    media_id = taking.keep(world, "media", content, entry | {"until": world.now() + taking.LIFE_SECONDS})
    return media_id, f"/media/{media_id}"


def kind_of(memory: Memory, media_id: object, now: float) -> str:
    """`image`, `voice`, `video`, `thumb` or `news` of what can be used now, temporary or permanent; else empty."""
    if not isinstance(media_id, str):
        return ""
    entry = _alive(memory, media_id, now) or memory.shelf.get("materials", {}).get(media_id)
    if entry is not None:
        return str(entry["type"])
    return "news" if media_id in memory.shelf.get("drafts", {}) else ""


def usable(memory: Memory, media_id: object, now: float) -> bool:
    """Whether a message may name it: not outlived, not deleted, ours."""
    return bool(kind_of(memory, media_id, now))


def shown(world: World, media_id: str, phone_id: str = "") -> tuple[bytes, str] | None:
    """Content and content type of whatever has an address of its own, while it lives.

    To a phone in whose chat it stands it is given however old: that phone loaded it when it came, and keeps it.
    """
    with world.locked() as memory:
        stands = phone_id in memory.phones and any(media_id in each.media for each in memory.phones[phone_id].chat)
        entry = _alive(memory, media_id, 0 if stands else world.now()) or next(
            (
                memory.shelf[name][media_id]
                for name in ("materials", "pictures")
                if media_id in memory.shelf.get(name, {})
            ),
            None,
        )
    content = world.binaries.get(media_id) if entry else None
    return (content, str(entry["content_type"])) if entry and content is not None else None


def _alive(memory: Memory, media_id: str, now: float) -> dict[str, Any] | None:
    entry: dict[str, Any] | None = memory.shelf.get("media", {}).get(media_id)
    return entry if entry is not None and now < entry["until"] else None


INTERFACES: dict[str, Interface] = {
    "cgi-bin/media/upload": Interface("POST", upload, "media", UPLOADS_A_DAY, form=True),
    "cgi-bin/media/get": Interface("GET", get, "media", DOWNLOADS_A_DAY),
    "cgi-bin/media/uploadimg": Interface("POST", upload_for_article, "media", UPLOADS_A_DAY, form=True),
}
