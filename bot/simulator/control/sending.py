"""What a phone can be made to send: words, pictures, places, events, the same once more, all at once or out of order."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request, url_for

from bot.simulator.api.things import media
from bot.simulator.chance import Chance
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields
from bot.simulator.phones import kinds
from bot.simulator.phones.gestures import MOST_COPIES, Client, bubble_of, media_id
from bot.simulator.phones.kinds import Kind
from bot.simulator.phones.model import Push
from bot.simulator.words import words

MOST_IN_A_BURST = 200
LARGEST_PHOTO = 1_400_000
PHOTOS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}


def register(routes: Blueprint, box: Box) -> None:
    """Adds say, burst, send, photo, event, raw and resend."""
    _words(routes, box)
    _things(routes, box)
    _oddities(routes, box)


def sent(push: Push) -> Response:
    return jsonify(sent=True, push=push.id)


def client_of(fields: Fields) -> Client:
    """The flags every gesture that sends a message takes; see `Client`."""
    copies = fields.whole("copies", 1)
    if copies is None or not 1 <= copies <= MOST_COPIES:
        raise BadFieldError("copies")
    return Client(
        decodes_twice=fields.flag("decodes_twice"),
        without_id=fields.optional_flag("without_id"),
        without_msg_id=fields.optional_flag("without_msg_id"),
        desktop=fields.flag("desktop"),
        at_once=fields.flag("at_once"),
        copies=copies,
        article=fields.text("article", ""),
        index=fields.whole("index", 1) or 1,
    )


def sample_photo() -> str:
    return url_for("static", filename="photo.svg", _external=True)


def _words(routes: Blueprint, box: Box) -> None:
    @routes.post("/phones/<phone_id>/say")
    def say(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        text, client = fields.text("text"), client_of(fields)
        fields.done()
        if not text:
            raise BadFieldError("text")
        return sent(box.gestures.say(phone, text, client))

    @routes.post("/phones/<phone_id>/burst")
    def burst(phone_id: str) -> Response:
        """Several `texts` in one breath; `order`, a permutation of their positions, is how they set out."""
        phone, fields = box.phone(phone_id), Fields()
        texts = fields.texts("texts")
        order = fields.wholes("order") if fields.has("order") else list(range(len(texts)))
        client = client_of(fields)
        fields.done()
        if not 1 <= len(texts) <= MOST_IN_A_BURST or not all(texts):
            raise BadFieldError("texts")
        if sorted(order) != list(range(len(texts))):
            raise BadFieldError("order")
        pushes = box.gestures.burst(phone, texts, order, client)
        return jsonify(sent=True, pushes=[push.id for push in pushes])


def _things(routes: Blueprint, box: Box) -> None:
    @routes.post("/phones/<phone_id>/send")
    def send(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        maker = MAKERS.get(fields.text("kind"))
        if maker is None:
            raise BadFieldError("kind")
        kind, client = maker(fields, box.world.chance), client_of(fields)
        fields.done()
        bubble = None if kind[0].startswith("event.") else bubble_of(kind)
        return sent(box.gestures.send(phone, kind, bubble, client))

    @routes.post("/phones/<phone_id>/photo")
    def photo(phone_id: str) -> Response:
        """A picture from a file: `data` is its base64. The bot can fetch it as it fetches anybody's, for three days."""
        phone, fields = box.phone(phone_id), Fields()
        content_type = fields.text("type", "image/jpeg")
        content, client = _photo(fields.text("data"), content_type), client_of(fields)
        fields.done()
        found, path = media.keep_incoming(box.world, content, content_type)
        kind = kinds.image(f"{request.host_url.rstrip('/')}{request.script_root}/{path.lstrip('/')}", found)
        return sent(box.gestures.send(phone, kind, bubble_of(kind), client))


def _photo(data: str, content_type: str) -> bytes:
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadFieldError("data") from None
    beginning = PHOTOS.get(content_type)
    if beginning is None:
        raise BadFieldError("type")
    if len(content) > LARGEST_PHOTO or not content.startswith(beginning):
        raise BadFieldError("data")
    return content


def _oddities(routes: Blueprint, box: Box) -> None:
    @routes.post("/phones/<phone_id>/event")
    def event(phone_id: str) -> Response:
        """What the platform itself tells of the person: any event, with the details of its sample or with `elements`."""
        phone, fields = box.phone(phone_id), Fields()
        name = fields.text("event")
        elements = fields.elements("elements") if fields.has("elements") else None
        fields.done()
        if not name.isidentifier():
            raise BadFieldError("event")
        return sent(box.gestures.notice(phone, name, elements))

    @routes.post("/phones/<phone_id>/raw")
    def raw(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        elements, client = fields.elements("elements"), client_of(fields)
        fields.done()
        try:
            return sent(box.gestures.raw(phone, elements, client))
        except ValueError:
            raise BadFieldError("elements") from None

    @routes.post("/phones/<phone_id>/resend")
    def resend(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        push, client = fields.whole("push"), client_of(fields)
        fields.done()
        return sent(box.gestures.resend(phone, push, client))


# -- messages by their kind -------------------------------------------------------------------------------------------


def _image(fields: Fields, chance: Chance) -> Kind:
    return kinds.image(fields.text("url", sample_photo()), fields.text("media_id", media_id(chance)))


def _voice(fields: Fields, chance: Chance) -> Kind:
    return kinds.voice(
        fields.text("media_id", media_id(chance)),
        fields.optional_text("recognition"),
        form=fields.text("format", "amr"),
        clearer=fields.text("media_id_16k", ""),
    )


def _video(fields: Fields, chance: Chance) -> Kind:
    return kinds.video(fields.text("media_id", media_id(chance)), fields.text("thumb", media_id(chance)))


def _short_video(fields: Fields, chance: Chance) -> Kind:
    return kinds.video(fields.text("media_id", media_id(chance)), fields.text("thumb", media_id(chance)), short=True)


def _location(fields: Fields, _chance: Chance) -> Kind:
    sample = words().samples
    return kinds.location(
        fields.number("latitude", sample.latitude),
        fields.number("longitude", sample.longitude),
        fields.text("label", sample.place),
        fields.whole("scale", 16) or 16,
    )


def _link(fields: Fields, _chance: Chance) -> Kind:
    sample = words().samples
    return kinds.link(
        fields.text("title", sample.link_title),
        fields.text("description", sample.link_description),
        fields.text("url", sample.link_url),
    )


def _sticker(_fields: Fields, _chance: Chance) -> Kind:
    return kinds.text(words().sticker)


def _reported_location(fields: Fields, _chance: Chance) -> Kind:
    sample = words().samples
    return kinds.reported_location(
        fields.number("latitude", sample.latitude), fields.number("longitude", sample.longitude)
    )


MAKERS: dict[str, Callable[[Fields, Chance], Kind]] = {
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _short_video,
    "location": _location,
    "link": _link,
    "sticker": _sticker,
    "LOCATION": _reported_location,
}
