"""/metrics: counts for Prometheus, worked out from the tables when asked for; no label names a person."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.errors import Busy
from bot.kit import Kit
from bot.models import InboxMessage, OutboxItem
from bot.services.schedule import standing


def blueprint(kit: Kit) -> Blueprint:
    """For whoever says the token of [metrics]; with no token set there is no such page."""
    pages = Blueprint("metrics", __name__)

    @pages.get("/metrics")
    def metrics() -> Response:
        token = kit.settings.metrics.token.get_secret_value()
        if not token:
            return Response("not found\n", 404, content_type="text/plain")
        said = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(said.encode(), token.encode()):
            return Response("forbidden\n", 403, content_type="text/plain")
        try:
            return Response(page(kit), 200, content_type=CONTENT_TYPE_LATEST)
        except (Busy, SQLAlchemyError):
            return Response("the database is busy\n", 503, content_type="text/plain")

    return pages


def page(kit: Kit) -> bytes:
    """The whole page. Raises Busy."""
    with kit.database.read() as connection, Session(bind=connection) as db:
        families = list(_families(db, kit.clock()))
    registry = CollectorRegistry()
    registry.register(_Once(families))
    return generate_latest(registry)


class _Once:
    """What was worked out already, in the shape the library wants."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _families(db: Session, now: datetime) -> Iterator[Metric]:
    yield from _of_jobs(db, now)
    yield from _of_leader(db, now)
    yield from _of_outbox(db, now)
    yield from _of_inbox(db)


def _of_jobs(db: Session, now: datetime) -> Iterator[Metric]:
    runs = GaugeMetricFamily("bot_job_runs", "Due times on record, by job and outcome", labels=["job", "outcome"])
    for (job, outcome), count in sorted(standing.outcomes(db).items()):
        runs.add_metric([job, outcome], count)
    yield runs
    troubles = GaugeMetricFamily("bot_job_troubles", "Gaps and failures on record", labels=["job", "kind"])
    for (job, kind), count in sorted(standing.troubles(db).items()):
        troubles.add_metric([job, kind], count)
    yield troubles
    ages = GaugeMetricFamily("bot_job_last_run_age_seconds", "Since the last decision of a job", labels=["job"])
    for job, run in sorted(standing.last_runs(db).items()):
        ages.add_metric([job], (now - run.ran_at).total_seconds())
    yield ages
    yield GaugeMetricFamily(
        "bot_jobs_asked", "Missed due times somebody is to say something about", standing.waiting(db)
    )


def _of_leader(db: Session, now: datetime) -> Iterator[Metric]:
    leader = standing.leader(db, now=now)
    leads = leader is not None and leader.age <= standing.UNSEEN
    yield GaugeMetricFamily("bot_scheduler_leader", "1 while somebody keeps time", int(leads))
    if leader is not None:
        age = leader.age.total_seconds()
        yield GaugeMetricFamily("bot_scheduler_leader_age_seconds", "Since the leader was last seen", age)


def _of_outbox(db: Session, now: datetime) -> Iterator[Metric]:
    rows = select(OutboxItem.kind, OutboxItem.state, func.count()).group_by(OutboxItem.kind, OutboxItem.state)
    items = GaugeMetricFamily("bot_outbox_items", "Items on record, by kind and state", labels=["kind", "state"])
    for kind, state, count in db.execute(rows.order_by(OutboxItem.kind, OutboxItem.state)):
        items.add_metric([kind, state], count)
    yield items
    oldest = select(func.min(OutboxItem.made_at)).where(OutboxItem.state == "waiting", OutboxItem.urgency > 0)
    made = db.execute(oldest).scalar()
    age = (now - made).total_seconds() if made is not None else 0
    yield GaugeMetricFamily("bot_outbox_oldest_seconds", "Age of the oldest item that waits to be pushed", age)
    yield GaugeMetricFamily(
        "bot_pump_stuck", "Items a lost pump left in the midst of sending", standing.stuck(db, now=now)
    )


def _of_inbox(db: Session) -> Iterator[Metric]:
    rows = select(InboxMessage.status, func.count()).group_by(InboxMessage.status)
    messages = GaugeMetricFamily("bot_inbox_messages", "Messages on record, by status", labels=["status"])
    for status, count in db.execute(rows.order_by(InboxMessage.status)):
        messages.add_metric([status], count)
    yield messages
