"""What can be seen: state by version, phones, chats, exchanges, and whether all is quiet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.simulator.control.box import Box
from bot.simulator.phones.model import CROWD, Phone


def register(routes: Blueprint, box: Box) -> None:
    """Adds the GET routes."""
    world = box.world

    @routes.get("/state")
    def state() -> Response:
        """Phones of a crowd are left out unless `crowd=1`: there may be thousands, and nobody looks at them."""
        since = request.args.get("since", -1, type=int)
        same_epoch = request.args.get("epoch", world.epoch) == world.epoch
        if same_epoch:
            with box.waiting(request.args.get("wait", 0.0, type=float)) as seconds:
                world.wait_for_news(since, seconds)
        return jsonify(_state(box, since if same_epoch else -1, _seen()))

    @routes.get("/phones")
    def phones() -> Response:
        seen = _seen()
        with world.locked() as memory:
            return jsonify(phones=[phone.as_json() for phone in memory.phones.values() if seen(phone)])

    @routes.get("/phones/<phone_id>")
    def phone(phone_id: str) -> Response:
        return jsonify(box.phone(phone_id).as_json())

    @routes.get("/phones/<phone_id>/chat")
    def chat(phone_id: str) -> Response:
        found = box.phone(phone_id)
        with world.locked():
            return jsonify(chat=_bubbles(found, request.args.get("after", 0, type=int)))

    @routes.get("/phones/<phone_id>/menu")
    def menu_of_phone(phone_id: str) -> Response:
        """The menu as this phone shows it, by its tags."""
        found = box.phone(phone_id)
        with world.locked() as memory:
            return jsonify(menu=memory.menu_of(found))

    @routes.get("/exchanges")
    def exchanges() -> Response:
        """Every attempt kept; `phone`, `push` and `since` (an exchange id) narrow it down."""
        wanted = {key: request.args[key] for key in ("phone", "push") if key in request.args}
        since = request.args.get("since", 0, type=int)
        with world.locked() as memory:
            found = [
                exchange
                for exchange in memory.exchanges
                if exchange["id"] > since and all(str(exchange[key]) == value for key, value in wanted.items())
            ]
        return jsonify(exchanges=found)

    @routes.get("/wire")
    def wire() -> Response:
        """Everything that went over the wire after entry `since`, both ways in one order."""
        return jsonify(world.wire.since(request.args.get("since", 0, type=int)))

    @routes.get("/idle")
    def idle() -> Response:
        """Waits (`wait` seconds, at most ten) until nothing is on its way to the bot."""
        with box.waiting(request.args.get("wait", 10.0, type=float)) as seconds:
            return jsonify(idle=world.wait_until_idle(seconds), version=world.version)


def _seen() -> Callable[[Phone], bool]:
    """Which phones the request wants to see."""
    crowd_too = request.args.get("crowd") == "1"
    return lambda phone: crowd_too or phone.role != CROWD


def _state(box: Box, since: int, seen: Callable[[Phone], bool]) -> dict[str, Any]:
    account = box.world.account
    with box.world.locked() as memory:
        return {
            "version": box.world.version,
            "epoch": box.world.epoch,
            "now": box.world.now(),
            "clock": box.world.clock.as_json(),
            "account": {
                "name": account.name,
                "kind": account.kind,
                "profile": account.kind,
                "switches": box.world.switches.as_json(),
                "encryption": account.encryption,
                "timezone": account.timezone,
                "webhook": box.delivery.webhook,
            },
            "menu": memory.menu,
            "trouble": memory.trouble,
            "service": {"webhook_down": box.delivery.down, "suspended_until": box.delivery.suspended_until()},
            "phones": [
                phone.as_json()
                | {"menu": memory.menu_of(phone)}
                | {"news": [b.as_json() for b in phone.chat if b.version > since]}
                for phone in memory.phones.values()
                if seen(phone)
            ],
        }


def _bubbles(phone: Phone, after: int) -> list[dict[str, Any]]:
    return [bubble.as_json() for bubble in phone.chat if bubble.id > after]
