"""Puts a scenario on: simulator, roster, bot and player, all gone when it is over."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import simulator
from bot.config import Settings
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.control.box import Box
from bot.simulator.scenario.model import Scenario
from bot.simulator.scenario.player import FAST, Manner, Player
from bot.simulator.scenario.telling import Books
from bot.simulator.stage import settings as stage_settings
from bot.simulator.stage.child import Child
from bot.simulator.stage.serving import free_port, served

ATTEMPT_SECONDS = 5.0
WITHOUT_HURRY_SECONDS = 30.0
PATIENCE_SECONDS = 120.0  # whether the bot lives we know better than its clock does


@dataclass(frozen=True, slots=True)
class House:
    """What only somebody who knows the bot can do for a stage.

    `furnish` takes in the people of the mine before the bot starts, once the clock stands at the beginning, and gives
    back what will count in the bot's books.
    """

    furnish: Callable[[Furnishing], Books]
    database: str = ""
    """An empty database for the bot; without, a file in the stage's own folder."""


@dataclass(frozen=True, slots=True)
class Furnishing:
    """What a house is given: `now` is the stage's clock in Unix seconds, `roster` and `grants` what the scenario adds."""

    settings: Settings
    folder: Path
    now: Callable[[], float]
    scenario: Scenario
    roster: tuple[str, ...]
    """Lines of a roster, as the sample's file has them."""
    grants: tuple[tuple[str, str, str], ...]
    """Staff number, role, unit."""


@dataclass(slots=True)
class Stage:
    """One that is built: its address, its folder, its box, and the bot's process."""

    address: str
    folder: Path
    settings: Settings
    box: Box
    child: Child


@contextmanager
def stage(
    scenario: Scenario,
    house: House,
    *,
    port: int = 0,
    manner: Manner = FAST,
    opened: Callable[[str], object] = lambda _address: None,
) -> Iterator[tuple[Stage, Player]]:
    """Everything there and the bot answering; `opened` hears the address as soon as the page can be looked at.

    Raises OSError for a port that is taken and BotError for a bot that does not start. Only a play for the eye is held
    to the platform's five seconds: a busy machine must not change what a repeated play comes to.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stage-", ignore_cleanup_errors=True)))
        port, bot = port or free_port(), f"http://127.0.0.1:{free_port()}"
        address = f"http://127.0.0.1:{port}"
        database = house.database or f"sqlite:///{(folder / 'bot.db').as_posix()}"
        chosen = stage_settings.tables(scenario, simulator=address, bot=bot, database=database)
        settings = stage_settings.write(folder / "config.toml", chosen)
        box = simulator.assemble(
            settings,
            webhook=f"{bot}/wechat",
            clock=Clock(patience=PATIENCE_SECONDS),
            chance=Chance(scenario.seed),
            attempt_timeout=ATTEMPT_SECONDS if manner.pause_seconds else WITHOUT_HURRY_SECONDS,
        )
        app = simulator.serve(box)
        clock = box.world.clock
        log = folder / "bot.log"
        child = Child(
            folder / "config.toml",
            bot,
            log,
            seed=scenario.seed,
            followed=clock.is_followed,
            forget=clock.forget_followers,
        )
        books: list[Books] = []
        player = Player(
            scenario,
            box,
            app,
            places={"simulator": address, "bot": bot},
            bot=child,
            books=lambda: books[0]() if books else {},
            manner=manner,
        )
        stack.enter_context(served(app, port))
        player.set_out()
        opened(address)
        members = [(group, each) for group in scenario.groups for each in group.members()]
        furnishing = Furnishing(
            settings,
            folder,
            clock.now,
            scenario,
            (*scenario.roster, *(each.fill(group.line) for group, each in members if group.line)),
            (*scenario.grants, *((each.staff_no, group.role, group.unit) for group, each in members if group.role)),
        )
        books.append(house.furnish(furnishing))
        stack.callback(child.stop)
        child.start()
        yield Stage(address, folder, settings, box, child), player
