"""`content check`, `content load`, `content export`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

import content
from bot.cli.say import sentence
from bot.errors import Refusal
from content import checker


@click.group("content")
def content_group() -> None:
    """Read and check the words, questions and menu."""


@content_group.command("check")
def check() -> None:
    """Read all content; report file, key and reason of every problem."""
    problems = checker.check(content.HERE)
    for problem in problems:
        click.echo(content.worded(problem))
    if problems:
        raise Refusal("operator.content_bad", count=len(problems))
    bank = content.load().bank
    click.echo(sentence("operator.content_good", questions=len(bank.order)))


@content_group.command("load")
def load() -> None:
    """Read the content as serving does; it takes effect at the next start."""
    bank = content.load().bank
    click.echo(sentence("operator.content_loaded", questions=len(bank.order)))


@content_group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """All questions as JSON, or the whole folder as .zip, by the file's suffix."""
    if file.suffix == ".zip":
        shutil.make_archive(str(file.with_suffix("")), "zip", content.HERE)
    else:
        questions = [{name: getattr(q, name) for name in q.__slots__} for q in content.load().bank.questions.values()]
        file.write_text(json.dumps(questions, ensure_ascii=False, indent=1), "utf-8")
    click.echo(sentence("operator.exported", file=file))
