"""What a message may hold, by its msgtype, and the bubble it becomes on a phone (wechat_platform §3.5, §4.2, §4.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading
from bot.simulator.api.table import Platform
from bot.simulator.api.things import articles, drafts, media
from bot.simulator.phones.model import Bubble
from bot.simulator.phones.world import Memory

# The platform's pages give no sizes for the titles of a message; these are those of its sister for companies.
LONGEST_TITLE_BYTES, LONGEST_DESCRIPTION_BYTES = 128, 512
PICTURES, SOUNDS, FILMS = ("image",), ("voice",), ("video",)
THUMBS = ("thumb", "image")
WITHDRAWN = frozenset({"mpnews", "wxcard"})

Maker = Callable[[Platform, Memory, dict[str, Any]], Bubble]


def one_to_one(platform: Platform, memory: Memory, body: dict[str, Any]) -> Bubble:
    """The bubble of a customer-service message. Raises RefusedError."""
    kind = body.get("msgtype")
    if isinstance(kind, str) and kind in WITHDRAWN:
        raise RefusedError(48008)
    maker = ONE_TO_ONE.get(kind) if isinstance(kind, str) else None
    if maker is None:
        raise RefusedError(40008)
    return maker(platform, memory, reading.part(body, str(kind)))


def to_many(platform: Platform, memory: Memory, body: dict[str, Any]) -> list[Bubble]:
    """The bubbles of a mass message: one, or one for each picture. Raises RefusedError."""
    kind = body.get("msgtype")
    if kind == "wxcard":
        raise RefusedError(48008)
    if kind == "image":
        given = [{"media_id": each} for each in _pictures(body)]
        return [_image(platform, memory, each) for each in given]
    maker = TO_MANY.get(kind) if isinstance(kind, str) else None
    if maker is None:
        raise RefusedError(40008)
    return [maker(platform, memory, reading.part(body, str(kind)))]


def _pictures(body: dict[str, Any]) -> list[Any]:
    """`images.media_ids`; a preview has but one, in `image.media_id`."""
    listed = reading.several(reading.part(body, "images"), "media_ids")
    if not listed and "towxname" not in body and isinstance(body.get("touser"), list | None):
        raise RefusedError(41006)
    return listed or [reading.part(body, "image").get("media_id")]


def _text(platform: Platform, _memory: Memory, given: dict[str, Any]) -> Bubble:
    return _said(platform, reading.text(given, "content"))


def _said(platform: Platform, content: str) -> Bubble:
    if not content.strip():
        raise RefusedError(44004)
    if len(content.encode()) > platform.switches.on.text_limit_bytes:
        raise RefusedError(45002)
    return Bubble(0, "account", "text", content, 0, pushed=True)


def _image(platform: Platform, memory: Memory, given: dict[str, Any]) -> Bubble:
    return _shown("image", media=_media(platform, memory, given, "media_id", PICTURES))


def _voice(platform: Platform, memory: Memory, given: dict[str, Any]) -> Bubble:
    return _shown("voice", media=_media(platform, memory, given, "media_id", SOUNDS))


def _video(platform: Platform, memory: Memory, given: dict[str, Any]) -> Bubble:
    found = _media(platform, memory, given, "media_id", FILMS)
    if given.get("thumb_media_id"):
        _media(platform, memory, given, "thumb_media_id", THUMBS)
    return _shown("video", _title(given), media=found, card={"description": _description(given)})


def _music(platform: Platform, memory: Memory, given: dict[str, Any]) -> Bubble:
    _media(platform, memory, given, "thumb_media_id", THUMBS)
    url, fine = (_address(given, name) for name in ("musicurl", "hqmusicurl"))
    title = _title(given)
    return _shown("music", title, url=url or fine, card={"title": title, "description": _description(given)})


def _news(_platform: Platform, _memory: Memory, given: dict[str, Any]) -> Bubble:
    listed = reading.several(given, "articles")
    if not listed or not all(isinstance(each, dict) for each in listed):
        raise RefusedError(44003)
    if len(listed) > 1:
        raise RefusedError(45008)
    article = {
        "title": _title(listed[0]),
        "description": _description(listed[0]),
        "picture_url": _address(listed[0], "picurl", too_long=45006),
        "url": _address(listed[0], "url"),
    }
    if not article["title"] and not article["url"]:
        raise RefusedError(44003)
    return _shown("news", articles=[article])


def _published(platform: Platform, memory: Memory, given: dict[str, Any]) -> Bubble:
    """The first of the published articles. Raises RefusedError: 41006 none named, 53600 none such, not yet or no more."""
    name = reading.text(given, "article_id")
    if not name:
        raise RefusedError(41006)
    entry = memory.shelf.get("published", {}).get(name)
    if entry is None or entry["deleted"][0] or platform.clock.now() < entry["public_at"]:
        raise RefusedError(53600)
    return _shown("news", articles=_articles_of(platform, name, entry)[:1])


def _drafted(platform: Platform, memory: Memory, given: dict[str, Any]) -> Bubble:
    name = reading.text(given, "media_id")
    return _shown("news", articles=_articles_of(platform, name, drafts.of(memory, name)))


def _mini_program(platform: Platform, memory: Memory, given: dict[str, Any]) -> Bubble:
    appid, path, title = reading.checked_appid(reading.text(given, "appid")), reading.text(given, "pagepath"), ""
    if not path:
        raise RefusedError(40035)
    title = _title(given)
    thumb = _media(platform, memory, given, "thumb_media_id", THUMBS)
    return _shown("miniprogram", title, card={"title": title, "appid": appid, "path": path, "picture": thumb})


def _menu(platform: Platform, _memory: Memory, given: dict[str, Any]) -> Bubble:
    """A question with one line to tap for each answer; on the phone the links of §3.4 that it expands into."""
    if platform.account.kind == "test" or platform.switches.on.msgmenu == "refused":
        raise RefusedError(40200)
    listed = reading.several(given, "list")
    if not listed or not all(isinstance(each, dict) for each in listed):
        raise RefusedError(44004)
    lines = [reading.text(given, "head_content"), *(_choice(each) for each in listed)]
    bubble = _said(platform, "\n".join(line for line in (*lines, reading.text(given, "tail_content")) if line))
    bubble.card = {"menu": True}
    return bubble


def _choice(given: dict[str, Any]) -> str:
    label, number = reading.text(given, "content"), reading.text(given, "id")
    if not label or not number:
        raise RefusedError(44004)
    query = f"msgmenucontent={quote(label, safe='')}&msgmenuid={quote(number, safe='')}"
    return f'<a href="weixin://bizmsgmenu?{query}">{label}</a>'


def _shown(kind: str, text: str = "", **fields: Any) -> Bubble:
    return Bubble(0, "account", kind, text, 0, pushed=True, **fields)


def _media(platform: Platform, memory: Memory, given: dict[str, Any], name: str, kinds: tuple[str, ...]) -> str:
    """Where the phone finds the file. Raises RefusedError: 41006 none named, 40007 none such, or of another kind."""
    media_id = reading.text(given, name)
    if not media_id:
        raise RefusedError(41006)
    if media.kind_of(memory, media_id, platform.clock.now()) not in kinds:
        raise RefusedError(40007)
    return _address_of(platform, media_id)


def _articles_of(platform: Platform, name: str, entry: dict[str, Any]) -> list[dict[str, str]]:
    """The cards of a draft or of something published."""
    root = platform.root()
    return [
        {"title": each["title"], "description": each["digest"], "picture_url": each["thumb_url"], "url": each["url"]}
        for each in articles.told(entry["articles"], f"{root}/article/{name}", root)
    ]


def _address_of(platform: Platform, media_id: str) -> str:
    return f"{platform.root()}/media/{media_id}"


def _title(given: dict[str, Any]) -> str:
    return _no_longer(reading.text(given, "title"), LONGEST_TITLE_BYTES, 45003)


def _description(given: dict[str, Any]) -> str:
    return _no_longer(reading.text(given, "description"), LONGEST_DESCRIPTION_BYTES, 45004)


def _no_longer(text: str, limit: int, code: int) -> str:
    if len(text.encode()) > limit:
        raise RefusedError(code)
    return text


def _address(given: dict[str, Any], name: str, *, too_long: int = 45005) -> str:
    return reading.address(given, name, too_long=too_long)


ONE_TO_ONE: dict[str, Maker] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "mpnewsarticle": _published,
    "miniprogrampage": _mini_program,
    "msgmenu": _menu,
}
TO_MANY: dict[str, Maker] = {"text": _text, "voice": _voice, "mpnews": _drafted, "mpvideo": _video}
