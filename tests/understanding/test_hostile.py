"""Bombs and disguises: no text takes long to read, and none is taken for a command it is not (H-14, H-15)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from bot.understanding import Understanding
from content.folding import fold
from tests.conftest import CONTENT

UNDERSTANDING = Understanding(CONTENT)
WORDS = CONTENT.words
LONGEST_BYTES = 2048
WORST_S = 0.005  # reliability.md H-14, on a machine of its own
HANG = 40  # times that, which no busy machine explains
HOMOGLYPHS = str.maketrans("aceopxyhkmtbABCEHKMOPTX", "асеорхуһкмтьАВСЕНКМОРТХ")
WRITES = sorted(WORDS.writes)


def _cut(text: str) -> str:
    return text.encode()[:LONGEST_BYTES].decode("utf-8", "ignore")


def _bombs(count: int) -> list[str]:
    """Texts made of the very pieces the patterns are made of: nothing else could make them try twice."""
    chance = random.Random(14)
    pieces = [
        *WORDS.by_word,
        *WORDS.sayings.speech.leads,
        *WORDS.sayings.speech.tails,
        *WORDS.sayings.speech.before,
        *WORDS.sayings.speech.after,
        *(each for s in WORDS.sayings.says for g in s.pattern.groups if g for each in sorted(g.any_of) if each),
        *WORDS.sayings.shapes.shifts,
        *WORDS.sayings.shapes.topics,
        "1",
        "9" * 30,
        "a" * 30,
        "k7m2 ",
        " ",
        "，",
        "-",
        "[",
        "]",
        "{",
        "…",
        "\u200b",
        "\u202e",
        "ﷺ",
        "\U0001f600",
    ]
    made = [piece * 1000 for piece in pieces[:: max(1, len(pieces) // (count // 2))]]
    while len(made) < count:
        some = chance.choices(pieces, k=chance.randint(1, 12))
        made.append("".join(chance.choices(some, k=chance.randint(1, 400))))
    return [_cut(text) for text in made[:count]]


def test_no_text_is_read_in_more_than_a_moment(share: Callable[[int], int]) -> None:
    for text in _bombs(share(10_000)):
        started = time.thread_time()
        UNDERSTANDING.said(text)
        assert time.thread_time() - started < WORST_S * HANG, text[:80]


@pytest.mark.parametrize(
    "piece", ["报名", "我", "打卡 ", "绑定1", "提醒改", "查询 7f3k", "[微笑]", "，", "a1", "瓦斯题", "一点"]
)
def test_twice_the_text_never_takes_much_more_than_twice_the_time(piece: str) -> None:
    def cost(letters: int) -> float:
        text = (piece * letters)[:letters]
        best = []
        for _ in range(5):
            started = time.thread_time()
            for _ in range(4):
                UNDERSTANDING.said(text)
            best.append(time.thread_time() - started)
        return min(best)

    assert cost(1600) < 12 * cost(400) + WORST_S * HANG  # four times the text; squared would be sixteen


def test_no_saying_repeats_without_end() -> None:
    """Sayings are walked, not backtracked; the few expressions of the shapes hold no repeat inside a repeat."""
    for saying in (*WORDS.sayings.says, *WORDS.sayings.offers, *WORDS.sayings.hints):
        assert len(saying.pattern.groups) <= 16, saying.pattern.source
    for tapped in WORDS.taps.values():
        for pattern in tapped.patterns:
            assert "+)" not in pattern.pattern.replace("+)?", "")


def _disguises(count: int) -> list[tuple[str, str]]:
    """Texts that look like a word of a writing action, and that word."""
    chance = random.Random(15)
    words = sorted(word for word, action in WORDS.by_word.items() if action in WORDS.writes)
    ascii_words = sorted(word for word in WORDS.by_word if word.isascii() and word.isalpha())
    made: list[tuple[str, str]] = []
    while len(made) < count:
        word = chance.choice(words)
        sort = chance.randrange(6)
        if sort == 0:  # read backwards on the screen
            made.append(("\u202e" + word[::-1] + "\u202c", word))
        elif sort == 1:  # hidden in a sentence that says the contrary
            made.append((chance.choice(["谁说要", "别给我", "我可没", "他不想", "千万别"]) + "\u200b".join(word), word))
        elif sort == 2:
            plain = chance.choice(ascii_words)
            made.append((plain.translate(HOMOGLYPHS), plain))
        elif sort == 3:  # a name of five hundred letters behind it
            made.append((f"{word}的{'张' * 500}", word))
        elif sort == 4:
            made.append((f"{'李' * 250}{word}{'四' * 250}", word))
        else:
            made.append((f"签到 {'K7M2'.translate(HOMOGLYPHS)}", "签到"))
    return made


def test_no_disguise_starts_what_writes(share: Callable[[int], int]) -> None:
    for text, word in _disguises(share(5_000)):
        understood = UNDERSTANDING.said(text)
        if fold(text) == word:
            continue
        assert understood.action not in WORDS.writes, (text[:40], word)


def test_what_only_hides_letters_is_still_the_word(share: Callable[[int], int]) -> None:
    chance = random.Random(16)
    words = sorted(WORDS.by_word)
    for _ in range(share(5_000)):
        word = chance.choice(words)
        hidden = "".join(
            letter + chance.choice(["", "\u200b", "\u200d", "\u2060", "\ufeff", "\u202c"]) for letter in word
        )
        assert UNDERSTANDING.said(hidden).action == WORDS.by_word[word], word


@pytest.mark.parametrize("name", ["张" * 500, "a" * 500, "张三·" * 120, "\u202e张三", "张三\u0000" * 100])
def test_a_name_that_is_none_is_left_out(name: str) -> None:
    understood = UNDERSTANDING.said(f"绑定 100001 {name}")
    assert len(understood.args.get("name", "")) <= 20
    assert "\u202e" not in understood.args.get("name", "")


def test_a_code_of_foreign_letters_is_no_code() -> None:
    assert "code" not in UNDERSTANDING.said(f"签到 {'K7M2'.translate(HOMOGLYPHS)}").args
