"""Conversations between a person and an agent: opened, closed, handed on, waited for (wechat_platform §2.2, §4.2)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import agents, reading
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.model import Phone
from bot.simulator.phones.world import Memory

MOST_TOLD = 100


def create(platform: Platform, call: Call) -> dict[str, Any]:
    """Open one. Raises RefusedError: 65414 another agent serves him, 65402 and 65415 this one cannot."""
    body = call.json()
    account = reading.text(body, "kf_account")
    reading.text(body, "text")
    with platform.world.locked() as memory:
        _at_work(agents.known(memory, account))
        phone = _person(memory, body.get("openid"))
        serving = _sessions(memory).get(phone.openid)
        if serving and serving["agent"] != account:
            raise RefusedError(65414)
        _open(platform, memory, phone, account)
    if not serving:
        platform.send_event(phone.openid, "kf_create_session", [("KfAccount", account)])
    return dict(OK)


def close(platform: Platform, call: Call) -> dict[str, Any]:
    body = call.json()
    account = reading.text(body, "kf_account")
    with platform.world.locked() as memory:
        agents.known(memory, account)
        phone = _person(memory, body.get("openid"))
        serving = _sessions(memory).get(phone.openid)
        if not serving or serving["agent"] != account:
            raise RefusedError(65413)
        del _sessions(memory)[phone.openid]
        platform.world.touch()
    platform.send_event(phone.openid, "kf_close_session", [("KfAccount", account)])
    return dict(OK)


def of_person(platform: Platform, call: Call) -> dict[str, Any]:
    """Who serves him; an empty kf_account when nobody does."""
    with platform.world.locked() as memory:
        phone = _person(memory, call.query.get("openid"))
        serving = _sessions(memory).get(phone.openid, {"agent": "", "at": 0})
    return {**OK, "kf_account": serving["agent"], "createtime": serving["at"]}


def of_agent(platform: Platform, call: Call) -> dict[str, Any]:
    account = call.query.get("kf_account", "")
    with platform.world.locked() as memory:
        agents.known(memory, account)
        return {
            "sessionlist": [
                {"createtime": each["at"], "openid": openid}
                for openid, each in _sessions(memory).items()
                if each["agent"] == account
            ]
        }


def waiting(platform: Platform, _call: Call) -> dict[str, Any]:
    """Who asked for an agent and has none; the first hundred."""
    with platform.world.locked() as memory:
        queue: dict[str, int] = memory.shelf.get("waiting", {})
        told = [{"latest_time": at, "openid": openid} for openid, at in list(queue.items())[:MOST_TOLD]]
        return {"count": len(queue), "waitcaselist": told}


def wait(platform: Platform, phone: Phone) -> None:
    """He stands in the queue, as after a reply of the type transfer_customer_service; not one from before a reset."""
    with platform.world.locked() as memory:
        if memory.by_openid(phone.openid) is phone and phone.openid not in _sessions(memory):
            memory.shelf.setdefault("waiting", {})[phone.openid] = int(platform.clock.now())
            platform.world.touch()


def take(platform: Platform, phone: Phone, account: str) -> None:
    """The agent takes him, out of the queue or from a colleague, as agents do in their own app. Raises RefusedError."""
    with platform.world.locked() as memory:
        _at_work(agents.known(memory, account))
        before = _sessions(memory).get(phone.openid, {}).get("agent", "")
        _open(platform, memory, phone, account)
    if not before:
        platform.send_event(phone.openid, "kf_create_session", [("KfAccount", account)])
    elif before != account:
        handed_on = [("FromKfAccount", before), ("ToKfAccount", account)]
        platform.send_event(phone.openid, "kf_switch_session", list(handed_on))


def _open(platform: Platform, memory: Memory, phone: Phone, account: str) -> None:
    memory.shelf.get("waiting", {}).pop(phone.openid, None)
    if _sessions(memory).get(phone.openid, {}).get("agent") != account:
        _sessions(memory)[phone.openid] = {"agent": account, "at": int(platform.clock.now())}
    platform.world.touch()


def _sessions(memory: Memory) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = memory.shelf.setdefault("sessions", {})
    return found


def _at_work(agent: dict[str, Any]) -> None:
    if not agent["wx"]:
        raise RefusedError(65402)
    if not agent["online"]:
        raise RefusedError(65415)


def _person(memory: Memory, openid: object) -> Phone:
    phone = memory.by_openid(openid) if isinstance(openid, str) else None
    if phone is None or not phone.following:
        raise RefusedError(40003)
    return phone


INTERFACES: dict[str, Interface] = {
    "customservice/kfsession/create": Interface("POST", create, "agents"),
    "customservice/kfsession/close": Interface("POST", close, "agents"),
    "customservice/kfsession/getsession": Interface("GET", of_person, "agents"),
    "customservice/kfsession/getsessionlist": Interface("GET", of_agent, "agents"),
    "customservice/kfsession/getwaitcase": Interface("GET", waiting, "agents"),
}
