"""The virtual clock over HTTP: read, followed by other processes, stopped, and sent travelling."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, request

from bot.simulator.clock import STEP_SECONDS, BackwardsError, MovingError
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields
from bot.simulator.phones.gestures import ImpossibleError

SHORTEST_STEP_SECONDS = 1.0
LONGEST_JOURNEY_SECONDS = 400 * 86400.0


def register(routes: Blueprint, box: Box) -> None:
    """Adds the routes of `clock`."""
    clock = box.world.clock

    @routes.get("/clock")
    def read() -> Response:
        """At once; or, to a `follower` who names the version he has caught up with, when there is a newer one."""
        follower = request.args.get("follower", "")
        if not follower:
            return jsonify(clock.as_json())
        with box.waiting(request.args.get("wait", 0.0, type=float)) as seconds:
            return jsonify(clock.news(follower, request.args.get("since", -1, type=int), seconds))

    @routes.post("/clock")
    def change() -> Response:
        """Travel (`forward`, `to`, `until`; with `step`), stop a journey that is under way (`halt`), or let time stand
        still (`running`). Answers the clock, of a journey when it has ended.
        """
        fields = Fields()
        if fields.has("halt"):
            fields.flag("halt")
            fields.done()
            clock.halt()
        elif fields.has("running"):
            running = fields.flag("running")
            fields.done()
            clock.let_run(running=running)
        else:
            target, step = _target(box, fields), max(SHORTEST_STEP_SECONDS, fields.number("step", STEP_SECONDS))
            fields.done()  # before the journey: it cannot be taken back
            _travel(box, target, step)
        box.world.touch()
        return jsonify(clock.as_json())


def _travel(box: Box, target: float, step: float) -> None:
    try:
        box.world.clock.travel(target, step=step)
    except BackwardsError:
        raise ImpossibleError("clock_backwards") from None
    except MovingError:
        raise ImpossibleError("clock_moving") from None


def _target(box: Box, fields: Fields) -> float:
    now = box.world.now()
    if fields.has("forward"):
        target = now + fields.number("forward", 0.0)
    elif fields.has("to"):
        target = fields.number("to", 0.0)
    else:
        target = _on_the_wall(box, now, fields.table("until"))
    if target - now > LONGEST_JOURNEY_SECONDS:
        raise BadFieldError("forward")
    return target


def _on_the_wall(box: Box, now: float, until: dict[str, Any]) -> float:
    """`{"days", "time"}`: that time of the mine's day so many days ahead; one that has passed today is tomorrow's."""
    days, time = until.get("days", 0), until.get("time")
    try:
        hour, minute = (int(part) for part in str(time).split(":"))
        here = datetime.fromtimestamp(now, ZoneInfo(box.platform.account.timezone))
        there = here.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=int(days))
    except (TypeError, ValueError, OverflowError):
        raise BadFieldError("until") from None
    if there <= here and not days:
        there += timedelta(days=1)
    return there.timestamp()
