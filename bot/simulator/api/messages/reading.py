"""Reads the bodies of message interfaces so that the wrong type anywhere is a refusal and never an accident."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.phones.model import Phone
from bot.simulator.phones.world import Memory

LONGEST_URL_BYTES = 1024
LONGEST_NUMBER = 19


def text(given: dict[str, Any], name: str) -> str:
    """What is written there, empty when nothing is. Raises RefusedError(47001) for what is no text.

    JSON can carry half a character (a lone surrogate) that no file and no answer could: it is no text either.
    """
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise RefusedError(47001)
    return value


def part(given: dict[str, Any], name: str) -> dict[str, Any]:
    """The object there, an empty one when nothing is. Raises RefusedError(47001)."""
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RefusedError(47001)
    return value


def several(given: dict[str, Any], name: str) -> list[Any]:
    """The list there, an empty one when nothing is. Raises RefusedError(47001)."""
    value = given.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise RefusedError(47001)
    return value


def number(value: object) -> int | None:
    """A whole number, written bare or as digits; None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER
    return int(str(value)) if digits else None


def recipient(memory: Memory, body: dict[str, Any]) -> Phone:
    """Whom `touser` names. Raises RefusedError: 41009 nobody, 40003 somebody this account never met."""
    named = body.get("touser")
    if named is None or named == "":
        raise RefusedError(41009)
    phone = memory.by_openid(named) if isinstance(named, str) else None
    if phone is None:
        raise RefusedError(40003)
    return phone


def address(given: dict[str, Any], name: str, *, too_long: int = 40039, no_address: int = 40048) -> str:
    """A web address or nothing. Raises RefusedError with one of the two codes."""
    url = text(given, name)
    if len(url.encode()) > LONGEST_URL_BYTES:
        raise RefusedError(too_long)
    if url and not url.startswith(("https://", "http://")):
        raise RefusedError(no_address)
    return url


def mini_program(body: dict[str, Any]) -> tuple[str, str]:
    """Appid and path of the `miniprogram` part, both empty without one. Raises RefusedError(40013)."""
    named = part(body, "miniprogram")
    appid, path = text(named, "appid"), text(named, "pagepath") or text(named, "path")
    if not appid and not path:
        return "", ""
    return checked_appid(appid), path


def checked_appid(appid: str) -> str:
    """Raises RefusedError(40013) for what cannot be an appid."""
    if not (appid.startswith("wx") and appid.isalnum() and appid.isascii()):
        raise RefusedError(40013)
    return appid
