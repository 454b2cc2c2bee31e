"""Drafts and what becomes of them: limits, listing, publishing with its event, and the page to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .account import JPEG, PNG, Account
from .conftest import Bot, World


@pytest.fixture
def pair(world: World) -> tuple[Account, Bot]:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    return Account(simulator), bot


@pytest.fixture
def account(pair: tuple[Account, Bot]) -> Account:
    return pair[0]


def cover(account: Account) -> str:
    return str(account.upload("material/add_material", JPEG, type="thumb")["media_id"])


def article(account: Account, **changed: Any) -> dict[str, Any]:
    return {"title": "三季度学习", "content": "<p>正文</p>", "thumb_media_id": cover(account)} | changed


def draft(account: Account, *articles: dict[str, Any]) -> str:
    return str(account.post("draft/add", articles=list(articles or [article(account)]))["media_id"])


def page(account: Account, url: str) -> str:
    return account.simulator.session.get(url).text


def test_a_draft_is_written_read_rewritten_and_thrown_away(account: Account) -> None:
    media_id = draft(account, article(account, author="小吴", digest="摘要"), article(account, title="第二篇"))
    found = account.post("draft/get", media_id=media_id)
    assert [item["title"] for item in found["news_item"]] == ["三季度学习", "第二篇"]
    assert (found["news_item"][0]["author"], found["news_item"][0]["need_open_comment"]) == ("小吴", 0)
    assert "正文" in page(account, found["news_item"][0]["url"])
    assert "第二篇" in page(account, found["news_item"][1]["url"])
    assert account.code("draft/update", media_id=media_id, index=1, articles=article(account, title="改过")) == 0
    assert account.code("draft/update", media_id=media_id, index=2, articles=article(account)) == 40035
    assert account.post("draft/get", media_id=media_id)["news_item"][1]["title"] == "改过"
    assert account.get("draft/count") == {"total_count": 1}
    assert account.code("draft/delete", media_id=media_id) == 0
    assert account.code("draft/get", media_id=media_id) == 40007
    assert account.get("draft/count") == {"total_count": 0}


def test_drafts_are_listed_with_or_without_their_bodies(account: Account) -> None:
    made = [draft(account) for _ in range(3)]
    full = account.post("draft/batchget", offset=0, count=2, no_content=0)
    assert [item["media_id"] for item in full["item"]] == [made[2], made[1]]
    assert (full["total_count"], full["item_count"]) == (3, 2)
    assert full["item"][0]["content"]["news_item"][0]["content"] == "<p>正文</p>"
    bare = account.post("draft/batchget", offset=2, count=20, no_content=1)
    assert "content" not in bare["item"][0]["content"]["news_item"][0]
    assert account.code("draft/batchget", offset=0, count=21) == 40035


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        (45003, {"title": "长" * 65}),
        (45003, {"title": ""}),
        (45110, {"author": "长" * 17}),
        (45004, {"digest": "长" * 121}),
        (44004, {"content": " "}),
        (45002, {"content": "长" * 20_001}),
        (45005, {"content_source_url": "http://x/" + "u" * 1024}),
        (40007, {"thumb_media_id": "no such"}),
        (40035, {"need_open_comment": 2}),
        (40035, {"article_type": "dance"}),
        (47001, {"title": 7}),
        (0, {"title": "长" * 64, "author": "长" * 16, "digest": "长" * 120}),
    ],
)
def test_an_article_has_its_limits(account: Account, code: int, changed: dict[str, Any]) -> None:
    assert account.code("draft/add", articles=[article(account, **changed)]) == code


def test_a_draft_holds_one_to_eight_articles_with_lasting_covers(account: Account) -> None:
    one = article(account)
    assert account.code("draft/add", articles=[one] * 8) == 0
    assert account.code("draft/add", articles=[one] * 9) == 45008
    assert account.code("draft/add", articles=[]) == 44003
    assert account.code("draft/add") == 44003
    passing = account.upload("media/upload", PNG, type="image")["media_id"]
    assert account.code("draft/add", articles=[one | {"thumb_media_id": passing}]) == 40007


def test_publishing_ends_a_little_later_with_an_event(pair: tuple[Account, Bot]) -> None:
    account, bot = pair
    media_id = draft(account)
    told = account.post("freepublish/submit", media_id=media_id)
    job = told["publish_id"]
    assert told["errcode"] == 0
    assert account.get("draft/count") == {"total_count": 0}
    assert account.post("freepublish/get", publish_id=job) == {
        "publish_id": job,
        "publish_status": 1,
        "fail_idx": [],
    }
    assert bot.messages == []
    account.forward(60)
    account.simulator.settle()
    event = bot.messages[-1]._data
    assert event["Event"] == "PUBLISHJOBFINISH"
    info = event["PublishEventInfo"]
    assert (info["publish_id"], info["publish_status"]) == (job, "0")
    found = account.post("freepublish/get", publish_id=job)
    assert found["publish_status"] == 0
    assert found["article_id"] == info["article_id"]
    assert found["article_detail"]["item"][0]["article_url"] == info["article_detail"]["item"]["article_url"]
    assert "三季度学习" in page(account, info["article_detail"]["item"]["article_url"])


def test_a_published_article_is_read_listed_and_deleted(account: Account) -> None:
    job = account.post("freepublish/submit", media_id=draft(account, article(account), article(account)))["publish_id"]
    account.forward(60)
    name = account.post("freepublish/get", publish_id=job)["article_id"]
    assert [item["is_deleted"] for item in account.post("freepublish/getarticle", article_id=name)["news_item"]] == [
        False,
        False,
    ]
    assert account.post("freepublish/batchget", offset=0, count=1)["item"][0]["article_id"] == name
    button = [{"type": "article_id", "name": "文", "article_id": name}]
    assert account.code("menu/create", button=button) == 0
    address = account.post("freepublish/getarticle", article_id=name)["news_item"][1]["url"]
    assert account.code("freepublish/delete", article_id=name, index=2) == 0
    assert "已不存在" in page(account, address)
    assert account.code("freepublish/delete", article_id=name, index=3) == 40035
    assert account.code("freepublish/delete", article_id=name) == 0
    assert account.post("freepublish/get", publish_id=job)["publish_status"] == 5
    assert account.post("freepublish/batchget", offset=0, count=1)["total_count"] == 0
    assert account.code("menu/create", button=button) == 40007


def test_what_there_is_not_cannot_be_published(account: Account) -> None:
    assert account.code("freepublish/submit", media_id="no such") == 40007
    assert account.code("freepublish/submit") == 41006
    assert account.code("freepublish/get", publish_id="7") == 40035
    assert account.code("freepublish/getarticle", article_id="7") == 40007
    assert account.code("freepublish/delete", article_id="7") == 40007


def test_nothing_in_an_article_may_run(account: Account) -> None:
    found = account.post("draft/get", media_id=draft(account, article(account, content="<script>alert(1)</script>")))
    policy = account.simulator.session.get(found["news_item"][0]["url"]).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy


def test_publishing_ends_though_the_simulator_restarted_before(world: World, store: Path) -> None:
    simulator, bot = world.pair(store=store)
    account = Account(simulator)
    simulator.post("clock", running=False)
    job = account.post("freepublish/submit", media_id=draft(account))["publish_id"]
    simulator.settle()
    bot.forget()
    again = Account(world.simulator(simulator.get("state")["account"]["webhook"], store=store))
    again.forward(60)
    again.simulator.settle()
    (info,) = [message._data["PublishEventInfo"] for message in bot.messages]
    assert (info["publish_id"], info["publish_status"]) == (job, "0")
    assert info["article_detail"]["item"]["article_url"].startswith(simulator.url)
