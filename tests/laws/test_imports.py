"""Arrows point downwards, and each library has one door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.laws.source import HOUSE, imports, modules, name_of

# From the ground up; a module may import what stands no higher than itself.
FLOORS = (
    ("bot", "bot.messages", "bot.errors", "bot.clock", "bot.config", "bot.logs", "content"),
    ("bot.models", "bot.db"),
    ("bot.services",),
    (
        "bot.kit",
        "bot.putting",
        "bot.router",
        "bot.understanding",
        "bot.inbox",
        "bot.conversation",
        "bot.delivery",
        "bot.ledgers",
    ),
    ("handlers",),
    ("bot.wechat", "bot.webhook", "bot.health", "bot.console", "bot.h5", "scheduler"),
    ("bot.app", "bot.simulated", "bot.cli", "bot.wsgi", "bot.__main__"),
)
DOORS = {
    "wechatpy": ("bot.wechat",),
    "apscheduler": ("scheduler",),
    "celery": ("bot.delivery",),
    "flask": (
        "bot.webhook",
        "bot.health",
        "bot.app",
        "bot.wsgi",
        "bot.console",
        "bot.h5",
        "bot.simulator",
    ),
    "requests": ("bot.wechat", "bot.simulator"),
    "gunicorn": ("bot.cli.gunicorn_server",),
    "waitress": ("bot.cli.serve",),
    "alembic": ("bot.db",),
    "structlog": ("bot", "scheduler"),
    "cn2an": ("bot.services.quiz.answers",),
    "opencc": ("content.folding",),
    "pypinyin": ("bot.understanding",),
    "rapidfuzz": ("bot.understanding",),
    "cryptography": ("bot.wechat", "bot.simulator"),
    "openpyxl": ("bot.services.sheets", "bot.ledgers"),
    "fsrs": ("bot.services.spacing.rule",),
    "chinese_calendar": ("bot.services.shifts.holidays",),
    "prometheus_client": ("bot.health",),
    "segno": ("bot.simulator.api.things",),
}
SIMULATOR_MAY = ("bot.config", "bot.simulator")


def floor(module: str) -> int:
    """The storey a module of the house stands on, by its longest known prefix."""
    best = max(
        ((name, number) for number, names in enumerate(FLOORS) for name in names if _within(module, name)),
        key=lambda found: len(found[0]),
    )
    return best[1]


def _within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def _opens_the_box(name: str, imported: str) -> bool:
    """The roof may start the simulator; nothing below knows that there is one."""
    return _within(imported, "bot.simulator") and floor(name) == len(FLOORS) - 1


def _files(prefix: str = "") -> list[Path]:
    return [path for path in modules() if _within(name_of(path), prefix) or not prefix]


@pytest.mark.parametrize("path", [p for p in _files() if p.name != "run.py"], ids=name_of)
def test_arrows_only_go_down(path: Path) -> None:
    name = name_of(path)
    if _within(name, "bot.simulator"):
        return
    for imported in imports(path):
        if imported.split(".")[0] in HOUSE and not _opens_the_box(name, imported):
            assert floor(imported) <= floor(name), f"{name} reaches up to {imported}"


@pytest.mark.parametrize("path", _files("bot.simulator"), ids=name_of)
def test_the_simulator_knows_nothing_of_the_bot_but_its_settings(path: Path) -> None:
    for imported in imports(path):
        if imported.split(".")[0] in HOUSE and imported != "bot":
            assert any(_within(imported, room) for room in SIMULATOR_MAY), imported


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    for path in modules():
        if any(_within(imported, library) for imported in imports(path)):
            assert any(_within(name_of(path), door) for door in DOORS[library]), name_of(path)


def test_handlers_do_not_import_each_other() -> None:
    for path in _files("handlers"):
        feature = ".".join(name_of(path).split(".")[:2])
        if feature != "handlers":
            others = [name for name in imports(path) if _within(name, "handlers") and not _within(name, feature)]
            assert others in ([], ["handlers"]), path


def test_the_law_sees_an_arrow_that_points_up() -> None:
    assert floor("bot.services.quiz") < floor("handlers.quiz") < floor("bot.webhook") < floor("bot.app")
    assert floor("bot.db.engine") > floor("bot.clock")
