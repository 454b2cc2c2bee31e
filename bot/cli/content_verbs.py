"""`content check`, `content reviewed`, `content load`, `content doubts`."""

from __future__ import annotations

from pathlib import Path

import click

import content
from bot.cli.grants import session
from bot.cli.say import sentence
from bot.clock import system_clock
from bot.errors import Refusal
from bot.services.doubts import Doubted, stopped, waiting
from bot.services.doubts.offices import standing_still
from bot.services.exchange import files
from bot.services.materials import archive
from bot.services.materials.frame import Frame
from bot.services.shifts import holidays
from content import checker
from content.checking import raw, review
from content.problem import ContentProblem, located
from content.shifts import Holidays

SHOWN = 5
_REASONS = ("wrong", "unclear", "site")


@click.group("content")
def content_group() -> None:
    """Read and check the words, questions and menu."""


@content_group.command("check")
@click.option("--laws", type=click.Path(path_type=Path), help="A folder of law texts to hold every piece against.")
@click.option("--counts", is_flag=True, help="Also print how much there is of what.")
@click.option("--unreviewed", is_flag=True, help="Print the ids of all that nobody else has read, and nothing more.")
def check(laws: Path | None, counts: bool, unreviewed: bool) -> None:
    """Read all content; report file, line, key and reason of every problem, and what somebody should look at."""
    found = checker.inspect(content.HERE, laws)
    if unreviewed:
        click.echo("\n".join(found.unread))
        return
    for problem in found.problems:
        click.echo(content.worded(problem))
    warnings = [*found.warnings, *_years()]
    for warning in warnings:
        click.echo(sentence("checking.warning", what=content.worded(warning)))
    for name, total, parts in found.counts if counts else ():
        told = (sentence("checking.part", name=part, count=count) for part, count in parts)
        line = sentence("checking.between").join(told)
        click.echo(sentence("checking.count", what=sentence(f"checking.count_{name}"), total=total, parts=line))
    if found.problems:
        raise Refusal("checking.bad", count=len(found.problems))
    if warnings:
        click.echo(sentence("checking.doubtful", count=len(warnings)))
    if found.unread:
        first = sentence("checking.between").join(found.unread[:SHOWN])
        click.echo(sentence("checking.unread", count=len(found.unread), first=first))
    else:
        click.echo(sentence("checking.all_read"))
    click.echo(sentence("checking.good", questions=len(content.load().bank.order)))


def _years() -> list[ContentProblem]:
    """The years of which nobody knows yet how their festivals are kept; none where the file itself is amiss."""
    try:
        known = Holidays.read(content.HERE / "holidays.toml")
    except ContentProblem:
        return []
    return [located(each, content.HERE) for each in holidays.warnings(system_clock().date(), known)]


@content_group.command("reviewed")
@click.argument("file", type=click.Path(path_type=Path))
def reviewed(file: Path) -> None:
    """Keep the verdicts of a second reader: a line each, the id and the word for right or mended, as it stands now."""
    lines = files.text(file).splitlines()
    known, pieces = review.read(content.HERE), raw.pieces(content.HERE)
    wrong = list(review.wrong(lines, {piece.id for piece in pieces}, file=file.name))
    for problem in wrong:
        key = "checking.review_unknown" if problem.reason == "no_such_piece" else "checking.review_wrong"
        click.echo(sentence(key, line=problem.line, id=problem.key))
    if wrong:
        raise Refusal("checking.review_bad", file=file, count=len(wrong))
    count = sum(1 for _ in review.said(lines))
    if not count:
        raise Refusal("checking.review_empty", file=file)
    merged = review.merged(known, lines, pieces, file=file.name, on=system_clock().date())
    target = content.HERE / review.FILE
    target.write_text(review.written(merged, sentence("checking.review_head")), "utf-8")
    click.echo(sentence("checking.merged", count=count, file=target.name))


@content_group.command("load")
def load() -> None:
    """Read the content as serving does; it takes effect at the next start."""
    bank = content.load().bank
    click.echo(sentence("operator.content_loaded", questions=len(bank.order)))


@content_group.command("doubts")
@click.pass_obj
def doubts_(path: Path | None) -> None:
    """Print the questions nobody is asked: found wrong and not mended yet, or waiting for somebody to look."""
    read = content.load()
    frame = Frame.of(read)
    with session(path) as (db, _now):
        wrong = standing_still(db, stopped(db), read.bank, frame)
        rests = [each for each in standing_still(db, waiting(db), read.bank, frame) if each.rests]
        kept = {each.number: archive.seen(db, each.question_id, each.hash) for each in (*wrong, *rests)}
    for key, found in (("doubts.line_wrong", wrong), ("doubts.line_rests", rests)):
        for each in found:
            question = read.bank.get(each.question_id) or kept[each.number]
            stem = question.stem if question is not None else ""
            told = {"id": each.question_id, "people": each.people, "reasons": _why(each), "stem": stem}
            click.echo(sentence(key, **told))
    if wrong:
        click.echo(sentence("doubts.lines_mend", count=len(wrong)))
    if not (wrong or rests):
        click.echo(sentence("doubts.line_none"))


def _why(each: Doubted) -> str:
    counted = [
        sentence("doubts.counted", reason=sentence(f"doubts.reason_{reason}"), count=each.reasons[reason])
        for reason in _REASONS
        if reason in each.reasons
    ]
    return sentence("doubts.between").join(counted) or sentence("doubts.no_reasons")
