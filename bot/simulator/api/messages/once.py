"""One-time subscription messages: a page asks, a scene is confirmed, one message follows (wechat_platform §4.5)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from bot.simulator.account import Account
from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading, template_shelf
from bot.simulator.api.messages.template_rules import Line, colour
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.model import Bubble, Phone
from bot.simulator.phones.world import Memory

HIGHEST_SCENE = 10_000
LONGEST_TITLE, LONGEST_VALUE = 15, 200


def template_of(account: Account) -> str:
    """The single template of the account, for ever the same."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{account.app_id}/once".encode()).digest()).decode().rstrip("=")


def scene_of(given: object) -> str:
    """A scene as the ledger spells it. Raises RefusedError(40035) for what is none."""
    scene = reading.number(given)
    if scene is None or not 0 <= scene <= HIGHEST_SCENE:
        raise RefusedError(40035)
    return str(scene)


def confirm(memory: Memory, phone: Phone, scene: object, template_id: str) -> None:
    """He pressed the button on the page. Confirming the same scene again adds nothing.

    Raises RefusedError(40035) for what is no scene. The caller announces the change and has compared the template with
    `template_of`: for another one nothing can ever be sent.
    """
    scenes, entry = _confirmed(memory, phone), f"{template_id} {scene_of(scene)}"
    if entry not in scenes:
        scenes.append(entry)


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """Deliver it, follower or not, and cross the scene out. Raises RefusedError(43101) for one not confirmed."""
    world, body = platform.world, call.json()
    with world.locked() as memory:
        phone = reading.recipient(memory, body)
        if body.get("template_id") != template_of(platform.account):
            raise RefusedError(40037)
        bubble, entry = _bubble(platform, body), f"{body['template_id']} {scene_of(body.get('scene'))}"
        bubble.sender = "account" if phone.following else "service"
        if phone.blocked:
            raise RefusedError(43019)
        if phone.refuses or entry not in _confirmed(memory, phone):
            raise RefusedError(43101)
        _confirmed(memory, phone).remove(entry)
        world.add_bubble(phone, bubble)
    return dict(OK)


def _bubble(platform: Platform, body: dict[str, Any]) -> Bubble:
    title, content = reading.text(body, "title"), reading.part(reading.part(body, "data"), "content")
    if not title:
        raise RefusedError(47003, "argument invalid! title is empty")
    if len(title) > LONGEST_TITLE:
        raise RefusedError(45003)
    value = content.get("value")
    if not isinstance(value, str) or not value or len(value) > LONGEST_VALUE:
        raise RefusedError(47003, "argument invalid! data.content.value invalid")
    url, (appid, path) = reading.address(body, "url"), reading.mini_program(body)
    line = Line("", reading.text(content, "value"), colour(content.get("color"), platform.switches.on))
    shown = template_shelf.card(title, [line], url, appid, path)
    return Bubble(0, "account", "template", title, 0, card=shown, url=url, pushed=True)


def _confirmed(memory: Memory, phone: Phone) -> list[str]:
    scenes: list[str] = memory.shelf.setdefault("once", {}).setdefault(phone.openid, [])
    return scenes


INTERFACES: dict[str, Interface] = {
    "cgi-bin/message/template/subscribe": Interface("POST", send, "once", 100_000),
}
