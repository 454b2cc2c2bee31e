"""What is measured: every server of the table, the traffic it gets, and how to see that its answers were kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench import account, rows
from tests.bench.rows import Plan


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server keeps what it keeps: a folder of its own, and its database when that is ours."""

    folder: Path
    url: str = ""

    @property
    def environ(self) -> Mapping[str, str]:
        return {account.FOLDER: str(self.folder), "BOT_CONFIG": str(self.folder / "config.toml")}


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table. `talk` names the traffic: echo, help or tap; `full`: left out by --quick."""

    name: str
    app: str
    talk: str
    kind: str = "gthread"
    database: str = ""
    full: bool = False
    durable: bool = False

    def kept(self, place: Place) -> int | None:
        """How many answers stand in its database; None where no such count is kept."""
        if self.talk != "tap" or self.database == "werobot":
            return None
        return rows.answered_on_floor(place.folder) if self.database == "floor" else rows.answered(place.url)


OURS = "bot.wsgi:app"
PEERS = "tests.bench.peers"

VARIANTS = (
    Variant("hello", f"{PEERS}.hello:app", "hello"),
    Variant("hello sync", f"{PEERS}.hello:app", "hello", "sync", full=True),
    Variant("echo", f"{PEERS}.echo:app", "echo"),
    Variant("echo werobot", f"{PEERS}.robot:echo()", "echo"),
    Variant("echo ours", f"{PEERS}.door:create()", "echo", database="none"),
    Variant("help ours", OURS, "help", database="sqlite"),
    Variant("quiz werobot", f"{PEERS}.robot:step()", "tap", "sync", database="werobot"),
    Variant("quiz floor", f"{PEERS}.floor:create()", "tap", database="floor"),
    Variant("quiz floor sync", f"{PEERS}.floor:create()", "tap", "sync", database="floor", full=True),
    Variant("quiz ours", OURS, "tap", database="sqlite"),
    Variant("quiz ours sync", OURS, "tap", "sync", database="sqlite", full=True),
    Variant("quiz ours durable", OURS, "tap", database="sqlite", full=True, durable=True),
    Variant("quiz ours postgresql", OURS, "tap", database="postgresql"),
)


def chosen(only: list[str], *, quick: bool, postgres: bool) -> list[Variant]:
    """Those whose name holds one of the words asked for; without words all, the dearer ones not in a quick run."""
    return [
        variant
        for variant in VARIANTS
        if (any(word in variant.name for word in only) if only else not (quick and variant.full))
        and (postgres or variant.database != "postgresql")
    ]


class Places:
    """A filled database for every variant: each kind is filled once and copied."""

    def __init__(self, folder: Path, plan: Plan, postgres_url: str) -> None:
        self._folder, self._plan, self._postgres_url = folder, plan, postgres_url
        self._template: Path | None = None

    def of(self, variant: Variant) -> Place:
        folder = self._folder / variant.name.replace(" ", "-")
        folder.mkdir()
        fillers: dict[str, Callable[[Path, Plan], None]] = {"floor": rows.fill_floor, "werobot": rows.fill_robot}
        if variant.database in fillers:
            fillers[variant.database](folder, self._plan)
        if variant.database not in ("sqlite", "postgresql", "none"):
            return Place(folder)
        url = self._postgres_url if variant.database == "postgresql" else f"sqlite:///{folder / 'bot.db'}"
        if variant.database == "postgresql":
            rows.fill(url, self._plan)
        elif variant.database == "sqlite":
            (folder / "bot.db").write_bytes(self._filled().read_bytes())
        rows.write_config(folder / "config.toml", url, durable=variant.durable)
        return Place(folder, url)

    def _filled(self) -> Path:
        if self._template is None:
            self._template = self._folder / "filled.db"
            rows.fill(f"sqlite:///{self._template}", self._plan)
        return self._template
