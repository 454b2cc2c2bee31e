"""Faults, delays and the switches of what nobody has verified: ordered, listed, taken back."""

from __future__ import annotations

from typing import cast, get_args

from flask import Blueprint, Response, jsonify, request

from bot.simulator.api.faults import ANY, SLEEP_LIMIT_SECONDS, WEBHOOK, Fault, Kind, Latency, Spread
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields

MOST_TIMES = 1_000_000
LOWEST_ERRCODE, HIGHEST_ERRCODE = -100_000, 100_000_000
LOWEST_STATUS, HIGHEST_STATUS = 200, 599
WIDEST_SPREAD = 5.0  # of a lognormal: one in a thousand takes five million times the median


def register(routes: Blueprint, box: Box) -> None:
    """Adds the routes of `faults`, `latency` and `switches`."""
    _faults(routes, box)
    _latency(routes, box)
    _switches(routes, box)


def _faults(routes: Blueprint, box: Box) -> None:
    faults = box.platform.faults

    @routes.get("/faults")
    def waiting() -> Response:
        return jsonify(faults.as_json())

    @routes.post("/faults")
    def order() -> tuple[Response, int]:
        """The fields of a `Fault`; `person` may also be a phone's id, `seen` says how many calls have been passed over."""
        fields = Fields()
        kind = fields.text("kind")
        if kind not in get_args(Kind):
            raise BadFieldError("kind")
        fault = Fault(
            endpoint=fields.text("endpoint", ANY).strip("/"),
            kind=cast("Kind", kind),
            times=fields.whole_within("times", 1, 1, MOST_TIMES),
            errcode=fields.whole_within("errcode", -1, LOWEST_ERRCODE, HIGHEST_ERRCODE),
            errmsg=fields.text("errmsg", ""),
            status=fields.whole_within("status", 500, LOWEST_STATUS, HIGHEST_STATUS),
            seconds=fields.number_within("seconds", 0.0, 0.0, SLEEP_LIMIT_SECONDS),
            person=_openid(box, fields.text("person", "")),
            every=fields.whole_within("every", 1, 1, MOST_TIMES),
            seen=fields.whole_within("seen", 0, 0, MOST_TIMES),
        )
        fields.done()
        if fault.endpoint == WEBHOOK and kind == "errcode":  # the bot answers messages, not errcodes
            raise BadFieldError("kind")
        if fault.errcode == 0:
            raise BadFieldError("errcode")
        faults.add(fault)
        return jsonify(ok=True), 201

    @routes.delete("/faults")
    def clear() -> Response:
        faults.clear()
        return jsonify(ok=True)


def _latency(routes: Blueprint, box: Box) -> None:
    faults = box.platform.faults

    @routes.post("/latency")
    def slow() -> tuple[Response, int]:
        fields = Fields()
        kind = fields.text("kind", "fixed")
        if kind not in get_args(Spread):
            raise BadFieldError("kind")
        latency = Latency(cast("Spread", kind), _seconds(fields, "a"), _seconds(fields, "b"))
        if (kind == "uniform" and latency.b < latency.a) or (kind == "lognormal" and latency.b > WIDEST_SPREAD):
            raise BadFieldError("b")
        endpoint = fields.text("endpoint", ANY).strip("/")
        fields.done()
        faults.slow(endpoint, latency)
        return jsonify(ok=True), 201

    @routes.delete("/latency")
    def swift() -> Response:
        faults.clear_latency()
        return jsonify(ok=True)


def _switches(routes: Blueprint, box: Box) -> None:
    switches = box.world.switches

    @routes.get("/switches")
    def stand() -> Response:
        return jsonify(switches=switches.as_json())

    @routes.post("/switches")
    def turn() -> Response:
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict):
            raise BadFieldError("(body)")
        for name, value in asked.items():
            try:
                switches.set(name, value)
            except ValueError:
                raise BadFieldError(name) from None
        box.world.touch()
        return jsonify(switches=switches.as_json())


def _seconds(fields: Fields, name: str) -> float:
    return fields.number_within(name, 0.0, 0.0, SLEEP_LIMIT_SECONDS)


def _openid(box: Box, named: str) -> str:
    """The OpenID of a phone named by its id; an OpenID stays what it is."""
    with box.world.locked() as memory:
        return memory.phones[named].openid if named in memory.phones else named
