"""Other pages of the platform in a phone: the one-time subscription, the subscription button, JS-SDK signatures."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from .account import NOBODY, Account, peer
from .conftest import APP_ID, World
from .test_web_oauth import links, opened

BACK = "http://127.0.0.1:9/h5/done"


@pytest.fixture
def account(world: World) -> Account:
    simulator, _ = world.pair()
    return Account(simulator)


def once(account: Account, **changed: Any) -> str:
    query = {
        "action": "get_confirm",
        "appid": APP_ID,
        "scene": 1000,
        "template_id": account.simulator.get("templates")["once"],
        "redirect_url": BACK,
        "reserved": "abc",
    } | changed
    return "https://mp.weixin.qq.com/mp/subscribemsg?" + urlencode(query) + "#wechat_redirect"


@pytest.mark.parametrize(("button", "action"), [("确定", "confirm"), ("取消", "cancel")])
def test_a_one_time_subscription_is_confirmed_or_cancelled(account: Account, button: str, action: str) -> None:
    page = opened(account.simulator, once(account), phone="p2")
    back = account.simulator.session.get(links(page)[button], allow_redirects=False).headers["Location"]
    told = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert back.startswith(BACK)
    assert (told["action"], told["scene"], told["reserved"]) == (action, "1000", "abc")
    assert told.get("openid") == (account.openid("p2") if action == "confirm" else None)
    sent = account.code(
        "message/template/subscribe",
        touser=account.openid("p2"),
        template_id=told["template_id"],
        scene="1000",
        title="提醒",
        data={"content": {"value": "明天学习"}},
    )
    assert sent == (0 if action == "confirm" else 43101)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        (40013, {"appid": "wxother"}),
        (40035, {"action": "dance"}),
        (40035, {"scene": 10_001}),
        (40035, {"scene": "x"}),
        (40035, {"reserved": "a b"}),
        (40035, {"template_id": "x"}),
        (10003, {"redirect_url": "http://example.com"}),
    ],
)
def test_a_wrong_question_is_told_with_its_code(account: Account, code: int, changed: dict[str, Any]) -> None:
    assert f"错误码：{code}" in opened(account.simulator, once(account, **changed)).text


def test_the_sample_pages_button_raises_the_pop_up_on_its_phone(account: Account) -> None:
    simulator = account.simulator
    made = simulator.post("templates", kind="subscription", title="学习提醒", content="{{thing1.DATA}}")
    template = made["template_id"]
    page = opened(simulator, f"{simulator.url}/h5/subscribe?template={template}")
    assert simulator.get("phones/p1")["popup"] is None
    simulator.session.get(links(page)["订阅通知"])
    popup = simulator.get("phones/p1")["popup"]
    assert popup["templates"] == [{"id": template, "title": "学习提醒"}]
    assert simulator.get("phones/p2")["popup"] is None
    wrong = opened(simulator, f"{simulator.url}/h5/subscribe?template=nosuch")
    assert "no_such_template" in simulator.session.get(links(wrong)["订阅通知"]).text


def test_the_ticket_is_the_same_for_two_hours(account: Account) -> None:
    first = account.get("ticket/getticket", type="jsapi")
    assert (first["errcode"], first["errmsg"]) == (0, "ok")
    assert 7190 <= first["expires_in"] <= 7200
    account.forward(7000)
    again = account.get("ticket/getticket", type="jsapi")
    assert again["ticket"] == first["ticket"]
    assert again["expires_in"] <= 200
    account.forward(201)
    assert account.get("ticket/getticket", type="jsapi")["ticket"] != first["ticket"]
    assert account.get("ticket/getticket", type="dance")["errcode"] == 40035


def test_a_pages_signature_can_be_checked(account: Account) -> None:
    simulator, client = account.simulator, peer(account.simulator)
    ticket = client.jsapi.get_ticket()["ticket"]
    url = "http://127.0.0.1:9/h5/mine?a=1"
    signature = client.jsapi.get_jsapi_signature("nonce", ticket, "1800000000", url)
    query = {"url": url + "#part", "noncestr": "nonce", "timestamp": "1800000000", "signature": signature}
    asked = f"{simulator.url}/h5/jssdk"
    json = {"Accept": "application/json"}
    assert simulator.session.get(asked, params=query, headers=json).json()["errcode"] == 0
    assert simulator.session.get(asked, params=query | {"noncestr": "x"}, headers=json).json()["errcode"] == 63002
    assert "签名正确" in simulator.session.get(asked, params=query).text
    assert "63002" in simulator.session.get(asked, params=query | {"signature": ""}).text


@pytest.mark.parametrize(
    "url", ["https://example.com/a?b=c#d", "http://127.0.0.1:9/h5/mine", "https://mp.weixin.qq.com/s/x"]
)
def test_any_other_page_opens_where_it_is(account: Account, url: str) -> None:
    assert account.simulator.phone("open", url=url) == {"url": url}


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "weixin://x", "http://", "http://[", "//x"])
def test_what_is_no_web_address_does_not_open(account: Account, url: str) -> None:
    assert account.simulator.refused("phones/p1/open", url=url) == (400, "bad_field")


def test_the_pages_may_stand_in_the_simulators_own_frame_only(account: Account) -> None:
    page = opened(account.simulator, once(account))
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_what_is_not_there_is_not_found(world: World) -> None:
    simulator = world.simulator(NOBODY)
    for path in ("media/x", "cgi-bin/showqrcode", "cgi-bin/showqrcode?ticket=x", f"media/{quote('../simulator.json')}"):
        assert simulator.session.get(f"{simulator.url}/{path}").status_code == 404
    assert "已不存在" in simulator.session.get(f"{simulator.url}/article/x").text
