"""Turning the page of a long text, and the links that answer when tapped."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import parse_qs, unquote_plus, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import TEXT_LIMIT_BYTES, link, split, tap

Tries = Callable[[int], settings]

# Each is drawn as one: joined families, dark hands, flags of two letters and of a tag, keycaps, stacked accents.
PICTURES = (
    *("😀", "👨‍👩‍👧‍👦", "👩🏽‍🚒", "👍🏿", "🇨🇳", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "❤️", "1️⃣", "🏳️‍🌈"),
    *("e\u0301", "a\u0308\u0304", "か\u3099", "ｶﾞ", "ก็", "क्\u200dष", "禰\U000e0100"),
)  # fmt: skip
LINKS = (
    tap("B. 顶板", "第3题选B", "3002"),
    tap("👍🏽好", "好"),
    link("通知（第2号），请看！", "https://x.cn/a?b=1&c=2,3;d!"),
    "https://x.cn/a?b=1&c=2,3;d!",
)
MARKS = ("。", "！", "？！", "……", "，", "、", "；", "!", "?", ";", ",", "\n", "\n\n", " ", "\u3000", "”", "」", "）")
WORDS = ("安全生产", "第一", "瓦", "word", "1,000", "3.5", "<", ">", "&", "<a", "</a>")
SAID = st.lists(st.sampled_from((*PICTURES, *LINKS, *MARKS, *WORDS)), min_size=1, max_size=80)
LIMITS = st.integers(min_value=150, max_value=400)  # the longest link above is well below


def pages(text: str, limit: int) -> list[str]:
    """The whole text, page by page, as the router turns them."""
    turned, rest = [], text
    while rest:
        head, rest = split(rest, limit)
        turned.append(head)
        assert len(turned) <= len(text) + 1
    return turned


def cut_of(text: str, head: str, rest: str) -> tuple[int, int]:
    """Where the head ends and the rest begins in the text."""
    begins = len(text) - len(rest)
    assert text.startswith(head)
    assert text[begins:] == rest
    assert len(head) <= begins
    return len(head), begins


# -- what split promises ----------------------------------------------------------------------------------------------


def test_what_fits_is_left_alone(tries: Tries) -> None:
    @tries(4000)
    @given(st.text(st.characters(codec="utf-8"), max_size=300))
    def holds(text: str) -> None:
        assert split(text, max(1, len(text.encode()))) == (text, "")

    holds()


def test_the_head_is_within_the_limit_and_only_blanks_are_lost(tries: Tries) -> None:
    @tries(6000)
    @given(SAID.map("".join), st.integers(min_value=8, max_value=400))
    def holds(text: str, limit: int) -> None:
        head, rest = split(text, limit)
        assert len(head.encode()) <= limit
        ends, begins = cut_of(text, head, rest)
        assert text[ends:begins].strip() == ""
        assert begins > 0

    holds()


def test_any_text_at_all_comes_through_page_by_page(tries: Tries) -> None:
    @tries(4000)
    @given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(min_value=4, max_value=60))
    def holds(text: str, limit: int) -> None:
        turned = pages(text, limit)
        assert all(len(page.encode()) <= limit for page in turned)
        assert re.sub(r"\s", "", "".join(turned)) == re.sub(r"\s", "", text)

    holds()


def test_no_cut_falls_inside_a_link_or_a_picture(tries: Tries) -> None:
    @tries(10_000)
    @given(SAID, LIMITS)
    def holds(pieces: list[str], limit: int) -> None:
        text = "".join(pieces)
        head, rest = split(text, limit)
        if not rest:
            return
        ends, begins = cut_of(text, head, rest)
        at = 0
        for piece in pieces:
            if piece in PICTURES or piece in LINKS:
                for cut in (ends, begins):
                    assert not at < cut < at + len(piece), (piece, head, rest)
            at += len(piece)

    holds()


def test_every_page_is_at_least_half_full_unless_a_link_is_in_the_way(tries: Tries) -> None:
    @tries(1000)
    @given(st.lists(st.sampled_from((*MARKS[:11], *WORDS[:5], *PICTURES[:5])), min_size=200, max_size=300), LIMITS)
    def holds(pieces: list[str], limit: int) -> None:
        text = "".join(pieces)
        head, rest = split(text, limit)
        _, begins = cut_of(text, head, rest)
        fitting = len(text.encode()[:limit].decode(errors="ignore"))
        longest = max(map(len, PICTURES))
        assert begins > (fitting - longest) // 2

    holds()


def test_the_limit_counts_bytes_and_is_the_platform_s() -> None:
    assert TEXT_LIMIT_BYTES == 2048
    assert split("汉" * 682) == ("汉" * 682, "")
    head, rest = split("汉" * 683)
    assert (head, rest) == ("汉" * 682, "汉")


# -- where a person would turn the page -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "limit", "head"),
    [
        ("第一段。\n\n第二段，第一行\n第二行。还有", 50, "第一段。\n\n第二段，第一行"),
        ("第一段有一句。\n\n第二段，有一行", 40, "第一段有一句。"),
        ("第一行\n第二行，一句。还", 33, "第一行\n第二行，一句。"),
        ("第一行有句话。第二\n第三，四五", 39, "第一行有句话。第二"),
        ("他问：“真的吗？！”没有人回答他", 36, "他问：“真的吗？！”"),
        ("一句话说完了……再说一句别的", 30, "一句话说完了……"),
        ("巷道风速，瓦斯浓度都要看", 24, "巷道风速，"),
        ("ventilation first, then power", 24, "ventilation first,"),
        ("costs 1,000 or 2,000 yuan", 20, "costs 1,000 or"),
        ("一二三四五六七八九十", 15, "一二三四五"),
        ("现在就看 https://x.cn/a?b=1 这一页", 26, "现在就看"),
    ],
)  # fmt: skip
def test_the_page_turns_where_a_person_would(text: str, limit: int, head: str) -> None:
    assert split(text, limit)[0] == head


@pytest.mark.parametrize("blank", ["\n", "\n\n", "\n\n\n\n"])
def test_a_line_break_that_just_does_not_fit_is_a_break_all_the_same(blank: str) -> None:
    assert split(f"一二三四五{blank}六七八", 15) == ("一二三四五", "六七八")


def test_a_closing_mark_does_not_open_a_page() -> None:
    text = "“今天先查瓦斯。”" * 40
    for limit in range(60, 300):
        head, rest = split(text, limit)
        assert head.endswith("”")
        assert rest.startswith("“")


def test_a_list_of_choices_is_turned_between_two_of_them() -> None:
    choices = [tap(f"{letter}. 选项", f"第12题选{letter}") for letter in "ABCDEFGH"]
    head, rest = split("\n".join(choices), 400)
    assert head.split("\n") + rest.split("\n") == choices


def test_a_letter_that_leans_on_a_link_takes_the_link_along() -> None:
    """Once the accent was kept with `</a>` by cutting the tag in two."""
    text = f"{'一' * 20}{link('x', 'https://x.cn')}\u0301{'二' * 20}"
    for limit in range(60, 100):
        head, rest = split(text, limit)
        for page in (head, rest):
            assert page.count("<a ") == page.count("</a>")


@pytest.mark.parametrize("picture", PICTURES)
def test_a_row_of_pictures_is_cut_between_two(picture: str) -> None:
    """Once families came apart at the joiner, hands lost their colour, and flags became letters."""
    for limit in range(len(picture.encode()), 3 * len(picture.encode()) + 1):
        head, rest = split(picture * 12, limit)
        assert head == picture * (limit // len(picture.encode()))
        assert rest == picture * (12 - limit // len(picture.encode()))


@pytest.mark.parametrize(
    "monster",
    [
        link("看", f"https://x.cn/{'y' * 3000}"),
        f"https://x.cn/{'y' * 3000}",
        "e" + "\u0301" * 2000,
        "👩‍" * 400,
        "🇨" * 601,
    ],
)
def test_what_alone_is_over_the_limit_is_cut_all_the_same(monster: str) -> None:
    """Once it raised, and the person who had caused it got an apology for ever."""
    turned = pages(f"前文。{monster}后文。", TEXT_LIMIT_BYTES)
    assert "".join(turned) == f"前文。{monster}后文。"
    assert all(len(page.encode()) <= TEXT_LIMIT_BYTES for page in turned)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("bomb", ["<a ", "<a x>", "\n", "。", " ", "https://", "🇨", "\u0301", "!"])
def test_no_text_is_slow_to_turn(bomb: str) -> None:
    for page in pages(bomb * 10_000, TEXT_LIMIT_BYTES)[:1]:
        assert len(page.encode()) <= TEXT_LIMIT_BYTES


# -- taps -------------------------------------------------------------------------------------------------------------

TAPPABLE = st.from_regex(r"[A-Za-z0-9一-龥.\-]([A-Za-z0-9一-龥 .\-]{0,20}[A-Za-z0-9一-龥.\-])?", fullmatch=True)


def tapped(markup: str, *, decodings: int) -> tuple[str, str]:
    """What a phone sends when the link is tapped: old ones decode the content twice (§3.4)."""
    [(href, _)] = re.findall(r'^<a href="([^"]*)">([^<]*)</a>$', markup)
    parts = urlsplit(html.unescape(href))
    assert (parts.scheme, parts.netloc) == ("weixin", "bizmsgmenu")
    parameters = parse_qs(parts.query, strict_parsing=True)
    content, tap_id = parameters["msgmenucontent"][0], parameters["msgmenuid"][0]
    return (unquote_plus(content) if decodings == 2 else content), tap_id


@pytest.mark.parametrize("decodings", [1, 2])
def test_a_tap_says_what_it_was_given_on_old_phones_and_new(decodings: int, tries: Tries) -> None:
    @tries(1000)
    @given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=20), TAPPABLE, TAPPABLE)
    def holds(label: str, says: str, tap_id: str) -> None:
        assert tapped(tap(label, says, tap_id), decodings=decodings) == (says, tap_id)

    holds()


@pytest.mark.parametrize(
    "bad",
    ["", " ", "\n", " 好", "好 ", "好\n", *(f"第1题{c}" for c in "%+&#\"'<>=?/:;,，。！（）\n\t\x00\u3000\u200b😀")],
)
def test_what_a_phone_would_spoil_is_not_made_a_link(bad: str) -> None:
    with pytest.raises(ValueError, match="not a tappable text"):
        tap("好", bad)
    with pytest.raises(ValueError, match="not a tappable text"):
        tap("好", "好", bad)


def test_a_tap_has_both_parameters_even_when_nobody_gives_an_id() -> None:
    assert tapped(tap("好", "第3题选B"), decodings=1) == ("第3题选B", "1")


def test_a_label_cannot_break_out_of_its_link(tries: Tries) -> None:
    hostile = st.lists(st.sampled_from(["<", ">", "</a>", '">', "\n", "<a href=", "汉", "&"]), max_size=8).map("".join)

    @tries(1000)
    @given(hostile)
    def holds(label: str) -> None:
        for markup in (tap(label, "好"), link(label, "https://x.cn")):
            assert re.fullmatch(r'<a href="[^"<>]*">[^<>\n]*</a>', markup)

    holds()


@pytest.mark.parametrize(
    "bad",
    [
        'https://x.cn/"',
        "https://x.cn/ a",
        "https://x.cn/\n",
        "https://x.cn/\u3000",
        "https://x.cn/<b>",
        "https://x.cn/>",
    ],
)
def test_an_address_that_would_end_its_link_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="a link's address"):
        link("看", bad)


def test_two_links_side_by_side_stay_two() -> None:
    both = tap("A", "一") + tap("B", "二")
    assert [m.group() for m in re.finditer(r"<a [^<>]*>[^<]*</a>", both)] == [tap("A", "一"), tap("B", "二")]
    assert all(a != b for a, b in pairwise([tap("A", "一"), tap("A", "二"), tap("B", "二")]))
