"""Recording what is done here, the shelf of scenarios, and the play of which this simulator is the stage."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields
from bot.simulator.phones.gestures import ImpossibleError
from bot.simulator.scenario.recorder import Recorder
from bot.simulator.stage.shelf import FullError, NoScenarioError, NotOpenedError, Shelf


def register(routes: Blueprint, box: Box) -> None:
    """Adds the routes of `recording`, `shelf` and `stage`."""
    _recording(routes, Recorder(box.world))
    _shelf(routes, box, Shelf())
    _stage(routes, box)


def _recording(routes: Blueprint, recorder: Recorder) -> None:
    @routes.after_request
    def write_down(response: Response) -> Response:
        recorder.hear(request, response)
        return response

    @routes.post("/recording")
    def recording_turned() -> Response:
        fields = Fields()
        if not fields.has("on"):
            raise BadFieldError("on")
        recorder.turn(on=fields.flag("on"))
        fields.done()
        return jsonify(on=recorder.on)

    @routes.get("/recording")
    def recorded() -> Response:
        return Response(recorder.text(), content_type="text/plain; charset=utf-8")


def _shelf(routes: Blueprint, box: Box, shelf: Shelf) -> None:
    @routes.get("/shelf")
    def shelf_stands() -> Response:
        """A stage has no shelf: it is one play, and gone after it."""
        return jsonify(scenarios=[] if box.show.on else shelf.as_json())

    @routes.post("/shelf/<name>/play")
    def play(name: str) -> tuple[Response, int]:
        Fields().done()
        if box.show.on:
            raise ImpossibleError("is_a_stage")
        try:
            return jsonify(url=shelf.play(name)), 202
        except NoScenarioError:
            raise ImpossibleError("no_such_scenario") from None
        except FullError:
            raise ImpossibleError("too_many_stages") from None
        except NotOpenedError:
            raise ImpossibleError("stage_not_opened") from None


def _stage(routes: Blueprint, box: Box) -> None:
    @routes.get("/stage")
    def look() -> Response:
        return jsonify(stage=box.show.as_json())

    @routes.post("/stage")
    def direct() -> Response:
        fields = Fields()
        what = fields.text("do")
        fields.done()
        if not box.show.on:
            raise ImpossibleError("no_stage")
        if not box.show.do(what):
            raise BadFieldError("do")
        return jsonify(stage=box.show.as_json())
