"""Requests the cast would never write: any bytes sealed, any envelope signed, any query around any body."""

from __future__ import annotations

import base64
import os
import struct
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.config import Settings
from tests.cast import ACCOUNT, Request, sign

BLOCK = 32


def query(
    settings: Settings, now: datetime | str, sealed: str | None = None, nonce: str = "nonce123"
) -> dict[str, str]:
    """The query of a genuine request: signed, and around a sealed letter signed twice."""
    token = settings.wechat.token.get_secret_value()
    timestamp = now if isinstance(now, str) else str(int(now.timestamp()))
    made = {"timestamp": timestamp, "nonce": nonce, "signature": sign(token, timestamp, nonce), "openid": "o"}
    if sealed is not None:
        made |= {"encrypt_type": "aes", "msg_signature": sign(token, timestamp, nonce, sealed)}
    return made


def letter(settings: Settings, sealed: str, now: datetime) -> Request:
    """A genuine request around whatever stands in Encrypt."""
    return Request(query(settings, now, sealed), outer(sealed))


def outer(sealed: str) -> bytes:
    return f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


def seal(settings: Settings, message: bytes, app_id: str | None = None) -> str:
    """A correct envelope around any bytes."""
    name = (settings.wechat.app_id if app_id is None else app_id).encode()
    return sealed(settings, padded(os.urandom(16) + struct.pack(">I", len(message)) + message + name))


def sealed(settings: Settings, blocks: bytes) -> str:
    """Blocks encrypted as they are."""
    key = base64.b64decode(settings.wechat.encoding_aes_key.get_secret_value() + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(blocks) + encryptor.finalize()).decode()


def padded(plain: bytes) -> bytes:
    pad = BLOCK - len(plain) % BLOCK
    return plain + bytes([pad]) * pad
