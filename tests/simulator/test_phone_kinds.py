"""Every kind of message and event a phone can cause, in all three modes, read by wechatpy's own parser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from wechatpy import events as events_of
from wechatpy import messages as messages_of
from wechatpy.messages import UnknownMessage

from .conftest import World

MODES = ["plain", "compat", "safe"]

SENT: list[tuple[str, dict[str, Any], type, dict[str, Any]]] = [
    ("say", {"text": "  两边有空格 😀 "}, messages_of.TextMessage, {"content": "两边有空格 😀"}),
    (
        "send", {"kind": "image", "url": "http://x/1.jpg", "media_id": "M"},
        messages_of.ImageMessage, {"image": "http://x/1.jpg", "media_id": "M"},
    ),
    (
        "send", {"kind": "voice", "recognition": "打卡", "format": "speex"},
        messages_of.VoiceMessage, {"recognition": "打卡", "format": "speex"},
    ),
    ("send", {"kind": "voice", "recognition": ""}, messages_of.VoiceMessage, {"recognition": None, "format": "amr"}),
    ("send", {"kind": "voice"}, messages_of.VoiceMessage, {"recognition": None}),
    ("send", {"kind": "video", "media_id": "V", "thumb": "T"}, messages_of.VideoMessage, {"thumb_media_id": "T"}),
    ("send", {"kind": "shortvideo", "media_id": "V"}, messages_of.ShortVideoMessage, {"media_id": "V"}),
    (
        "send", {"kind": "location", "latitude": -1.5, "longitude": 113.25, "label": "井口"},
        messages_of.LocationMessage, {"location": ("-1.500000", "113.250000"), "label": "井口", "scale": "16"},
    ),
    ("send", {"kind": "link", "title": "文", "url": "http://x"}, messages_of.LinkMessage, {"title": "文", "url": "http://x"}),
    ("send", {"kind": "sticker"}, messages_of.TextMessage, {"content": "【收到不支持的消息类型，暂无法显示】"}),
    ("send", {"kind": "LOCATION", "latitude": 1.5}, events_of.LocationEvent, {"latitude": 1.5, "precision": 60.0}),
    ("event", {"event": "kf_create_session"}, events_of.KfCreateSessionEvent, {"account": "sample1@account"}),
    ("event", {"event": "kf_close_session"}, events_of.KfCloseSessionEvent, {"account": "sample1@account"}),
    ("event", {"event": "kf_switch_session"}, events_of.KfSwitchSessionEvent, {"to_account": "sample2@account"}),
    ("event", {"event": "qualification_verify_success"}, events_of.QualificationVerifySuccessEvent, {}),
    ("event", {"event": "qualification_verify_fail"}, events_of.QualificationVerifyFailEvent, {"fail_reason": "by time"}),
    ("event", {"event": "naming_verify_success"}, events_of.NamingVerifySuccessEvent, {}),
    ("event", {"event": "naming_verify_fail"}, events_of.NamingVerifyFailEvent, {"fail_reason": "by time"}),
    ("event", {"event": "annual_renew"}, events_of.AnnualRenewEvent, {}),
    ("event", {"event": "verify_expired"}, events_of.VerifyExpiredEvent, {}),
    ("event", {"event": "user_authorization_revoke"}, UnknownMessage, {}),
    ("event", {"event": "user_info_modified"}, UnknownMessage, {}),
    ("event", {"event": "debug_demo"}, UnknownMessage, {}),
    ("event", {"event": "a_future_event"}, UnknownMessage, {}),
    ("scan", {"scene": "7"}, events_of.ScanEvent, {"scene_id": "7"}),
    ("unfollow", {}, events_of.UnsubscribeEvent, {}),
    ("scan", {"scene": "7"}, events_of.SubscribeScanEvent, {"scene_id": "7", "event": "subscribe_scan"}),
    ("unfollow", {}, events_of.UnsubscribeEvent, {}),
    ("follow", {}, events_of.SubscribeEvent, {"key": ""}),
    ("unfollow", {}, events_of.UnsubscribeEvent, {}),
    ("follow", {"key": "last_trade_no_42"}, events_of.SubscribeEvent, {"key": "last_trade_no_42"}),
]  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_wechatpy_understands_all_that_a_phone_sends(world: World, mode: str) -> None:
    simulator, bot = world.pair(mode)
    bot.answer = lambda _message: None
    for gesture, body, _kind, _fields in SENT:
        simulator.phone(gesture, **body)
    simulator.settle()
    assert len(bot.messages) == len(SENT)
    for message, xml, (gesture, body, kind, fields) in zip(bot.messages, bot.xmls, SENT, strict=True):
        shown = (gesture, body, xml)
        assert type(message) is kind, shown
        assert {name: getattr(message, name) for name in fields} == {
            name: value if value is None else pytest.approx(value) if isinstance(value, float) else value
            for name, value in fields.items()
        }, shown
        assert ("MsgId" in message._data) == (gesture in {"say", "send"} and body.get("kind") != "LOCATION"), shown
        assert message.create_time


@pytest.mark.parametrize("mode", MODES)
def test_the_platforms_own_events_carry_what_its_samples_show(world: World, mode: str) -> None:
    simulator, bot = world.pair(mode)
    bot.answer = lambda _message: None
    for name in ("user_authorization_revoke", "user_info_modified", "kf_switch_session", "a_future_event"):
        simulator.phone("event", event=name)
    details = [["PublishEventInfo", [["publish_id", "1"], ["publish_status", 0]]]]
    simulator.phone("event", event="PUBLISHJOBFINISH", elements=details)
    simulator.settle()
    revoked, changed, switched, future, published = (message._data for message in bot.messages)
    openid = simulator.get("phones/p1")["openid"]
    assert (revoked["OpenID"], revoked["RevokeInfo"]) == (openid, "1")
    assert changed["openid"] == openid
    assert switched["FromKfAccount"] != switched["ToKfAccount"]
    assert future.keys() == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"}
    assert published["PublishEventInfo"] == {"publish_id": "1", "publish_status": "0"}
    assert simulator.refused("phones/p1/event", event="<x>") == (400, "bad_field")


def test_numbers_come_bare_and_text_in_cdata(world: World) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda _message: None
    simulator.phone("send", kind="location", latitude=36.5, longitude=113.0, label="a ]]> b & <c>")
    simulator.phone("say", text="一", article="2247483650", index=2)
    simulator.phone("send", kind="voice", media_id="M", media_id_16k="M16", recognition="")
    simulator.settle()
    place, said, spoken = bot.xmls
    assert "<Location_X>36.500000</Location_X>" in place
    assert "<Label><![CDATA[a ]]]]><![CDATA[> b & <c>]]></Label>" in place
    assert bot.messages[0].label == "a ]]> b & <c>"
    assert re.search(r"<CreateTime>\d{10}</CreateTime>", place)
    assert re.search(r"<MsgId>\d{19}</MsgId><MsgDataId>2247483650</MsgDataId><Idx>2</Idx></xml>$", said)
    assert "<MediaId16K><![CDATA[M16]]></MediaId16K><Recognition><![CDATA[]]></Recognition>" in spoken


def test_the_mode_is_changed_on_the_platforms_page_while_all_goes_on(world: World) -> None:
    simulator, bot = world.pair("safe")
    simulator.phone("say", text="safe")
    for mode in ("compat", "plain", "safe"):
        simulator.settle()
        bot.encryption = mode
        assert simulator.post("account", encryption=mode)["encryption"] == mode
        assert simulator.get("state")["account"]["encryption"] == mode
        simulator.phone("say", text=mode)
    assert simulator.heard() == ["你说：safe", "你说：compat", "你说：plain", "你说：safe"]
    assert [b"<Encrypt>" in body for body in bot.bodies] == [True, True, False, True]
    simulator.post("account", kind="test")
    simulator.post("switches", test_encryption="plain")
    bot.encryption = "plain"
    simulator.phone("say", text="test")
    assert simulator.heard()[-1] == "你说：test"
    assert "encrypt_type" not in bot.queries[-1]
    simulator.post("reset")
    account = simulator.get("state")["account"]
    assert (account["kind"], account["encryption"]) == ("service_certified", "safe")
    for body in ({"encryption": "none"}, {"kind": "dance"}):
        assert simulator.refused("account", **body) == (400, "bad_field")
