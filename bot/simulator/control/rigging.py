"""What only a test or an administrator does: verify the address, set a menu, order faults, read the calls, start over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.simulator.api.catalogue import INTERFACES
from bot.simulator.api.errors import RefusedError
from bot.simulator.api.menus import accepting, standing
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields

LONGEST_WHITELIST = 200


def register(routes: Blueprint, box: Box) -> None:
    """Adds the routes."""
    _admin(routes, box)
    _limits(routes, box)
    _calls(routes, box)


def _admin(routes: Blueprint, box: Box) -> None:
    @routes.post("/verify")
    def verify() -> Response:
        Fields().done()
        return jsonify(box.delivery.verify())

    @routes.get("/menu")
    def menu() -> Response:
        with box.world.locked() as memory:
            return jsonify(menu=memory.menu)

    @routes.post("/menu")
    def set_menu() -> tuple[Response, int] | Response:
        """A menu made by hand in the admin console, which every account may have; an empty body removes it."""
        body: Any = request.get_json(silent=True)
        try:
            standing.set_by_hand(box.platform, accepting.accept(box.world, body) if body else None)
        except RefusedError as refused:
            return jsonify(error="bad_menu", **refused.as_json()), 400
        return jsonify(ok=True)

    @routes.post("/reset")
    def reset() -> Response:
        """All as at the first start: phones, menu, tokens, quotas, queues, faults, switches, calls, a running recording.

        Ids are never given out twice, and time stays where it is: it cannot go back.
        """
        Fields().done()
        box.platform.switches.reset()
        box.platform.faults.clear()
        box.platform.faults.clear_latency()
        box.platform.calls.clear()
        box.platform.tokens.forget()
        box.platform.quotas.forget()
        box.delivery.forget()
        box.world.reset()
        return jsonify(ok=True)


def _limits(routes: Blueprint, box: Box) -> None:
    @routes.post("/whitelist")
    def whitelist() -> Response:
        """The addresses that may call the interfaces; none lets everybody in."""
        fields = Fields()
        addresses = fields.texts("addresses")
        fields.done()
        if len(addresses) > LONGEST_WHITELIST:
            raise BadFieldError("addresses")
        box.platform.quotas.whitelist = tuple(addresses)
        return jsonify(ok=True)

    @routes.get("/quotas")
    def quotas() -> Response:
        """Today's calls by endpoint, as far as they count."""
        return jsonify(used=box.platform.quotas.as_json())

    @routes.post("/quotas")
    def exhaust() -> Response:
        """`exhaust`: as if all of today's calls of `endpoint` had been made."""
        fields = Fields()
        endpoint, wanted = fields.text("endpoint").strip("/"), fields.flag("exhaust")
        fields.done()
        interface = INTERFACES.get(endpoint)
        if interface is None or not interface.daily:
            raise BadFieldError("endpoint")
        if wanted:
            box.platform.quotas.exhaust(endpoint, interface.daily)
        return jsonify(ok=True)

    @routes.post("/tokens/spoil")
    def spoil() -> Response:
        """Kills all tokens, as when somebody else refreshes with the same secret."""
        Fields().done()
        box.platform.tokens.spoil()
        return jsonify(ok=True)


def _calls(routes: Blueprint, box: Box) -> None:
    calls = box.platform.calls

    @routes.get("/calls")
    def log() -> Response:
        return jsonify(calls.as_json(request.args.get("endpoint", "").strip("/")))

    @routes.delete("/calls")
    def clear_calls() -> Response:
        calls.clear()
        return jsonify(ok=True)
