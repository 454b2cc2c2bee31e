"""The log: structured, and with nothing in it that names a person or opens a door."""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

import structlog
from pydantic import BaseModel, SecretStr
from structlog.types import EventDict, Processor, WrappedLogger

from bot.config import Settings

HIDDEN = "***"
SECRET_KEYS = {"secret", "token", "password", "access_token", "appsecret", "app_secret", "encoding_aes_key", "ticket"}
WORD_KEYS = {"text", "content", "reply", "body", "name", "phone"}
_IN_ADDRESS = re.compile(
    r"((?:access_token|secret|appsecret|ticket|code|refresh_token|signature)=)[^&\s\"']+", re.IGNORECASE
)
_OPENID = re.compile(r"\bo[A-Za-z0-9_\-]{27}\b")


class Redaction:
    """A structlog processor that hides secrets, openids and people's words wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted((s for s in secrets if len(s) >= 4), key=len, reverse=True)

    def __call__(self, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        return {key: self._value(key, value) for key, value in event.items()}

    def _value(self, key: str, value: Any) -> Any:
        if key.lower() in SECRET_KEYS | WORD_KEYS:
            return HIDDEN
        return self._inside(value)

    def _inside(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, Mapping):
            return {k: self._value(str(k), v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._inside(each) for each in value]
        return value if value is None or isinstance(value, bool | int | float) else self.clean(str(value))

    def clean(self, text: str) -> str:
        """The text with every known secret, token in an address and openid replaced."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = _IN_ADDRESS.sub(rf"\g<1>{HIDDEN}", text)
        return _OPENID.sub(lambda found: pseudonym(found.group()), text)


def pseudonym(openid: str) -> str:
    """A short stand-in for an openid: the same person has the same one, and it leads nowhere back."""
    return "p-" + hashlib.blake2b(openid.encode(), digest_size=5).hexdigest()


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's loggers through one redacting pipe, to standard error by default."""
    redaction = Redaction(_secrets_of(settings))
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        structlog.processors.format_exc_info,
        redaction,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.logs.format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.logs.level),
        cache_logger_on_first_use=False,
    )
    pipe = logging.StreamHandler(stream or sys.stderr)
    pipe.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [pipe]
    root.setLevel(settings.logs.level.upper())
    for talkative in (
        "urllib3",
        "werkzeug",
        "waitress.queue",
        "alembic",
        "apscheduler",
    ):  # urllib3 prints secret and token at DEBUG
        logging.getLogger(talkative).setLevel(logging.WARNING)


def frames(problem: BaseException) -> str:
    """Where an exception was raised, without a word of what it says: that may quote people."""
    return " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(problem.__traceback__)[-6:])
    )


def _secrets_of(settings: BaseModel) -> list[str]:
    found: list[str] = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, BaseModel):
            found += _secrets_of(value)
    return found
