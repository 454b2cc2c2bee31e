"""Messages and events as the platform may write them: every kind of wechat_platform §2, in every spelling of XML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

ACCOUNT = "gh_0123456789ab"
PRINTED = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
SAID = st.one_of(
    st.text(PRINTED, max_size=40),
    st.lists(
        st.sampled_from(
            [
                "]]>",
                "]]",
                ">",
                "<",
                "&",
                "&amp;",
                "\n",
                " ",
                "\u3000",
                "👨‍👩‍👧",
                "🇨🇳",
                "汉字",
                "<![CDATA[",
                "%00",
                "'",
                '"',
            ]
        ),
        max_size=12,
    ).map("".join),
    st.tuples(st.sampled_from(["", "  ", "\n\t"]), st.text(PRINTED, max_size=8), st.sampled_from(["", " ", "\n"])).map(
        "".join
    ),
    st.just("【收到不支持的消息类型，暂无法显示】"),
)
OPENIDS = st.from_regex(r"o[A-Za-z0-9_\-]{27}", fullmatch=True)
NUMBERS = st.integers(min_value=0, max_value=2**63 - 1).map(str)
TIMES = st.integers(min_value=1, max_value=4_000_000_000).map(str)
MEDIA = st.from_regex(r"[A-Za-z0-9_\-]{1,64}", fullmatch=True)
PLACES = st.floats(min_value=-180, max_value=180).map(lambda x: f"{x:.6f}")
Fields = st.SearchStrategy[dict[str, Any]]


def message(kind: str, **elements: st.SearchStrategy[Any]) -> Fields:
    """A message of §2.1; each element but the first three may be missing."""
    rare = {"MsgDataId": NUMBERS, "Idx": st.just("1"), "BusinessId": NUMBERS}
    return st.fixed_dictionaries({"MsgType": st.just(kind), **elements}, optional={"MsgId": NUMBERS, **rare})


def event(name: str, **elements: st.SearchStrategy[Any]) -> Fields:
    return st.fixed_dictionaries({"MsgType": st.just("event"), "Event": st.just(name), **elements})


def many(item: Fields) -> st.SearchStrategy[Any]:
    """What stands once or several times: one dict, or a list of at least two."""
    return st.one_of(item, st.lists(item, min_size=2, max_size=4))


def group(**elements: st.SearchStrategy[Any]) -> Fields:
    return st.fixed_dictionaries(elements)


MESSAGES: dict[str, Fields] = {
    "text": message("text", Content=SAID),
    "tap": message("text", Content=SAID, bizmsgmenuid=NUMBERS),
    "image": message("image", PicUrl=SAID, MediaId=MEDIA),
    "voice": message(
        "voice", MediaId=MEDIA, Format=st.sampled_from(["amr", "speex"]), Recognition=SAID, MediaId16K=MEDIA
    ),
    "video": message("video", MediaId=MEDIA, ThumbMediaId=MEDIA),
    "shortvideo": message("shortvideo", MediaId=MEDIA, ThumbMediaId=MEDIA),
    "location": message("location", Location_X=PLACES, Location_Y=PLACES, Scale=NUMBERS, Label=SAID),
    "link": message("link", Title=SAID, Description=SAID, Url=SAID),
}
_SCAN = {"EventKey": SAID, "ScanCodeInfo": group(ScanType=st.just("qrcode"), ScanResult=SAID)}
_PICTURES = {
    "EventKey": SAID,
    "SendPicsInfo": group(Count=st.just("1"), PicList=group(item=many(group(PicMd5Sum=MEDIA)))),
}
_CONSENT = group(TemplateId=MEDIA, SubscribeStatusString=st.sampled_from(["accept", "reject"]), PopupScene=NUMBERS)
_SENT = group(TemplateId=MEDIA, MsgID=NUMBERS, ErrorCode=st.just("0"), ErrorStatus=SAID)
_WITHDRAWN = {"OpenID": OPENIDS, "AppID": MEDIA, "RevokeInfo": NUMBERS}
_PUBLISHED = group(
    publish_id=NUMBERS,
    publish_status=NUMBERS,
    article_id=MEDIA,
    article_detail=group(count=NUMBERS, item=many(group(idx=NUMBERS, article_url=SAID))),
    fail_idx=NUMBERS,
)
EVENTS: dict[str, Fields] = {
    "subscribe": event("subscribe"),
    "subscribe, empty key": event("subscribe", EventKey=st.just("")),
    "subscribe by code": event("subscribe", EventKey=MEDIA.map("qrscene_{}".format), Ticket=MEDIA),
    "subscribe after paying": event("subscribe", EventKey=MEDIA.map("last_trade_no_{}".format)),
    "unsubscribe": event("unsubscribe", EventKey=st.just("")),
    "SCAN": event("SCAN", EventKey=MEDIA, Ticket=MEDIA),
    "LOCATION": event("LOCATION", Latitude=PLACES, Longitude=PLACES, Precision=PLACES),
    "CLICK": event("CLICK", EventKey=SAID),
    "VIEW": event("VIEW", EventKey=SAID, MenuId=NUMBERS),
    "view_miniprogram": event("view_miniprogram", EventKey=SAID, MenuId=NUMBERS),
    "scancode_push": event("scancode_push", **_SCAN),
    "scancode_waitmsg": event("scancode_waitmsg", **_SCAN),
    "pic_sysphoto": event("pic_sysphoto", **_PICTURES),
    "pic_photo_or_album": event("pic_photo_or_album", **_PICTURES),
    "pic_weixin": event("pic_weixin", **_PICTURES),
    "location_select": event(
        "location_select",
        EventKey=SAID,
        SendLocationInfo=group(Location_X=PLACES, Location_Y=PLACES, Scale=NUMBERS, Label=SAID, Poiname=SAID),
    ),
    "TEMPLATESENDJOBFINISH": event(
        "TEMPLATESENDJOBFINISH",
        MsgID=NUMBERS,
        Status=st.sampled_from(["success", "failed:user block", "failed: system failed"]),
    ),
    "MASSSENDJOBFINISH": event(
        "MASSSENDJOBFINISH",
        MsgID=NUMBERS,
        Status=st.just("send success"),
        TotalCount=NUMBERS,
        FilterCount=NUMBERS,
        SentCount=NUMBERS,
        ErrorCount=NUMBERS,
    ),
    "PUBLISHJOBFINISH": event("PUBLISHJOBFINISH", PublishEventInfo=_PUBLISHED),
    "FREEPUBLISHJOBFINISH": event("FREEPUBLISHJOBFINISH", PublishEventInfo=_PUBLISHED),
    "subscribe_msg_popup_event": event("subscribe_msg_popup_event", SubscribeMsgPopupEvent=group(List=many(_CONSENT))),
    "subscribe_msg_change_event": event(
        "subscribe_msg_change_event", SubscribeMsgChangeEvent=group(List=many(_CONSENT))
    ),
    "subscribe_msg_sent_event": event("subscribe_msg_sent_event", SubscribeMsgSentEvent=group(List=many(_SENT))),
    "user_authorization_revoke": event("user_authorization_revoke", **_WITHDRAWN),
    "user_info_modified": event("user_info_modified", openid=OPENIDS, appid=MEDIA),
    "kf_create_session": event("kf_create_session", KfAccount=SAID),
    "kf_close_session": event("kf_close_session", KfAccount=SAID),
    "kf_switch_session": event("kf_switch_session", FromKfAccount=SAID, ToKfAccount=SAID),
    "qualification_verify_success": event("qualification_verify_success", ExpiredTime=TIMES),
    "qualification_verify_fail": event("qualification_verify_fail", FailTime=TIMES, FailReason=SAID),
    "naming_verify_success": event("naming_verify_success", ExpiredTime=TIMES),
    "naming_verify_fail": event("naming_verify_fail", FailTime=TIMES, FailReason=SAID),
    "annual_renew": event("annual_renew", ExpiredTime=TIMES),
    "verify_expired": event("verify_expired", ExpiredTime=TIMES),
    "debug_demo": event("debug_demo", debug_str=SAID),
}


@st.composite
def posted(draw: Callable[..., Any], kind: Fields) -> str:
    """The whole XML of a message of that kind, its elements in any order and any spelling."""
    head = {"ToUserName": ACCOUNT, "FromUserName": draw(OPENIDS), "CreateTime": draw(TIMES)}
    elements = list((head | draw(kind)).items())
    if draw(st.booleans()):
        elements = draw(st.permutations(elements))
    blank = draw(st.sampled_from(["", "\n", "\n  "]))
    return f"<xml>{blank}{blank.join(_element(draw, name, value) for name, value in elements)}{blank}</xml>"


def _element(draw: Callable[..., Any], name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(draw, name, each) for each in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(draw, n, v) for n, v in value.items())}</{name}>"
    if not value:
        return draw(st.sampled_from([f"<{name}/>", f"<{name}></{name}>", f"<{name}><![CDATA[]]></{name}>"]))
    cut = draw(st.integers(min_value=0, max_value=len(value)))
    spelling = draw(
        st.sampled_from(
            [
                cdata(value),
                escape(value),
                cdata(value[:cut]) + cdata(value[cut:]),
                cdata(value[:cut]) + escape(value[cut:]),
            ]
        )
    )
    return f"<{name}>{spelling}</{name}>"


def cdata(text: str) -> str:
    """CDATA in which `]]>` is split over two sections."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
