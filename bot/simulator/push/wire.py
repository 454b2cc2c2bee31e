"""Signatures, encryption and XML of the webhook, written from the platform's pages and not from the bot's codec."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import struct
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator.account import Account

BLOCK_BYTES = 32  # the padding's block, twice the cipher's own (wechat_platform §1.4)

_TOKEN = re.compile(
    r"<(\w+)[^<>]*>(?:<!\[CDATA\[.*?\]\]>|[^<])*</\1>|</\w+>|<\w+[^<>]*>|<!\[CDATA\[.*?\]\]>|[^<\s][^<]*", re.DOTALL
)
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Elements = Sequence[tuple[str, "str | int | Elements"]]


class Bare(str):
    """Text that the platform writes without CDATA, as it does with most numbers and with some ids."""

    __slots__ = ()


class UnreadableError(Exception):
    """An answer that cannot be opened; `reason` is a key of words.toml."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Letter:
    """One POST to the webhook: what is added to its address, what it carries, and the XML inside."""

    query: dict[str, str]
    body: str
    inner: str


def signature(*parts: str) -> str:
    """Hex SHA-1 of the parts sorted and joined: three parts for `signature`, four for `msg_signature`."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def encrypt(aes_key: str, app_id: str, message: str, random16: bytes | None = None) -> str:
    """The base64 text of an `<Encrypt>` element; `random16` is given only to reproduce a test vector."""
    key = base64.b64decode(aes_key + "=")
    content = message.encode()
    plain = (random16 or secrets.token_bytes(16)) + struct.pack(">I", len(content)) + content + app_id.encode()
    pad = BLOCK_BYTES - len(plain) % BLOCK_BYTES
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(aes_key: str, app_id: str, sealed: str) -> str:
    """The message inside an `<Encrypt>` element. Raises UnreadableError."""
    key = base64.b64decode(aes_key + "=")
    try:
        cipher_text = base64.b64decode(sealed, validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(cipher_text) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= BLOCK_BYTES or plain[-pad:] != bytes([pad]) * pad:
            raise UnreadableError("undecryptable")
        plain = plain[:-pad]
        (length,) = struct.unpack(">I", plain[16:20])
        if 20 + length > len(plain):
            raise UnreadableError("undecryptable")
        message = plain[20 : 20 + length].decode()
    except (binascii.Error, ValueError, IndexError, struct.error):
        raise UnreadableError("undecryptable") from None
    if plain[20 + length :] != app_id.encode():
        raise UnreadableError("wrong_app_id")
    return message


def inner_xml(elements: Elements) -> str:
    """Elements in order without a root: text in CDATA, `Bare` text and whole numbers bare, lists as nested elements."""
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in elements)


def _value(value: str | int | Elements) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        clean = _NOT_IN_XML.sub("", value)
        if isinstance(value, Bare):
            return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return "<![CDATA[" + clean.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    return inner_xml(value)


def seal(account: Account, openid: str, elements: Elements, timestamp: int) -> Letter:
    """The letter in the account's mode, freshly signed: two letters of the same message share neither nonce nor seal."""
    stamp, nonce = str(timestamp), str(secrets.randbelow(2_000_000_000))
    inner = inner_xml(elements)
    clear = f"<xml>{inner}</xml>"
    query = {"signature": signature(account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce, "openid": openid}
    if account.encryption == "plain":
        return Letter(query, clear, clear)
    sealed = encrypt(account.aes_key, account.app_id, clear)
    query |= {"encrypt_type": "aes", "msg_signature": signature(account.token, stamp, nonce, sealed)}
    shown = inner if account.encryption == "compat" else inner_xml([("ToUserName", account.original_id)])
    return Letter(query, f"<xml>{shown}{inner_xml([('Encrypt', sealed)])}</xml>", clear)


def pretty(xml: str) -> str:
    """One element a line, nested ones further in, CDATA kept; what is no XML stays as it is."""
    if not xml.startswith("<"):
        return xml
    lines: list[str] = []
    depth = 0
    for token in _TOKEN.finditer(xml):
        leaf, text = token[1] is not None, token[0]
        closes = not leaf and text.startswith("</")
        depth = max(0, depth - closes)
        lines.append("  " * depth + text)
        depth += not leaf and not closes and text.startswith("<") and not text.startswith("<!")
    return "\n".join(lines)


def parse(body: bytes | str) -> ET.Element:
    """The `<xml>` root of an answer. Raises UnreadableError; a document type is refused rather than expanded."""
    probe = body if isinstance(body, bytes) else body.encode()
    if b"<!DOCTYPE" in probe:
        raise UnreadableError("not_xml")
    try:
        root = ET.fromstring(body)  # noqa: S314 entities need a document type, refused above
    except (ET.ParseError, ValueError, LookupError):
        raise UnreadableError("not_xml") from None
    if root.tag != "xml":
        raise UnreadableError("not_xml")
    return root


def unseal(account: Account, root: ET.Element) -> str:
    """The clear XML of an encrypted answer, its msg_signature proved. Raises UnreadableError."""
    sealed, claimed = root.findtext("Encrypt") or "", root.findtext("MsgSignature") or ""
    stamp, nonce = root.findtext("TimeStamp") or "", root.findtext("Nonce") or ""
    proper = signature(account.token, stamp, nonce, sealed)
    if not hmac.compare_digest(proper.encode(), claimed.encode()):
        raise UnreadableError("bad_msg_signature")
    return decrypt(account.aes_key, account.app_id, sealed)
