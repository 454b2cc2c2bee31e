"""message/mass: to all, to a tag, to a list; previewed, looked after, withdrawn, and never twice (wechat_platform §4.6)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import contents, mass_jobs, reading
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.model import Phone
from bot.simulator.phones.world import Memory

FEWEST, MOST = 2, 10_000
LONGEST_ID_BYTES = 64
REMEMBERED_SECONDS, PATIENCE_SECONDS = 24 * 3600, 60
CALLS_A_DAY, CALLS_A_MINUTE = 100, 60
ONE_FOR_ALL_A_DAY = 1
STARRED_TAG = 2
SPEEDS = (80, 60, 45, 30, 10)
"""Ten thousands a minute, by the number of the speed."""
WITHDRAWABLE = frozenset({"mpnews", "mpvideo"})


def send_all(platform: Platform, call: Call) -> dict[str, Any]:
    """To everybody who follows, or to those with a tag. Raises RefusedError: 45159 no such tag, 45028 no more today."""
    body = call.json()
    chosen = reading.part(body, "filter")
    to_all = chosen.get("is_to_all", False)
    if not isinstance(to_all, bool) or not chosen:
        raise RefusedError(40035)
    with platform.world.locked() as memory:
        audience = {"all": True} if to_all else {"tag": _tag(memory, chosen.get("tag_id"))}
        return _submit(platform, memory, body, audience)


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """To two up to ten thousand people. Raises RefusedError: 40130 fewer, 40032 more, 40003 nobody of ours among them."""
    body = call.json()
    given = body.get("touser")
    if not isinstance(given, list) or len(given) < FEWEST:
        raise RefusedError(40130)
    if len(given) > MOST:
        raise RefusedError(40032)
    if not all(isinstance(each, str) for each in given):
        raise RefusedError(40003)
    openids = list(dict.fromkeys(given))
    with platform.world.locked() as memory:
        if not any(memory.by_openid(openid) for openid in openids):
            raise RefusedError(40003)
        return _submit(platform, memory, body, {"openids": openids})


def preview(platform: Platform, call: Call) -> dict[str, Any]:
    """To one person at once, for trying. A WeChat name is here a phone's id or name, and beats an OpenID."""
    world, body = platform.world, call.json()
    with world.locked() as memory:
        phone = _previewer(memory, body)
        if not phone.following:
            raise RefusedError(43004)
        msg_id = world.next_msg_id()
        for bubble in contents.to_many(platform, memory, body):
            bubble.mass = True
            world.add_bubble(phone, bubble)
    return {"errcode": 0, "errmsg": "preview success", "msg_id": msg_id}


def state_of(platform: Platform, call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        job = _job(memory, call.json())
    mass_jobs.catch_up(platform)
    return {"msg_id": job["msg_id"], "msg_status": job["status"]}


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    """Only articles and films, only when sent; the page behind the card is gone, the card stays on the phones."""
    body = call.json()
    if reading.number(body.get("article_idx", 0)) is None:
        raise RefusedError(40035)
    mass_jobs.catch_up(platform)
    with platform.world.locked() as memory:
        job = _job(memory, body)
        if job["kind"] not in WITHDRAWABLE:
            raise RefusedError(40008)
        if job["status"] != mass_jobs.SENT:
            raise RefusedError(40059)
        job["status"] = mass_jobs.DELETED
        platform.world.touch()
    return dict(OK)


def get_speed(platform: Platform, _call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        speed = memory.shelf.get("mass_speed")
    if speed is None:
        raise RefusedError(45084)
    return {"speed": speed, "realspeed": SPEEDS[speed]}


def set_speed(platform: Platform, call: Call) -> dict[str, Any]:
    speed = reading.number(call.json().get("speed"))
    if speed is None or not 0 <= speed < len(SPEEDS):
        raise RefusedError(45083)
    with platform.world.locked() as memory:
        memory.shelf["mass_speed"] = speed
        platform.world.touch()
    return dict(OK)


def _submit(platform: Platform, memory: Memory, body: dict[str, Any], audience: dict[str, Any]) -> dict[str, Any]:
    if body.get("send_ignore_reprint", 0) not in (0, 1):
        raise RefusedError(40035)
    bubbles = contents.to_many(platform, memory, body)
    for bubble in bubbles:
        bubble.mass = True
    mark = _mark(body, audience)
    sent = _never_twice(platform, memory, mark)
    _within_quota(platform, memory, audience)
    job = mass_jobs.start(platform, memory, body, bubbles, audience)
    sent[mark] = {"msg_id": job["msg_id"], "at": platform.clock.now(), "asked": platform.clock.now()}
    data = {"msg_data_id": job["msg_id"] + 1} if body["msgtype"] == "mpnews" else {}
    return {"errcode": 0, "errmsg": "send job submission success", "msg_id": job["msg_id"], **data}


def _mark(body: dict[str, Any], audience: dict[str, Any]) -> str:
    """The clientmsgid, or a digest of audience and content. Raises RefusedError(45067) when it is too long."""
    given = reading.text(body, "clientmsgid")
    if len(given.encode()) > LONGEST_ID_BYTES:
        raise RefusedError(45067)
    if given:
        return f"given {given}"
    kind = body["msgtype"]
    content = [audience, kind, body.get(kind), body.get("images") if kind == "image" else None]
    return "digest " + hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _never_twice(platform: Platform, memory: Memory, mark: str) -> dict[str, Any]:
    """What was sent in the last day, by mark. Raises RefusedError: 45066 asked within a minute, 45065 sent already."""
    now = platform.clock.now()
    sent: dict[str, Any] = memory.shelf.setdefault("mass_ids", {})
    for old in [each for each, entry in sent.items() if now - entry["at"] >= REMEMBERED_SECONDS]:
        del sent[old]
    earlier = sent.get(mark)
    if earlier is not None:
        since, earlier["asked"] = now - earlier["asked"], now
        platform.world.touch()
        if since < PATIENCE_SECONDS:
            raise RefusedError(45066)
        raise RefusedError(45065, more={"msg_id": earlier["msg_id"]})
    return sent


def _within_quota(platform: Platform, memory: Memory, audience: dict[str, Any]) -> None:
    """Raises RefusedError(45028): a subscription account's one a day, a service account's four a month to everybody.

    A service account's list or tag is never refused: who had his four is passed over.
    """
    counted = [each for each in mass_jobs.jobs(memory).values() if each["status"] != mass_jobs.FAILED]
    if platform.account.kind == "subscription_certified":
        spent = sum(each["day"] == platform.quotas.day() for each in counted)
        limit = ONE_FOR_ALL_A_DAY
    elif "all" in audience:
        spent = sum(each["month"] == mass_jobs.month(platform) and each["to_all"] for each in counted)
        limit = mass_jobs.MOST_A_MONTH
    else:
        return
    if spent >= limit:
        raise RefusedError(45028)


def _tag(memory: Memory, given: object) -> int:
    tag = reading.number(given)
    if tag is None or (tag != STARRED_TAG and tag not in memory.tags):
        raise RefusedError(45159)
    return tag


def _previewer(memory: Memory, body: dict[str, Any]) -> Phone:
    name = reading.text(body, "towxname")
    if not name:
        return reading.recipient(memory, body)
    found = next((phone for phone in memory.phones.values() if name in (phone.id, phone.name)), None)
    if found is None:
        raise RefusedError(40132)
    return found


def _job(memory: Memory, body: dict[str, Any]) -> mass_jobs.Job:
    number = reading.number(body.get("msg_id"))
    job = mass_jobs.jobs(memory).get(str(number))
    if job is None:
        raise RefusedError(40059)
    return job


INTERFACES: dict[str, Interface] = {
    "cgi-bin/message/mass/sendall": Interface("POST", send_all, "mass_all", CALLS_A_DAY, CALLS_A_MINUTE),
    "cgi-bin/message/mass/send": Interface("POST", send, "mass_openids", CALLS_A_DAY, CALLS_A_MINUTE),
    "cgi-bin/message/mass/preview": Interface("POST", preview, "mass_all", CALLS_A_DAY),
    "cgi-bin/message/mass/get": Interface("POST", state_of, "mass_all"),
    "cgi-bin/message/mass/delete": Interface("POST", delete, "mass_all", 10),
    "cgi-bin/message/mass/speed/get": Interface("POST", get_speed, "mass_all"),
    "cgi-bin/message/mass/speed/set": Interface("POST", set_speed, "mass_all"),
}
