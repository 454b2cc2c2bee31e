"""What a serving process has ready before anybody can write to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import content
from bot.app import start_background
from bot.kit import Kit
from bot.understanding import answering


class Watching:
    """A database that notes whether the index stood when its own work began."""

    def __init__(self, words: content.Content) -> None:
        self._words = words
        self.stood: bool | None = None

    def start_background(self) -> None:
        self.stood = id(self._words.bank) in answering._MADE


def test_the_index_of_answers_stands_before_the_process_listens(make_kit: Callable[..., Kit], sqlite_url: str) -> None:
    """Made in a thread beside, the first who asked waited for it inside his turn, and everybody else behind him."""
    kit = make_kit(sqlite_url)
    bank = dataclasses.replace(kit.content.bank)  # one nobody has asked anything of
    words = dataclasses.replace(kit.content, bank=bank)
    watching: Any = Watching(words)
    assert id(bank) not in answering._MADE
    start_background(dataclasses.replace(kit, content=words, database=watching))
    assert watching.stood is True
