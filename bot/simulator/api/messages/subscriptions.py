"""Subscription notices: asked for on the phone, consents kept as a ledger, sent by bizsend (wechat_platform §2.2, §4.4)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading, template_rules, template_shelf
from bot.simulator.api.messages.finishing import NEWS_SECONDS, ordered_failure, tell_later
from bot.simulator.api.messages.subscription_admin import LONG_TERM
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.gestures import ImpossibleError
from bot.simulator.phones.model import Bubble, Phone
from bot.simulator.phones.world import Memory, World

MOST_ASKED = 5
POPUP_SCENE = 2
STATES = ("developer", "trial", "formal")
LANGUAGES = ("zh_CN", "en_US", "zh_HK", "zh_TW")


# -- on the phone -----------------------------------------------------------------------------------------------------


def ask(world: World, phone: Phone, page: str, template_ids: list[str]) -> None:
    """The pop-up over a page, for at most five templates, one-time or long-term ones but not both.

    Raises ImpossibleError: no_such_template, too_many_templates, mixed_templates.
    """
    with world.locked() as memory:
        if not 1 <= len(template_ids) <= MOST_ASKED:
            raise ImpossibleError("too_many_templates")
        if len({_subscription(memory, each)["type"] for each in template_ids}) > 1:
            raise ImpossibleError("mixed_templates")
        asked = [{"id": each, "title": template_shelf.title_of(memory, each)} for each in dict.fromkeys(template_ids)]
        phone.popup = {"page": page, "templates": asked}
        world.touch(phone)


def answer(platform: Platform, phone: Phone, page: str, choices: dict[str, bool]) -> None:
    """What he ticked: one more notice may be sent for each yes. Tells the webhook; raises ImpossibleError.

    no_such_template for one that is not the account's; no_such_popup when another page asked.
    """
    with platform.world.locked() as memory:
        if phone.popup is not None and phone.popup["page"] != page:
            raise ImpossibleError("no_such_popup")
        for template_id in choices:
            _subscription(memory, template_id)
        for template_id, yes in choices.items():
            if yes:
                _accept(phone, template_id)
        phone.popup = None
        platform.world.touch(phone)
    ticked = [_choice(template_id, "accept" if yes else "reject", POPUP_SCENE) for template_id, yes in choices.items()]
    if ticked:
        platform.send_event(phone.openid, "subscribe_msg_popup_event", [("SubscribeMsgPopupEvent", ticked)])


def turn(platform: Platform, phone: Phone, template_id: str, on: bool) -> None:
    """The switch in the settings. Turning a notice off takes every consent with it and is told; turning on is not.

    Message templates have the switch too, without an event. Raises ImpossibleError("no_such_template").
    """
    with platform.world.locked() as memory:
        if not template_shelf.title_of(memory, template_id):
            raise ImpossibleError("no_such_template")
        subscription = template_id in template_shelf.all_of(memory, "subscriptions")
        if on:
            phone.declined = [each for each in phone.declined if each != template_id]
        elif template_id not in phone.declined:
            phone.declined.append(template_id)
            phone.consents.pop(template_id, None)
        platform.world.touch(phone)
    if subscription and not on:
        told = [("SubscribeMsgChangeEvent", [_choice(template_id, "reject")])]
        platform.send_event(phone.openid, "subscribe_msg_change_event", list(told))


def _accept(phone: Phone, template_id: str) -> None:
    phone.consents[template_id] = phone.consents.get(template_id, 0) + 1
    phone.declined = [each for each in phone.declined if each != template_id]


def _subscription(memory: Memory, template_id: str) -> dict[str, Any]:
    found = template_shelf.all_of(memory, "subscriptions").get(template_id)
    if found is None:
        raise ImpossibleError("no_such_template")
    return found


def _choice(template_id: str, status: str, scene: int | None = None) -> tuple[str, Any]:
    where = [] if scene is None else [("PopupScene", scene)]
    return "List", [("TemplateId", template_id), ("SubscribeStatusString", status), *where]


# -- the interface ----------------------------------------------------------------------------------------------------


def send(platform: Platform, call: Call) -> dict[str, Any]:
    """Deliver one notice for one consent; who does not follow gets it in the service notices. Raises RefusedError."""
    world, body = platform.world, call.json()
    if platform.switches.on.bizsend == "refused":
        raise RefusedError(48001)
    with world.locked() as memory:
        phone = reading.recipient(memory, body)
        bubble = _bubble(platform, memory, body, phone)
        template_id = str(body["template_id"])
        _consented(phone, template_id)
        msgid, trouble = world.next_msg_id(), ordered_failure(platform, "subscription", phone.openid)
        if template_shelf.all_of(memory, "subscriptions")[template_id]["type"] != LONG_TERM:
            phone.consents[template_id] -= 1
        if trouble is None:
            world.add_bubble(phone, bubble)
        world.touch(phone)
        code, said = (trouble.errcode, trouble.errmsg or "failed") if trouble else (0, "success")
        news = [("TemplateId", template_id), ("MsgID", msgid), ("ErrorCode", code), ("ErrorStatus", said)]
        told: list[tuple[str, Any]] = [("SubscribeMsgSentEvent", [("List", news)])]
        tell_later(platform, NEWS_SECONDS, phone.openid, "subscribe_msg_sent_event", told)
    return dict(OK)


def _bubble(platform: Platform, memory: Memory, body: dict[str, Any], phone: Phone) -> Bubble:
    template = template_shelf.find(memory, "subscriptions", body.get("template_id"))
    page = reading.address(body, "page", too_long=41030, no_address=41030)
    appid, path = reading.mini_program(body)
    _complete(platform, body)
    lines = template_rules.lines(template["content"], body.get("data"), platform.switches.on)
    shown = template_shelf.card(template["title"], lines, page, appid, path)
    sender = "account" if phone.following else "service"
    bubble = Bubble(0, "account", "subscription", template["title"], 0, card=shown, url=page, pushed=True)
    bubble.sender = sender
    return bubble


def _complete(platform: Platform, body: dict[str, Any]) -> None:
    """One page of the platform wants the state and the language, its samples omit them (switch bizsend_fields)."""
    for name, values in (("miniprogram_state", STATES), ("lang", LANGUAGES)):
        given = body.get(name)
        if given is None and platform.switches.on.bizsend_fields == "required":
            raise RefusedError(47003, f"argument invalid! {name} is empty")
        if given is not None and given not in values:
            raise RefusedError(47003, f"argument invalid! {name} invalid")


def _consented(phone: Phone, template_id: str) -> None:
    """Raises RefusedError: 43019 blacklisted, 43101 no consent left, turned off, or receiving turned off altogether."""
    if phone.blocked:
        raise RefusedError(43019)
    if phone.refuses or template_id in phone.declined or phone.consents.get(template_id, 0) < 1:
        raise RefusedError(43101)


INTERFACES: dict[str, Interface] = {
    "cgi-bin/message/subscribe/bizsend": Interface("POST", send, "subscription", 100_000),
}
