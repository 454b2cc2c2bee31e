"""A mass message on its way: to whom it goes, who is passed over, what is told of it at the end (wechat_platform §4.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.simulator.api.faults import Fault
from bot.simulator.api.messages.finishing import afterwards, ordered_failure
from bot.simulator.api.table import Platform
from bot.simulator.phones.model import Bubble, Phone
from bot.simulator.phones.world import Memory

BEIJING = timezone(timedelta(hours=8))
SEND_SECONDS, CONFIRM_SECONDS = 5.0, 1800.0
MOST_A_MONTH = 4
JOBS_KEPT = 500
SENDING, SENT, FAILED, DELETED = "SENDING", "SEND_SUCCESS", "SEND_FAIL", "DELETE"
NOBODY_CONFIRMED = 40002
HELPER = "mphelper"
"""In whose name the platform tells of mass messages."""
Job = dict[str, Any]


@dataclass(slots=True)
class Counts:
    """`prepared` (FilterCount) are those left after filtering: always sent and errors together."""

    total: int = 0
    prepared: int = 0
    sent: int = 0
    errors: int = 0


def month(platform: Platform) -> str:
    """The month of Beijing in which four messages may reach a person."""
    return f"{datetime.fromtimestamp(platform.clock.now(), BEIJING):%Y-%m}"


def jobs(memory: Memory) -> dict[str, Job]:
    """By msg_id, oldest first."""
    found: dict[str, Job] = memory.shelf.setdefault("mass", {})
    return found


def start(platform: Platform, memory: Memory, body: Job, bubbles: list[Bubble], audience: Job) -> Job:
    """A new job; it goes out in a few seconds, or waits half an hour for the administrator (switch mass_protection)."""
    msg_id = platform.world.next_msg_id()
    held = platform.switches.on.mass_protection == "on"
    job = {
        "msg_id": msg_id,
        "kind": body["msgtype"],
        "status": SENDING,
        "audience": audience,
        "to_all": "all" in audience,
        "bubbles": [asdict(bubble) for bubble in bubbles],
        "day": platform.quotas.day(),
        "month": month(platform),
        "confirm_until": platform.clock.now() + CONFIRM_SECONDS if held else None,
        "due": platform.clock.now() + (CONFIRM_SECONDS if held else SEND_SECONDS),
    }
    kept = jobs(memory)
    kept[str(msg_id)] = job
    for old in list(kept)[:-JOBS_KEPT]:
        del kept[old]
    platform.world.touch()
    _plan(platform, job)
    return job


def confirm(platform: Platform, msg_id: str) -> bool:
    """The administrator says yes; False when nothing of this id waits for it."""
    with platform.world.locked() as memory:
        job = jobs(memory).get(msg_id)
        if job is None or job["status"] != SENDING or job["confirm_until"] is None:
            return False
        job["confirm_until"], job["due"] = None, platform.clock.now() + SEND_SECONDS
        platform.world.touch()
    _plan(platform, job)
    return True


def catch_up(platform: Platform) -> None:
    """Does at once what is due, before somebody asks how a job stands."""
    for job in _open(platform):
        _go(platform, str(job["msg_id"]))


def resume(platform: Platform, earliest: float = 0.0) -> None:
    """Plan anew what a restart found open; nothing sooner than in `earliest` seconds."""
    for job in _open(platform):
        _plan(platform, job, earliest)


def _open(platform: Platform) -> list[Job]:
    with platform.world.locked() as memory:
        return [each for each in jobs(memory).values() if each["status"] == SENDING]


def _plan(platform: Platform, job: Job, earliest: float = 0.0) -> None:
    msg_id = str(job["msg_id"])
    afterwards(platform, max(earliest, job["due"] - platform.clock.now()), lambda: _go(platform, msg_id))


def _go(platform: Platform, msg_id: str) -> None:
    """Send it, once, when it is due."""
    with platform.world.locked() as memory:
        job = jobs(memory).get(msg_id)
        if job is None or job["status"] != SENDING or job["due"] > platform.clock.now():
            return
        failure = ordered_failure(platform, "mass") if job["confirm_until"] is None else None
        counts = _counted(platform, memory, job, failure)
        if job["confirm_until"] is not None:
            job["status"], told = FAILED, f"err({NOBODY_CONFIRMED})"
        elif failure is not None:
            job["status"], told = FAILED, f"err({failure.errcode})" if failure.errcode > 0 else "send fail"
        else:
            job["status"], told = SENT, "send success"
        job["audience"] = {}
        platform.world.touch()
    platform.send_event(HELPER, "MASSSENDJOBFINISH", _news(job, told, counts))


def _counted(platform: Platform, memory: Memory, job: Job, failure: Fault | None) -> Counts:
    everyone = list(_audience(memory, job["audience"]))
    counts = Counts(total=len(everyone))
    if job["confirm_until"] is not None or (failure is not None and failure.errcode > 0):
        return counts  # the examiners stopped it before anybody was looked at
    for openid, phone in everyone:
        if phone is not None and _passed_over(platform, phone, job["month"]):
            continue
        counts.prepared += 1
        reached = phone is not None and phone.following and failure is None
        if phone is None or not reached or ordered_failure(platform, "mass", openid):
            counts.errors += 1
            continue
        counts.sent += 1
        phone.masses[job["month"]] = phone.masses.get(job["month"], 0) + 1
        for bubble in job["bubbles"]:
            platform.world.add_bubble(phone, Bubble(**bubble))
    return counts


def _audience(memory: Memory, audience: Job) -> Iterator[tuple[str, Phone | None]]:
    if "openids" in audience:
        yield from ((openid, memory.by_openid(openid)) for openid in audience["openids"])
        return
    for phone in memory.phones.values():
        if phone.following and ("tag" not in audience or audience["tag"] in phone.tags):
            yield phone.openid, phone


def _passed_over(platform: Platform, phone: Phone, in_month: str) -> bool:
    """Silently: who does not want to hear, whom the account does not want, and who had his four of this month."""
    full = platform.account.kind != "subscription_certified" and phone.masses.get(in_month, 0) >= MOST_A_MONTH
    return phone.refuses or phone.blocked or full


def _news(job: Job, status: str, counts: Counts) -> list[tuple[str, Any]]:
    articles = job["kind"] == "mpnews"
    urls = [article["url"] for bubble in job["bubbles"] for article in bubble["articles"]] if articles else []
    listed = [("item", [("ArticleIdx", at), ("ArticleUrl", url)]) for at, url in enumerate(urls, start=1)]
    return [
        ("MsgID", job["msg_id"]),
        ("Status", status),
        ("TotalCount", counts.total),
        ("FilterCount", counts.prepared),
        ("SentCount", counts.sent),
        ("ErrorCount", counts.errors),
        ("CopyrightCheckResult", [("Count", 0), ("ResultList", []), ("CheckState", 1 if articles else 0)]),
        ("ArticleUrlResult", [("Count", len(urls)), ("ResultList", listed)]),
    ]
