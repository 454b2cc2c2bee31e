"""The settings of a stage: names that the seed decides, so that a play can be repeated, and secrets nobody else has."""

from __future__ import annotations

import hashlib
import secrets
import string
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.simulator.scenario.model import Scenario
from bot.simulator.scenario.words import words
from bot.simulator.scenario.writing import table

LETTERS = string.ascii_letters + string.digits
LAST_OF_KEY = "AEIMQUYcgkosw048"  # 43 characters hold 258 bits; the last two are zero


def tables(scenario: Scenario, *, simulator: str, bot: str, database: str) -> dict[str, dict[str, Any]]:
    """The tables of a settings file; `simulator` and `bot` are addresses without a slash, `database` an URL."""
    named = hashlib.sha256(f"{scenario.title}/{scenario.seed}".encode()).hexdigest()
    return {
        "server": {"public_url": bot, "port": int(bot.rpartition(":")[2]), "secret_key": _made(43)},
        "wechat": {
            "app_id": f"wx{named[:16]}",
            "app_secret": secrets.token_hex(16),
            "token": _made(16),
            "encoding_aes_key": _made(42) + secrets.choice(LAST_OF_KEY),
            "original_id": f"gh_{named[16:28]}",
            "api_base_url": f"{simulator}/api",
            "account": scenario.account,
            "encryption": scenario.encryption,
        },
        "database": {"url": database},
        "simulator": {"enabled": True, "url": simulator},
        "mine": words().mine | scenario.mine,
        "logs": {"level": "warning"},
    }


def write(file: Path, chosen: dict[str, dict[str, Any]]) -> Settings:
    """Write them for the bot's process, and read as it will read them, whatever our own environment says."""
    file.write_text("\n\n".join(table(name, rows) for name, rows in chosen.items()) + "\n", "utf-8")
    file.chmod(0o600)
    return Settings.model_construct(**_sections(chosen))


def _sections(chosen: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        name: field.annotation(**chosen.get(name, {}))
        for name, field in Settings.model_fields.items()
        if field.annotation is not None
    }


def _made(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))
