"""Followers: listed by pages, told of one by one or by the hundred, and remarked upon (wechat_platform §4.8)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.people import finding
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.api.things import codes
from bot.simulator.phones.model import Phone
from bot.simulator.phones.world import Memory

MOST_AT_ONCE = 100
REMARK_LETTERS = 30
BY_CODE, BY_SEARCH = "ADD_SCENE_QR_CODE", "ADD_SCENE_SEARCH"


def listed(platform: Platform, call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        return finding.page(memory, call.query.get("next_openid", ""), lambda phone: phone.following)


def one(platform: Platform, call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        return _told(memory, finding.known(platform.world, memory, call.query.get("openid")))


def several(platform: Platform, call: Call) -> dict[str, Any]:
    """All or none: one OpenID that is wrong spoils the batch."""
    asked = finding.batch(call.json().get("user_list"), MOST_AT_ONCE)
    if not all(isinstance(each, dict) for each in asked):
        raise RefusedError(47001)
    with platform.world.locked() as memory:
        people = [finding.known(platform.world, memory, each.get("openid")) for each in asked]
        return {"user_info_list": [_told(memory, phone) for phone in people]}


def remark(platform: Platform, call: Call) -> dict[str, Any]:
    world, body = platform.world, call.json()
    said = body.get("remark")
    if not isinstance(said, str) or len(said) >= REMARK_LETTERS:
        raise RefusedError(40035)
    with world.locked() as memory:
        phone = finding.follower(world, memory, body.get("openid"))
        phone.remark = said
        world.touch(phone)
    return dict(OK)


def _told(memory: Memory, phone: Phone) -> dict[str, Any]:
    """No name and no face since 2021; of one who does not follow nothing but that."""
    if not phone.following:
        return {"subscribe": 0, "openid": phone.openid}
    number, text = codes.number_and_text(memory, phone.scene)
    return {
        "subscribe": 1,
        "openid": phone.openid,
        "language": "",
        "subscribe_time": int(phone.followed_at),
        "remark": phone.remark,
        "groupid": phone.tags[0] if phone.tags else 0,
        "tagid_list": list(phone.tags),
        "subscribe_scene": BY_CODE if phone.scene else BY_SEARCH,
        "qr_scene": number,
        "qr_scene_str": text,
    }


INTERFACES: dict[str, Interface] = {
    "cgi-bin/user/get": Interface("GET", listed, "users", 500),
    "cgi-bin/user/info": Interface("GET", one, "users", 5_000_000),
    "cgi-bin/user/info/batchget": Interface("POST", several, "users", 500_000),
    "cgi-bin/user/info/updateremark": Interface("POST", remark, "users", 10_000),
}
