"""Questions as miners put them: right or honestly unknown, hardly ever wrong, and quickly."""

from __future__ import annotations

import dataclasses
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import content
from bot.messages import TEXT_LIMIT_BYTES
from bot.services.materials.taught import Taught
from bot.understanding.answering import Answer, Library, library
from bot.understanding.lookup import Found, chance, decide
from bot.understanding.meeting import Met
from bot.understanding.pieces import Piece
from content.asking import Asking, heard, squashed
from content.bank import Bank, Question
from content.folding import fold
from content.teaching.lessons import Lesson
from content.words import TAPPABLE
from tests.conftest import CONTENT

HERE = Path(__file__).parent
BOOKS = library(CONTENT)
SETS = sorted(path.name for path in HERE.glob("asked*.toml"))
NOTHING: dict[str, Any] = {"lessons": {}, "cases": {}, "cards": {}, "tracks": {}}
ASKING = Asking.read(content.HERE / "asking.toml")
HEARD = heard(content.HERE / "heard.toml")
RIGHT_OR_UNKNOWN, WRONG, ANSWERED = 0.95, 0.02, 0.65
UNSEEN = {"asked_fourth.toml": 0.55}
"""Sets nothing was ever learned from, weights, words and wordings, with the part of each that must be answered."""


def _asked(name: str) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = tomllib.loads((HERE / name).read_text("utf-8"))["asked"]
    return asked


def _answer(text: str, bank: Bank = CONTENT.bank, *, of_party: bool = True) -> Answer:
    return BOOKS.answer(text, bank, of_party=of_party)


def _given(answer: Answer) -> list[Piece]:
    """What a person is told; where that is not sure, the guesses."""
    return [answer.sure] if answer.sure is not None else list(answer.others)


def _verdict(asked: dict[str, Any], books: Library) -> str:
    right = {tuple(source) for source in asked["right"]}
    pieces = _given(books.answer(asked["text"], CONTENT.bank, of_party=True))
    if not pieces:
        return "unknown" if right else "rightly unknown"
    return "right" if any((piece.law, piece.article) in right for piece in pieces) else "wrong"


@pytest.mark.parametrize("name", SETS)
def test_nearly_all_questions_are_answered_right_or_not_at_all(name: str) -> None:
    """By what others have asked: the wordings that were learned from the set itself are left out."""
    asked = _asked(name)
    its_own = {each["text"] for each in asked}
    others = {piece: tuple(said for said in all_said if said not in its_own) for piece, all_said in HEARD.items()}
    books = Library(CONTENT.bank, CONTENT.teaching, ASKING, others)
    verdicts = {each["text"]: _verdict(each, books) for each in asked}
    wrong = [text for text, verdict in verdicts.items() if verdict == "wrong"]
    counted = Counter(verdicts.values())
    assert len(wrong) <= WRONG * len(asked), wrong
    assert counted.total() - len(wrong) >= RIGHT_OR_UNKNOWN * len(asked)
    answerable = sum(1 for each in asked if each["right"])
    assert counted["right"] >= UNSEEN.get(name, ANSWERED) * answerable, [
        t for t, verdict in verdicts.items() if verdict == "unknown"
    ]


@pytest.mark.parametrize("name", SETS)
def test_every_line_of_a_set_is_sound(name: str) -> None:
    asked = _asked(name)
    assert len({each["text"] for each in asked}) == len(asked)
    for each in asked:
        assert set(each) == {"text", "right"}
        assert all(len(source) == 2 for source in each["right"]), each["text"]


def test_nothing_was_learned_from_the_sets_that_are_held_back() -> None:
    """But for what others had put in the same words before."""
    learned = {said for all_said in HEARD.values() for said in all_said}
    elsewhere = {each["text"] for name in SETS if name not in UNSEEN for each in _asked(name)}
    assert {each["text"] for name in UNSEEN for each in _asked(name)} & learned <= elsewhere


def test_every_wording_belongs_to_one_piece_that_is_there() -> None:
    assert set(HEARD) <= {piece.id for piece in BOOKS.pieces}
    said = Counter(fold(each) for all_said in HEARD.values() for each in all_said)
    assert [each for each, times in said.items() if times > 1] == []


def test_what_was_asked_once_is_known_by_the_same_words_again() -> None:
    lost = []
    for piece in BOOKS.pieces:
        for said in HEARD.get(piece.id, ()):
            found = _given(_answer(said))
            if not any((each.law, each.article) == (piece.law, piece.article) for each in found):
                lost.append(said)
    assert len(lost) <= sum(map(len, HEARD.values())) // 50, lost


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("放炮前瓦丝到多少不让放", "爆破前瓦斯到多少不让放"),
        ("局扇停了", "局部通风机停了"),
        ("皮带機", "带式输送机"),
        ("ＣＨ４", "瓦斯"),
        ("瞎炮", "拒爆"),
        ("坐猴车", "坐架空乘人装置"),
    ],
)
def test_words_of_the_pit_come_out_as_the_rules_have_them(said: str, written: str) -> None:
    assert ASKING.worded(said).split() == ASKING.worded(written).split()


@pytest.mark.parametrize("said", ["自救气几秒要带好", "自就器几秒要戴好"])
def test_a_slip_that_sounds_alike_is_found(said: str) -> None:
    assert any("自救器" in f"{piece.title}{piece.about}" for piece in _given(_answer(said)))


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("我这个月工资多少", "mine"),
        ("我的工伤批了没", "mine"),
        ("我啥时候转正", "mine"),
        ("谁是支部书记", "here"),
        ("矿长叫什么", "here"),
        ("食堂几点开门", "here"),
        ("你觉得矿长咋样", "opinions"),
        ("台湾问题怎么看", "opinions"),
        ("工伤咋认定", ""),
        ("预备党员啥时候转正", ""),
        ("拒绝冒险作业能扣工资吗", ""),
    ],
)
def test_what_is_his_own_affair_or_an_opinion_is_known_for_it(said: str, where: str) -> None:
    assert BOOKS.is_elsewhere(said) == where


def test_published_party_law_is_read_to_whoever_asks() -> None:
    published = [piece for piece in BOOKS.pieces if piece.of_party]
    assert published
    for piece in published:
        assert BOOKS.named(BOOKS.called(piece, CONTENT.bank), CONTENT.bank, of_party=False) is not None
    asked = "支委会多久开一次"
    assert _answer(asked, of_party=False) == _answer(asked)


def test_the_mines_own_party_material_is_kept_for_members_and_said_to_be() -> None:
    own = dataclasses.replace(OWN, trades=("党员",), topic="支部工作")
    bank = dataclasses.replace(CONTENT.bank, questions={**CONTENT.bank.questions, own.id: own})
    asked = "三号斜巷绞车挂几个矿车"
    sure = _answer(asked, bank).sure
    assert sure is not None
    assert sure.id == own.id
    others = _answer(asked, bank, of_party=False)
    assert others.withheld
    assert all(piece.id != own.id for piece in _given(others))
    assert BOOKS.named(BOOKS.called(sure, bank), bank, of_party=False) is None


@pytest.mark.parametrize("said", ["皮带跑偏了能用手扶吗", "皮带跑偏能用手推吗"])
def test_what_no_rule_speaks_of_is_never_answered_for_sure(said: str) -> None:
    assert _answer(said).sure is None


@pytest.mark.parametrize("said", ["自救器能用多长时间", "自救器能撑几分钟"])
def test_how_long_a_rescuer_lasts_is_told(said: str) -> None:
    assert "self_rescue-0005" in {piece.id for piece in _given(_answer(said))}


def test_what_rests_is_neither_found_nor_called_for() -> None:
    question = CONTENT.bank.questions["gas-0001"]
    resting = dataclasses.replace(CONTENT.bank, resting=frozenset({question.id}))
    name = squashed(question.point)
    assert BOOKS.named(name, CONTENT.bank, of_party=False) is not None
    assert all(piece.id != question.id for piece in _given(_answer(question.stem, resting)))
    found = BOOKS.named(name, resting, of_party=False)
    assert found is None or found.id != question.id


OWN = Question(
    "own-0001", "single", "三号斜巷的绞车最多能挂几个矿车？", ("两个", "四个"), "A", (), "挂多了绳受不住，容易跑车。",
    "本矿规定", "三号斜巷措施第五条", "运输", "三号斜巷挂车数", ("运输",), 2, "", "own",
)  # fmt: skip


def test_the_mines_own_questions_answer_those_who_see_them_and_nobody_else() -> None:
    bank = dataclasses.replace(
        CONTENT.bank, questions={**CONTENT.bank.questions, OWN.id: OWN}, for_all=(*CONTENT.bank.for_all, OWN.id)
    )
    sure = _answer("三号斜巷绞车挂几个矿车", bank, of_party=False).sure
    assert sure is not None
    assert sure.id == OWN.id
    assert BOOKS.named(BOOKS.called(sure, bank), bank, of_party=False) == sure
    assert all(piece.id != OWN.id for piece in _given(_answer("三号斜巷绞车挂几个矿车")))
    assert BOOKS.named(squashed(OWN.point), CONTENT.bank, of_party=True) is None


LESSON = Lesson(
    "own-0002", "safety", "通风", "三号斜巷的风门", "咱矿三号斜巷的风门夜班归瓦检员看，坏了找通风队。", "", "本矿规定", "通风队第三条", (),
    ("通风",), 1,
)  # fmt: skip


def test_the_mines_own_lessons_answer_those_who_see_them_and_what_no_law_can_know() -> None:
    taught = Taught.of([LESSON])
    asked = "三号斜巷的风门夜班归谁看"
    seen = BOOKS.answer(asked, CONTENT.bank, of_party=False, taught=taught)
    assert [each.id for each in _given(seen)][:1] == [LESSON.id]
    [name] = {BOOKS.called(each, CONTENT.bank, taught=taught) for each in _given(seen) if each.id == LESSON.id}
    found = BOOKS.named(name, CONTENT.bank, of_party=False, taught=taught)
    assert found is not None
    assert found.text == LESSON.text
    assert BOOKS.named(name, CONTENT.bank, of_party=False) is None
    assert all(each.id != LESSON.id for each in _given(_answer(asked)))


@pytest.mark.parametrize("said", ["咱矿是高瓦斯还是低瓦斯", "咱矿那个面锚杆间排距是多少", "谁是支部书记"])
def test_what_only_the_mine_knows_no_law_answers_and_its_own_lesson_does(said: str) -> None:
    assert _given(_answer(said)) == []
    own = dataclasses.replace(LESSON, title=said, text=f"{said}：见矿上的公示。")
    given = _given(BOOKS.answer(said, CONTENT.bank, of_party=False, taught=Taught.of([own])))
    assert [each.id for each in given] == [own.id]


def _found(name: str, score: float, *, article: str = "第一条", lacks: float = 0.0) -> Found:
    piece = Piece(name, "question", name, name, "", "规程", article, of_party=False)
    full = Met(**{**dict.fromkeys(Met._fields, 0.0), "share": 1.0, "title": 1.0, "about": 1.0, "lacks": lacks})
    return Found(piece, full, score)


def test_two_guesses_are_worth_less_the_more_others_speak_of_it_as_well() -> None:
    two = [_found("甲", 5.0), _found("乙", 4.9, article="第二条")]
    crowd = [*two, *(_found(f"丙{n}", 4.8, article=f"第{n}条") for n in range(8))]
    assert chance(two) > chance(crowd)
    same = [*two, *(_found(f"丙{n}", 4.8, article="第一条") for n in range(8))]
    assert chance(same) > chance(crowd)


def test_what_lacks_the_thing_that_was_asked_for_is_never_the_one_answer() -> None:
    assert decide([_found("甲", 9.0)]).sure is not None
    lacking = decide([_found("甲", 9.0, lacks=1.0), _found("乙", 1.0)])
    assert lacking.sure is None
    assert [each.id for each in lacking.others] == ["甲", "乙"]


def test_every_piece_has_a_tap_of_its_own_that_survives_every_client() -> None:
    names: dict[str, tuple[str, str, str]] = {}
    for piece in BOOKS.pieces:
        name = BOOKS.called(piece, CONTENT.bank)
        says = CONTENT.words.tapped("ask.about", about=name)
        assert TAPPABLE.fullmatch(says), says
        assert CONTENT.words.taps["ask.about"].read(fold(says)) == {"about": name}
        assert names.setdefault(name, piece.point) == piece.point, name


def test_two_points_of_one_title_are_told_apart_by_their_article() -> None:
    twins = {
        each.id: each
        for each in (OWN, dataclasses.replace(OWN, id="own-0002", article="第六条"), dataclasses.replace(OWN, id="x"))
    }
    bank = Bank(twins, tuple(twins), tuple(twins))
    books = Library(bank, dataclasses.replace(CONTENT.teaching, **NOTHING), ASKING)
    first, second, same = books.pieces
    assert books.called(first, bank) != books.called(second, bank)
    assert books.called(first, bank) == books.called(same, bank)
    assert books.named(books.called(second, bank), bank, of_party=False) == second


def test_what_is_read_out_fits_on_one_page_with_its_taps() -> None:
    taps = 3 * 330  # the longest title twice in a link, and the way to say that it was none of these
    for piece in BOOKS.pieces:
        assert len(f"{piece.about}{piece.says}{piece.law}{piece.article}".encode()) + taps <= TEXT_LIMIT_BYTES + 330


@settings(max_examples=60, deadline=None, database=None)
@given(st.text(max_size=400) | st.text("瓦斯放炮多少米1.5 \n\"'*-:^(){}", max_size=80))
def test_any_text_is_looked_up_without_harm(text: str) -> None:
    assert len(_given(_answer(text))) <= 2


def test_the_library_of_a_content_is_made_once() -> None:
    books = library(CONTENT)
    assert library(CONTENT) is books
    other = dataclasses.replace(CONTENT, bank=Bank({OWN.id: OWN}, (OWN.id,), (OWN.id,)))
    assert library(other) is not books
    assert library(CONTENT) is books


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("[same]\n[fillers]\n", "missing_key"),
        ('[same]\n"爆破" = ["放炮"]\n"起爆" = ["放炮"]\n[fillers]\n[elsewhere]\n', "said_for_two"),
        ('[same]\n"爆破" = "放炮"\n[fillers]\n[elsewhere]\n', "not_sayings"),
        (
            '[same]\n[fillers]\nwords = ["吗"]\nforeign = []\n[elsewhere]\nmine = ["{我的"]\nopinions = []\n',
            "bad_saying",
        ),
    ],
)
def test_a_mistake_in_the_words_is_told(tmp_path: Path, table: str, reason: str) -> None:
    path = tmp_path / "asking.toml"
    path.write_text(table, "utf-8")
    with pytest.raises(content.ContentProblem) as caught:
        Asking.read(path)
    assert caught.value.reason == reason
