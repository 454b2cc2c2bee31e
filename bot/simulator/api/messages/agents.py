"""The people who answer for the account: their names, pictures and invitations (wechat_platform §4.2)."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading
from bot.simulator.api.messages.finishing import afterwards
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.world import Memory

MOST_AGENTS = 100
LONGEST_NAME, LONGEST_NICKNAME = 10, 16
LARGEST_PICTURE_BYTES = 5 * 1024 * 1024
ACCEPTED_SECONDS, INVITED_SECONDS = 60.0, 24 * 3600.0
FIRST_ID = 1001
JPEG = b"\xff\xd8\xff"
_NAME = re.compile(r"[A-Za-z0-9_]+")
_WECHAT_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}")


def add(platform: Platform, call: Call) -> dict[str, Any]:
    body = call.json()
    account, nickname = _well_formed(reading.text(body, "kf_account")), _nickname(body)
    with platform.world.locked() as memory:
        all_of_them = everyone(memory)
        if account in all_of_them:
            raise RefusedError(61453)
        if len(all_of_them) >= MOST_AGENTS:
            raise RefusedError(61456)
        made = max((FIRST_ID - 1, *(int(each["id"]) for each in all_of_them.values()))) + 1
        all_of_them[account] = {"id": str(made), "nick": nickname, "head": "", "wx": "", "asked": "", "online": False}
        platform.world.touch()
    return dict(OK)


def update(platform: Platform, call: Call) -> dict[str, Any]:
    body = call.json()
    nickname = _nickname(body)
    with platform.world.locked() as memory:
        known(memory, reading.text(body, "kf_account"), 61452)["nick"] = nickname
        platform.world.touch()
    return dict(OK)


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    """The agent goes, and with him his conversations."""
    account = call.query.get("kf_account", "")
    with platform.world.locked() as memory:
        known(memory, account, 61452)
        del everyone(memory)[account]
        sessions = memory.shelf.get("sessions", {})
        for openid in [openid for openid, each in sessions.items() if each["agent"] == account]:
            del sessions[openid]
        platform.world.touch()
    return dict(OK)


def upload_head(platform: Platform, call: Call) -> dict[str, Any]:
    """A JPEG of at most five million octets."""
    picture = call.files.get("media")
    with platform.world.locked() as memory:
        agent = known(memory, call.query.get("kf_account", ""), 61452)
        if picture is None or not picture.content:
            raise RefusedError(41005)
        if not picture.content.startswith(JPEG):
            raise RefusedError(61457)
        if len(picture.content) > LARGEST_PICTURE_BYTES:
            raise RefusedError(40009)
        agent["head"] = f"http://mmbiz.qpic.cn/mmbiz/{platform.chance.letters(24)}/300"
        platform.world.touch()
    return dict(OK)


def invite(platform: Platform, call: Call) -> dict[str, Any]:
    """The invited person says yes a minute later, and is then at work."""
    body = call.json()
    account, person = reading.text(body, "kf_account"), reading.text(body, "invite_wx")
    with platform.world.locked() as memory:
        agent = known(memory, account)
        if not _WECHAT_ID.fullmatch(person):
            raise RefusedError(65409)
        if agent["wx"]:
            raise RefusedError(65412)
        if agent["asked"]:
            raise RefusedError(65411)
        if any(person == each["wx"] for each in everyone(memory).values()):
            raise RefusedError(65407)
        if any(person == each["asked"] for each in everyone(memory).values()):
            raise RefusedError(65408)
        agent["asked"], agent["asked_until"] = person, int(platform.clock.now() + INVITED_SECONDS)
        platform.world.touch()
    afterwards(platform, ACCEPTED_SECONDS, lambda: _accept(platform, account, person))
    return dict(OK)


def resume(platform: Platform, earliest: float = 0.0) -> None:
    """Invitations that a restart found unanswered are accepted when they would have been."""
    with platform.world.locked() as memory:
        asked = [
            (account, agent["asked"], agent["asked_until"] - INVITED_SECONDS + ACCEPTED_SECONDS)
            for account, agent in everyone(memory).items()
            if agent["asked"]
        ]
    for account, person, due in asked:
        seconds = max(earliest, due - platform.clock.now())
        afterwards(platform, seconds, partial(_accept, platform, account, person))


def listed(platform: Platform, _call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        return {"kf_list": [_told(account, agent) for account, agent in everyone(memory).items()]}


def online(platform: Platform, _call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        serving = [each["agent"] for each in memory.shelf.get("sessions", {}).values()]
        return {
            "kf_online_list": [
                {"kf_account": account, "status": 1, "kf_id": agent["id"], "accepted_case": serving.count(account)}
                for account, agent in everyone(memory).items()
                if agent["online"]
            ]
        }


def everyone(memory: Memory) -> dict[str, dict[str, Any]]:
    """The agents by kf_account, oldest first."""
    found: dict[str, dict[str, Any]] = memory.shelf.setdefault("agents", {})
    return found


def known(memory: Memory, account: str, code: int = 65401) -> dict[str, Any]:
    """The agent of this kf_account. Raises RefusedError(code)."""
    agent = everyone(memory).get(account)
    if agent is None:
        raise RefusedError(code)
    return agent


def named_in(memory: Memory, body: dict[str, Any]) -> None:
    """In whose name a message is sent, where `customservice` says so. Raises RefusedError(65401)."""
    if body.get("customservice") is not None:
        known(memory, reading.text(reading.part(body, "customservice"), "kf_account"))


def _accept(platform: Platform, account: str, person: str) -> None:
    with platform.world.locked() as memory:
        agent = everyone(memory).get(account)
        if agent is not None and agent["asked"] == person:
            agent |= {"wx": person, "asked": "", "online": True}
            platform.world.touch()


def _well_formed(account: str) -> str:
    """name@account. Raises RefusedError: 61452 not of this shape, 61454 the name too long, 61455 of other signs."""
    name, at, of = account.partition("@")
    if not at or not name or not of:
        raise RefusedError(61452)
    if len(name) > LONGEST_NAME:
        raise RefusedError(61454)
    if not _NAME.fullmatch(name):
        raise RefusedError(61455)
    return account


def _nickname(body: dict[str, Any]) -> str:
    nickname = reading.text(body, "nickname")
    if not 1 <= len(nickname.strip()) <= LONGEST_NICKNAME:
        raise RefusedError(61451)
    return nickname


def _told(account: str, agent: dict[str, Any]) -> dict[str, Any]:
    told = {"kf_account": account, "kf_headimgurl": agent["head"], "kf_id": agent["id"], "kf_nick": agent["nick"]}
    if agent["asked"]:
        return told | {
            "invite_wx": agent["asked"],
            "invite_expire_time": agent["asked_until"],
            "invite_status": "waiting",
        }
    return told | ({"kf_wx": agent["wx"]} if agent["wx"] else {})


INTERFACES: dict[str, Interface] = {
    "customservice/kfaccount/add": Interface("POST", add, "agents"),
    "customservice/kfaccount/update": Interface("POST", update, "agents"),
    "customservice/kfaccount/del": Interface("GET", delete, "agents"),
    "customservice/kfaccount/uploadheadimg": Interface("POST", upload_head, "agents", form=True),
    "customservice/kfaccount/inviteworker": Interface("POST", invite, "agents"),
    "cgi-bin/customservice/getkflist": Interface("GET", listed, "agents"),
    "cgi-bin/customservice/getonlinekflist": Interface("GET", online, "agents"),
}
