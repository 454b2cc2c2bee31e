"""Who may what: the table of wechat_platform §6, cell by cell, over the interfaces themselves."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any

import pytest

from .account import NOBODY, Account
from .conftest import World

KINDS = ("subscription", "subscription_certified", "service", "service_certified", "test")
YES, NO = True, False

# One interface of every capability and who is let in, in the order of KINDS.
MATRIX: dict[str, tuple[bool, ...]] = {
    "GET getcallbackip": (YES, YES, YES, YES, YES),
    "GET get_current_selfmenu_info": (YES, YES, YES, YES, YES),
    "POST menu/create": (NO, YES, YES, YES, YES),
    "GET menu/get": (NO, YES, YES, YES, YES),
    "GET menu/delete": (NO, YES, YES, YES, YES),
    "POST menu/addconditional": (NO, YES, NO, YES, YES),
    "POST menu/trymatch": (NO, YES, NO, YES, YES),
    "POST message/custom/send": (NO, YES, NO, YES, YES),
    "GET tags/get": (NO, YES, NO, YES, YES),
    "POST tags/members/batchtagging": (NO, YES, NO, YES, YES),
    "POST tags/members/batchblacklist": (NO, YES, NO, YES, YES),
    "GET user/get": (NO, YES, NO, YES, YES),
    "GET user/info": (NO, YES, NO, YES, YES),
    "POST user/info/batchget": (NO, YES, NO, YES, YES),
    "POST user/info/updateremark": (NO, YES, NO, YES, YES),
    "POST message/mass/sendall": (NO, YES, NO, YES, NO),
    "POST message/mass/send": (NO, NO, NO, YES, NO),
    "POST message/template/send": (NO, NO, NO, YES, YES),
    "POST message/subscribe/bizsend": (NO, NO, NO, YES, NO),
    "POST message/template/subscribe": (NO, YES, NO, YES, YES),
    "POST qrcode/create": (NO, NO, NO, YES, YES),
    "POST media/upload": (NO, YES, NO, YES, YES),
    "GET media/get": (NO, YES, NO, YES, YES),
    "POST media/uploadimg": (NO, YES, NO, YES, YES),
    "POST material/add_material": (NO, YES, NO, YES, YES),
    "GET material/get_materialcount": (NO, YES, NO, YES, YES),
    "GET ticket/getticket": (YES, YES, YES, YES, YES),
    "POST draft/add": (NO, YES, NO, YES, NO),
    "GET draft/count": (NO, YES, NO, YES, NO),
    "POST freepublish/submit": (NO, YES, NO, YES, NO),
    "POST freepublish/batchget": (NO, YES, NO, YES, NO),
}
CELLS = [
    pytest.param(kind, call, allowed, id=f"{kind}: {call} {'yes' if allowed else 'no'}")
    for call, row in MATRIX.items()
    for kind, allowed in zip(KINDS, row, strict=True)
]


@pytest.fixture(scope="module")
def accounts() -> Any:
    """One of every kind, made when first asked for; nothing here changes them."""
    with ExitStack() as stack:
        made: dict[str, Account] = {}

        def of(kind: str) -> Account:
            if kind not in made:
                made[kind] = Account(World(stack).simulator(NOBODY, account=kind))
            return made[kind]

        yield of


def code(account: Account, called: str) -> int:
    method, path = called.split()
    query = {"access_token": account.token}
    data = json.dumps({}).encode() if method == "POST" else None
    return int(account.simulator.api(path, method=method, params=query, data=data).json().get("errcode", 0))


@pytest.mark.parametrize(("kind", "called", "allowed"), CELLS)
def test_a_kind_of_account_may_do_what_the_table_says(accounts: Any, kind: str, called: str, allowed: bool) -> None:
    assert (code(accounts(kind), called) != 48001) is allowed


@pytest.mark.parametrize("kind", KINDS)
def test_no_wrong_body_is_told_before_the_missing_right(accounts: Any, kind: str) -> None:
    account = accounts(kind)
    told = account.send("draft/add", b"{not json").json()["errcode"]
    assert told == (47001 if kind in ("subscription_certified", "service_certified") else 48001)


@pytest.mark.parametrize("kind", ["subscription", "service", "test"])
def test_drafts_of_uncertified_accounts_are_a_switch(world: World, kind: str) -> None:
    account = Account(world.simulator(NOBODY, account=kind))
    assert account.get("draft/count")["errcode"] == 48001
    account.simulator.post("switches", personal_drafts="allowed")
    assert account.get("draft/count") == {"total_count": 0}
    assert account.code("freepublish/submit", media_id="x") == 48001
