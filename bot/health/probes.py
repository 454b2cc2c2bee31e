"""/healthz: the process lives. /readyz: all of the bot does its work. Neither says more to a stranger."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.db.migrate import at_head
from bot.errors import Busy
from bot.kit import Kit
from bot.services.schedule import standing


def blueprint(kit: Kit) -> Blueprint:
    """The two probes of a load balancer."""
    probes = Blueprint("health", __name__)

    @probes.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", 200, content_type="text/plain")

    @probes.get("/readyz")
    def ready() -> Response:
        try:
            good = at_head(kit.database) and _works(kit)
        except (Busy, SQLAlchemyError):
            good = False
        return Response("ready\n" if good else "not ready\n", 200 if good else 503, content_type="text/plain")

    return probes


def _works(kit: Kit) -> bool:
    """Somebody keeps time, and nothing is stuck half-way out.

    Where nobody ever kept time this may be a web side that was just begun: that it can answer is all that can be asked.
    """
    now = kit.clock()
    with kit.database.read() as connection, Session(bind=connection) as db:
        leader = standing.leader(db, now=now)
        return (leader is None or leader.age <= standing.UNSEEN) and not standing.stuck(db, now=now)
