"""The JSON interface by which the page and the tests hold the phones: looking, doing, rigging."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from bot.simulator.control import browsing, doing, looking, papers, rigging, staging, timing, touring, weather
from bot.simulator.control.box import Box, NobodyError
from bot.simulator.control.fields import BadFieldError
from bot.simulator.phones.gestures import ImpossibleError


def blueprint(box: Box) -> Blueprint:
    """Serves `control/...`: 400 a bad field, 404 no such phone or link, 409 not possible just now; always JSON."""
    routes = Blueprint("control", __name__, url_prefix="/control")
    for part in (looking, doing, browsing, papers, rigging, staging, timing, touring, weather):
        part.register(routes, box)

    @routes.errorhandler(BadFieldError)
    def bad_field(problem: BadFieldError) -> tuple[Response, int]:
        return jsonify(error="bad_field", field=problem.field), 400

    @routes.errorhandler(NobodyError)
    def nobody(_problem: NobodyError) -> tuple[Response, int]:
        return jsonify(error="no_such_phone"), 404

    @routes.errorhandler(ImpossibleError)
    def impossible(problem: ImpossibleError) -> tuple[Response, int]:
        return jsonify(error=problem.code), 404 if problem.code.startswith("no_such_") else 409

    return routes
