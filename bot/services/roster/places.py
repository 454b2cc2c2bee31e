"""From what a roster writes for unit, group, section and crew to paths in the tree of the mine."""

from __future__ import annotations

from collections.abc import Iterable

from bot.errors import Refusal
from content.mine import MineWords
from content.spelling import same, unit_path


class Places:
    """The paths that are known, from the database and from this file, and the rules that fill in what is not written."""

    def __init__(self, known: Iterable[str], words: MineWords, *, mine: str) -> None:
        self._paths: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = {}
        for path in known:
            self._add(path)
        tops = {path.partition("/")[0] for path in self._paths.values()}
        mines = [top for top in tops if words.kind_of(top, top=True) == "mine"]
        self._mine = unit_path(mine) or (mines[0] if len(mines) == 1 else "")
        self._tops: set[str] = set()

    def learn(self, text: str) -> None:
        """A unit written somewhere in the file; a full path tells where its last name belongs."""
        path = unit_path(text)
        if "/" in path:
            names = path.split("/")
            for count in range(1, len(names) + 1):
                self._add("/".join(names[:count]))
            self._tops.add(self._paths[same(names[0])])

    def unit(self, text: str) -> str:
        """The path of a unit: as written when it is one, else the one known unit of that name, else a new one in the mine.

        Raises Refusal when several units have the name.
        """
        path = unit_path(text)
        if same(path) in self._paths:
            return self._paths[same(path)]
        if "/" in path or not path:
            return path
        named = sorted(self._by_name.get(same(path), ()))
        if len(named) > 1:
            raise Refusal("roster.several_units", candidates=" ".join(named[:3]))
        if named:
            return named[0]
        # The mine as this file calls it, else as the settings do.
        top = next(iter(self._tops)) if len(self._tops) == 1 else self._mine
        return f"{top}/{path}" if top and same(top) != same(path) else path

    def group(self, text: str, unit: str) -> str:
        """A group stands under the branch."""
        return self._under(text, unit)

    def section(self, text: str, unit: str) -> str:
        """A section is one of the unit's own line if it has the name, else the only one of the name, else under the mine."""
        path = unit_path(text)
        if "/" in path or not path:
            return self._paths.get(same(path), path)
        names = unit.split("/")
        for count in range(len(names), 0, -1):
            if same(names[count - 1]) == same(path):
                return "/".join(names[:count])
        top = names[0]
        here = [each for each in self._by_name.get(same(path), ()) if each.startswith(f"{top}/")]
        return here[0] if len(here) == 1 else self._paths.get(same(f"{top}/{path}"), f"{top}/{path}")

    def crew(self, text: str, section: str, unit: str) -> str:
        """A crew stands under its section; where none is written, under the unit."""
        return self._under(text, section or unit)

    def _under(self, text: str, above: str) -> str:
        path = unit_path(text)
        if not path or "/" in path:
            return self._paths.get(same(path), path)
        if same(above.rpartition("/")[2]) == same(path):
            return above
        return self._paths.get(same(f"{above}/{path}"), f"{above}/{path}")

    def _add(self, path: str) -> None:
        if self._paths.setdefault(same(path), path) == path:
            self._by_name.setdefault(same(path.rpartition("/")[2]), set()).add(path)
