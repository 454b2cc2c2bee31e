"""Which phone a page is open in: a signed word in its address or in a cookie, and signed answers to its questions."""

from __future__ import annotations

import hashlib
import hmac

from flask import request

from bot.simulator.account import Account
from bot.simulator.phones.model import Phone
from bot.simulator.phones.world import World

PARAMETER, COOKIE = "phone", "simulated_phone"
DIGITS = 20


def sign(account: Account, said: str) -> str:
    """The words with a proof behind them that only this simulator can make."""
    proof = hmac.new(f"{account.app_secret}/simulator".encode(), said.encode(), hashlib.sha256)
    return f"{said}.{proof.hexdigest()[:DIGITS]}"


def read(account: Account, signed: str) -> str:
    """The words without their proof; empty when it is not ours."""
    said = signed.rpartition(".")[0]
    return said if said and hmac.compare_digest(sign(account, said).encode(), signed.encode()) else ""


def phone_here(world: World) -> Phone | None:
    """Whose phone asks for this page: by its address first, since two phones of one desk share their cookies."""
    for signed in (request.args.get(PARAMETER, ""), request.cookies.get(COOKIE, "")):
        phone_id = read(world.account, signed)
        with world.locked() as memory:
            if phone_id and phone_id in memory.phones:
                return memory.phones[phone_id]
    return None


def answered(account: Account, phone: Phone, question: str) -> bool:
    """Whether this request is the button under the question pressed on this phone."""
    return read(account, request.args.get("answer", "")) == f"{phone.id}/{question}"


def answer_to(account: Account, phone: Phone, question: str) -> str:
    """What the button under the question brings along."""
    return sign(account, f"{phone.id}/{question}")
