"""Pages inside a phone, the pop-up that asks for notices, the settings, and the QR codes that lie about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from bot.simulator.api.messages import subscriptions
from bot.simulator.api.things import codes
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields


def register(routes: Blueprint, box: Box) -> None:
    """Adds consent and settings of phones, and GET `qrcodes`."""

    @routes.post("/phones/<phone_id>/consent")
    def consent(phone_id: str) -> Response:
        """The pop-up over `page` answered: `choices` says of each template id whether it was ticked."""
        phone, fields = box.phone(phone_id), Fields()
        page, choices = fields.text("page"), _choices(fields.table("choices"))
        fields.done()
        subscriptions.answer(box.platform, phone, page, choices)
        return jsonify(phone.as_json())

    @routes.post("/phones/<phone_id>/settings")
    def settings(phone_id: str) -> Response:
        """One kind of notice turned off, or on again."""
        phone, fields = box.phone(phone_id), Fields()
        template_id, on = fields.text("template_id"), fields.flag("on")
        fields.done()
        subscriptions.turn(box.platform, phone, template_id, on)
        return jsonify(phone.as_json())

    @routes.get("/qrcodes")
    def qr_codes() -> Response:
        """Those that can still be scanned, newest first; `image` is a path below the simulator's root."""
        with box.world.locked() as memory:
            return jsonify(codes=codes.listed(memory, box.world.now()))


def _choices(given: dict[str, Any]) -> dict[str, bool]:
    if not all(isinstance(chosen, bool) for chosen in given.values()):
        raise BadFieldError("choices")
    return given
