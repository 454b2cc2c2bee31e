"""The tools beside the phones do what they say: the inspector, the clock, trouble, the list of phones, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import DESK, visit
from tests.e2e.conftest import SampleMine

TELEPHONE = (390, 844)


@pytest.fixture
def page(browser: Browser, mine: SampleMine) -> Iterator[Page]:
    with visit(browser, f"{mine.address}/simulator/") as opened:
        yield opened


def control(mine: SampleMine, path: str) -> Any:
    return requests.get(f"{mine.address}/simulator/control/{path}", timeout=10).json()


def post(mine: SampleMine, path: str, **body: Any) -> None:
    requests.post(f"{mine.address}/simulator/control/{path}", json=body, timeout=10).raise_for_status()


def follow(page: Page) -> None:
    page.get_by_role("button", name="替这部手机关注").click()
    expect(page.locator(".bubbles").first.get_by_text("升井洗完澡")).to_be_visible()


def test_the_inspector_opens_a_message_and_its_answer(page: Page) -> None:
    follow(page)
    page.locator(".guide [data-say=帮助]").click()
    page.locator(".guide [data-tool=wire]").click()
    row = page.locator(".wire-row.push", has_text="说了一句话").filter(has_text="帮助")
    expect(row).to_contain_text("答了，手机上看得见")
    row.locator(".wire-line").click()
    sent, came = row.locator("[data-part=request]"), row.locator("[data-part=response]")
    expect(sent.locator("pre")).to_contain_text("<Content><![CDATA[帮助]]></Content>")
    expect(came.locator("pre")).to_contain_text("这里能做什么")
    sent.get_by_role("button", name="原文").click()
    expect(sent.locator("pre")).to_contain_text("<Encrypt>")
    expect(row.locator(".wire-facts")).to_contain_text("msg_signature")
    expect(row.locator(".wire-facts")).to_contain_text("签名对得上")
    row.get_by_role("button", name="抄成 curl").click()
    expect(row.get_by_role("button", name="已复制")).to_be_visible()
    assert str(page.evaluate("navigator.clipboard.readText()")).startswith("curl ")


def test_the_inspector_follows_and_narrows_down(page: Page) -> None:
    follow(page)
    page.locator(".guide [data-tool=wire]").click()
    rows = page.locator(".wire-row")
    expect(rows.filter(has_text="关注了")).to_have_count(1)
    page.locator(".phone").first.get_by_role("button", name="每日一题").last.click()
    expect(rows.last).to_contain_text("点了菜单")
    page.get_by_label("往哪边").select_option("call")
    expect(page.locator(".wire-row.push")).to_have_count(0)
    page.get_by_label("往哪边").select_option("")
    page.get_by_label("只看出岔子的").check()
    expect(page.locator(".wire-row:not(.bad)")).to_have_count(0)


def test_a_button_moves_the_time_on_every_phone(page: Page, mine: SampleMine) -> None:
    before = control(mine, "clock")["now"]
    page.locator(".guide [data-tool=clock]").click()
    page.get_by_role("button", name="＋1 小时").click()
    expect(page.locator(".journey")).to_be_hidden()
    now = control(mine, "clock")["now"]
    assert now - before >= 3600
    expect(page.locator(".now-ahead")).to_contain_text("1 小时")
    shown = page.locator(".now-time").inner_text()
    for clock in page.locator(".status-bar .clock").all():
        expect(clock).to_have_text(re.compile(shown.split(":")[0]))


def test_time_stands_still_and_goes_on(page: Page, mine: SampleMine) -> None:
    page.locator(".guide [data-tool=clock]").click()
    page.get_by_role("button", name="让时间停住").click()
    expect(page.get_by_role("button", name="让时间接着走")).to_be_visible()
    assert control(mine, "clock")["running"] is False
    page.get_by_role("button", name="让时间接着走").click()
    expect(page.get_by_role("button", name="让时间停住")).to_be_visible()
    assert control(mine, "clock")["running"] is True


def test_trouble_waits_until_it_is_over(page: Page) -> None:
    page.locator(".guide [data-tool=faults]").click()
    page.locator(".weather", has_text="平台繁忙").click()
    page.locator(".weather", has_text="网络慢").click()
    expect(page.locator(".waiting-list li")).to_have_count(2)
    page.get_by_role("button", name="全部恢复正常").click()
    expect(page.get_by_text("没有，一切正常。")).to_be_visible()


def test_an_open_question_of_the_platform_is_switched(page: Page, mine: SampleMine) -> None:
    page.locator(".guide [data-tool=faults]").click()
    page.get_by_text("平台上没人证实过的事").click()
    page.get_by_label("一共送几次").select_option(label="4 次")
    expect(page.locator(".switch-row.moved")).to_have_count(1)
    assert control(mine, "switches")["switches"]["attempts"]["value"] == 4


def test_every_switch_is_told_in_words(page: Page, mine: SampleMine) -> None:
    page.locator(".guide [data-tool=faults]").click()
    page.get_by_text("平台上没人证实过的事").click()
    switches = control(mine, "switches")["switches"]
    expect(page.locator(".switch-row")).to_have_count(len(switches))
    assert [name for name in switches if page.get_by_text(name, exact=True).count()] == []


def test_light_and_dark_are_chosen_and_kept(page: Page) -> None:
    paper = "getComputedStyle(document.querySelector('.try')).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="深色").click()
    assert page.evaluate(paper) != light
    page.reload()
    expect(page.get_by_role("button", name="深色")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(paper) != light
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="浅色").click()
    assert page.evaluate(paper) == light


def test_three_phones_stand_whole_at_a_desk_and_a_fourth_folds_the_column(page: Page) -> None:
    for role in ("支部书记", "路人"):
        page.get_by_role("button", name="加一部").click()
        page.locator(".people-roles button", has_text=role).click()
        expect(page.locator(".people")).to_be_hidden()
        expect(page.locator(".tab", has_text=role)).to_be_visible()
        if role == "支部书记":
            assert all(inside(box) for box in boxes(page))
    expect(page.get_by_role("button", name="展开左边")).to_be_visible()
    expect(page.locator(".phone")).to_have_count(4)
    assert all(inside(box) for box in boxes(page))


def boxes(page: Page) -> list[Any]:
    return [device.bounding_box() for device in page.locator(".device").all()]


def inside(box: Any) -> bool:
    return bool(
        box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= DESK[0] and box["y"] + box["height"] <= DESK[1]
    )


def test_a_phone_is_renamed_and_moved_out(page: Page) -> None:
    page.get_by_role("button", name="加一部").click()
    name = page.locator(".person-name").last
    name.fill("老郑（示例）")
    name.press("Tab")
    expect(page.locator(".owner-name").last).to_have_text("老郑（示例）")
    page.locator(".person-remove").last.click()
    page.get_by_role("button", name="真的收起").click()
    expect(page.locator(".phone")).to_have_count(1)


def test_what_would_do_nothing_is_not_offered(page: Page) -> None:
    expect(page.locator(".guide [data-say]").first).to_be_hidden()
    follow(page)
    expect(page.locator(".guide [data-say]").first).to_be_visible()


def test_on_a_telephone_a_tool_fills_the_screen_and_gives_it_back(browser: Browser, mine: SampleMine) -> None:
    with visit(browser, f"{mine.address}/simulator/", TELEPHONE) as page:
        page.get_by_role("button", name="工具").click()
        for tool in ("时间", "看信", "状况", "书架"):
            page.locator(".drawer-tabs").get_by_role("button", name=tool).click()
            assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
            assert page.locator(".drawer").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        page.get_by_role("button", name="收起工具").click()
        expect(page.locator(".phone").first).to_be_visible()


def test_the_keyboard_opens_a_tool_and_comes_back(page: Page) -> None:
    opener = page.locator(".guide [data-tool=clock]")
    opener.press("Enter")
    expect(page.locator("#clock-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".drawer")).to_be_hidden()
    expect(opener).to_be_focused()


def test_what_is_done_is_recorded_as_a_file(page: Page) -> None:
    follow(page)
    page.locator(".guide [data-tool=shelf]").click()
    expect(page.locator(".shelf-card")).not_to_have_count(0)
    page.get_by_role("button", name="开始录").click()
    expect(page.get_by_role("button", name="停下，看录到的")).to_be_visible()
    page.get_by_role("button", name="展开左边").click()
    page.locator(".guide [data-say=帮助]").click()
    expect(page.locator(".bubbles").first.get_by_text("这里能做什么")).to_be_visible()
    page.get_by_role("button", name="停下，看录到的").click()
    expect(page.locator(".recorded")).to_contain_text("帮助")
    expect(page.get_by_role("link", name="存成文件")).to_be_visible()


def test_the_chosen_phone_stays_chosen_over_a_reload(page: Page) -> None:
    page.locator(".tab").nth(1).click()
    page.reload()
    expect(page.locator(".tab").nth(1)).to_have_attribute("aria-pressed", "true")


def test_what_came_while_time_passed_is_told_in_words(page: Page, mine: SampleMine) -> None:
    follow(page)
    post(mine, "faults", endpoint="webhook", kind="sleep", seconds=1)
    page.locator(".guide [data-tool=clock]").click()
    post(mine, "phones/p1/say", text="帮助")
    page.get_by_role("button", name="＋10 分钟").click()
    expect(page.locator(".happened-list")).to_contain_text("这里能做什么")


def test_the_bot_off_the_net_is_said_quietly_and_taken_back(page: Page, mine: SampleMine) -> None:
    follow(page)
    page.locator(".guide [data-tool=faults]").click()
    unplug = page.get_by_role("button", name="机器人断网")
    unplug.click()
    expect(page.locator(".service-now")).to_have_text("断着")
    post(mine, "phones/p1/say", text="帮助")
    expect(page.locator(".ordered")).to_have_text("机器人没答上：是您点的「机器人断网」。")
    expect(page.get_by_role("alert").filter(has_text="机器人")).to_have_count(0)
    page.get_by_role("button", name="全部恢复正常").click()
    expect(page.locator(".service-now")).to_have_text("通着")
    expect(unplug).to_have_attribute("aria-pressed", "false")


def test_another_kind_of_account_is_named_everywhere_at_once(page: Page) -> None:
    page.locator(".guide [data-tool=faults]").click()
    page.get_by_label("账号", exact=True).select_option("subscription")
    expect(page.locator(".facts")).to_contain_text("订阅号（没认证）")
    assert (
        page.locator("[data-account-kind]").evaluate_all("all => all.filter((each) => !each.textContent).length") == 0
    )


def test_a_position_that_is_harder_on_the_bot_is_marked_whether_it_is_the_default_or_not(page: Page) -> None:
    page.locator(".guide [data-tool=faults]").click()
    page.get_by_text("平台上没人证实过的事").click()
    granted = page.get_by_label("订阅通知接口").locator("option")
    expect(granted).to_have_text(["给 · 默认", "不给 · 更严"])


def test_a_call_is_copied_with_the_way_to_its_token(page: Page, mine: SampleMine) -> None:
    requests.get(f"{mine.address}/simulator/api/cgi-bin/menu/get?access_token=none", timeout=10)
    page.locator(".guide [data-tool=wire]").click()
    row = page.locator(".wire-row.call", has_text="看菜单")
    expect(row).to_contain_text("令牌")
    row.locator(".wire-line").click()
    row.get_by_role("button", name="先取令牌").click()
    expect(row.get_by_role("button", name="已复制")).to_be_visible()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert f"{mine.address}/simulator/api/cgi-bin/stable_token" in copied
    assert mine.kit.settings.wechat.app_id in copied


def test_a_file_that_is_no_scenario_is_refused_with_the_reason(browser: Browser, mine: SampleMine) -> None:
    with visit(browser, f"{mine.address}/simulator/", forgiven="400 (BAD REQUEST)") as page:
        page.locator(".guide [data-tool=shelf]").click()
        page.get_by_label("放一个录好的文件").set_input_files(
            {"name": "x.toml", "mimeType": "text/plain", "buffer": b"colour = 1"}
        )
        expect(page.locator("[data-panel=shelf] .refused")).to_contain_text("这个文件放不了")
