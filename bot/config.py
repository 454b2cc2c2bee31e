"""Settings: a TOML file, overridden by BOT__SECTION__KEY in the environment; a key nobody knows is refused by name."""

from __future__ import annotations

import base64
import binascii
import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.errors import Refusal

OFFICIAL_API = "https://api.weixin.qq.com"
PREFIX = "BOT__"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DATABASES = ("sqlite:///", "postgresql+psycopg://")


Address = Annotated[str, AfterValidator(lambda value: value.rstrip("/"))]


class Section(BaseModel):
    """A table of the file; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Server(Section):
    """Where the bot listens and how the world reaches it."""

    public_url: Address = "http://127.0.0.1:8000"
    secret_key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    threads: int = Field(default=16, ge=2, le=256)


class Templates(Section):
    """Template ids by kind of push; `default` serves the kinds that have none of their own."""

    default: str = ""


class WeChat(Section):
    """The account, as the platform's own admin page shows it."""

    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    encoding_aes_key: SecretStr = SecretStr("")
    original_id: str = ""
    api_base_url: Address = OFFICIAL_API
    account: Literal["subscription", "subscription_certified", "service", "service_certified", "test"] = "subscription"
    encryption: Literal["plain", "compat", "safe"] = "safe"
    human_agents: bool = False
    templates: Templates = Templates()

    @property
    def has_agents(self) -> bool:
        """True when a conversation may be handed to the account's own agents."""
        return self.human_agents and self.account.endswith("_certified")

    @field_validator("encoding_aes_key")
    @classmethod
    def _decodes_to_32_bytes(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if not key:
            return value
        try:
            length = len(base64.b64decode(key + "=", validate=True))
        except (binascii.Error, ValueError):
            length = 0
        if len(key) != 43 or length != 32:
            raise PydanticCustomError("aes_key", "43 letters and digits")
        return value


class Database(Section):
    """Which database, and whether a commit waits for the disk."""

    url: str = "sqlite:///var/bot.db"
    durable: bool = False

    @field_validator("url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(DATABASES) or value in DATABASES:
            raise PydanticCustomError("database_url", "sqlite:/// or postgresql+psycopg://")
        return value


class Redis(Section):
    """The cache and wake-up of larger installations; empty: none."""

    url: str = ""


class Simulator(Section):
    """WeChat in a box, for trying and rehearsing; never on a public address."""

    enabled: bool = False
    url: Address = ""
    seed: int = 0


class Mine(Section):
    """The mine's own facts."""

    name: str = ""
    dispatcher_phone: str = ""
    aid_line: str = "12356"
    timezone: str = "Asia/Shanghai"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value != "Asia/Shanghai":  # every mine of the country keeps Beijing time; days are counted by it
            raise PydanticCustomError("timezone", "Asia/Shanghai")
        return value


class Quiz(Section):
    """How answers are marked."""

    partial_credit: bool = True


class Logs(Section):
    """What the log looks like."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


class Metrics(Section):
    """Who may read the counts; without a token nobody."""

    token: SecretStr = SecretStr("")


class Settings(BaseSettings):
    """All settings, frozen. Build it with `load`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    server: Server = Server()
    wechat: WeChat = WeChat()
    database: Database = Database()
    redis: Redis = Redis()
    simulator: Simulator = Simulator()
    mine: Mine = Mine()
    quiz: Quiz = Quiz()
    logs: Logs = Logs()
    metrics: Metrics = Metrics()

    @property
    def rehearsing(self) -> bool:
        """True when the simulator is on and neither the people nor the platform can be real."""
        return self.simulator.enabled and self.on_loopback and _on_this_machine(self.wechat.api_base_url)

    @property
    def on_loopback(self) -> bool:
        """True when nobody outside this machine can be meant by the public address, nor come in where we listen."""
        others = (self.server.public_url, *([self.simulator.url] if self.simulator.url else []))
        return all(map(_on_this_machine, others)) and self.server.host in LOOPBACK


def load(path: Path | None = None) -> Settings:
    """The settings of a file (None: defaults alone) with the environment laid over it.

    Raises Refusal with the first problem found, worded for the operator; the value itself is never repeated.
    """
    _refuse_unknown_sections(os.environ)

    class FromFile(Settings):
        @classmethod
        def settings_customise_sources(  # type: ignore[override]
            cls, settings_cls: type[BaseSettings], **_usual: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            sources: list[PydanticBaseSettingsSource] = [EnvSettingsSource(settings_cls)]
            if path is not None:
                sources.append(TomlConfigSettingsSource(settings_cls, toml_file=path))
            return tuple(sources)

    if path is not None and not path.is_file():
        raise Refusal("config.no_file", file=path)
    try:
        return _with_the_simulated_platform(FromFile())
    except ValidationError as problem:
        raise _worded(problem) from None
    except ValueError as problem:  # tomllib.TOMLDecodeError; a value that is not JSON where a table is wanted
        raise Refusal("config.not_toml", file=path or PREFIX, reason=problem) from None


def _with_the_simulated_platform(settings: Settings) -> Settings:
    """With the simulator on, the official interfaces are never meant: their place is taken by its own."""
    if not settings.simulator.enabled or settings.wechat.api_base_url != OFFICIAL_API:
        return settings
    address = settings.simulator.url or f"{settings.server.public_url}/simulator"
    return settings.model_copy(update={"wechat": settings.wechat.model_copy(update={"api_base_url": f"{address}/api"})})


def _on_this_machine(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def find(named: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file to read: the one named, else $BOT_CONFIG, else config.toml here, else none."""
    if named is not None:
        return named
    if environ.get("BOT_CONFIG"):
        return Path(environ["BOT_CONFIG"])
    here = Path("config.toml")
    return here if here.is_file() else None


def keys() -> dict[str, list[str]]:
    """Every key by its dotted section, in order; what config.example.toml is held against."""
    found: dict[str, list[str]] = {}

    def walk(model: type[BaseModel], section: str) -> None:
        for name, field in model.model_fields.items():
            inner = field.annotation
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                walk(inner, f"{section}.{name}".lstrip("."))
            else:
                found.setdefault(section, []).append(name)

    walk(Settings, "")
    return found


def _refuse_unknown_sections(environ: Mapping[str, str]) -> None:
    for name in environ:
        if name.upper().startswith(PREFIX) and name[len(PREFIX) :].split("__")[0].lower() not in Settings.model_fields:
            raise Refusal(
                "config.unknown_key",
                key=name,
                where="",
                guess=_guess(name, [f"{PREFIX}{s.upper()}__…" for s in Settings.model_fields]),
            )


def _worded(problem: ValidationError) -> Refusal:
    errors = problem.errors(include_url=False, include_input=False, include_context=True)
    first = errors[0]
    place = [str(part) for part in first["loc"]]
    section, key = ".".join(place[:-1]), place[-1]
    where = f"[{section}]" if section else ""
    more = len(errors) - 1
    if first["type"] == "extra_forbidden":
        known = keys()
        names = known.get(section, []) if section else list(Settings.model_fields)
        return Refusal("config.unknown_key", key=key, where=where, guess=_guess(key, names), more=more)
    context: dict[str, Any] = dict(first.get("ctx", {}))
    reasons = {
        "aes_key": "config.bad_aes_key",
        "timezone": "config.bad_timezone",
        "literal_error": "config.bad_choice",
        "bool_parsing": "config.bad_yes_no",
        "int_parsing": "config.bad_number",
        "greater_than_equal": "config.bad_range",
        "less_than_equal": "config.bad_range",
        "database_url": "config.bad_database",
    }
    key_of_reason = reasons.get(first["type"], "config.bad_value")
    return Refusal(key_of_reason, key=key, where=where, expected=context.get("expected", first["msg"]))


def _guess(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return close[0] if close else ", ".join(known)
