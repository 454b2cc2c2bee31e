"""co-wechat-api, a client from npm that nobody here wrote, against the simulator; every step of a test in one process."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
import requests

from .conftest import AMR, JPEG, MP4, Calls, Peer, here

PAGE = "http://127.0.0.1/h5"
MENU = {"button": [{"type": "click", "name": "题", "key": "DAILY"}]}
WALL = {"button": [{"type": "view", "name": "墙", "url": PAGE}]}


def values(told: list[dict[str, Any]]) -> list[Any]:
    """What the steps gave, all of which must have succeeded."""
    assert [one["error"] for one in told if "error" in one] == []
    return [one["value"] for one in told]


def codes(told: list[dict[str, Any]]) -> list[int]:
    return [one.get("errcode", 0) for one in told]


def of(step: int, at: str) -> dict[str, Any]:
    """A field of what an earlier step gave, as an argument."""
    return {"of": step, "at": at}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Paths by kind of medium."""
    found = {}
    for kind, (name, content, _type) in {"image": JPEG, "thumb": JPEG, "voice": AMR, "video": MP4}.items():
        path = tmp_path / kind / name
        path.parent.mkdir()
        path.write_bytes(content)
        found[kind] = str(path)
    return found


# -- tokens -----------------------------------------------------------------------------------------------------------


def test_its_token_is_kept_and_renewed_after_somebody_elses_and_after_two_hours(peer: Peer, calls: Calls) -> None:
    token, *rest = values(
        calls(
            ["getAccessToken"],
            ["getIp"],
            ["control", "tokens/spoil"],
            ["getIp"],
            ["control", "clock", {"forward": 7200}],
            ["getIp"],
        )
    )
    assert len(token["accessToken"]) > 64
    assert [each["ip_list"] for each in (rest[0], rest[2], rest[4])] == [["127.0.0.1"]] * 3
    answers = [call["errcode"] for call in peer.simulator.get("calls", endpoint="cgi-bin/getcallbackip")["calls"]]
    assert answers == [0, 40001, 0, 42001, 0]
    assert peer.asked("cgi-bin/token") == 3


def test_it_gives_up_on_a_token_that_is_never_good(peer: Peer, calls: Calls) -> None:
    peer.simulator.post("faults", endpoint="cgi-bin/getcallbackip", kind="errcode", errcode=40001, times=9)
    assert codes(calls(["getIp"])) == [40001]
    assert (peer.asked("cgi-bin/getcallbackip"), peer.asked("cgi-bin/token")) == (4, 4)


def test_faults_reach_it_as_they_would_from_the_platform(peer: Peer, calls: Calls) -> None:
    for kind, more in (("status", {"status": 500}), ("html", {}), ("drop_after", {}), ("errcode", {"errcode": -1})):
        peer.simulator.post("faults", endpoint="cgi-bin/getcallbackip", kind=kind, **more)
    server, page, torn, busy, fine = calls(*[["getIp"]] * 5)
    assert "status code: 500" in server["error"]
    assert b"<html>" in base64.b64decode(page["value"]["octets"])
    assert torn["error"]
    assert busy["errcode"] == -1
    assert " rid: " in busy["error"]
    assert fine["value"]["ip_list"]


# -- messages ---------------------------------------------------------------------------------------------------------


def test_its_messages_stand_on_the_phone(peer: Peer, calls: Calls, files: dict[str, str]) -> None:
    who = peer.openid()
    again = ["control", "phones/p1/say", {"text": "在吗"}]
    page = {
        "title": "党费",
        "appid": "wx0123456789abcdef",
        "pagepath": "pages/fee",
        "thumb_media_id": of(3, "thumb_media_id"),
    }
    music = {
        "title": "国际歌",
        "musicurl": "http://127.0.0.1/a.mp3",
        "hqmusicurl": "",
        "thumb_media_id": of(3, "thumb_media_id"),
    }
    article = {"title": "通知", "description": "明天停产检修", "url": PAGE, "picurl": ""}
    told = calls(
        ["uploadImageMedia", files["image"]],
        ["uploadVoiceMedia", files["voice"]],
        ["uploadVideoMedia", files["video"]],
        ["uploadThumbMedia", files["thumb"]],
        ["sendText", who, '您好 😀 \\ "引号"'],
        ["sendImage", who, of(0, "media_id")],
        ["sendVoice", who, of(1, "media_id")],
        ["sendVideo", who, of(2, "media_id"), of(3, "thumb_media_id")],
        again,
        ["sendMusic", who, music],
        ["sendNews", who, [article]],
        ["sendMiniProgram", who, page],
        # today's platform takes one article, no cards and no articles from the old library (§3.2, §4.2)
        ["sendNews", who, [article, article]],
        ["sendCard", who, "a card"],
        ["sendMpNews", who, "a media id"],
        ["sendText", "oNobody", "在吗"],
        ["sendText", who, "好" * 683],
        ["sendText", who, ""],
        ["sendImage", who, "no such media"],
    )
    assert codes(told) == [0] * 12 + [45008, 48008, 48008, 40003, 45002, 44004, 40007]
    shown = [bubble for bubble in peer.simulator.chat() if bubble["pushed"]]
    assert [bubble["kind"] for bubble in shown] == [
        "text", "image", "voice", "video", "music", "news", "miniprogram",
    ]  # fmt: skip
    assert shown[0]["text"] == '您好 😀 \\ "引号"'


def test_its_templates_are_shelved_sent_and_thrown_away(peer: Peer, calls: Calls) -> None:
    who = peer.openid()
    values_of = {"thing1": "今日一题", "time2": "2026-11-23 20:00", "phrase3": "未完成", "thing4": "班前会之前"}
    data = {key: {"value": value, "color": "#ff0000"} for key, value in values_of.items()}
    told = calls(
        ["setIndustry", {"industry_id1": "1", "industry_id2": "4"}],
        ["getIndustry"],
        ["addTemplate", "TM00015"],
        ["getAllPrivateTemplate"],
        ["sendTemplate", who, of(2, "template_id"), PAGE, "#ff0000", data],
        ["sendTemplate", who, of(2, "template_id"), PAGE, "", {**data, "phrase3": {"value": "超过五个字的短语"}}],
        ["delPrivateTemplate", of(2, "template_id")],
        ["sendTemplate", who, of(2, "template_id"), PAGE, "", data],
        # message/subscribe/send is the mini-programs' own; an account has bizsend (§4.4)
        ["sendSubscribeMessage", who, "T", "page", {}],
    )
    assert codes(told) == [0, 0, 0, 0, 0, 47003, 0, 40037, 40066]
    assert "phrase3" in told[5]["error"]
    assert [each["template_id"] for each in told[3]["value"]["template_list"]] == [told[2]["value"]["template_id"]]
    card = peer.bubble()["card"]
    assert ([value for _name, value in card["lines"]], card["url"]) == (list(values_of.values()), PAGE)
    peer.simulator.post("clock", forward=60)
    (end,) = peer.events("TEMPLATESENDJOBFINISH")
    assert str(end.id) == str(told[4]["value"]["msgid"])


def test_its_mass_messages_are_counted_and_never_sent_twice(peer: Peer, calls: Calls) -> None:
    both = [peer.openid(), peer.openid("p2")]
    told = calls(
        ["massSendText", "停产检修通知", both, "check-1"],
        ["massSendText", "停产检修通知", both, "check-1"],
        ["control", "clock", {"forward": 120}],
        ["massSendText", "停产检修通知", both, "check-1"],
        ["getMassMessageStatus", of(0, "msg_id")],
        ["massSendText", "给所有人", True],
        ["previewText", both[0], "先给我看看"],
        ["massSendText", "一个人", both[:1]],
        ["massSendText", "没有这个标签", 999],
        # pictures go as images.media_ids since 2021 (§4.6), the package still says image.media_id
        ["massSendImage", "a media id", both],
        ["massSendNews", "no such draft", both],
    )
    assert codes(told) == [0, 45066, 0, 45065, 0, 0, 0, 40130, 45159, 41006, 40007]
    assert told[4]["value"]["msg_status"] == "SEND_SUCCESS"
    peer.simulator.post("clock", forward=60)
    ends = peer.events("MASSSENDJOBFINISH")
    assert [(end.status, end.total_count, end.sent_count) for end in ends] == [("send success", 2, 2)] * 2
    for phone, heard in (("p1", ["停产检修通知", "先给我看看", "给所有人"]), ("p2", ["停产检修通知", "给所有人"])):
        assert [bubble["text"] for bubble in peer.simulator.chat(phone) if bubble["mass"]] == heard


def test_its_agents_come_and_go(peer: Peer, calls: Calls, files: dict[str, str]) -> None:
    told = calls(
        ["addKfAccount", "wang@branch", "示例宣传员"],
        ["updateKfAccount", "wang@branch", "示例组织员"],
        ["setKfAccountAvatar", "wang@branch", files["image"]],
        ["getCustomServiceList"],
        ["createKfSession", "wang@branch", peer.openid()],
        ["inviteworker", "wang@branch", "wang_of_the_branch"],
        ["control", "clock", {"forward": 3600}],
        ["getOnlineCustomServiceList"],
        ["createKfSession", "wang@branch", peer.openid()],
        ["deleteKfAccount", "wang@branch"],
        ["deleteKfAccount", "wang@branch"],
    )
    assert codes(told) == [0, 0, 0, 0, 65402, 0, 0, 0, 0, 0, 61452]
    (agent,) = told[3]["value"]["kf_list"]
    assert agent["kf_nick"] == "示例组织员"
    assert agent["kf_headimgurl"]
    assert [each["kf_account"] for each in told[7]["value"]["kf_online_list"]] == ["wang@branch"]
    assert len(peer.events("kf_create_session")) == 1


# -- menus, people, tags ----------------------------------------------------------------------------------------------


def test_its_menus(peer: Peer, calls: Calls) -> None:
    told = calls(
        ["getMenu"],
        ["createMenu", MENU],
        ["getMenu"],
        ["getMenuConfig"],
        ["tryConditionalMenu", peer.openid()],
        ["addConditionalMenu", {**WALL, "matchrule": {"client_platform_type": "2"}}],
        ["tryConditionalMenu", peer.openid()],
        ["delConditionalMenu", of(5, "menuid")],
        ["delConditionalMenu", of(5, "menuid")],
        ["createMenu", {"button": [{"type": "click", "name": "题" * 6, "key": "K"}]}],
        ["removeMenu"],
        ["getMenu"],
    )
    assert codes(told) == [46003, 0, 0, 0, 0, 0, 0, 0, 65301, 40018, 0, 46003]
    assert told[2]["value"]["menu"]["button"][0]["key"] == "DAILY"
    assert told[3]["value"]["is_menu_open"] == 1
    assert [told[number]["value"]["button"][0]["name"] for number in (4, 6)] == ["题", "墙"]


def test_its_people_and_tags(peer: Peer, calls: Calls) -> None:
    both = [peer.openid(), peer.openid("p2")]
    told = calls(
        ["getFollowers"],
        ["getFollowers", of(0, "next_openid")],
        ["updateRemark", both[0], "掘进一队"],
        ["getUser", both[0]],
        ["batchGetUsers", both],
        ["createTags", "夜班"],
        ["getTags"],
        ["batchTagging", both, 100],
        ["updateTag", 100, "夜班工友"],
        ["getUsersFromTag", 100],
        ["getIdList", both[0]],
        ["batchUnTagging", both[:1], 100],
        ["getIdList", both[0]],
        ["createTags", "夜班工友"],
        ["deleteTag", 2],
        ["deleteTag", 100],
        ["getUser", "oNobody"],
        # groups became tags in 2016: their addresses are no more
        ["getGroups"],
        ["createGroup", "组"],
        ["getWhichGroup", both[0]],
    )
    assert codes(told) == [0] * 13 + [45157, 45058, 0, 40003, 40066, 40066, 40066]
    value = [one["value"] for one in told]
    assert (value[0]["total"], sorted(value[0]["data"]["openid"])) == (2, sorted(both))
    assert value[1] == {"total": 2, "count": 0, "next_openid": ""}
    assert (value[3]["subscribe"], value[3]["remark"]) == (1, "掘进一队")
    assert [each["openid"] for each in value[4]["user_info_list"]] == both
    assert value[5] == {"tag": {"id": 100, "name": "夜班"}}
    assert value[9]["data"]["openid"] == both
    assert (value[10]["tagid_list"], value[12]["tagid_list"]) == ([100], [])


# -- codes, media, tickets --------------------------------------------------------------------------------------------


def test_its_codes_are_shown_and_scanned(peer: Peer, calls: Calls) -> None:
    passing, lasting, named, address, worst = calls(
        ["createTmpQRCode", 812, 600],
        ["createLimitQRCode", 100_000],
        ["createLimitQRCode", "二号井口"],
        ["showQRCodeURL", of(0, "ticket")],
        ["createLimitQRCode", 100_001],
    )
    assert (passing["value"]["expire_seconds"], worst["errcode"]) == (600, 40053)
    assert "expire_seconds" not in lasting["value"]
    picture = requests.get(here(peer.simulator, address["value"]), timeout=10)
    assert picture.headers["Content-Type"].startswith("image/")
    for ticket in (passing["value"]["ticket"], named["value"]["ticket"]):
        peer.simulator.phone("scan", ticket=ticket)
    assert [event.scene_id for event in peer.events("SCAN")] == ["812", "二号井口"]


def test_its_media_come_back_as_they_went(peer: Peer, calls: Calls, files: dict[str, str]) -> None:
    told = calls(
        ["uploadImageMedia", files["image"]],
        ["uploadMedia", {"file": files["image"]}, "image", "photo.jpg", "image/jpeg"],
        ["getMedia", of(0, "media_id")],
        ["getMedia", of(1, "media_id")],
        ["uploadImage", files["image"]],
        ["uploadImageMaterial", files["image"]],
        ["uploadVideoMaterial", files["video"], {"title": "班前会", "introduction": "十分钟"}],
        ["getMaterialCount"],
        ["getMaterials", "image", 0, 20],
        ["getMaterial", of(5, "media_id")],
        ["control", "clock", {"forward": 3 * 86400}],
        ["getMedia", of(0, "media_id")],
        ["getMaterial", of(5, "media_id")],
        ["removeMaterial", of(5, "media_id")],
        ["getMaterial", of(5, "media_id")],
        # articles are drafts now: material/add_news is gone (§4.11)
        ["uploadNewsMaterial", {"articles": []}],
    )
    assert codes(told) == [0] * 11 + [40007, 0, 0, 40007, 40066]
    value = [one["value"] for one in told]
    for number in (2, 3, 9, 12):
        assert base64.b64decode(value[number]["octets"]) == JPEG[1]
    assert value[4]["url"].startswith("http")
    assert (value[7]["image_count"], value[7]["video_count"]) == (1, 1)
    assert [each["media_id"] for each in value[8]["item"]] == [value[5]["media_id"]]


def test_its_ticket_is_kept_and_signs(peer: Peer, calls: Calls) -> None:
    first, second, config = values(
        calls(
            ["getLatestTicket"],
            ["getLatestTicket"],
            ["getJsConfig", {"debug": False, "url": PAGE, "jsApiList": ["scanQRCode"]}],
        )
    )
    assert first["ticket"] == second["ticket"]
    assert peer.asked("cgi-bin/ticket/getticket") == 1
    clear = f"jsapi_ticket={first['ticket']}&noncestr={config['nonceStr']}&timestamp={config['timestamp']}&url={PAGE}"
    assert config["signature"] == hashlib.sha1(clear.encode()).hexdigest()
