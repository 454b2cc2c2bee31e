"""Questions out of pasted text as secretaries write it in Word, and out of Word's own files."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

import content
from bot.errors import Refusal
from bot.services.exchange import docx, word
from bot.services.exchange.drafts import Draft
from content.exchange import ExchangeWords

WORDS = ExchangeWords.read(content.HERE / "exchange.toml")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def drafts(text: str) -> list[Draft]:
    return word.read(text.splitlines(), WORDS).drafts


def one(text: str) -> dict[str, Any]:
    found = drafts(text)
    assert len(found) == 1, found
    return found[0].body


def test_the_usual_layout_is_read_with_answer_explanation_and_source() -> None:
    body = one(
        "1. 本矿超前支护不得少于多少米？\nA.10米\nB.20米\nC.30米\n答案：B\n解析：少了顶板来压没有缓冲。\n依据：作业规程第12条"
    )
    assert body["kind"] == "single"
    assert body["stem"] == "本矿超前支护不得少于多少米？"
    assert body["options"] == ["10米", "20米", "30米"]
    assert (body["answer"], body["why"], body["source"]) == ("B", "少了顶板来压没有缓冲。", "作业规程第12条")


def test_options_on_one_line_and_full_width_letters_are_options() -> None:
    body = one(
        "３、超前支护不得少于多少米？\nＡ．10米　　Ｂ．20米  Ｃ、30米 D:40米\n【答案】Ｂ 【解析】少了没有缓冲。【依据】规程第3条"
    )
    assert body["options"] == ["10米", "20米", "30米", "40米"]
    assert (body["answer"], body["why"], body["source"]) == ("B", "少了没有缓冲。", "规程第3条")


@pytest.mark.parametrize(
    ("stem", "left", "answer"),
    [
        ("1、超前支护不得少于（B）米。", "超前支护不得少于（）米。", "B"),
        ("1．超前支护不得少于( ＢＣ )米。", "超前支护不得少于（）米。", "BC"),
        ("(1) 超前支护不得少于几米？（ b ）", "超前支护不得少于几米？（）", "B"),
    ],
)
def test_an_answer_in_the_brackets_of_the_stem_is_taken_out(stem: str, left: str, answer: str) -> None:
    body = one(f"{stem}\nA.10 B.20 C.30")
    assert (body["stem"], body["answer"]) == (left, answer)


@pytest.mark.parametrize("mark", ["√", "对", "正确", "T"])
def test_a_judgement_may_be_keyed_in_brackets_behind_it(mark: str) -> None:
    body = one(f"二、判断题\n1.单人不得进入采空区。（{mark}）")
    assert (body["kind"], body["answer"], body["stem"]) == ("judge", True, "单人不得进入采空区。")


def test_a_judgement_without_a_heading_is_known_by_its_answer() -> None:
    assert one("5. 单人可以进入采空区。\n答案：×")["answer"] is False


def test_a_blank_is_filled_by_what_stands_in_the_answer() -> None:
    body = one("三、填空题\n1. 避灾路线每季度至少走____遍。\n答案：1；一")
    assert (body["kind"], body["answer"]) == ("fill", ["1", "一"])


@pytest.mark.parametrize(("said", "meant"), [("答案 B", "B"), ("答案B", "B"), ("正确答案 A、B", "AB")])
def test_an_answer_needs_no_colon(said: str, meant: str) -> None:
    body = one(f"1. 井下用火要谁批准？\nA.矿长\nB.班长\n{said}\n解析：用火不批会出大事。")
    assert (body["answer"], body["options"][1]) == (meant, "班长")


def test_answers_gathered_at_the_end_go_to_their_numbers() -> None:
    found = drafts(
        "一、单选题\n1. 第一道题问什么？\nA.甲 B.乙\n2. 第二道题问什么？\nA.甲 B.乙\n"
        "二、多选题\n3. 第三道题问什么？\nA.甲 B.乙 C.丙\n答案：1.B 2.A 3.AC"
    )
    assert [each.body["answer"] for each in found] == ["B", "A", "AC"]
    assert [each.body["kind"] for each in found] == ["single", "single", "multiple"]


def test_where_numbers_begin_anew_answers_go_by_the_kind_they_are_headed_with() -> None:
    found = drafts(
        "一、单选题\n1. 第一道题问什么？\nA.甲 B.乙\n2. 第二道题问什么？\nA.甲 B.乙\n二、判断题\n1. 第三道题是对的。\n"
        "参考答案\n一、单选题\n1-2 BA\n二、判断题\n1.×"
    )
    assert [each.body["answer"] for each in found] == ["B", "A", False]


def test_the_kind_may_stand_in_the_stem() -> None:
    body = one("1.（多选题）把钩工要看什么？\nA.保险绳 B.信号 C.天气\n答案：A、B")
    assert (body["kind"], body["answer"], body["stem"]) == ("multiple", "AB", "把钩工要看什么？")


def test_a_stem_and_an_explanation_may_go_over_several_lines() -> None:
    body = one("1.超前支护\n不得少于多少米？\nA.10米\nB.20米\n答案：B\n解析：少了没有缓冲，\n人来不及躲。")
    assert body["stem"] == "超前支护不得少于多少米？"
    assert body["why"] == "少了没有缓冲，人来不及躲。"


def test_a_number_with_a_point_is_no_new_question() -> None:
    body = one("1.甲烷到多少要停工？\nA.1.0%\nB.1.5%\n答案：B\n解析：到了\n1.5% 就要停。")
    assert body["options"] == ["1.0%", "1.5%"]
    assert body["why"].endswith("1.5%就要停。")


def test_each_question_tells_the_line_it_begins_on() -> None:
    assert [each.line for each in drafts("题库\n\n1.第一道问什么？\nA.甲 B.乙\n\n2.第二道问什么？\nA.甲 B.乙")] == [
        3,
        6,
    ]


def test_what_is_wrong_is_told_with_the_number_of_the_question_and_how_it_begins() -> None:
    found = drafts("一、单选题\n7．超前支护不得少于多少米才算够？\nA.甲 B.乙\n二、判断题\n(1) 人走对了。")
    told = [draft.problem(draft.faults[0]) for draft in found]
    assert [(each.line, each.number, each.title, each.column) for each in told] == [
        (2, "7", "超前支护不得少于多少米才", "答案"), (5, "1", "人走对了。", "答案"),
    ]  # fmt: skip


def test_a_text_without_questions_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        drafts("今天开会学习了安全规程。")
    assert refused.value.key == "exchange.no_questions"


def document(*paragraphs: str, numbering: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", f"<w:document {W}><w:body>{''.join(paragraphs)}</w:body></w:document>")
        if numbering:
            packed.writestr("word/numbering.xml", f"<w:numbering {W}>{numbering}</w:numbering>")
    return out.getvalue()


def said(text: str, *, numbered: str = "") -> str:
    label = f'<w:pPr><w:numPr><w:ilvl w:val="{numbered}"/><w:numId w:val="1"/></w:numPr></w:pPr>' if numbered else ""
    return f"<w:p>{label}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_word_file_is_read_paragraph_by_paragraph() -> None:
    body = document(said("1. 问什么？"), "<w:tbl><w:tr><w:tc>" + said("A.甲") + "</w:tc></w:tr></w:tbl>", said("B.乙"))
    assert docx.lines(body) == ["1. 问什么？", "A.甲", "B.乙"]


def test_numbers_that_word_makes_by_itself_are_read_too() -> None:
    level = '<w:lvl w:ilvl="{0}"><w:start w:val="1"/><w:numFmt w:val="{1}"/><w:lvlText w:val="{2}"/></w:lvl>'
    numbering = (
        '<w:abstractNum w:abstractNumId="0">' + level.format(0, "decimal", "%1.") + level.format(1, "upperLetter", "%2.")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )  # fmt: skip
    lines = docx.lines(
        document(
            said("问什么？", numbered="0"), said("甲", numbered="1"), said("乙", numbered="1"),
            said("再问什么？", numbered="0"), said("丙", numbered="1"), numbering=numbering,
        )
    )  # fmt: skip
    assert lines == ["1. 问什么？", "A. 甲", "B. 乙", "2. 再问什么？", "A. 丙"]


def test_what_is_no_word_file_is_refused_with_what_to_do() -> None:
    for body in (b"PK\x03\x04broken", document().replace(b"w:document", b"w:documenx", 1)[:-40], b"plain"):
        with pytest.raises(Refusal) as refused:
            docx.lines(body)
        assert refused.value.key == "exchange.bad_docx"


def test_an_option_may_have_a_blank_for_its_mark() -> None:
    body = one("1. 割煤时人不能站在哪里？\nA 机身下\nB 支架前\nC 顶梁下\nD 滚筒前\n答案：D")
    assert body["options"] == ["机身下", "支架前", "顶梁下", "滚筒前"]
    assert (body["kind"], body["answer"]) == ("single", "D")
    assert one("1. 单人可以进采空区吗？下面说\nA 型支架的事\n答案：错")["kind"] == "judge"


def test_a_kind_before_the_stem_with_a_colon_is_no_part_of_it() -> None:
    body = one("2. 判断题：单人可以进入采空区。\n答案：错")
    assert (body["kind"], body["stem"], body["answer"]) == ("judge", "单人可以进入采空区。", False)
