"""Daily and minute limits, the test account's tenth, the monthly clearings, and the list of addresses."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator.api.catalogue import INTERFACES
from bot.simulator.api.errors import RefusedError
from bot.simulator.api.quotas import Quotas
from bot.simulator.switches import Switches

from .account import NOBODY, Account
from .conftest import APP_ID, SECRET, Simulator, World
from .test_api import Clock, classic, stable

MIDNIGHT = 1_800_028_800.0  # 2027-01-16 00:00 in Beijing
LIMITS = {
    "cgi-bin/token": (2000, 200),
    "cgi-bin/message/custom/send": (500_000, 50_000),
    "cgi-bin/menu/create": (1000, 100),
    "cgi-bin/menu/get": (10_000, 1000),
    "cgi-bin/menu/delete": (1000, 100),
    "cgi-bin/user/get": (500, 100),
    "cgi-bin/user/info": (5_000_000, 500_000),
    "cgi-bin/qrcode/create": (100_000, 10_000),
    "cgi-bin/media/upload": (100_000, 10_000),
    "cgi-bin/media/get": (200_000, 20_000),
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account(world: World, clock: Clock) -> Account:
    return Account(world.simulator(NOBODY, now=clock))


def quota(account: Account, path: str) -> Any:
    return account.post("openapi/quota/get", cgi_path=f"/{path}")


@pytest.mark.parametrize(("endpoint", "limits"), LIMITS.items(), ids=LIMITS)
def test_the_daily_limits_are_the_platforms_and_a_test_account_has_less(endpoint: str, limits: tuple[int, int]) -> None:
    daily = INTERFACES[endpoint].daily
    kinds = ("service_certified", "test")
    found = [Quotas(lambda: 0.0, lambda kind=kind: kind, Switches()).limit(endpoint, daily) for kind in kinds]  # type: ignore[misc]
    assert tuple(found) == limits


def test_the_quota_is_told_used_up_and_given_anew_at_midnight(account: Account, clock: Clock) -> None:
    told = quota(account, "cgi-bin/user/get")
    assert told["quota"] == {"daily_limit": 500, "used": 0, "remain": 500}
    assert told["errcode"] == 0
    assert account.get("user/get").get("errcode", 0) == 0
    assert quota(account, "cgi-bin/user/get?next_openid=")["quota"] == {"daily_limit": 500, "used": 1, "remain": 499}
    account.simulator.post("quotas", endpoint="cgi-bin/user/get", exhaust=True)
    assert account.get("user/get")["errcode"] == 45009
    assert account.get("tags/get").get("errcode", 0) == 0
    clock.now = MIDNIGHT - 1
    account.refresh()
    account.simulator.post("quotas", endpoint="cgi-bin/user/get", exhaust=True)
    assert account.get("user/get")["errcode"] == 45009
    clock.now = MIDNIGHT
    assert account.get("user/get").get("errcode", 0) == 0


def test_the_hour_at_which_a_day_begins_is_a_switch(account: Account, clock: Clock) -> None:
    account.simulator.post("switches", reset_hour=8)
    clock.now = MIDNIGHT - 1
    account.refresh()
    account.simulator.post("quotas", endpoint="cgi-bin/user/get", exhaust=True)
    clock.now = MIDNIGHT + 8 * 3600 - 1
    account.refresh()
    assert account.get("user/get")["errcode"] == 45009
    clock.now += 1
    assert account.get("user/get").get("errcode", 0) == 0


def test_calls_a_minute_are_told_where_they_are_limited(account: Account) -> None:
    assert quota(account, "cgi-bin/stable_token")["rate_limit"] == {"call_count": 10_000, "refresh_second": 60}
    assert quota(account, "cgi-bin/user/get")["rate_limit"] == {}


def test_the_minutes_limit_is_over_with_the_minute() -> None:
    now = [0.0]
    quotas = Quotas(lambda: now[0], lambda: "service", Switches())
    for _ in range(3):
        quotas.use("x", 0, 3)
    with pytest.raises(RefusedError) as refused:
        quotas.use("x", 0, 3)
    assert refused.value.errcode == 45011
    now[0] = 60.0
    quotas.use("x", 0, 3)


def test_a_path_there_is_not_has_no_quota(account: Account) -> None:
    for path in ("openapi/quota/get", "openapi/quota/clear"):
        assert account.code(path, cgi_path="/cgi-bin/no/such") == 76003
        assert account.code(path) == 76003
        assert account.code(path, cgi_path=[1]) == 76003


def test_classic_tokens_are_counted_by_the_day(world: World, clock: Clock) -> None:
    simulator = world.simulator(NOBODY, now=clock, account="test")
    for _ in range(200):
        assert "access_token" in classic(simulator)
    assert classic(simulator)["errcode"] == 45009
    assert classic(simulator, appid="wxother")["errcode"] == 40013  # before anything is counted
    assert "access_token" in stable(simulator)
    clock.now += 86400
    assert "access_token" in classic(simulator)


def test_ten_clearings_a_month_in_whatever_way(account: Account, clock: Clock) -> None:
    simulator = account.simulator
    clock.now = MIDNIGHT
    account.refresh()
    by_secret: dict[str, str] = {"appid": APP_ID, "appsecret": SECRET}
    for _ in range(4):
        simulator.post("quotas", endpoint="cgi-bin/user/get", exhaust=True)
        assert account.code("clear_quota", appid=APP_ID) == 0
        assert account.get("user/get").get("errcode", 0) == 0
    for _ in range(3):
        simulator.post("quotas", endpoint="cgi-bin/user/get", exhaust=True)
        simulator.post("quotas", endpoint="cgi-bin/user/info", exhaust=True)
        assert account.code("openapi/quota/clear", cgi_path="/cgi-bin/user/get") == 0
        assert account.get("user/get").get("errcode", 0) == 0
        assert account.get("user/info", openid="x")["errcode"] == 45009
    for options in ({"params": by_secret}, {"json": by_secret}, {"params": by_secret, "json": by_secret}):
        assert simulator.api("clear_quota/v2", method="POST", **options).json()["errcode"] == 0
    assert account.code("clear_quota", appid=APP_ID) == 48006
    assert account.code("openapi/quota/clear", cgi_path="/cgi-bin/user/get") == 48006
    assert simulator.api("clear_quota/v2", method="POST", json=by_secret).json()["errcode"] == 48006
    clock.now += 16 * 86400
    account.refresh()
    assert account.code("clear_quota", appid=APP_ID) == 0


def test_clearing_needs_the_right_papers(account: Account) -> None:
    simulator = account.simulator
    assert account.code("clear_quota", appid="wxother") == 40013
    assert account.code("clear_quota") == 40013
    assert simulator.api("clear_quota/v2", method="POST", json={"appid": "x"}).json()["errcode"] == 40013
    assert simulator.api("clear_quota/v2", method="POST", json={"appid": APP_ID}).json()["errcode"] == 41004
    wrong = {"appid": APP_ID, "appsecret": "wrong"}
    assert simulator.api("clear_quota/v2", method="POST", json=wrong).json()["errcode"] == 40125


def test_clearing_gives_the_forced_refreshes_anew(account: Account, clock: Clock) -> None:
    simulator = account.simulator
    for _ in range(20):
        clock.now += 30
        assert "access_token" in stable(simulator, force_refresh=True)
    clock.now += 30
    assert stable(simulator, force_refresh=True)["errcode"] == 45009
    account.refresh()
    account.code("clear_quota", appid=APP_ID)
    assert "access_token" in stable(simulator, force_refresh=True)


def test_a_refused_request_can_be_looked_up_by_its_id(account: Account) -> None:
    said = account.get("user/info", openid="nobody")["errmsg"]
    found = account.post("openapi/rid/get", rid=said.rpartition("rid: ")[2])
    assert found["request"]["request_url"] == "/cgi-bin/user/info"
    assert "40003" in found["request"]["response_body"]
    assert account.code("openapi/rid/get", rid="none") == 76001


def test_the_platforms_addresses_are_told(account: Account) -> None:
    assert account.get("getcallbackip") == account.get("get_api_domain_ip") == {"ip_list": ["127.0.0.1"]}
    told = account.post("callback/check", action="all", check_operator="DEFAULT")
    assert set(told) == {"dns", "ping"}
    assert account.code("callback/check", action="dance") == 40035
    assert account.code("callback/check", action="dns", check_operator="x") == 40035


def classic_of(simulator: Simulator) -> Any:
    query = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    return simulator.api("token", params=query)


@pytest.mark.parametrize(
    ("how", "status", "code"), [("http_403", 403, 40164), ("40164", 200, 40164), ("61004", 200, 61004)]
)
def test_an_address_not_listed_is_turned_away(account: Account, how: str, status: int, code: int) -> None:
    simulator = account.simulator
    simulator.post("switches", whitelist_answer=how)
    simulator.post("whitelist", addresses=["10.0.0.1"])
    answers = [
        classic_of(simulator),
        simulator.api("stable_token", method="POST", json={
            "grant_type": "client_credential", "appid": APP_ID, "secret": SECRET,
        }),
        simulator.api("getcallbackip", params={"access_token": account.token}),
    ]  # fmt: skip
    for answer in answers:
        assert (answer.status_code, answer.json()["errcode"]) == (status, code)
        assert answer.json()["errmsg"].startswith("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist")
    simulator.post("switches", whitelist_scope="tokens")
    assert account.get("getcallbackip").get("errcode", 0) == 0
    assert classic_of(simulator).json()["errcode"] == code
    simulator.post("whitelist", addresses=["10.0.0.1", "127.0.0.1"])
    assert "access_token" in classic_of(simulator).json()


def test_a_wrong_secret_is_told_before_a_wrong_address(account: Account) -> None:
    account.simulator.post("whitelist", addresses=["10.0.0.1"])
    assert classic(account.simulator, secret="wrong")["errcode"] == 40125


def test_a_list_has_room_for_two_hundred(account: Account) -> None:
    many = [f"10.0.0.{number}" for number in range(201)]
    assert account.simulator.refused("whitelist", addresses=many) == (400, "bad_field")
    account.simulator.post("whitelist", addresses=many[:200])


def test_a_test_account_has_no_list(world: World) -> None:
    simulator = world.simulator(NOBODY, account="test")
    simulator.post("whitelist", addresses=["10.0.0.1"])
    assert "access_token" in classic(simulator)


def test_only_what_is_limited_can_be_used_up(account: Account) -> None:
    assert account.simulator.refused("quotas", endpoint="cgi-bin/no/such", exhaust=True) == (400, "bad_field")
    assert account.simulator.refused("quotas", endpoint="cgi-bin/getcallbackip", exhaust=True) == (400, "bad_field")
    account.get("user/get")
    assert account.simulator.get("quotas")["used"]["cgi-bin/user/get"] == 1
