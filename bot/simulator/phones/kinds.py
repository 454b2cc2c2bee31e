"""The elements of everything a hand makes a phone send, as wechat_platform §2 lists them, without the common header."""

from __future__ import annotations

from typing import Any

from bot.simulator.push.wire import Bare, Elements

Kind = tuple[str, Elements]  # the push's kind ("text", "event.CLICK") and its elements after CreateTime


# -- messages ---------------------------------------------------------------------------------------------------------


def text(content: str) -> Kind:
    return "text", [("MsgType", "text"), ("Content", content)]


def image(url: str, media_id: str) -> Kind:
    return "image", [("MsgType", "image"), ("PicUrl", url), ("MediaId", media_id)]


def voice(media_id: str, recognition: str | None, *, form: str = "amr", clearer: str = "") -> Kind:
    """`recognition` None leaves the element out; empty, as the platform now often sends it, keeps it empty.

    `form` is amr or speex; `clearer` the media id of the 16 kHz recording, where there is one.
    """
    heard: Elements = [] if recognition is None else [("Recognition", recognition)]
    better: Elements = [("MediaId16K", clearer)] if clearer else []
    return "voice", [("MsgType", "voice"), ("MediaId", media_id), ("Format", form), *better, *heard]


def video(media_id: str, thumb: str, *, short: bool = False) -> Kind:
    name = "shortvideo" if short else "video"
    return name, [("MsgType", name), ("MediaId", media_id), ("ThumbMediaId", thumb)]


def location(latitude: float, longitude: float, label: str, scale: int = 16) -> Kind:
    where: Elements = [("Location_X", Bare(f"{latitude:.6f}")), ("Location_Y", Bare(f"{longitude:.6f}"))]
    return "location", [("MsgType", "location"), *where, ("Scale", scale), ("Label", label)]


def place(elements: Elements) -> dict[str, Any]:
    """What a location message is drawn from: `latitude`, `longitude` in degrees, `label`."""
    told = {name: value for name, value in elements if isinstance(value, str)}
    where = {"latitude": float(told["Location_X"]), "longitude": float(told["Location_Y"])}
    return where | {"label": told["Label"]}


def link(title: str, description: str, url: str) -> Kind:
    return "link", [("MsgType", "link"), ("Title", title), ("Description", description), ("Url", url)]


# -- events -----------------------------------------------------------------------------------------------------------


def event(name: str, *elements: tuple[str, Any]) -> Kind:
    return f"event.{name}", [("MsgType", "event"), ("Event", name), *elements]


def subscribe(scene: str = "", *, ticket: str = "", key: str = "") -> Kind:
    """A plain follow has an empty EventKey; one by a scene's QR code has `qrscene_` before the scene, and a ticket.

    `key` is another EventKey altogether, such as `last_trade_no_...` of a follow after a payment.
    """
    if not scene:
        return event("subscribe", ("EventKey", key))
    return event("subscribe", ("EventKey", f"qrscene_{scene}"), ("Ticket", ticket or ticket_of(scene)))


def scan(scene: str, *, ticket: str = "") -> Kind:
    """A follower's scan: the scene without its prefix."""
    return event("SCAN", ("EventKey", scene), ("Ticket", ticket or ticket_of(scene)))


def unsubscribe() -> Kind:
    return event("unsubscribe", ("EventKey", ""))


def click(key: str) -> Kind:
    return event("CLICK", ("EventKey", key))


def view(url: str, menu: int) -> Kind:
    return event("VIEW", ("EventKey", url), ("MenuId", menu))


def mini_program(path: str, menu: int) -> Kind:
    return event("view_miniprogram", ("EventKey", path), ("MenuId", menu))


def scanned(name: str, key: str, result: str) -> Kind:
    """scancode_push or scancode_waitmsg; a bar code's result begins with its kind, such as `EAN_13,`."""
    scan_type = "barcode" if result.partition(",")[0] in {"EAN_13", "EAN_8", "CODE_128", "UPC_A"} else "qrcode"
    return event(name, ("EventKey", key), ("ScanCodeInfo", [("ScanType", scan_type), ("ScanResult", result)]))


def pictured(name: str, key: str, sums: list[str]) -> Kind:
    """pic_sysphoto, pic_photo_or_album or pic_weixin: how many pictures will follow, and the MD5 sum of each."""
    items: Elements = [("item", [("PicMd5Sum", each)]) for each in sums]
    return event(name, ("EventKey", key), ("SendPicsInfo", [("Count", len(sums)), ("PicList", items)]))


def selected_location(key: str, latitude: float, longitude: float, label: str, scale: int = 16) -> Kind:
    """location_select; the location message itself follows. Here the platform puts the numbers into CDATA."""
    where = [("Location_X", f"{latitude:.6f}"), ("Location_Y", f"{longitude:.6f}"), ("Scale", str(scale))]
    return event(
        "location_select", ("EventKey", key), ("SendLocationInfo", [*where, ("Label", label), ("Poiname", "")])
    )


def reported_location(latitude: float, longitude: float) -> Kind:
    """The LOCATION event of entering the chat, not the location message somebody chooses to send."""
    where = (("Latitude", Bare(f"{latitude:.6f}")), ("Longitude", Bare(f"{longitude:.6f}")))
    return event("LOCATION", *where, ("Precision", Bare("60.000000")))


def ticket_of(scene: str) -> str:
    """Looks like a QR ticket; the same for the same scene. For codes that no interface made."""
    return f"gQSIM{scene.encode().hex().upper()}"


def raw(elements: Elements) -> Kind:
    """Any elements at all; the kind is read from their MsgType and Event. Raises ValueError without a MsgType."""
    flat = {name: value for name, value in elements if isinstance(value, str)}
    if not flat.get("MsgType"):
        raise ValueError("a raw message needs a MsgType")
    return (f"event.{flat.get('Event', '')}" if flat["MsgType"] == "event" else flat["MsgType"]), elements
