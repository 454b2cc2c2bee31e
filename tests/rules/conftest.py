"""A database with one person in it, for rules about a person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.services import people
from tests.cast import NOON


@pytest.fixture
def db(kit: Kit) -> Iterator[Session]:
    """One transaction; the person is `oONE`."""
    with kit.database.write() as connection:
        people.meet(connection, "oONE", now=NOON)
        yield Session(bind=connection)
