"""What an administrator does on the account's own pages: templates of his making, mass messages confirmed, agents."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import agents, mass_jobs, once, sessions, template_admin, template_shelf
from bot.simulator.api.messages.subscription_admin import LONG_TERM, ONE_TIME
from bot.simulator.api.messages.template_shelf import Family
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields
from bot.simulator.phones.gestures import ImpossibleError

FAMILIES: dict[str, Family] = {"template": "templates", "subscription": "subscriptions"}


def register(routes: Blueprint, box: Box) -> None:
    """Adds the routes of `templates`, `mass` and `agents`."""
    _templates(routes, box)
    _mass(routes, box)
    _agents(routes, box)


def _templates(routes: Blueprint, box: Box) -> None:
    @routes.get("/templates")
    def templates_kept() -> Response:
        """All of both families, and the id of the one-time template."""
        with box.world.locked() as memory:
            found = [
                {"template_id": template_id, "kind": kind, "title": each["title"], "content": each["content"]}
                for kind, family in FAMILIES.items()
                for template_id, each in template_shelf.all_of(memory, family).items()
            ]
        return jsonify(templates=found, once=once.template_of(box.platform.account))

    @routes.post("/templates")
    def template_written() -> tuple[Response, int]:
        """A template of one's own, as a test account's page makes them; `kind` is template or subscription."""
        fields = Fields()
        title, content, kind = fields.text("title"), fields.text("content"), fields.text("kind", "template")
        lasting = fields.flag("long_term")
        fields.done()
        if kind not in FAMILIES:
            raise BadFieldError("kind")
        template_id = _put(box, kind, title, content, lasting=lasting)
        return jsonify(template_id=template_id, kind=kind, title=title, content=content), 201


def _put(box: Box, kind: str, title: str, content: str, *, lasting: bool) -> str:
    if not title.strip():
        raise BadFieldError("title")
    try:
        template = template_admin.own(title, content)
        with box.world.locked() as memory:
            if kind == "subscription":
                example = {"title": title, "content": content, "example": ""}
                template = example | {"type": LONG_TERM if lasting else ONE_TIME}
            made = template_shelf.put(memory, FAMILIES[kind], box.world.chance, template)
            box.world.touch()
    except ValueError:
        raise BadFieldError("content") from None
    except RefusedError:
        raise ImpossibleError("too_many_templates") from None
    return made


def _mass(routes: Blueprint, box: Box) -> None:
    @routes.get("/mass")
    def mass_under_way() -> Response:
        """The mass messages kept, newest last; `confirm_until` of one that waits for the administrator."""
        told = ("msg_id", "kind", "status", "confirm_until", "due")
        with box.world.locked() as memory:
            return jsonify(mass=[{name: job[name] for name in told} for job in mass_jobs.jobs(memory).values()])

    @routes.post("/mass/<msg_id>/confirm")
    def mass_confirmed(msg_id: str) -> Response:
        with box.world.locked() as memory:
            if msg_id not in mass_jobs.jobs(memory):
                raise ImpossibleError("no_such_job")
        if not mass_jobs.confirm(box.platform, msg_id):
            raise ImpossibleError("not_waiting")
        return jsonify(ok=True)


def _agents(routes: Blueprint, box: Box) -> None:
    @routes.get("/agents")
    def all_agents() -> Response:
        with box.world.locked() as memory:
            return jsonify(agents=[{"kf_account": name, **each} for name, each in agents.everyone(memory).items()])

    @routes.post("/agents/<kf_account>")
    def agent_works(kf_account: str) -> Response:
        """What an agent does in his own app: `online` comes and goes, `takes` a phone, from the queue or a colleague."""
        fields = Fields()
        changes: dict[str, Any] = {"online": fields.flag("online")} if fields.has("online") else {}
        taken = fields.text("takes", "")
        fields.done()
        with box.world.locked() as memory:
            agent = agents.everyone(memory).get(kf_account)
            if agent is None:
                raise ImpossibleError("no_such_agent")
            agent |= changes
            box.world.touch()
        if taken:
            _take(box, kf_account, taken)
        return jsonify(ok=True)


def _take(box: Box, kf_account: str, phone_id: str) -> None:
    try:
        sessions.take(box.platform, box.phone(phone_id), kf_account)
    except RefusedError:
        raise ImpossibleError("not_at_work") from None
