"""Every notation of the page on which Moodle explains GIFT, in questions of ours, taken in as an operator would."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

import content
from bot.errors import Refusal
from bot.kit import Kit
from bot.models import Material
from bot.services import grants, units
from bot.services.exchange import docx, files, markup, moodle
from bot.services.exchange.importing import Report, Wishes, check, keep, take_in
from bot.services.materials import bodies, desk
from bot.services.materials.frame import Frame
from content.exchange import ExchangeWords
from tests.cast import NOON
from tests.rules.mine import BRANCH, CONTENT, MINE, add_member, add_person, row_of, session
from tests.rules.mine import WORDS as MINE_WORDS

WORDS = ExchangeWords.read(content.HERE / "exchange.toml")
FRAME = Frame.of(CONTENT)
SAID: dict[str, Any] = {"topic": "顶板", "source": "综采一队作业规程第12条", "trades": ("采煤",)}
PAGE = r"""// true or false, short
::A1:: 2+2=4 {T}

// several choices, with a word for the right one and for the wrong ones
::A2:: Which lamp tells us to stop?
{ =the red one # right, it is the stop sign ~the green one # no, it says go ~the blue one # no }

// a word left out
::A3:: A shift has {=eight =8} hours at our mine.

// pairs
::A4:: Who drives what? { =hoist driver -> the hoist =haulage man -> the rope }

// a number with a tolerance
::A5:: Say a number near four. {#4:1}

// a number between two ends
::A6:: Say a number from three to five. {#3..5}

// several numbers with part of the marks
::A7:: In what year did our shaft open? {#
    =1958:0      # exactly
    =%50%1958:3  # near enough for half
}

// an essay
::A8:: What did you see today? {}

What hangs beside every telephone underground?{~a coat ~a mirror =the number of the dispatcher}

The lamp is {~broken =charged ~lost} before every shift.

The shearer has to stand still whenever anybody walks in front of its drum, {~never ~sometimes =always} at our face.

Where do we leave matches?{=upstairs =above ground}

A matchbox goes down with us.{FALSE}

Smoke climbs.{TRUE#It does not sink.#Warm air is light.}

How many people ride in our small cage?{#6}

What is a third, to two places? {#0.33:0.005}.

What is a third between two ends? {#0.33..0.34}

Which two go into the pocket before riding down? {~%-50%a lighter ~%50%the rescuer ~%50%the tag ~%-50%a radio}

::Home of the miner::[html]<p>Our mine <b>stands</b> in {
    ~a city#No, it is large but the wrong one.
    ~%25%a county#Nearly.
    =a village#Yes!
}.</p>

//Comments may stand between.
::[odd] title\: ok::[markdown]Which equation holds \{here\}? {
    =2 \= 2 \~ almost
    ~\#1\n
    ####Both sides are the same.
}

This line only tells that sums follow.

$CATEGORY: tom/dick/our bank

// [id:k-17] [tag:difficult] [tag:采煤]
In the category of somebody else?{=yes ~no}
"""


@pytest.fixture
def db(make_kit: Any, sqlite_url: str) -> Iterator[Session]:
    kit: Kit = make_kit(sqlite_url)
    with session(kit) as db:
        member = add_member(db, "100", "王作者", BRANCH)
        add_person(db, "oAUTHOR", member)
        units.ensure(db, BRANCH, words=MINE_WORDS)
        grants.grant(db, member, "committee", units.get(db, BRANCH), by="operator", now=NOON)
        yield db


def take(db: Session, text: str | bytes, folder: Path, suffix: str = "gift", **wishes: Any) -> Report:
    file = folder / f"bank.{suffix}"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    chosen = Wishes(units.get(db, BRANCH).id, "operator", **wishes)
    return take_in(db, files.read(file, WORDS), CONTENT.bank, FRAME, chosen, now=NOON)


def told(report: Report) -> list[tuple[int, str]]:
    return [(problem.line, problem.key) for problem in report.refused]


def test_every_notation_of_moodles_page_is_taken_or_named_by_its_line(db: Session, tmp_path: Path) -> None:
    report = take(db, PAGE, tmp_path, skip_bad=True, **SAID)
    assert told(report) == [
        (12, "exchange.gift_matching"), (15, "exchange.gift_span"), (18, "exchange.gift_span"), (27, "exchange.gift_essay"),
        (43, "exchange.gift_span"), (45, "exchange.gift_span"), (62, "exchange.gift_no_answer"),
    ]  # fmt: skip
    bodies_ = {draft.number or draft.body["stem"]: draft.body for draft in report.good}
    assert len(bodies_) == 15
    assert (bodies_["A1"]["stem"], bodies_["A1"]["answer"]) == ("2+2=4", True)
    assert (bodies_["A2"]["answer"], bodies_["A2"]["why"]) == ("A", "right, it is the stop sign")
    assert bodies_["A3"]["answer"] == ["eight", "8"]
    assert bodies_["A7"]["answer"] == ["1958"]
    assert bodies_["Smoke climbs."]["why"] == "Warm air is light."
    assert bodies_["Home of the miner"]["stem"] == "Our mine stands in____."
    assert bodies_["[odd] title: ok"]["options"] == ["2 = 2 ~ almost", "#1"]
    assert {body["topic"] for body in bodies_.values()} == {"顶板"}
    assert (bodies_["k-17"]["trades"], report.written) == (["采煤"], True)
    notes = {problem.key for problem in report.notes}
    assert {"exchange.category_not_ours", "exchange.tags_not_ours", "materials.empty", "materials.long"} <= notes
    assert db.query(Material).count() == 15


def test_a_category_of_ours_is_kept_and_what_the_file_says_itself_is_held(db: Session, tmp_path: Path) -> None:
    ours = "$CATEGORY: mine/瓦斯\n\nGas is lighter than air.{T}\n\n// topic: elsewhere\nAnother one of the same.{T}"
    report = take(db, ours, tmp_path, **SAID)
    assert [draft.body["topic"] for draft in report.good] == ["瓦斯"]
    assert told(report) == [(6, "materials.unknown_topic")]


def test_one_explanation_may_be_given_for_all(db: Session, tmp_path: Path) -> None:
    report = take(db, "Gas is lighter than air.{T}", tmp_path, why="照本矿通风规程讲过的。", **SAID)
    assert (report.good[0].body["why"], report.unwritten, report.notes) == ("照本矿通风规程讲过的。", 0, [])


def test_what_is_not_written_yet_is_written_before_it_is_handed_in(db: Session, tmp_path: Path) -> None:
    assert take(db, "Gas is lighter than air.{T}", tmp_path, **SAID).unwritten == 1
    author, draft = row_of(db, "oAUTHOR"), desk.get(db, "own-0001")
    with pytest.raises(bodies.Faulty) as refused:
        desk.submit(db, author, draft.key, now=NOON)
    assert [(fault.field, fault.key) for fault in refused.value.faults] == [("why", "materials.empty")]
    desk.write(
        db, author, "question", {**draft.body, "why": "瓦斯比空气轻，聚在顶上。"}, frame=FRAME, key=draft.key, now=NOON
    )
    assert desk.submit(db, author, draft.key, now=NOON).state == desk.IN_REVIEW


def test_a_text_beyond_all_measure_does_not_wait(db: Session, tmp_path: Path) -> None:
    assert told(take(db, f"{'Gas ' * 200}{{T}}", tmp_path, **SAID)) == [(1, "materials.long")]


def xml(inside: str) -> str:
    return f'<quiz><question type="category"><category><text>top/x</text></category></question>{inside}</quiz>'


def numerical(stem: str, fraction: str = "100", tolerance: str = "0") -> str:
    answer = f'<answer fraction="{fraction}"><text>3</text><tolerance>{tolerance}</tolerance></answer>'
    return f'<question type="numerical"><questiontext><text>{stem}</text></questiontext>{answer}</question>'


def test_what_is_no_number_is_named_and_breaks_nothing(db: Session, tmp_path: Path) -> None:
    odd = [("abc", "0"), ("nan", "0"), ("100", "x"), ("100", "inf"), ("1e999", "0")]
    text = "\n".join(numerical(f"第{n}道题填多少？", *each) for n, each in enumerate(odd))
    report = take(db, xml(f"{text}\n{numerical('最后一道题填多少？')}"), tmp_path, "xml", skip_bad=True, **SAID)
    assert told(report) == [(line, "exchange.xml_number") for line in range(1, 6)]
    assert [draft.body["answer"] for draft in report.good] == [["3"]]


def test_a_file_of_two_bytes_a_letter_is_read(db: Session, tmp_path: Path) -> None:
    body = ('<?xml version="1.0" encoding="UTF-16"?>\n' + xml(numerical("这一道题填多少？"))).encode("utf-16")
    assert len(take(db, body, tmp_path, "xml", **SAID).good) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(encoding: str) -> None:
    bomb = '<!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>'.encode(encoding)
    with pytest.raises(Refusal) as refused:
        moodle.read(bomb, WORDS)
    assert refused.value.key == "exchange.bad_xml"
    with pytest.raises(markup.Unreadable):
        markup.parsed(bomb)


def test_fields_of_ours_that_make_no_sense_are_named(db: Session, tmp_path: Path) -> None:
    deep = "[" * 5000
    said = f"// trades: 5\n// level: [1]\n// evidence: {deep}\nGas is lighter than air.{{T}}"
    report = take(db, said, tmp_path, **SAID)
    assert {problem.key for problem in report.refused} == {"materials.unknown_trade", "materials.level"}


def test_a_word_file_with_odd_numbering_is_refused_in_words(tmp_path: Path) -> None:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    level = '<w:p><w:pPr><w:numPr><w:ilvl w:val="x"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
    with zipfile.ZipFile(tmp_path / "x.docx", "w") as packed:
        packed.writestr("word/document.xml", f'<w:document xmlns:w="{name}"><w:body>{level}</w:body></w:document>')
    with pytest.raises(Refusal) as refused:
        docx.lines((tmp_path / "x.docx").read_bytes())
    assert refused.value.key == "exchange.bad_docx"


def test_of_a_file_without_lines_questions_are_counted_and_named(db: Session, tmp_path: Path) -> None:
    text = xml("".join(numerical(f"第{n}道题填多少？", "0") for n in range(30)) + numerical("第3道题填多少？") * 2)
    report = take(db, text, tmp_path, "xml", **SAID)
    assert (report.bad, len({problem.line for problem in report.refused})) == (32, 1)
    assert sorted({problem.nth for problem in report.refused}) == list(range(1, 33))
    assert [problem.values for problem in report.refused if problem.key == "exchange.twice_nth"] == [{"nth": 4}] * 2


def test_a_tag_within_a_word_leaves_no_gap(db: Session, tmp_path: Path) -> None:
    assert markup.freed("采煤<strong>工作面</strong><br>CO<sub>2</sub> <p>1 < 2</p>") == "采煤工作面 CO2  1 < 2 "
    stem = "<![CDATA[<p>采煤<strong>工作面</strong>几人？</p><p>写<span>数</span></p>]]>"
    text = xml(numerical(stem).replace("<questiontext>", '<questiontext format="html">'))
    assert take(db, text, tmp_path, "xml", **SAID).good[0].body["stem"] == "采煤工作面几人？ 写数"
    gift = take(db, "采煤<b>工作面</b>只准五个人进。{T}", tmp_path, **SAID)
    assert gift.good[0].body["stem"] == "采煤工作面只准五个人进。"


def test_what_another_branch_writes_is_neither_told_nor_in_the_way(db: Session, tmp_path: Path) -> None:
    other = f"{MINE}/机电队党支部"
    units.ensure(db, other, words=MINE_WORDS)
    text, body = "本队的绞车几个人开？{=两个 =2}", {**SAID, "why": "一个人看不住。"}
    assert take(db, text, tmp_path, **body).added == 1
    file = tmp_path / "bank.gift"

    def elsewhere(path: str) -> Report:
        wishes = Wishes(units.get(db, path).id, "operator", **body)
        return check(db, files.read(file, WORDS), CONTENT.bank, FRAME, wishes)

    assert told(elsewhere(other)) == []
    for path in (BRANCH, MINE):  # its own, and who stands above it and sees it
        assert [problem.values for problem in elsewhere(path).refused] == [{"id": "own-0001"}]
    db.query(Material).update({"unit_id": units.get(db, MINE).id})
    assert told(elsewhere(other)) == []  # a draft of the mine's office is not his to see
    db.query(Material).update({"live_version": 1, "state": desk.LIVE})
    assert told(elsewhere(other)) == [(1, "exchange.had_already")]


def test_what_somebody_wrote_between_the_check_and_the_writing_is_not_written_twice(
    db: Session, tmp_path: Path
) -> None:
    file, text = tmp_path / "two.gift", "瓦斯比空气轻，聚在顶上。{T}\n\n井下可以带打火机吗？{F}"
    file.write_text(text, "utf-8")
    wishes = Wishes(units.get(db, BRANCH).id, "operator", **SAID)
    report = check(db, files.read(file, WORDS), CONTENT.bank, FRAME, wishes)
    assert (report.refused, report.written, db.query(Material).count()) == ([], False, 0)
    take(db, text.partition("\n")[0], tmp_path, **SAID)
    keep(db, report, CONTENT.bank, FRAME, wishes, now=NOON)
    assert (told(report), report.written, report.added) == ([(1, "exchange.had_already")], False, 1)
    assert db.query(Material).count() == 1
