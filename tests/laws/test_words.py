"""Chinese lives in content and templates; every sentence is used, every used sentence exists, every word has a handler."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

import content
from bot.router import ABOVE, DANGER, MAYBE_DANGER, RESUME, STORY, TO_HUMAN, Switchboard
from bot.understanding import EVENTS, LOOSE_ANSWER
from content import checker
from handlers import ROUTERS
from handlers.later import LATER
from tests.conftest import CONTENT
from tests.laws.source import ROOT, modules, name_of, tree

CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uffef]")
KEY = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")
ASKS = {"say", "sentence", "Refusal"}
# Their subject is the script itself: where a line may break, which marks are folded away.
SCRIPT = {"bot.messages", "bot.services.quiz.answers", "content.folding"}
OWN_READERS = ("setup.",)  # run.py reads its sentences before there is a product; its own test holds them


def _module_docstring(path: Path) -> ast.AST | None:
    body = tree(path).body
    first = body[0] if body else None
    return first.value if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else None


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_there_is_no_chinese_in_code(path: Path) -> None:
    """A module's opening sentence may name its feature; nothing else may, comments included."""
    opening = _module_docstring(path)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node is not opening:
            if name_of(path) in SCRIPT and not re.search("[\u4e00-\u9fff]", node.value):
                continue
            assert not CHINESE.search(node.value), f"{path}:{node.lineno}"
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT:
            assert not CHINESE.search(token.string), f"{path}:{token.start[0]}"


def test_there_is_no_chinese_in_scripts() -> None:
    for path in sorted(ROOT.joinpath("bot").rglob("*.js")):
        assert not CHINESE.search(path.read_text("utf-8")), path


def _asked() -> set[str]:
    """The keys written out where a sentence is asked for."""
    found = set()
    for path in modules()[1:]:  # without run.py
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in ASKS and isinstance(node.args[0].value, str):
                    found.add(node.args[0].value)
    return found


def _mentioned() -> tuple[set[str], list[re.Pattern[str]]]:
    """All strings that look like keys, and the shapes of those put together from parts."""
    whole: set[str] = set()
    shapes: list[re.Pattern[str]] = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z_0-9]+" for part in node.values
                ]
                if re.match(r"[a-z_]+\\\.[a-z_]+", parts[0]) or parts[0] == r"content\.":
                    shapes.append(re.compile("".join(parts)))
    return whole, shapes


COPY = CONTENT.say


def test_every_sentence_asked_for_exists() -> None:
    assert sorted(key for key in _asked() if key not in COPY) == []


def test_every_reason_has_a_problem_that_gives_it() -> None:
    given = {"problem"} | {
        node.args[2].value
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ContentProblem" and len(node.args) > 2
    }
    assert sorted({key.removeprefix("content.") for key in COPY if key.startswith("content.")} - given) == []


def test_every_placeholder_of_a_sentence_is_filled() -> None:
    """Where a sentence is asked for with its values written out, they are all there."""
    for path in modules()[1:]:
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = {keyword.arg for keyword in node.keywords}
            if called in ASKS and None not in given:
                assert COPY.placeholders(str(node.args[0].value)) <= given, f"{path}:{node.lineno}"


def test_every_sentence_is_asked_for() -> None:
    whole, shapes = _mentioned()
    unused = [
        key
        for key in COPY
        if key not in whole and not any(s.fullmatch(key) for s in shapes) and not key.startswith(OWN_READERS)
    ]
    assert unused == []


def test_every_reason_a_content_problem_gives_has_its_sentence() -> None:
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ContentProblem" and len(node.args) > 2:
                reason = node.args[2]
                assert isinstance(reason, ast.Constant)
                assert f"content.{reason.value}" in COPY, f"{path}:{node.lineno}"


def test_every_action_has_exactly_one_handler_and_every_handler_an_action() -> None:
    switchboard = Switchboard.of(ROUTERS)  # raises for a second one
    assert sorted({*switchboard.actions, RESUME}) == sorted(CONTENT.words.actions)


def test_every_action_can_be_reached() -> None:
    words = CONTENT.words
    by_other_ways = {*EVENTS.values(), LOOSE_ANSWER, "general.not_text", "general.not_understood"}
    by_other_ways |= {ABOVE, DANGER, MAYBE_DANGER, TO_HUMAN, STORY}
    reachable = {*words.by_word.values(), *words.taps, *by_other_ways}
    assert sorted(set(words.actions) - reachable) == []


def test_every_step_has_a_name_of_its_feature() -> None:
    for step in Switchboard.of(ROUTERS).steps:
        assert KEY.fullmatch(str(step))


def test_no_word_is_also_a_tap_of_another_action() -> None:
    words = CONTENT.words
    for word, action in words.by_word.items():
        for tapped in words.taps.values():
            assert tapped.read(word) is None or tapped.action == action, word


def test_the_content_folder_has_no_problem() -> None:
    assert checker.check(content.HERE) == []


def test_every_step_can_be_come_back_to() -> None:
    switchboard = Switchboard.of(ROUTERS)
    for step in switchboard.steps:
        assert switchboard.resumes[step] in switchboard.actions, step
        assert CONTENT.words.tapped(switchboard.resumes[step]), step  # danger must not fail for want of a tap


def test_what_is_not_built_yet_is_marked_and_has_the_one_honest_answer() -> None:
    assert CONTENT.words.later == set(LATER)


def test_what_the_guide_says_one_can_say_starts_something() -> None:
    guide = (ROOT / "docs" / "study.zh.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in guide.splitlines() if line.startswith("| ") and not line.startswith("| 说 ")]
    said = [each.split()[0] for row in rows for each in row.split("，")]
    words = CONTENT.words
    assert len(said) > len(rows) > 0
    assert [each for each in said if words.by_word.get(each) in {None, *words.later}] == []
