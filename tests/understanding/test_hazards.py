"""Danger is found in whatever words it comes, and nothing else is taken for it."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import content
from bot.understanding.hazards import Hazard, Hazards
from bot.understanding.hazards_likeness import Likeness
from content.hazards import HazardWords
from content.problem import ContentProblem
from tests.understanding import weigh

HERE = Path(__file__).parent
SHIPPED = content.HERE / "hazards.toml"
HAZARDS = Hazards()
HANG_SECONDS = 1.0  # a limit for a hang, not a speed: a screenful takes a millisecond
MOST_FALSE, MOST_DOUBTS = 0.01, 0.05
DIGITS_AND_NOISE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300).filter(
    lambda text: "sos" not in text.lower()
)


def table(name: str) -> Iterator[tuple[str, str, str]]:
    """Each sentence with what is expected and the kind, "" for any."""
    for group in tomllib.loads((HERE / name).read_text("utf-8"))["set"]:
        yield from ((said, group["expect"], group.get("kind", "")) for said in group["said"])


def blind() -> Iterator[tuple[str, str, str]]:
    for entry in tomllib.loads((HERE / "blind.toml").read_text("utf-8"))["said"]:
        yield entry["text"], "sure" if entry["danger"] else "either" if entry["both"] else "none", ""


def judged(text: str) -> str:
    found = HAZARDS.find(text)
    return "none" if found is None else "sure" if found.sure else "maybe"


TABLES: dict[str, Callable[[], Iterator[tuple[str, str, str]]]] = {
    "hazards.toml": lambda: table("hazards.toml"),
    "hazards_further.toml": lambda: table("hazards_further.toml"),
    "blind.toml": blind,
}


@pytest.mark.parametrize("name", TABLES)
def test_no_danger_is_missed(name: str) -> None:
    assert [text for text, expect, _ in TABLES[name]() if expect == "sure" and judged(text) != "sure"] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_doubt_is_answered_both_ways(name: str) -> None:
    assert [text for text, expect, _ in TABLES[name]() if expect == "either" and judged(text) == "none"] == []


@pytest.mark.parametrize("name", TABLES)
def test_study_and_everyday_talk_ring_nothing(name: str) -> None:
    verdicts = {text: judged(text) for text, expect, _ in TABLES[name]() if expect == "none"}
    false = [text for text, verdict in verdicts.items() if verdict == "sure"]
    doubts = [text for text, verdict in verdicts.items() if verdict == "maybe"]
    assert len(false) <= MOST_FALSE * len(verdicts), false
    assert len(doubts) <= MOST_DOUBTS * len(verdicts), doubts


@pytest.mark.parametrize("name", TABLES)
def test_what_may_be_a_report_does_not_ring(name: str) -> None:
    assert [text for text, expect, _ in TABLES[name]() if expect == "open" and judged(text) == "sure"] == []


def test_each_danger_gets_the_answer_of_its_kind() -> None:
    wrong = [
        (text, kind, found.kind)
        for name in ("hazards.toml", "hazards_further.toml")
        for text, expect, kind in table(name)
        if expect == "sure" and kind and (found := HAZARDS.find(text)) is not None and found.kind != kind
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("塌方把路堵了 俺几个出不去", Hazard("trapped", sure=True)),
        ("塌方把路堵了", Hazard("trapped", sure=True)),
        ("皮带着火了 烟里有人晕倒了", Hazard("underground", sure=True)),
        ("宿舍着火了", Hazard("fire", sure=True)),
        ("瓦斯超限了怎么办", Hazard("underground", sure=False)),
        ("瓦斯超限", Hazard("underground", sure=False)),
        ("瓦斯没超限", None),
        ("瓦斯0.9", None),
        ("瓦斯1.9", Hazard("underground", sure=True)),
        ("演练 皮带着火了", None),
        ("演练呢 不好了 皮带真着火了", Hazard("underground", sure=False)),
        ("不是演练 皮带真着火了", Hazard("underground", sure=True)),
        ("", None),
        ("！", None),
    ],
)
def test_the_rules_of_the_table(text: str, found: Hazard | None) -> None:
    assert HAZARDS.shaped(text)[0] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("冒丁了 里头有人", Hazard("trapped", sure=True)),
        ("毛顶咧", Hazard("underground", sure=True)),
        ("触店了 有人", Hazard("injury", sure=True)),
        ("wa si chao xian le kuai", Hazard("underground", sure=True)),
        ("wasichaoxianle", Hazard("underground", sure=True)),
        ("瓦斯chaoxian了", Hazard("underground", sure=True)),
        ("冒丁", Hazard("underground", sure=False)),
        ("帮我顶班了", None),
        ("找活了", None),
        ("偷税了", None),
        ("有人包扎了", None),
        ("ni hao wo shi zhang san", None),
        ("the quick brown fox", None),
    ],
)
def test_other_characters_of_the_same_sound_are_heard(text: str, found: Hazard | None) -> None:
    assert HAZARDS.shaped(text)[0] == found


@pytest.mark.parametrize("tail", ["！", "！！！", "。", "……", " ", "\n", "😱"])
def test_how_it_ends_takes_nothing_away(tail: str) -> None:
    assert HAZARDS.find(f"井下透水了{tail}") == Hazard("underground", sure=True)


@given(st.text(max_size=700))
def test_any_text_is_read_without_a_raise(text: str) -> None:
    assert HAZARDS.find(text) in (None, *(Hazard(kind, sure) for kind in KINDS for sure in (True, False)))


KINDS = ("trapped", "underground", "fire", "injury", "life", "drunk", "missing")


@given(DIGITS_AND_NOISE)
def test_latin_noise_is_no_danger(text: str) -> None:
    found = HAZARDS.find(text)
    assert found is None or not found.sure


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(sorted(HazardWords.read(SHIPPED).code_of)), min_size=1, max_size=4))
def test_no_repetition_of_words_hangs(words: list[str]) -> None:
    text = ("".join(words) * 700)[:700]
    begun = time.perf_counter()
    HAZARDS.find(text)
    assert time.perf_counter() - begun < HANG_SECONDS


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('kind = "trapped"', 'kind = "lost"', "unknown_kind"),
        ('where = "next"', 'where = "beside"', "frame_out_of_shape"),
        ('skipped = "虚"', 'skipped = "空"', "unknown_class"),
        ('"感冒", ', '"感冒", "冒顶", ', "word_in_two_classes"),
        ('"感冒", ', '"感冒", 1, ', "not_word_list"),
        ('told = ["困 了"', 'told = ["被围 了"', "unknown_class"),
        ('kind = "fire"', 'kind = "fire"\nloud = ["着火"]', "unknown_key"),
        ("[roles]", "[role]", "missing_key"),
        ('core = """\n瓦斯', 'core = """\n瓦片', "unknown_class"),
        ('"谁" = ["人", ', '"谁" = ["众", ', "unknown_class"),
        ('panic = "急"\n', "", "missing_key"),
        ('where = "next"\n', "", "missing_key"),
    ],
)
def test_a_slip_of_the_editor_is_told(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    shipped = SHIPPED.read_text("utf-8")
    assert was in shipped
    path = tmp_path / "hazards.toml"
    path.write_text(shipped.replace(was, becomes, 1), "utf-8")
    with pytest.raises(ContentProblem) as problem:
        HazardWords.read(path)
    assert problem.value.reason == reason


def test_the_weights_are_learnt_from_the_sentences_that_are_there() -> None:
    """Else: python -m tests.understanding.weigh"""
    assert weigh.fingerprint() in weigh.FILE.read_text("utf-8").partition("\n")[0]


def test_what_was_not_learnt_is_foretold() -> None:
    """A table left out of the learning: how much of it is heard all the same, by weights and shapes together."""
    kept = [each for name in (*weigh.TABLES, *weigh.SAID) if name != "hazards_fresh" for each in weigh.sentences(name)]
    rows = weigh.table_of(kept)
    weights = {run: tuple(row) for run, row in rows.items() if run}
    hazards = Hazards(likeness=Likeness(weigh.KINDS, weights, tuple(rows[""])))
    verdicts: dict[str, list[str]] = {"sure": [], "none": []}
    for text, expect, _ in table("hazards_fresh.toml"):
        if expect in verdicts:
            found = hazards.find(text)
            verdicts[expect].append("none" if found is None else "sure" if found.sure else "maybe")
    assert verdicts["sure"].count("sure") >= 0.85 * len(verdicts["sure"])
    assert verdicts["sure"].count("none") <= 0.08 * len(verdicts["sure"])
    assert verdicts["none"].count("sure") <= 0.06 * len(verdicts["none"])
