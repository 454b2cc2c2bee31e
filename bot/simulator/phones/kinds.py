"""The elements of everything a phone can send, as wechat_platform §2 lists them, without the common header."""

from __future__ import annotations

from typing import Any

from bot.simulator.push.wire import Elements

Kind = tuple[str, Elements]  # the push's kind ("text", "event.CLICK") and its elements after CreateTime


def text(content: str) -> Kind:
    return "text", [("MsgType", "text"), ("Content", content)]


def image(url: str, media_id: str) -> Kind:
    return "image", [("MsgType", "image"), ("PicUrl", url), ("MediaId", media_id)]


def voice(media_id: str, recognition: str | None) -> Kind:
    """`recognition` None leaves the element out; empty, as the platform now often sends it, keeps it empty."""
    heard: Elements = [] if recognition is None else [("Recognition", recognition)]
    return "voice", [("MsgType", "voice"), ("MediaId", media_id), ("Format", "amr"), *heard]


def location(latitude: float, longitude: float, label: str, scale: int = 16) -> Kind:
    where: Elements = [("Location_X", f"{latitude:.6f}"), ("Location_Y", f"{longitude:.6f}")]
    return "location", [("MsgType", "location"), *where, ("Scale", scale), ("Label", label)]


def link(title: str, description: str, url: str) -> Kind:
    return "link", [("MsgType", "link"), ("Title", title), ("Description", description), ("Url", url)]


def event(name: str, *elements: tuple[str, Any]) -> Kind:
    return f"event.{name}", [("MsgType", "event"), ("Event", name), *elements]


def subscribe(scene: str = "") -> Kind:
    """A plain follow has an empty EventKey; one by a scene's QR code has `qrscene_` before the scene, and a ticket."""
    if not scene:
        return event("subscribe", ("EventKey", ""))
    return event("subscribe", ("EventKey", f"qrscene_{scene}"), ("Ticket", ticket(scene)))


def scan(scene: str) -> Kind:
    """A follower's scan: the scene without its prefix."""
    return event("SCAN", ("EventKey", scene), ("Ticket", ticket(scene)))


def unsubscribe() -> Kind:
    return event("unsubscribe", ("EventKey", ""))


def click(key: str) -> Kind:
    return event("CLICK", ("EventKey", key))


def view(url: str) -> Kind:
    return event("VIEW", ("EventKey", url), ("MenuId", 100000000))


def reported_location(latitude: float, longitude: float) -> Kind:
    """The LOCATION event of entering the chat, not the location message somebody chooses to send."""
    where = (("Latitude", f"{latitude:.6f}"), ("Longitude", f"{longitude:.6f}"), ("Precision", "60.000000"))
    return event("LOCATION", *where)


def ticket(scene: str) -> str:
    """Looks like a QR ticket; the same for the same scene."""
    return f"gQSIM{scene.encode().hex().upper()}"


def raw(elements: Elements) -> Kind:
    """Any elements at all; the kind is read from their MsgType and Event. Raises ValueError without a MsgType."""
    flat = {name: value for name, value in elements if isinstance(value, str)}
    if not flat.get("MsgType"):
        raise ValueError("a raw message needs a MsgType")
    return (f"event.{flat.get('Event', '')}" if flat["MsgType"] == "event" else flat["MsgType"]), elements
