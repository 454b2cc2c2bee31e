"""`content doubts` as an operator types it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.kit import Kit
from bot.services import doubts, grants, units
from tests.cast import NOON
from tests.cli.test_command_line import Bot, bot
from tests.cli.test_materials import folder, say
from tests.rules.mine import CONTENT, MINE, WORDS, add_member, add_person, row_of, session

__all__ = ["Bot", "bot", "folder", "say"]


def test_the_operator_hears_what_rests_and_what_content_must_mend(
    make_kit: Callable[..., Kit], sqlite_url: str, folder: Path, say: Callable[..., str]
) -> None:
    assert "没有停问" in say("content", "doubts")
    wrong, rests, asked = (CONTENT.bank.questions[name] for name in CONTENT.bank.order[:3])
    with session(make_kit(sqlite_url)) as db:
        office = add_member(db, "1", "赵安全", MINE)
        phones = [add_person(db, "oSAFETY", office), *(add_person(db, f"o{n}", add_member(db, n, n)) for n in "23")]
        grants.grant(db, office, "safety_office", units.ensure(db, MINE, words=WORDS), by="operator", now=NOON)
        for question, people in ((wrong, 1), (rests, 3), (asked, 2)):
            for phone in phones[:people]:
                doubts.raise_doubt(db, phone.id, question.id, question.hash, now=NOON, reason="unclear")
        doubts.settle(db, row_of(db, "oSAFETY"), wrong.id, wrong.hash, doubts.WRONG, now=NOON)
    lines = say("content", "doubts").splitlines()
    assert [line.partition("　")[0] for line in lines[:2]] == [wrong.id, rests.id]
    assert "有错，停用" in lines[0]
    assert "看不懂3人" in lines[1]
    assert "content/questions" in lines[2]
    assert len(lines) == 3
