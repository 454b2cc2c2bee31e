"""Recording what is done here, the shelf of scenarios, and the play of which this simulator is the stage."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields
from bot.simulator.phones.gestures import ImpossibleError
from bot.simulator.scenario.model import ScenarioError
from bot.simulator.scenario.recorder import Recorder
from bot.simulator.scenario.words import words
from bot.simulator.stage.shelf import FullError, NoScenarioError, NotOpenedError, OpeningError, Shelf


def register(routes: Blueprint, box: Box) -> None:
    """Adds the routes of `recording`, `shelf` and `stage`."""
    _recording(routes, Recorder(box))
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
        return _stage_for(box, lambda: shelf.play(name))

    @routes.post("/shelf/play-file")
    def play_file() -> tuple[Response, int]:
        """Somebody's own scenario as `text`; 400 with `why` for one that cannot be read."""
        fields = Fields()
        text = fields.text("text")
        fields.done()
        try:
            return _stage_for(box, lambda: shelf.play_file(text))
        except ScenarioError as problem:
            return jsonify(error="bad_scenario", why=words().problem(problem.code, where=problem.where)), 400


def _stage_for(box: Box, opening: Callable[[], str]) -> tuple[Response, int]:
    """`url` of the stage; where none opened, `why` is the last the stage said."""
    if box.show.on:
        raise ImpossibleError("is_a_stage")
    try:
        return jsonify(url=opening()), 202
    except NoScenarioError:
        raise ImpossibleError("no_such_scenario") from None
    except FullError:
        raise ImpossibleError("too_many_stages") from None
    except OpeningError:
        raise ImpossibleError("stage_opening") from None
    except NotOpenedError as problem:
        return jsonify(error="stage_not_opened", why=str(problem)), 409


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
