"""/healthz: the process lives. /readyz: it can answer people. Neither says more to a stranger."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from bot.db.migrate import at_head
from bot.errors import Busy
from bot.kit import Kit


def blueprint(kit: Kit) -> Blueprint:
    """The two probes of a load balancer."""
    probes = Blueprint("health", __name__)

    @probes.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", 200, content_type="text/plain")

    @probes.get("/readyz")
    def ready() -> Response:
        try:
            good = at_head(kit.database)
        except (Busy, SQLAlchemyError):
            good = False
        return Response("ready\n" if good else "not ready\n", 200 if good else 503, content_type="text/plain")

    return probes
