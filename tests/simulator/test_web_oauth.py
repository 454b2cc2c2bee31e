"""Web authorisation inside a phone: the domain, the two scopes, codes that serve once, tokens of their own."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import pytest
import requests
from wechatpy.exceptions import WeChatOAuthException
from wechatpy.oauth import WeChatOAuth

from .account import NOBODY, Account, api_url
from .conftest import APP_ID, SECRET, Simulator, World

BACK = "http://127.0.0.1:9/h5/mine?from=menu#top"
OFFICIAL = "https://open.weixin.qq.com/connect/oauth2/authorize?"


@pytest.fixture
def account(world: World) -> Account:
    simulator, _ = world.pair()
    return Account(simulator)


def authorize(scope: str = "snsapi_base", back: str = BACK, **changed: str) -> str:
    query = {"appid": APP_ID, "redirect_uri": back, "response_type": "code", "scope": scope, "state": "abc1"} | changed
    return OFFICIAL + urlencode({name: value for name, value in query.items() if value}) + "#wechat_redirect"


def opened(simulator: Simulator, url: str, phone: str = "p1") -> requests.Response:
    """The page as that phone's browser loads it, no redirect followed."""
    address = simulator.phone("open", phone=phone, url=url)["url"]
    simulator.session.cookies.clear()
    return simulator.session.get(address, allow_redirects=False)


def links(page: requests.Response) -> dict[str, str]:
    """Address by label of the links of a page."""
    found = re.findall(r'<a class="button[^"]*" href="([^"]*)">([^<]*)</a>', page.text)
    return {label: urljoin(page.url, unescape(address)) for address, label in found}


def code_in(page: requests.Response) -> str:
    assert page.status_code == 302, page.text
    return parse_qs(urlsplit(page.headers["Location"]).query)["code"][0]


def sns(simulator: Simulator, path: str, **query: str) -> Any:
    return simulator.session.get(api_url(simulator, f"sns/{path}"), params=query).json()


def redeemed(simulator: Simulator, code: str, **changed: str) -> Any:
    query = {"appid": APP_ID, "secret": SECRET, "code": code, "grant_type": "authorization_code"} | changed
    return sns(simulator, "oauth2/access_token", **{name: value for name, value in query.items() if value})


def test_the_base_scope_goes_back_silently_with_a_code(account: Account) -> None:
    simulator = account.simulator
    page = opened(simulator, authorize())
    address = urlsplit(page.headers["Location"])
    assert (address.netloc, address.path, address.fragment) == ("127.0.0.1:9", "/h5/mine", "top")
    assert parse_qs(address.query)["from"] == ["menu"]
    assert parse_qs(address.query)["state"] == ["abc1"]
    told = redeemed(simulator, code_in(page))
    assert set(told) == {"access_token", "expires_in", "refresh_token", "openid", "scope"}
    assert (told["openid"], told["scope"], told["expires_in"]) == (account.openid(), "snsapi_base", 7200)
    assert sns(simulator, "auth", access_token=told["access_token"], openid=told["openid"])["errcode"] == 0
    assert sns(simulator, "userinfo", access_token=told["access_token"], openid=told["openid"])["errcode"] == 48001
    assert simulator.api("getcallbackip", params={"access_token": told["access_token"]}).json()["errcode"] == 40014


def test_the_other_scope_asks_and_needs_no_follower(account: Account) -> None:
    simulator = account.simulator
    page = opened(simulator, authorize("snsapi_userinfo"), phone="p2")
    assert "示例矿党建" in page.text
    refused = simulator.session.get(links(page)["拒绝"], allow_redirects=False)
    assert refused.status_code == 200
    code = code_in(simulator.session.get(links(page)["允许"], allow_redirects=False))
    told = redeemed(simulator, code)
    who = sns(simulator, "userinfo", access_token=told["access_token"], openid=told["openid"], lang="zh_CN")
    assert (who["openid"], who["nickname"], who["sex"], who["city"]) == (account.openid("p2"), "小吴（示例）", 0, "")
    assert simulator.session.get(who["headimgurl"]).status_code == 200


def test_consent_cannot_be_made_up_nor_carried_to_another_phone(account: Account) -> None:
    simulator = account.simulator
    asked = authorize("snsapi_userinfo")
    theirs = links(opened(simulator, asked, phone="p2"))["允许"]
    answer = parse_qs(urlsplit(theirs).query)["answer"][0]
    for made_up in ("allow", "p1/allow", answer):
        address = simulator.phone("open", url=asked)["url"].partition("#")[0]
        page = simulator.session.get(f"{address}&answer={quote(made_up)}", allow_redirects=False)
        assert page.status_code == 200
        assert "允许" in page.text


def test_outside_a_phone_the_page_does_not_open(account: Account) -> None:
    simulator = account.simulator
    simulator.session.cookies.clear()
    address = simulator.url + "/connect/oauth2/authorize?" + urlsplit(authorize()).query
    for url in (address, address + "&phone=p1.0123456789", address + "&phone=p1"):
        page = simulator.session.get(url, allow_redirects=False)
        assert page.status_code == 200
        assert "请在微信客户端打开链接" in page.text


def test_a_page_of_the_bot_may_lead_on_with_the_cookie_alone(account: Account) -> None:
    simulator = account.simulator
    simulator.phone("open", url="http://127.0.0.1:9/h5/mine")
    address = simulator.url + "/connect/oauth2/authorize?" + urlsplit(authorize()).query
    assert code_in(simulator.session.get(address, allow_redirects=False))


@pytest.mark.parametrize(
    ("code", "url"),
    [
        (10003, authorize(back="http://example.com/h5")),
        (10003, authorize(back="http://127.0.0.1.example.com/h5")),
        (10003, authorize(back="javascript://127.0.0.1/")),
        (10005, authorize("snsapi_everything")),
        (10010, authorize("")),
        (10011, authorize(back="")),
        (10012, authorize(appid="")),
        (40013, authorize(appid="wxother")),
        (40035, authorize(state="a b")),
        (40035, authorize(state="a" * 129)),
        (40035, authorize(response_type="token")),
        (40035, OFFICIAL + urlencode({"redirect_uri": BACK, "appid": APP_ID, "response_type": "code", "scope": "x"})),
    ],
)
def test_a_wrong_address_is_told_with_its_code(account: Account, code: int, url: str) -> None:
    page = opened(account.simulator, url)
    assert page.status_code == 200
    assert f"错误码：{code}" in page.text


def test_the_domain_is_the_one_that_was_entered(account: Account) -> None:
    simulator = account.simulator
    simulator.post("domain", domain="h5.example.com")
    assert "错误码：10003" in opened(simulator, authorize()).text
    assert code_in(opened(simulator, authorize(back="https://h5.example.com/x")))
    simulator.post("domain", domain="")
    assert code_in(opened(simulator, authorize()))


@pytest.mark.parametrize("kind", ["subscription", "subscription_certified", "service"])
def test_who_may_not_is_told_10005(world: World, kind: str) -> None:
    simulator = world.simulator(NOBODY, account=kind)
    assert "错误码：10005" in opened(simulator, authorize()).text
    assert redeemed(simulator, "any")["errcode"] == 48001


def test_a_test_account_is_for_its_followers(world: World) -> None:
    simulator = world.simulator(NOBODY, account="test")
    assert "错误码：10006" in opened(simulator, authorize()).text
    simulator.phone("follow")
    assert code_in(opened(simulator, authorize()))


def test_a_code_serves_once_and_for_five_minutes(account: Account) -> None:
    simulator = account.simulator
    first, second = code_in(opened(simulator, authorize())), code_in(opened(simulator, authorize()))
    assert redeemed(simulator, "made up")["errcode"] == 40029
    assert "openid" in redeemed(simulator, first)
    assert redeemed(simulator, first)["errcode"] == 40163
    account.forward(301)
    assert redeemed(simulator, second)["errcode"] == 42003
    assert redeemed(simulator, first)["errcode"] == 40163


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        (41002, {"appid": ""}),
        (40013, {"appid": "wxother", "secret": "wrong"}),
        (41004, {"secret": ""}),
        (40125, {"secret": "wrong"}),
        (40002, {"grant_type": "client_credential"}),
        (41008, {"code": ""}),
    ],
)
def test_redeeming_is_checked_in_order(account: Account, code: int, changed: dict[str, str]) -> None:
    assert redeemed(account.simulator, **{"code": "any"} | changed)["errcode"] == code


def test_here_the_wrong_appid_is_told_with_a_comma(account: Account) -> None:
    assert re.fullmatch(r"invalid appid, rid: [0-9a-f-]{26}", redeemed(account.simulator, "x", appid="wx")["errmsg"])


def test_a_token_is_refreshed_for_thirty_days(account: Account) -> None:
    simulator = account.simulator
    told = redeemed(simulator, code_in(opened(simulator, authorize())))
    again = {"appid": APP_ID, "grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    account.forward(7000)
    assert sns(simulator, "oauth2/refresh_token", **again)["access_token"] == told["access_token"]
    account.forward(7201)
    assert sns(simulator, "auth", access_token=told["access_token"], openid=told["openid"])["errcode"] == 42001
    fresh = sns(simulator, "oauth2/refresh_token", **again)
    assert fresh["access_token"] != told["access_token"]
    assert sns(simulator, "auth", access_token=fresh["access_token"], openid=told["openid"])["errcode"] == 0
    assert sns(simulator, "auth", access_token=fresh["access_token"], openid=account.openid("p2"))["errcode"] == 40003
    assert sns(simulator, "auth", access_token=fresh["access_token"])["errcode"] == 41009
    assert sns(simulator, "auth", openid=told["openid"])["errcode"] == 41001
    assert sns(simulator, "auth", access_token="made up", openid=told["openid"])["errcode"] == 40001
    account.forward(31 * 86400)
    assert sns(simulator, "oauth2/refresh_token", **again)["errcode"] == 42002
    assert sns(simulator, "oauth2/refresh_token", **again | {"refresh_token": "x"})["errcode"] == 40030
    assert sns(simulator, "oauth2/refresh_token", **again | {"grant_type": "x"})["errcode"] == 40002
    assert sns(simulator, "oauth2/refresh_token", **again | {"appid": "x"})["errcode"] == 40013


def test_wechatpy_goes_the_whole_way(account: Account) -> None:
    simulator = account.simulator

    class OAuth(WeChatOAuth):
        API_BASE_URL = api_url(simulator)

    oauth = OAuth(APP_ID, SECRET, BACK, scope="snsapi_userinfo", state="1")
    page = opened(simulator, oauth.authorize_url)
    code = code_in(simulator.session.get(links(page)["允许"], allow_redirects=False))
    oauth.fetch_access_token(code)
    assert oauth.get_user_info()["openid"] == account.openid()
    assert oauth.check_access_token()
    oauth.refresh_access_token(oauth.refresh_token)
    with pytest.raises(WeChatOAuthException) as used:
        oauth.fetch_access_token(code)
    assert used.value.errcode == 40163
