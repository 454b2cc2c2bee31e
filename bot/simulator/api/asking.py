"""The account's own papers: tokens, quotas, addresses of the platform, and what became of a request id (§4.1, §4.13)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.table import OK, Call, Interface, Platform

BEIJING = timezone(timedelta(hours=8))
CLASSIC_A_DAY, STABLE_A_DAY, STABLE_A_MINUTE = 2000, 500_000, 10_000
MINUTE_SECONDS = 60
CALLBACK_PLACES = ("DEFAULT", "CHINANET", "UNICOM", "CAP")
CALLBACK_ACTIONS = ("all", "dns", "ping")


def _prove(platform: Platform, given: dict[str, Any]) -> None:
    """The order of the platform's own checks: the appid before anything else."""
    account = platform.account
    if not given.get("appid"):
        raise RefusedError(41002)
    if given["appid"] != account.app_id:
        raise RefusedError(40013)
    if given.get("grant_type") != "client_credential":
        raise RefusedError(40002)
    _prove_secret(platform, given.get("secret"))


def _prove_secret(platform: Platform, given: object) -> None:
    if not given:
        raise RefusedError(41004)
    if given != platform.account.app_secret:
        raise RefusedError(40125)


def token(platform: Platform, call: Call) -> dict[str, Any]:
    _prove(platform, dict(call.query))
    platform.quotas.check_address(call.address)
    platform.quotas.use("cgi-bin/token", CLASSIC_A_DAY)
    value, seconds = platform.tokens.classic()
    return {"access_token": value, "expires_in": seconds}


def stable_token(platform: Platform, call: Call) -> dict[str, Any]:
    given = call.json()
    _prove(platform, given)
    platform.quotas.check_address(call.address)
    platform.quotas.use("cgi-bin/stable_token", STABLE_A_DAY, STABLE_A_MINUTE)
    value, seconds = platform.tokens.stable(force=given.get("force_refresh") is True, day=platform.quotas.day())
    return {"access_token": value, "expires_in": seconds}


def callback_ip(_platform: Platform, _call: Call) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


def callback_check(_platform: Platform, call: Call) -> dict[str, Any]:
    """Can the platform find and reach the webhook; on one machine the answer is always its loopback."""
    given = call.json()
    action = given.get("action")
    if action not in CALLBACK_ACTIONS or given.get("check_operator", "DEFAULT") not in CALLBACK_PLACES:
        raise RefusedError(40035)
    told: dict[str, Any] = {}
    if action in ("all", "dns"):
        told["dns"] = [{"ip": "127.0.0.1", "real_operator": "DEFAULT"}]
    if action in ("all", "ping"):
        told["ping"] = [{"ip": "127.0.0.1", "from_operator": "DEFAULT", "package_loss": "0%", "time": "0.1ms"}]
    return told


def quota_of(interfaces: dict[str, Interface], platform: Platform, call: Call) -> dict[str, Any]:
    """openapi/quota/get: `daily_limit`, `used` and `remain` of one address, and its calls a minute where these are limited."""
    endpoint, interface = _named(interfaces, call.json())
    rate = {"call_count": interface.minutely, "refresh_second": MINUTE_SECONDS} if interface.minutely else {}
    return {**OK, "quota": platform.quotas.spent(endpoint, interface.daily), "rate_limit": rate}


def clear_one(interfaces: dict[str, Interface], platform: Platform, call: Call) -> dict[str, Any]:
    endpoint, _ = _named(interfaces, call.json())
    platform.quotas.clear(_month(platform), endpoint)
    if endpoint == "cgi-bin/stable_token":
        platform.tokens.clear_counts()
    return dict(OK)


def clear_all(platform: Platform, call: Call) -> dict[str, Any]:
    if call.json().get("appid") != platform.account.app_id:
        raise RefusedError(40013)
    _everything_anew(platform)
    return dict(OK)


def clear_by_secret(platform: Platform, call: Call) -> dict[str, Any]:
    """clear_quota/v2 needs no token; clients put the secret into the query or into the body."""
    given = {**call.query}
    if call.body:
        given |= call.json()
    if given.get("appid") != platform.account.app_id:
        raise RefusedError(40013)
    _prove_secret(platform, given.get("appsecret"))
    _everything_anew(platform)
    return dict(OK)


def request_of(platform: Platform, call: Call) -> dict[str, Any]:
    """openapi/rid/get: the call that was refused under this id."""
    found = platform.calls.by_rid(str(call.json().get("rid", "")))
    if found is None:
        raise RefusedError(76001)
    return {
        **OK,
        "request": {
            "invoke_time": int(found["at"]),
            "cost_in_ms": found["ms"],
            "request_url": f"/{found['name']}",
            "request_body": found["request"],
            "response_body": found["response"],
            "client_ip": "127.0.0.1",
        },
    }


def _everything_anew(platform: Platform) -> None:
    platform.quotas.clear(_month(platform))
    platform.tokens.clear_counts()


def _named(interfaces: dict[str, Interface], given: dict[str, Any]) -> tuple[str, Interface]:
    endpoint = str(given.get("cgi_path", "")).partition("?")[0].strip("/")
    if endpoint not in interfaces:
        raise RefusedError(76003)
    return endpoint, interfaces[endpoint]


def _month(platform: Platform) -> str:
    return f"{datetime.fromtimestamp(platform.clock.now(), BEIJING):%Y-%m}"


INTERFACES: dict[str, Interface] = {
    "cgi-bin/token": Interface("GET", token, daily=CLASSIC_A_DAY, needs_token=False),
    "cgi-bin/stable_token": Interface(
        "POST", stable_token, daily=STABLE_A_DAY, minutely=STABLE_A_MINUTE, needs_token=False
    ),
    "cgi-bin/getcallbackip": Interface("GET", callback_ip),
    "cgi-bin/get_api_domain_ip": Interface("GET", callback_ip),
    "cgi-bin/callback/check": Interface("POST", callback_check),
    "cgi-bin/clear_quota": Interface("POST", clear_all),
    "cgi-bin/clear_quota/v2": Interface("POST", clear_by_secret, needs_token=False, form=True),
    "cgi-bin/openapi/rid/get": Interface("POST", request_of),
}
