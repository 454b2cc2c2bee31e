"""Signatures and the AES envelope of wechat_platform §1.2–1.4, with nothing said about why something is refused."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import struct
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32
HEADER = 20  # 16 random bytes and a four-byte length


class Forged(Exception):
    """Not from the platform, or not for us; one error for every cause, so that nobody learns which."""


def signature(*parts: str) -> str:
    """sha1 over the sorted parts, as the platform signs."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def same(ours: str, theirs: str) -> bool:
    """Equal, in a time that says nothing about where they differ."""
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))


class Envelope:
    """Seals and opens messages with the account's EncodingAESKey."""

    def __init__(
        self, encoding_aes_key: str, app_id: str, *, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        key = base64.b64decode(encoding_aes_key + "=")
        self._cipher = Cipher(AES(key), CBC(key[:16]))
        self._app_id = app_id.encode()
        self._random_bytes = random_bytes

    def seal(self, message: bytes) -> str:
        """The base64 of the encrypted message."""
        plain = self._random_bytes(16) + struct.pack(">I", len(message)) + message + self._app_id
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> bytes:
        """The message inside. Raises Forged for whatever is not one of the platform's envelopes for this app id."""
        try:
            data = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise Forged from None
        if not data or len(data) % BLOCK:
            raise Forged
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
        pad = plain[-1]
        body = plain[: len(plain) - pad]
        if not 1 <= pad <= BLOCK or plain[len(body) :] != bytes([pad]) * pad or len(body) < HEADER:
            raise Forged
        end = HEADER + struct.unpack(">I", body[16:HEADER])[0]
        if end > len(body) or not hmac.compare_digest(body[end:], self._app_id):
            raise Forged
        return body[HEADER:end]
