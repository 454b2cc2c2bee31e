"""What a hand can do: the routes of `phones`, one gesture each. All return at once; `idle` tells when they have arrived."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, url_for

from bot.simulator.chance import Chance
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields
from bot.simulator.phones import kinds
from bot.simulator.phones.gestures import Client, Target, bubble_of, media_id
from bot.simulator.phones.kinds import Kind
from bot.simulator.phones.model import Push
from bot.simulator.words import words


def register(routes: Blueprint, box: Box) -> None:
    """Adds the POST routes of phones."""
    _people(routes, box)
    _talk(routes, box)
    _touch(routes, box)


def _people(routes: Blueprint, box: Box) -> None:
    @routes.post("/phones")
    def add() -> tuple[Response, int]:
        fields = Fields()
        name, role = fields.text("name", words().new_phone).strip(), fields.text("role", "worker")
        fields.done()
        return jsonify(box.world.add_phone(name or words().new_phone, role).as_json()), 201

    @routes.post("/phones/<phone_id>")
    def rename(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        with box.world.locked():
            phone.name = fields.text("name", phone.name).strip() or phone.name
            phone.role = fields.text("role", phone.role)
            fields.done()
            box.world.touch(phone)
        return jsonify(phone.as_json())

    @routes.post("/phones/<phone_id>/follow")
    def follow(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        scene = fields.text("scene", "")
        fields.done()
        return _sent(box.gestures.follow(phone, scene))

    @routes.post("/phones/<phone_id>/unfollow")
    def unfollow(phone_id: str) -> Response:
        return _sent(box.gestures.unfollow(box.phone(phone_id)))

    @routes.post("/phones/<phone_id>/scan")
    def scan(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        scene = fields.text("scene")
        fields.done()
        return _sent(box.gestures.scan(phone, scene))


def _talk(routes: Blueprint, box: Box) -> None:
    @routes.post("/phones/<phone_id>/say")
    def say(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        text, client = fields.text("text"), _client(fields)
        fields.done()
        if not text:
            raise BadFieldError("text")
        return _sent(box.gestures.say(phone, text, client))

    @routes.post("/phones/<phone_id>/send")
    def send(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        maker = MAKERS.get(fields.text("kind"))
        if maker is None:
            raise BadFieldError("kind")
        kind, client = maker(fields, box.world.chance), _client(fields)
        fields.done()
        bubble = None if kind[0].startswith("event.") else bubble_of(kind)
        return _sent(box.gestures.send(phone, kind, bubble, client))

    @routes.post("/phones/<phone_id>/raw")
    def raw(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        elements, client = fields.elements("elements"), _client(fields)
        fields.done()
        try:
            return _sent(box.gestures.raw(phone, elements, client))
        except ValueError:
            raise BadFieldError("elements") from None

    @routes.post("/phones/<phone_id>/resend")
    def resend(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        push, client = fields.whole("push"), _client(fields)
        fields.done()
        return _sent(box.gestures.resend(phone, push, client))


def _touch(routes: Blueprint, box: Box) -> None:
    @routes.post("/phones/<phone_id>/tap")
    def tap(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        target = Target(
            content=fields.optional_text("content"),
            label=fields.optional_text("label"),
            link=fields.whole("link"),
            bubble=fields.whole("bubble"),
            message=fields.whole("message"),
        )
        client = _client(fields)
        fields.done()
        link, push = box.gestures.tap(phone, target, client)
        return jsonify(sent=push is not None, push=push.id if push else None, link=link.as_json())

    @routes.post("/phones/<phone_id>/menu")
    def press(phone_id: str) -> Response:
        phone, fields = box.phone(phone_id), Fields()
        button = fields.text("button")
        fields.done()
        found, push = box.gestures.click(phone, button)
        return jsonify(sent=True, push=push.id, button=found)


def _sent(push: Push) -> Response:
    return jsonify(sent=True, push=push.id)


def _client(fields: Fields) -> Client:
    return Client(
        decodes_twice=fields.flag("decodes_twice"),
        without_id=fields.flag("without_id"),
        without_msg_id=fields.flag("without_msg_id"),
        at_once=fields.flag("at_once"),
    )


def _image(fields: Fields, chance: Chance) -> Kind:
    photo = url_for("static", filename="photo.svg", _external=True)
    return kinds.image(fields.text("url", photo), fields.text("media_id", media_id(chance)))


def _voice(fields: Fields, chance: Chance) -> Kind:
    return kinds.voice(fields.text("media_id", media_id(chance)), fields.optional_text("recognition"))


def _location(fields: Fields, _chance: Chance) -> Kind:
    sample = words().samples
    return kinds.location(
        fields.number("latitude", sample.latitude),
        fields.number("longitude", sample.longitude),
        fields.text("label", sample.place),
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


MAKERS: dict[str, Any] = {
    "image": _image,
    "voice": _voice,
    "location": _location,
    "link": _link,
    "sticker": _sticker,
    "LOCATION": _reported_location,
}
