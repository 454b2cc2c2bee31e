"""One phone of the simulator's page in a real browser: its bar, what it could not send, its scanner, its pop-up."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import visit
from tests.e2e.conftest import SampleMine


@pytest.fixture
def page(browser: Browser, mine: SampleMine) -> Iterator[Page]:
    cut_off_by_a_test = "net::ERR_FAILED"
    with visit(browser, f"{mine.address}/simulator/", forgiven=cut_off_by_a_test) as opened:
        yield opened


def phone(page: Page, number: int = 1) -> Locator:
    return page.locator(f"[data-phone=p{number}]")


def followed(page: Page, number: int = 1) -> Locator:
    """The phone, following, with the account's menu at its bottom."""
    found = phone(page, number)
    found.get_by_role("button", name="关注公众号").click()
    expect(found.get_by_text("升井洗完澡")).to_be_visible()
    expect(found.get_by_role("navigation", name="公众号菜单")).to_be_visible()
    return found


def test_the_bottom_shows_the_menu_or_the_field_and_never_both(page: Page) -> None:
    found = followed(page)
    menu, field = found.get_by_role("navigation", name="公众号菜单"), found.get_by_label("说点什么")
    expect(field).to_be_hidden()
    found.get_by_role("button", name="键盘").click()
    expect(field).to_be_focused()
    expect(menu).to_be_hidden()
    found.get_by_role("button", name="菜单", exact=True).click()
    expect(menu).to_be_visible()
    expect(field).to_be_hidden()


def test_what_could_not_be_sent_is_kept_over_a_reload_and_sent_again(page: Page) -> None:
    found = followed(page)
    page.route("**/control/phones/*/say", lambda route: route.abort())
    found.get_by_role("button", name="键盘").click()
    field, failed = found.get_by_label("说点什么"), found.locator(".failed")
    field.fill("帮助")
    field.press("Enter")
    expect(failed).to_contain_text("没有发出去")
    expect(field).to_have_value("帮助")
    page.reload()
    expect(failed.locator(".bubble")).to_have_text("帮助")
    expect(field).to_have_value("帮助")
    page.unroute("**/control/phones/*/say")
    failed.get_by_role("button", name="重发").click()
    expect(found.get_by_text("这里能做什么")).to_be_visible()
    expect(failed).to_have_count(0)
    expect(field).to_have_value("")


def test_a_phone_scans_the_code_that_another_one_shows(page: Page) -> None:
    shows = followed(page)
    shows.get_by_role("button", name="更多").first.click()
    shows.get_by_role("button", name="公众号二维码名片").click()
    scans = phone(page, 2)
    scans.get_by_role("button", name="扫二维码关注").click()
    shows.get_by_role("button", name="扫这张二维码").click()
    expect(scans.get_by_text("升井洗完澡")).to_be_visible()
    expect(scans.get_by_role("dialog", name="扫一扫")).to_have_count(0)


def test_the_keyboard_alone_scans_too(page: Page) -> None:
    scans = phone(page)
    scans.get_by_role("button", name="扫二维码关注").press("Enter")
    scans.get_by_role("button", name="公众号的码").press("Enter")
    expect(scans.get_by_text("升井洗完澡")).to_be_visible()


def test_the_pop_up_asks_for_each_notice_and_the_settings_take_it_back(page: Page, mine: SampleMine) -> None:
    simulator = f"{mine.address}/simulator"
    made = requests.post(
        f"{simulator}/control/templates",
        json={"title": "示例会议通知", "content": "会议:{{thing1.DATA}}", "kind": "subscription"},
        timeout=10,
    ).json()["template_id"]
    button = {"type": "view", "name": "订阅", "url": f"{simulator}/h5/subscribe?template={made}"}
    requests.post(f"{simulator}/control/menu", json={"button": [button]}, timeout=10).raise_for_status()
    found = followed(page)
    found.get_by_role("button", name="订阅").click()
    found.frame_locator("iframe").get_by_role("link").or_(
        found.frame_locator("iframe").get_by_role("button")
    ).first.click()
    asked = found.get_by_role("dialog", name="订阅通知", exact=True)
    expect(asked.get_by_text("示例会议通知")).to_be_visible()
    asked.get_by_role("button", name="允许").click()
    expect(asked).to_have_count(0)
    found.get_by_role("button", name="关闭网页").click()
    found.get_by_role("button", name="更多").first.click()
    found.get_by_role("button", name="订阅通知设置").click()
    kept = found.get_by_role("switch", name="示例会议通知")
    expect(kept).to_contain_text("还能发 1 次")
    expect(kept).to_be_checked()
    kept.click()
    expect(kept).not_to_be_checked()
    state = f"{simulator}/control/phones/p1"
    page.wait_for_function(f"async () => (await (await fetch('{state}')).json()).declined.includes('{made}')")


def test_a_name_is_changed_where_it_stands(page: Page) -> None:
    found = phone(page)
    found.get_by_role("button", name=re.compile("老周")).click()
    name = found.get_by_label("这部手机是谁的")
    name.fill("老郑（示例）")
    name.press("Enter")
    expect(found.locator(".owner-name")).to_have_text("老郑（示例）")


def test_the_list_of_chats_has_a_red_dot_until_the_chat_is_opened(page: Page, mine: SampleMine) -> None:
    found = followed(page)
    found.get_by_role("button", name="返回聊天列表").click()
    press = f"{mine.address}/simulator/control/phones/p1/menu"
    requests.post(press, json={"button": "每日一题"}, timeout=10).raise_for_status()
    expect(found.locator(".talk-dot")).to_have_text("1")
    expect(found.locator(".talk-last")).to_contain_text("第1题")
    found.locator(".talk").click()
    expect(found.locator(".bubble").get_by_text("第1题")).to_be_visible()
    expect(found.locator(".owner .unread")).to_be_hidden()


def test_letters_typed_after_a_tap_go_to_the_field_even_from_behind_the_menu(page: Page) -> None:
    found = followed(page)
    found.get_by_role("button", name="每日一题").last.click()
    expect(found.get_by_text("第1题")).to_be_visible()
    page.keyboard.type("ok a")
    expect(found.get_by_label("说点什么")).to_have_value("ok a")


def test_a_link_is_part_of_its_line_and_all_of_them_are_one_stop_of_the_tab_key(page: Page) -> None:
    found = followed(page)
    links = found.locator(".bubble .link")
    assert links.first.evaluate("link => getComputedStyle(link).display") == "inline"
    assert links.evaluate_all("links => links.filter((link) => link.tabIndex === 0).length") == 1
    found.get_by_role("log").focus()
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(found.get_by_text("第1题")).to_be_visible()


def test_the_meter_of_who_receives_nothing_says_so(page: Page, mine: SampleMine) -> None:
    found = followed(page)
    meter = found.locator(".quota")
    expect(meter).to_have_text("还能发 3 条")
    refuse = f"{mine.address}/simulator/control/phones/p1/refuse"
    requests.post(refuse, json={"on": True}, timeout=10).raise_for_status()
    expect(meter).to_contain_text("发不进去")
    expect(meter).to_have_attribute("title", re.compile("客服消息、模板消息、订阅通知都会被退回"))
