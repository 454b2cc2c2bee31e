"""Files by their suffix: which reader reads them, which writer writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.errors import Refusal
from bot.services.exchange import docx, gift, gift_writing, moodle, tables, word
from bot.services.exchange.drafts import Read
from bot.services.sheets import sheet
from content.exchange import ExchangeWords

READ = (".xlsx", ".csv", ".docx", ".txt", ".gift", ".xml")
WRITTEN = (".gift", ".xml")
LARGEST_TEXT = 8 * 1024 * 1024


def read(file: Path, words: ExchangeWords) -> Read:
    """Everything in a file. Raises Refusal, with what to do, for one that cannot be read."""
    match file.suffix.lower():
        case ".xlsx" | ".csv" | ".xls":
            return tables.read(sheet.read(file), words)
        case ".docx":
            return word.read(docx.lines(_bytes(file)), words)
        case ".gift":
            return gift.read(text(file), words)
        case ".xml":
            return moodle.read(_bytes(file), words)
        case ".txt":
            said = text(file)
            return gift.read(said, words) if gift.looks_like(said) else word.read(said.splitlines(), words)
    raise Refusal("exchange.suffix", file=file, suffixes=" ".join(READ))


def write(file: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Questions, as the entries of content/, into a file of Moodle's."""
    if file.suffix.lower() == ".gift":
        file.write_text(gift_writing.written(entries), "utf-8")
    else:
        file.write_bytes(moodle.written(entries))


def _bytes(file: Path) -> bytes:
    if not file.is_file():
        raise Refusal("sheets.no_file", file=file)
    if file.stat().st_size > LARGEST_TEXT:
        raise Refusal("sheets.too_large", megabytes=LARGEST_TEXT // 1024 // 1024)
    return file.read_bytes()


def text(file: Path) -> str:
    """A text as its writer saw it, in whichever encoding he saved it. Raises Refusal for no file, or one that is no text."""
    return sheet.decoded(_bytes(file))
