"""Takes a file in: of the right kind, neither empty nor too big, kept under a media id (wechat_platform §4.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.table import Call
from bot.simulator.api.things import formats
from bot.simulator.api.things.formats import Format
from bot.simulator.phones.world import Memory, World

KILO, MEGA = 1024, 1024 * 1024
LIFE_SECONDS = 3 * 86400
MOST_KEPT = 5000
ID_OCTETS = 48


@dataclass(frozen=True, slots=True)
class Limit:
    """What a type may be and how big."""

    formats: tuple[Format, ...]
    octets: int


PICTURES = (formats.PNG, formats.JPEG, formats.GIF)
TEMPORARY = {
    "image": Limit(PICTURES, 10 * MEGA),
    "voice": Limit((formats.AMR, formats.MP3), 2 * MEGA),
    "video": Limit((formats.MP4,), 10 * MEGA),
    "thumb": Limit((formats.JPEG,), 64 * KILO),
}
PERMANENT = TEMPORARY | {
    "image": Limit((*PICTURES, formats.BMP), 10 * MEGA),
    "voice": Limit((formats.AMR, formats.MP3, formats.WAV), 2 * MEGA),
}
IN_ARTICLE = Limit((formats.PNG, formats.JPEG), MEGA)


def limit_of(limits: dict[str, Limit], kind: str) -> Limit:
    """Raises RefusedError(40004)."""
    if kind not in limits:
        raise RefusedError(40004)
    return limits[kind]


def read(call: Call, limit: Limit) -> tuple[bytes, Format, str]:
    """The form's file `media`, what it is, and its name.

    Raises RefusedError: 41005 none, 44001 empty, 40113 unknown kind, 40005 another kind, 45001 too big, 45007 too long.
    """
    upload = call.files.get("media")
    if upload is None:
        raise RefusedError(41005)
    if not upload.content:
        raise RefusedError(44001)
    kind = formats.of(upload.content)
    if kind is None:
        raise RefusedError(40113)
    if kind not in limit.formats:
        raise RefusedError(40005)
    if len(upload.content) > limit.octets:
        raise RefusedError(45001)
    if formats.seconds(upload.content, kind) > formats.VOICE_SECONDS:
        raise RefusedError(45007)
    return upload.content, kind, upload.name or f"media.{kind.ending}"


def keep(world: World, shelf: str, content: bytes, entry: dict[str, Any]) -> str:
    """A new media id on this shelf of the memory; `at` is written into the entry, and `until` by who wants an end."""
    media_id = world.chance.letters(ID_OCTETS)
    world.binaries.put(media_id, content)
    with world.locked() as memory:
        kept = memory.shelf.setdefault(shelf, {})
        kept[media_id] = {**entry, "at": int(world.now()), "size": len(content)}
        _make_room(world, memory, shelf)
        world.touch()
    return media_id


def _make_room(world: World, memory: Memory, shelf: str) -> None:
    """What has outlived its days goes when somebody needs the place, else the oldest."""
    kept = memory.shelf[shelf]
    if len(kept) <= MOST_KEPT:
        return
    now = world.now()
    gone = [media_id for media_id, entry in kept.items() if entry.get("until", now + 1) <= now] or [next(iter(kept))]
    for media_id in gone:
        del kept[media_id]
        world.binaries.drop(media_id)
