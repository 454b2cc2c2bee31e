"""wechatpy's own client, every part of it that has a counterpart, against the simulator; only hosts are changed."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import APILimitedException, WeChatClientException, WeChatOAuthException
from wechatpy.oauth import WeChatOAuth

from tests.simulator.conftest import APP_ID, SECRET

from .conftest import AMR, JPEG, MP4, Peer, Redirected, here

MENU = {"button": [{"type": "click", "name": "题", "key": "DAILY"}]}
THREE_DAYS = 3 * 86400
SUBSCRIPTION_TID, SUBSCRIPTION_KIDS = 99, [1, 2]


def refused(call: Any, *args: Any, **kwargs: Any) -> int:
    """The errcode of a call that must not succeed."""
    with pytest.raises(WeChatClientException) as caught:
        call(*args, **kwargs)
    return int(caught.value.errcode)


# -- tokens -----------------------------------------------------------------------------------------------------------


def test_one_token_serves_many_calls(peer: Peer, wechatpy: WeChatClient) -> None:
    for _ in range(3):
        assert wechatpy.misc.get_wechat_ips() == ["127.0.0.1"]
    assert peer.asked("cgi-bin/token") == 1
    assert wechatpy.session.get(f"{APP_ID}_access_token")


def test_its_own_retry_gets_over_a_token_somebody_else_replaced(peer: Peer, wechatpy: WeChatClient) -> None:
    wechatpy.menu.create(MENU)
    peer.simulator.post("tokens/spoil")
    assert wechatpy.menu.get()["menu"]["button"][0]["key"] == "DAILY"
    assert peer.asked("cgi-bin/token") == 2
    assert [call["errcode"] for call in peer.simulator.get("calls", endpoint="cgi-bin/menu/get")["calls"]] == [40001, 0]


def test_its_own_retry_gets_over_a_token_that_outlived_its_two_hours(peer: Peer, wechatpy: WeChatClient) -> None:
    wechatpy.menu.create(MENU)
    peer.simulator.post("clock", forward=7200)
    wechatpy.menu.get()
    assert [call["errcode"] for call in peer.simulator.get("calls", endpoint="cgi-bin/menu/get")["calls"]] == [42001, 0]


def test_it_knows_the_refusals_by_their_code(peer: Peer, wechatpy: WeChatClient) -> None:
    peer.simulator.post("faults", endpoint="cgi-bin/getcallbackip", kind="errcode", errcode=45009)
    with pytest.raises(APILimitedException):
        wechatpy.misc.get_wechat_ips()
    stranger = WeChatClient(APP_ID, "wrong", timeout=5)
    stranger._http = Redirected(peer.simulator)
    assert refused(stranger.misc.get_wechat_ips) == 40125
    peer.simulator.post("faults", endpoint="cgi-bin/getcallbackip", kind="status", status=502)
    with pytest.raises(WeChatClientException) as caught:
        wechatpy.misc.get_wechat_ips()
    assert caught.value.errcode is None


# -- customer-service messages ----------------------------------------------------------------------------------------


def uploaded(wechatpy: WeChatClient, kind: str) -> str:
    name, content, kind_of_content = {"voice": AMR, "video": MP4}.get(kind, JPEG)
    told = wechatpy.media.upload(kind, (name, content, kind_of_content))
    return str(told.get("media_id") or told["thumb_media_id"])


def test_every_kind_of_message_it_can_send_stands_on_the_phone(peer: Peer, wechatpy: WeChatClient) -> None:
    who, say = peer.openid(), wechatpy.message
    thumb = uploaded(wechatpy, "thumb")
    page = {"title": "党费", "appid": "wx0123456789abcdef", "pagepath": "pages/fee", "thumb_media_id": thumb}
    article = {"title": "通知", "description": "明天停产检修", "url": "http://127.0.0.1/h5", "image": ""}
    sent = [
        ("text", lambda: say.send_text(who, "您好 😀")),
        ("image", lambda: say.send_image(who, uploaded(wechatpy, "image"))),
        ("voice", lambda: say.send_voice(who, uploaded(wechatpy, "voice"))),
        ("video", lambda: say.send_video(who, uploaded(wechatpy, "video"), title="班前会", description="井口")),
        ("music", lambda: say.send_music(who, "http://127.0.0.1/a.mp3", "http://127.0.0.1/b.mp3", thumb, "国际歌")),
        ("news", lambda: say.send_articles(who, [article])),
        ("miniprogram", lambda: say.send_mini_program_page(who, page)),
    ]
    for kind, send in sent:
        peer.simulator.phone("say", text="在吗")
        peer.simulator.settle()
        assert send()["errcode"] == 0
        assert (peer.bubble()["kind"], peer.bubble()["side"], peer.bubble()["pushed"]) == (kind, "account", True)


def test_a_menu_message_is_refused_or_tapped(peer: Peer, wechatpy: WeChatClient) -> None:
    question = {
        "head_content": "您对本次服务是否满意呢?",
        "list": [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}],
        "tail_content": "欢迎再次光临",
    }
    assert refused(wechatpy.message.send_msg_menu, peer.openid(), question) == 40200
    peer.simulator.post("switches", msgmenu="works", tap_menu_id="sent")
    wechatpy.message.send_msg_menu(peer.openid(), question)
    peer.simulator.phone("tap", label="不满意")
    peer.simulator.settle()
    assert (peer.bot.messages[-1].content, peer.bot.messages[-1]._data["bizmsgmenuid"]) == ("不满意", "102")


def test_the_window_shuts_as_it_says(peer: Peer, wechatpy: WeChatClient) -> None:
    for number in range(1, 9):  # three for following, five for writing
        wechatpy.message.send_text(peer.openid(), f"第{number}条")
    assert refused(wechatpy.message.send_text, peer.openid(), "第九条") == 45047
    peer.simulator.phone("unfollow")
    assert refused(wechatpy.message.send_text, peer.openid(), "走好") == 45015
    assert refused(wechatpy.message.send_text, "oNobody", "在吗") == 40003
    two = [{"title": "甲", "description": "", "url": ""}] * 2
    assert refused(wechatpy.message.send_articles, peer.openid("p2"), two) == 45008
    # mpnews and cards are being withdrawn (§4.2): today's platform takes neither any more
    assert refused(wechatpy.message.send_articles, peer.openid("p2"), "a media id") == 48008
    assert refused(wechatpy.message.send_card, peer.openid("p2"), "a card") == 48008


def test_agents_are_kept_and_take_conversations(peer: Peer, wechatpy: WeChatClient) -> None:
    desk, name = wechatpy.customservice, "wang@branch"
    desk.add_account(name, "示例宣传员", "unused since 2017")
    assert refused(desk.add_account, name, "又一个", "x") == 61453
    desk.update_account(name, "示例组织员", "x")
    desk.upload_headimg(name, JPEG)
    (listed,) = desk.get_accounts()
    assert (listed["kf_account"], listed["kf_nick"]) == (name, "示例组织员")
    assert desk.get_online_accounts() == []
    assert refused(desk.create_session, peer.openid(), name) in (65402, 65415)  # nobody has taken the account yet
    wechatpy.post(here(peer.simulator, "https://api.weixin.qq.com/customservice/kfaccount/inviteworker"), data={
        "kf_account": name, "invite_wx": "wang_of_the_branch",
    })  # fmt: skip
    peer.simulator.post("clock", forward=3600)
    assert [each["kf_account"] for each in desk.get_online_accounts()] == [name]
    desk.create_session(peer.openid(), name)
    assert desk.get_session(peer.openid())["kf_account"] == name
    assert [each["openid"] for each in desk.get_session_list(name)] == [peer.openid()]
    assert desk.get_wait_case()["count"] == 0
    desk.close_session(peer.openid(), name)
    assert [peer.events(f"kf_{what}_session")[0]._data["KfAccount"] for what in ("create", "close")] == [name, name]
    wechatpy.message.send_text(peer.openid(), "我是示例组织员", account=name)
    desk.delete_account(name)
    assert desk.get_accounts() == []


# -- templates and subscriptions --------------------------------------------------------------------------------------


def test_a_template_is_taken_sent_and_its_end_told(peer: Peer, wechatpy: WeChatClient) -> None:
    wechatpy.template.set_industry("1", "4")
    assert set(wechatpy.template.get_industry()) == {"primary_industry", "secondary_industry"}
    number = wechatpy.template.add("TM00015")
    (own,) = wechatpy.template.get_all_private_template()["template_list"]
    assert own["template_id"] == number
    assert "{{thing1.DATA}}" in own["content"]
    values = {"thing1": "今日一题", "time2": "2026-11-23 20:00", "phrase3": "未完成", "thing4": "班前会之前"}
    data = {key: {"value": value} for key, value in values.items()}
    sent = wechatpy.message.send_template(peer.openid(), number, data, url="http://127.0.0.1/h5")
    card = peer.bubble()["card"]
    assert [value for _name, value in card["lines"]] == list(values.values())
    assert card["url"] == "http://127.0.0.1/h5"
    peer.simulator.post("clock", forward=60)
    (told,) = peer.events("TEMPLATESENDJOBFINISH")
    assert (told.id, told.status, told.source) == (sent["msgid"], "success", peer.openid())
    assert refused(wechatpy.message.send_template, peer.openid(), number, {"thing1": {"value": "字" * 21}}) == 47003
    wechatpy.template.del_private_template(number)
    assert refused(wechatpy.message.send_template, peer.openid(), number, data) == 40037
    peer.simulator.phone("unfollow", phone="p2")
    again = wechatpy.template.get("TM00015")
    assert refused(wechatpy.message.send_template, peer.openid("p2"), again, data) == 43004


def test_a_notice_needs_a_consent_for_each(peer: Peer, wechatpy: WeChatClient) -> None:
    made = wechatpy.post(
        here(peer.simulator, "https://api.weixin.qq.com/wxaapi/newtmpl/addtemplate"),
        data={"tid": SUBSCRIPTION_TID, "kidList": SUBSCRIPTION_KIDS, "sceneDesc": "学习"},
    )["priTmplId"]
    data = {"thing1": {"value": "今日一题"}, "time2": {"value": "2026-11-23 20:00"}}
    notify = wechatpy.message.send_subscribe_message
    # it sends neither of the two fields that one reading of the pages requires (§4.4, §8.3)
    assert refused(notify, peer.openid(), made, data) == 47003
    peer.simulator.post("switches", bizsend_fields="optional")
    assert refused(notify, peer.openid(), made, data) == 43101
    peer.simulator.phone("consent", page="http://127.0.0.1/h5", choices={made: True})
    (asked,) = peer.events("subscribe_msg_popup_event")
    assert asked._data["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "accept"
    assert notify(peer.openid(), made, data, page="http://127.0.0.1/h5")["errcode"] == 0
    assert (peer.bubble()["kind"], peer.bubble()["sender"]) == ("subscription", "account")
    assert refused(notify, peer.openid(), made, data) == 43101
    peer.simulator.post("clock", forward=60)
    (told,) = peer.events("subscribe_msg_sent_event")
    assert told._data["SubscribeMsgSentEvent"]["List"]["ErrorStatus"] == "success"


def test_a_mass_message_reaches_whom_it_may(peer: Peer, wechatpy: WeChatClient) -> None:
    both = [peer.openid(), peer.openid("p2")]
    sent = wechatpy.message.send_mass_text(both, "停产检修通知", client_msg_id="check-1")
    with pytest.raises(WeChatClientException) as caught:
        wechatpy.message.send_mass_text(both, "停产检修通知", client_msg_id="check-1")
    assert caught.value.errcode in (45065, 45066)
    peer.simulator.post("clock", forward=120)
    with pytest.raises(WeChatClientException) as caught:
        wechatpy.message.send_mass_text(both, "停产检修通知", client_msg_id="check-1")
    assert (caught.value.errcode, caught.value.response.json()["msg_id"]) == (45065, sent["msg_id"])
    assert [peer.bubble(phone)["text"] for phone in ("p1", "p2")] == ["停产检修通知"] * 2
    assert peer.bubble()["mass"]
    (told,) = peer.events("MASSSENDJOBFINISH")
    assert (told.id, told.status, told.total_count, told.sent_count) == (sent["msg_id"], "send success", 2, 2)
    assert wechatpy.message.get_mass(sent["msg_id"])["msg_status"] == "SEND_SUCCESS"
    assert refused(wechatpy.message.send_mass_text, both[:1], "一个人") == 40130
    wechatpy.message.send_mass_text(both[0], "先给我看看", preview=True)
    assert peer.bubble()["text"] == "先给我看看"
    assert refused(wechatpy.message.delete_mass, sent["msg_id"]) == 40008  # a text cannot be called back


# -- menus, people, tags ----------------------------------------------------------------------------------------------


def test_menus_are_made_matched_and_taken_away(peer: Peer, wechatpy: WeChatClient) -> None:
    assert wechatpy.menu.get() is None  # 46003, which it takes for no menu
    assert wechatpy.menu.create(MENU) == {"errcode": 0, "errmsg": "ok"}
    assert wechatpy.menu.get_menu_info()["is_menu_open"] == 1
    tag = wechatpy.tag.create("党员")["id"]
    wechatpy.tag.tag_user(tag, peer.openid())
    buttons = {"button": [{"type": "view", "name": "墙", "url": "http://127.0.0.1/h5"}]}
    made = wechatpy.menu.add_conditional({**buttons, "matchrule": {"tag_id": str(tag)}})["menuid"]
    assert wechatpy.menu.try_match(peer.openid())["button"][0]["name"] == "墙"
    assert wechatpy.menu.try_match(peer.openid("p2"))["button"][0]["name"] == "题"
    wechatpy.menu.del_conditional(made)
    assert wechatpy.menu.try_match(peer.openid())["button"][0]["name"] == "题"
    wechatpy.menu.delete()
    assert wechatpy.menu.get() is None


def test_followers_are_listed_and_told_of(peer: Peer, wechatpy: WeChatClient) -> None:
    both = [peer.openid(), peer.openid("p2")]
    assert sorted(wechatpy.user.iter_followers()) == sorted(both)
    assert wechatpy.user.get_followers()["total"] == 2
    assert wechatpy.user.get_followers(wechatpy.user.get_followers()["next_openid"]) == {
        "total": 2, "count": 0, "next_openid": "",
    }  # fmt: skip
    wechatpy.user.update_remark(both[0], "掘进一队")
    told = wechatpy.user.get(both[0])
    assert (told["subscribe"], told["remark"], told["openid"]) == (1, "掘进一队", both[0])
    assert not {"nickname", "headimgurl", "sex", "city"} & set(told)
    peer.simulator.phone("unfollow", phone="p2")
    assert wechatpy.user.get_batch(both)[1] == {"subscribe": 0, "openid": both[1]}
    # the groups of before 2016 are gone; tags are in their place
    assert refused(wechatpy.user.get_group_id, both[0]) == 40066
    assert refused(wechatpy.group.get) == refused(wechatpy.group.create, "组") == 40066


def test_tags_and_the_blacklist(peer: Peer, wechatpy: WeChatClient) -> None:
    both = [peer.openid(), peer.openid("p2")]
    tag = wechatpy.tag.create("夜班")["id"]
    wechatpy.tag.update(tag, "夜班工友")
    wechatpy.tag.tag_user(tag, both)
    assert [(each["name"], each["count"]) for each in wechatpy.tag.get() if each["id"] == tag] == [("夜班工友", 2)]
    assert list(wechatpy.tag.iter_tag_users(tag)) == both
    wechatpy.tag.untag_user(tag, both[0])
    assert wechatpy.tag.get_user_tag(both[0]) == []
    assert wechatpy.tag.get_user_tag(both[1]) == [tag]
    wechatpy.tag.delete(tag)
    assert wechatpy.tag.get_user_tag(both[1]) == []
    assert refused(wechatpy.tag.delete, 2) == 45058
    wechatpy.tag.batch_black_list(both[1:])
    assert wechatpy.tag.get_black_list()["data"]["openid"] == both[1:]
    wechatpy.tag.batch_unblack_list(both[1:])
    assert wechatpy.tag.get_black_list()["total"] == 0


# -- codes, media, tickets --------------------------------------------------------------------------------------------


def test_a_code_is_made_shown_and_scanned(peer: Peer, wechatpy: WeChatClient) -> None:
    scene = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "二号井口"}}, "expire_seconds": 600}
    made = wechatpy.qrcode.create(scene)
    assert made["expire_seconds"] == 600
    picture = requests.get(here(peer.simulator, wechatpy.qrcode.get_url(made)), timeout=10)
    assert picture.status_code == 200
    assert picture.headers["Content-Type"].startswith("image/")
    peer.simulator.phone("scan", ticket=made["ticket"])
    (scanned,) = peer.events("SCAN")
    assert (scanned.scene_id, scanned.ticket) == ("二号井口", made["ticket"])
    peer.simulator.phone("unfollow", phone="p2")
    peer.simulator.phone("scan", phone="p2", ticket=made["ticket"])
    (followed,) = peer.events("subscribe_scan")  # so it renames it (§7.2, trap 15)
    assert (followed.event, followed.scene_id, followed.ticket) == ("subscribe_scan", "二号井口", made["ticket"])
    lasting = {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_000}}}
    assert "expire_seconds" not in wechatpy.qrcode.create(lasting)
    assert refused(wechatpy.qrcode.create, {"action_name": "QR_SCENE", "action_info": {}}) == 40053


def test_media_live_three_days_and_material_for_ever(peer: Peer, wechatpy: WeChatClient) -> None:
    passing = uploaded(wechatpy, "image")
    assert wechatpy.media.download(passing).content == JPEG[1]
    assert requests.get(here(peer.simulator, wechatpy.media.get_url(passing)), timeout=10).content == JPEG[1]
    assert wechatpy.media.upload_image(JPEG).startswith("http")
    lasting = wechatpy.material.add("image", JPEG)["media_id"]
    # it puts the film's description into the query, where the platform does not look for it (§7.2, trap 27)
    assert refused(wechatpy.material.add, "video", MP4, "班前会", "十分钟") == 47001
    assert wechatpy.material.get_count()["image_count"] == 1
    assert [each["media_id"] for each in wechatpy.material.batchget("image")["item"]] == [lasting]
    peer.simulator.post("clock", forward=THREE_DAYS)
    assert refused(wechatpy.media.download, passing) == 40007
    assert wechatpy.material.get(lasting).content == JPEG[1]
    wechatpy.material.delete(lasting)
    assert refused(wechatpy.material.get, lasting) == 40007


def test_the_ticket_of_a_page_is_kept_and_signs(peer: Peer, wechatpy: WeChatClient) -> None:
    ticket = wechatpy.jsapi.get_jsapi_ticket()
    assert wechatpy.jsapi.get_jsapi_ticket() == ticket
    assert peer.asked("cgi-bin/ticket/getticket") == 1
    signed = wechatpy.jsapi.get_jsapi_signature("nonce", ticket, "1700000000", "http://127.0.0.1/h5")
    clear = f"jsapi_ticket={ticket}&noncestr=nonce&timestamp=1700000000&url=http://127.0.0.1/h5"
    assert signed == hashlib.sha1(clear.encode()).hexdigest()
    # shortening addresses was shut down in 2021
    assert refused(wechatpy.misc.short_url, "http://127.0.0.1/h5") == 40066


# -- the web ----------------------------------------------------------------------------------------------------------


def redirected(opened: str, answer: str = "") -> dict[str, list[str]]:
    """What came back to the account's own page: at once, or after the button whose address holds `answer` was pressed."""
    with requests.Session() as browser:
        page = browser.get(opened, allow_redirects=False, timeout=10)
        if answer:
            links = [unescape(link) for link in re.findall('href="([^"]+)"', page.text)]
            (pressed,) = [link for link in links if f"%2F{answer}." in link or f"/{answer}." in link]
            page = browser.get(urljoin(opened, pressed), allow_redirects=False, timeout=10)
    assert page.status_code == 302, page.text
    return parse_qs(urlsplit(page.headers["Location"]).query)


def authorised(peer: Peer, scope: str, answer: str = "") -> tuple[WeChatOAuth, str]:
    """wechatpy's own OAuth, and the code that came back when the phone opened its address."""
    web = WeChatOAuth(APP_ID, SECRET, f"{peer.simulator.url}/h5/back", scope, "state1")
    web._http = Redirected(peer.simulator)
    back = redirected(peer.simulator.phone("open", url=web.authorize_url)["url"], answer)
    assert back["state"] == ["state1"]
    return web, back["code"][0]


def test_a_page_learns_who_opened_it(peer: Peer) -> None:
    web, code = authorised(peer, "snsapi_base")
    assert web.fetch_access_token(code)["openid"] == peer.openid()
    assert web.check_access_token()
    assert web.refresh_access_token(web.refresh_token)["openid"] == peer.openid()
    for spent, errcode in ((code, 40163), ("never given", 40029)):
        with pytest.raises(WeChatOAuthException) as caught:
            web.fetch_access_token(spent)
        assert caught.value.errcode == errcode
    _, late = authorised(peer, "snsapi_base")
    peer.simulator.post("clock", forward=300)
    with pytest.raises(WeChatOAuthException) as caught:
        web.fetch_access_token(late)
    assert caught.value.errcode == 42003


def test_a_page_learns_a_name_only_when_the_person_allows_it(peer: Peer) -> None:
    web, code = authorised(peer, "snsapi_userinfo", "allow")
    web.fetch_access_token(code)
    assert web.get_user_info()["nickname"] == peer.simulator.get("phones/p1")["name"]
    web, code = authorised(peer, "snsapi_base")
    web.fetch_access_token(code)
    with pytest.raises(WeChatOAuthException) as caught:
        web.get_user_info()
    assert caught.value.errcode == 48001


def test_one_message_follows_one_confirmation(peer: Peer, wechatpy: WeChatClient) -> None:
    template, who = peer.simulator.get("templates")["once"], peer.openid()
    back = f"{peer.simulator.url}/h5/back"

    def send() -> Any:
        # it sends "url": null when there is none (§7.2, trap 25)
        data = {"content": {"value": "检修完毕"}}
        return wechatpy.message.send_subscribe_template(who, template, "1000", "复工通知", data)

    assert refused(send) == 43101
    page = wechatpy.message.get_subscribe_authorize_url("1000", template, back, "kept")
    told = redirected(peer.simulator.phone("open", url=page)["url"], "confirm")
    assert {name: values[0] for name, values in told.items()} == {
        "openid": who, "template_id": template, "action": "confirm", "scene": "1000", "reserved": "kept",
    }  # fmt: skip
    assert send()["errcode"] == 0
    assert peer.bubble()["card"]["title"] == "复工通知"
    assert refused(send) == 43101
