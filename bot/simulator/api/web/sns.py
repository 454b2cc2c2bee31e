"""The interfaces behind web authorisation, whose tokens are not those of cgi-bin (wechat_platform §4.12)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.api.web import grants

INVALID_APPID = "invalid appid,"  # here with a comma before the rid, as seen on the real platform
USERINFO = "snsapi_userinfo"


def access_token(platform: Platform, call: Call) -> dict[str, Any]:
    query = call.query
    _prove_app(platform, query)
    if not query.get("secret"):
        raise RefusedError(41004)
    if query["secret"] != platform.account.app_secret:
        raise RefusedError(40125)
    if query.get("grant_type") != "authorization_code":
        raise RefusedError(40002)
    if not query.get("code"):
        raise RefusedError(41008)
    _allowed(platform)
    return grants.redeem(platform.world, query["code"])


def refresh_token(platform: Platform, call: Call) -> dict[str, Any]:
    _prove_app(platform, call.query)
    if call.query.get("grant_type") != "refresh_token":
        raise RefusedError(40002)
    _allowed(platform)
    return grants.renew(platform.world, call.query.get("refresh_token", ""))


def userinfo(platform: Platform, call: Call) -> dict[str, Any]:
    """Name and face as the person himself gave them; the rest has been empty for years."""
    world, query = platform.world, call.query
    with world.locked() as memory:
        held = grants.holder(world, memory, query.get("access_token", ""), query.get("openid", ""))
        if held["scope"] != USERINFO:
            raise RefusedError(48001)
        phone = memory.by_openid(held["openid"])
    if phone is None:
        raise RefusedError(40003)
    return {
        "openid": phone.openid,
        "nickname": phone.name,
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": f"{platform.root()}/static/account.svg",
        "privilege": [],
    }


def auth(platform: Platform, call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        grants.holder(platform.world, memory, call.query.get("access_token", ""), call.query.get("openid", ""))
    return dict(OK)


def _prove_app(platform: Platform, query: dict[str, str]) -> None:
    if not query.get("appid"):
        raise RefusedError(41002)
    if query["appid"] != platform.account.app_id:
        raise RefusedError(40013, INVALID_APPID)


def _allowed(platform: Platform) -> None:
    if not platform.may("oauth"):
        raise RefusedError(48001)


INTERFACES: dict[str, Interface] = {
    "sns/oauth2/access_token": Interface("GET", access_token, needs_token=False),
    "sns/oauth2/refresh_token": Interface("GET", refresh_token, needs_token=False),
    "sns/userinfo": Interface("GET", userinfo, needs_token=False),
    "sns/auth": Interface("GET", auth, needs_token=False),
}
