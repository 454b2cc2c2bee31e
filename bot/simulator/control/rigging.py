"""What only a test or an administrator does: verify the address, set a menu, order faults, read the calls, start over."""

from __future__ import annotations

from typing import Any, cast, get_args

from flask import Blueprint, Response, jsonify, request

from bot.simulator.api import menus
from bot.simulator.api.errors import RefusedError
from bot.simulator.api.faults import Fault, Kind
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields


def register(routes: Blueprint, box: Box) -> None:
    """Adds the routes."""
    _admin(routes, box)
    _faults(routes, box)
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
            box.world.set_menu(menus.accept(body) if body else None)
        except RefusedError as refused:
            return jsonify(error="bad_menu", **refused.as_json()), 400
        return jsonify(ok=True)

    @routes.post("/reset")
    def reset() -> Response:
        """Phones, chats, menu, tokens, faults and calls as at the first start; ids are never given out twice."""
        Fields().done()
        box.platform.faults.clear()
        box.platform.calls.clear()
        box.platform.tokens.forget()
        box.world.reset()
        return jsonify(ok=True)

    @routes.post("/tokens/spoil")
    def spoil() -> Response:
        """Kills all tokens, as when somebody else refreshes with the same secret."""
        Fields().done()
        box.platform.tokens.spoil()
        return jsonify(ok=True)


def _faults(routes: Blueprint, box: Box) -> None:
    faults = box.platform.faults

    @routes.get("/faults")
    def waiting() -> Response:
        return jsonify(faults=faults.as_json())

    @routes.post("/faults")
    def order() -> tuple[Response, int]:
        fields = Fields()
        kind = fields.text("kind")
        if kind not in get_args(Kind):
            raise BadFieldError("kind")
        fault = Fault(
            endpoint=fields.text("endpoint", "*").strip("/"),
            kind=cast("Kind", kind),
            times=fields.whole("times", 1) or 1,
            errcode=fields.whole("errcode", -1) or -1,
            errmsg=fields.text("errmsg", ""),
            status=fields.whole("status", 500) or 500,
            seconds=fields.number("seconds", 0.0),
        )
        fields.done()
        faults.add(fault)
        return jsonify(ok=True), 201

    @routes.delete("/faults")
    def clear() -> Response:
        faults.clear()
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
