"""The page in a real browser: what a newcomer does in the first minute."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import NOTICE, Bot, Simulator, World

WIDE = {"width": 1366, "height": 768}
NARROW = {"width": 390, "height": 844}
COMPOSING = """field => {
  field.value = 'bang';
  field.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}));
}"""
TAP = '<a href="weixin://bizmsgmenu?msgmenucontent=第3题选B&msgmenuid=1">B. 梨</a>'


class Visit:
    """A page that complains about every error in its console."""

    def __init__(self, browser: Browser, stack: ExitStack, url: str, size: dict[str, int] = WIDE) -> None:
        context = browser.new_context(viewport={"width": size["width"], "height": size["height"]})
        stack.callback(context.close)
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        self.page.goto(f"{url}/")

    def phone(self, phone_id: str = "p1") -> Any:
        return self.page.locator(f"[data-phone={phone_id}]")


@pytest.fixture
def start(world: World, browser: Browser) -> Any:
    def begin(size: dict[str, int] = WIDE, **options: Any) -> tuple[Visit, Simulator, Bot]:
        simulator, bot = world.pair(**options)
        return Visit(browser, world.stack, simulator.url, size), simulator, bot

    return begin


def test_a_newcomer_follows_writes_and_taps(start: Any) -> None:
    visit, simulator, bot = start(following=False)
    bot.answer = lambda message: f"<b>不解释</b> {TAP}" if message.type == "event" else f"收到{message.content}"
    phone = visit.phone()
    phone.get_by_role("button", name="关注公众号").click()
    said = phone.locator(".theirs:not(.typing) .bubble")
    expect(said).to_have_text("<b>不解释</b> B. 梨")
    phone.get_by_role("button", name="B. 梨").click()
    expect(said.last).to_have_text("收到第3题选B")
    field = phone.get_by_label("说点什么")
    field.fill("第一行")
    field.press("Shift+Enter")
    field.type("第二行")
    field.press("Enter")
    expect(said.last).to_have_text("收到第一行 第二行")
    expect(field).to_have_value("")
    field.evaluate(COMPOSING)
    assert [bubble["text"] for bubble in simulator.chat() if bubble["side"] == "me"] == ["第3题选B", "第一行\n第二行"]
    assert visit.problems == []


def test_two_phones_stand_whole_on_a_small_screen_and_the_menu_works(start: Any) -> None:
    visit, simulator, bot = start()
    bot.answer = lambda message: f"按了 {message._data['EventKey']}"
    simulator.post(
        "menu", button=[{"name": "学习", "sub_button": [{"type": "click", "name": "错题本", "key": "WRONG"}]}]
    )
    for phone_id in ("p1", "p2"):
        box = visit.phone(phone_id).locator(".device").bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= WIDE["width"]
        assert box["y"] + box["height"] <= WIDE["height"]
    phone = visit.phone()
    phone.get_by_role("button", name="学习").click()
    phone.get_by_role("button", name="错题本").click()
    expect(phone.locator(".theirs:not(.typing) .bubble")).to_have_text("按了 WRONG")
    expect(phone.get_by_role("button", name="错题本")).to_be_hidden()
    assert visit.problems == []


def test_an_old_chat_opens_at_its_end(start: Any, browser: Browser, world: World) -> None:
    _visit, simulator, bot = start()
    simulator.post("menu", button=[{"type": "click", "name": "题", "key": "K"}])
    bot.answer = lambda message: "长\n" * 30 + message.content
    for number in range(3):
        simulator.phone("say", text=f"第 {number} 句")
    simulator.settle()
    later = Visit(browser, world.stack, simulator.url)
    expect(later.phone().locator(".theirs:not(.typing) .bubble")).to_have_count(3)
    expect(later.phone().get_by_role("button", name="题")).to_be_visible()
    later.page.wait_for_function(
        "() => { const c = document.querySelector('.chat'); return c.scrollHeight - c.scrollTop - c.clientHeight < 2; }"
    )


def test_a_link_opens_inside_the_phone(start: Any) -> None:
    visit, simulator, bot = start()
    wall = simulator.get("state")["account"]["webhook"].replace("/wechat", "/h5")
    bot.answer = lambda _message: f'<a href="{wall}">看看</a>'
    simulator.phone("say", text="来")
    phone = visit.phone()
    phone.get_by_role("button", name="看看").click()
    expect(phone.frame_locator("iframe").locator("p")).to_have_text("wall")
    phone.get_by_role("button", name="关闭网页").click()
    expect(phone.locator("iframe")).to_have_count(0)
    assert visit.problems == []


def test_a_link_far_up_can_be_touched_on_the_phone_that_was_not_in_hand(start: Any) -> None:
    visit, simulator, bot = start()
    bot.answer = lambda message: TAP if message.content == "来" else "长\n" * 40
    simulator.phone("say", text="来")
    simulator.phone("say", text="写长些")
    simulator.settle()
    visit.phone("p2").get_by_role("button", name="关注公众号").click()
    visit.phone().get_by_role("button", name="B. 梨").click()
    expect(visit.phone().locator(".mine .bubble").last).to_have_text("第3题选B")
    assert visit.problems == []


def test_a_missing_bot_is_explained_beside_the_phone(world: World, browser: Browser) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    visit = Visit(browser, world.stack, simulator.url)
    visit.phone().get_by_role("button", name="关注公众号").click()
    expect(visit.phone().locator(".notice p")).to_have_text(NOTICE)
    alarm = visit.page.get_by_role("alert")
    expect(alarm).to_contain_text("连不上机器人")
    expect(alarm).to_contain_text("http://127.0.0.1:9/wechat")
    expect(alarm.get_by_role("listitem")).to_have_count(3)


def test_on_a_telephone_one_phone_fills_the_screen_and_the_other_shows_its_unread(start: Any) -> None:
    visit, simulator, _bot = start(NARROW)
    expect(visit.phone()).to_be_visible()  # what was there when the page opened is not news
    simulator.phone("follow", phone="p2")
    expect(visit.phone("p2")).to_be_hidden()
    other = visit.page.locator(".tab", has_text="小吴")
    expect(other.locator(".badge")).to_have_text("1")
    other.click()
    expect(visit.phone("p2")).to_be_visible()
    expect(other.locator(".badge")).to_be_hidden()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    assert visit.problems == []


def test_leaving_renaming_and_scanning_hide_behind_the_dots(start: Any) -> None:
    visit, simulator, bot = start()
    bot.answer = lambda _message: None
    phone = visit.phone()
    for choice, field, typed in (("改名字、换身份", "这部手机是谁的", "老郑"), ("扫一扫", "码里的内容", "12")):
        phone.get_by_role("button", name="更多").click()
        phone.get_by_role("dialog").get_by_role("button", name=choice).click()
        phone.get_by_role("dialog").get_by_label(field).fill(typed)
        phone.get_by_role("dialog").get_by_label(field).press("Enter")
    expect(phone.locator(".owner-name")).to_have_text("老郑")
    phone.get_by_role("button", name="更多").click()
    phone.get_by_role("button", name="不再关注").click()
    phone.get_by_role("button", name="取消关注").click()
    expect(phone.get_by_role("button", name="关注公众号")).to_be_visible()
    simulator.settle()
    assert [message._data["Event"] for message in bot.messages] == ["SCAN", "unsubscribe"]
    assert visit.problems == []
