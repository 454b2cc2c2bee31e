"""message/template/send: the template, the person, the values; the card on the phone and the news of it later (§4.3)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading, template_rules, template_shelf
from bot.simulator.api.messages.finishing import NEWS_SECONDS, ordered_failure, tell_later
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.model import Bubble, Phone
from bot.simulator.phones.world import Memory

SENT_ONCE_SECONDS = 600


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """Deliver it, with the final result to come as TEMPLATESENDJOBFINISH. Raises RefusedError.

    A person who turned off receiving is no refusal: the result then says `failed:user block` (§8.2 item 11). One who
    turned off this very template is refused at once, 43101.
    """
    world, body = platform.world, call.json()
    with world.locked() as memory:
        phone = reading.recipient(memory, body)
        bubble = _bubble(platform, memory, body)
        _within_reach(phone, str(body["template_id"]))
        mark = _mark(memory, phone, body, platform.clock.now())
        earlier = _remembered(memory, mark)
        if earlier:
            return {**OK, "msgid": earlier}
        msgid = world.next_msg_id()
        _remember(memory, mark, msgid, platform.clock.now())
        status = _status(platform, phone)
        if status == "success":
            world.add_bubble(phone, bubble)
        world.touch(phone)
        told: list[tuple[str, Any]] = [("MsgID", msgid), ("Status", status)]
        tell_later(platform, NEWS_SECONDS, phone.openid, "TEMPLATESENDJOBFINISH", told)
    return {**OK, "msgid": msgid}


def _bubble(platform: Platform, memory: Memory, body: dict[str, Any]) -> Bubble:
    template = template_shelf.find(memory, "templates", body.get("template_id"))
    lines = template_rules.lines(template["content"], body.get("data"), platform.switches.on)
    url, (appid, path) = reading.address(body, "url"), reading.mini_program(body)
    shown = template_shelf.card(template["title"], lines, url, appid, path)
    return Bubble(0, "account", "template", template["title"], 0, card=shown, url=url, pushed=True)


def _within_reach(phone: Phone, template_id: str) -> None:
    if not phone.following:
        raise RefusedError(43004)
    if phone.blocked:
        raise RefusedError(43019)
    if template_id in phone.declined:
        raise RefusedError(43101)


def _status(platform: Platform, phone: Phone) -> str:
    """How it will end: the older of the two failures is written with a space, as the platform writes it."""
    if phone.refuses:
        return "failed:user block"
    return "failed: system failed" if ordered_failure(platform, "template", phone.openid) else "success"


def _mark(memory: Memory, phone: Phone, body: dict[str, Any], now: float) -> str:
    """What makes a second call the same as the first within ten minutes; empty without a client_msg_id."""
    given = reading.text(body, "client_msg_id")
    sent = memory.shelf.setdefault("template_ids", {})
    for mark in [mark for mark, each in sent.items() if now - each["at"] >= SENT_ONCE_SECONDS]:
        del sent[mark]
    return f"{phone.openid} {given}" if given else ""


def _remembered(memory: Memory, mark: str) -> int:
    return int(memory.shelf["template_ids"].get(mark, {"msgid": 0})["msgid"])


def _remember(memory: Memory, mark: str, msgid: int, now: float) -> None:
    if mark:
        memory.shelf["template_ids"][mark] = {"msgid": msgid, "at": now}


INTERFACES: dict[str, Interface] = {
    "cgi-bin/message/template/send": Interface("POST", send, "template", 100_000),
}
