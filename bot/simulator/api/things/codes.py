"""QR codes with a scene: made, drawn, and read when a phone scans them (wechat_platform §4.9)."""

from __future__ import annotations

import io
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading
from bot.simulator.api.table import Call, Interface, Platform
from bot.simulator.phones.world import Memory, World

SHORTEST_SECONDS, LONGEST_SECONDS = 30, 2_592_000
LARGEST_SCENE, LARGEST_LASTING_SCENE, LONGEST_SCENE = 2**32 - 1, 100_000, 64
MOST_LASTING, MOST_PASSING = 100_000, 5000
NUMBERED = {"QR_SCENE": True, "QR_STR_SCENE": False, "QR_LIMIT_SCENE": True, "QR_LIMIT_STR_SCENE": False}
"""The action names, and whether their scene is a number."""
LASTING = "QR_LIMIT_"
SHELVES = ("codes", "lasting_codes")
ADDRESS = "http://weixin.qq.com/q/"


def create(platform: Platform, call: Call) -> dict[str, Any]:
    """The same lasting scene again is the same code; a passing one is new each time."""
    world, body = platform.world, call.json()
    action = body.get("action_name")
    if not isinstance(action, str) or action not in NUMBERED:
        raise RefusedError(40053)
    lasting = action.startswith(LASTING)
    scene = _scene(body, numbered=NUMBERED[action], lasting=lasting)
    seconds = 0 if lasting else _seconds(body)
    with world.locked() as memory:
        ticket = _standing(memory, action, scene) if lasting else ""
        ticket = ticket or _make(world, memory, action, scene, seconds)
        code = _code(memory, ticket)
        world.touch()
    assert code is not None
    return {"ticket": ticket, **({} if lasting else {"expire_seconds": seconds}), "url": code["url"]}


def scene_of(memory: Memory, ticket: object, now: float) -> str | None:
    """The scene of a code, by its ticket or by the address drawn in it; None for one outlived or never made."""
    code = _code(memory, ticket)
    if code is None or (code["expires_at"] is not None and now >= code["expires_at"]):
        return None
    return str(code["scene"])


def ticket_of(memory: Memory, named: object) -> str:
    """The ticket of a code named by its ticket or by the address drawn in it; empty for none."""
    if not isinstance(named, str):
        return ""
    ticket = str(memory.shelf.get("code_addresses", {}).get(named, named))
    return ticket if any(ticket in memory.shelf.get(shelf, {}) for shelf in SHELVES) else ""


def number_and_text(memory: Memory, scene: str) -> tuple[int, str]:
    """`qr_scene` and `qr_scene_str` of somebody who came by this scene: one of the two, the other empty."""
    written = any(_standing(memory, action, scene) for action, numbered in NUMBERED.items() if not numbered)
    if scene.isascii() and scene.isdigit() and 1 <= len(scene) <= 10 and not written:
        return int(scene), ""
    return 0, scene


def listed(memory: Memory, now: float) -> list[dict[str, Any]]:
    """The codes that can still be scanned, newest first; `image` is their picture's path below the simulator's root."""
    codes = [(ticket, code) for shelf in SHELVES for ticket, code in memory.shelf.get(shelf, {}).items()]
    return [
        {
            "ticket": ticket,
            "scene": code["scene"],
            "url": code["url"],
            "expires_at": code["expires_at"],
            "image": f"cgi-bin/showqrcode?ticket={ticket}",
        }
        for ticket, code in sorted(codes, key=lambda made: made[1]["at"], reverse=True)
        if code["expires_at"] is None or now < code["expires_at"]
    ]


def picture(memory: Memory, ticket: str) -> bytes | None:
    """A PNG that any phone can read, drawn when asked for; None for a ticket that never was."""
    code = _code(memory, ticket)
    if code is None:
        return None
    import segno  # noqa: PLC0415 - only who looks at a code needs the painter

    drawn = io.BytesIO()
    segno.make(code["url"], error="m", micro=False).save(drawn, kind="png", scale=10, border=4)
    return drawn.getvalue()


def _code(memory: Memory, named: object) -> dict[str, Any] | None:
    ticket = ticket_of(memory, named)
    return next((memory.shelf[name][ticket] for name in SHELVES if ticket in memory.shelf.get(name, {})), None)


def _scene(body: dict[str, Any], *, numbered: bool, lasting: bool) -> str:
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise RefusedError(40053)
    if numbered:
        number = scene.get("scene_id")
        most = LARGEST_LASTING_SCENE if lasting else LARGEST_SCENE
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
            raise RefusedError(40053)
        return str(number)
    text = scene.get("scene_str")
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_SCENE:
        raise RefusedError(40053)
    return text


def _seconds(body: dict[str, Any]) -> int:
    seconds = reading.number(body.get("expire_seconds", SHORTEST_SECONDS))
    if seconds is None or not 1 <= seconds <= LONGEST_SECONDS:
        raise RefusedError(40053)
    return seconds


def _standing(memory: Memory, action: str, scene: str) -> str:
    return str(memory.shelf.get("code_scenes", {}).get(f"{action}:{scene}", ""))


def _make(world: World, memory: Memory, action: str, scene: str, seconds: int) -> str:
    lasting = action.startswith(LASTING)
    codes = memory.shelf.setdefault("lasting_codes" if lasting else "codes", {})
    if lasting and len(codes) >= MOST_LASTING:
        raise RefusedError(45029)
    ticket, url = "gQ" + world.chance.letters(70), ADDRESS + world.chance.letters(16)
    codes[ticket] = {
        "scene": scene,
        "action": action,
        "url": url,
        "at": world.now(),
        "expires_at": None if lasting else world.now() + seconds,
    }
    memory.shelf.setdefault("code_addresses", {})[url] = ticket
    memory.shelf.setdefault("code_scenes", {})[f"{action}:{scene}"] = ticket
    if not lasting and len(codes) > MOST_PASSING:
        _forget(memory, next(iter(codes)))
    return ticket


def _forget(memory: Memory, ticket: str) -> None:
    code = memory.shelf["codes"].pop(ticket)
    del memory.shelf["code_addresses"][code["url"]]
    if _standing(memory, code["action"], code["scene"]) == ticket:
        del memory.shelf["code_scenes"][f"{code['action']}:{code['scene']}"]


INTERFACES: dict[str, Interface] = {
    "cgi-bin/qrcode/create": Interface("POST", create, "qrcode", 100_000),
}
