"""What a hand can do to phones: add, follow, scan, tap, press the menu. All return at once; `idle` tells what has arrived."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import contents
from bot.simulator.api.things import codes, media
from bot.simulator.control import opening, sending
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields
from bot.simulator.control.sending import client_of, sent
from bot.simulator.phones.gestures import ImpossibleError, Target, media_id
from bot.simulator.phones.model import Phone
from bot.simulator.phones.pressing import Choice, Press
from bot.simulator.words import words

MOST_PICTURES = 9
ACCOUNT_KINDS = ("subscription", "subscription_certified", "service", "service_certified", "test")
MODES = ("plain", "compat", "safe")


def register(routes: Blueprint, box: Box) -> None:
    """Adds the POST routes of phones, of the account and of the bot's server."""
    _people(routes, box)
    _following(routes, box)
    _touch(routes, box)
    _circumstances(routes, box)
    sending.register(routes, box)
    opening.register(routes, box)


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

    @routes.post("/phones/<phone_id>/remove")
    def remove(phone_id: str) -> Response:
        """The phone is put away, not its follower's doings: what is on its way still arrives, nobody unfollows."""
        phone = box.phone(phone_id)
        Fields().done()
        box.world.remove_phone(phone)
        return jsonify(ok=True)

    @routes.post("/phones/<phone_id>/refuse")
    def refuse(phone_id: str) -> Response:
        """The setting that lets no message of the account through; a passive reply still comes."""
        phone, fields = box.phone(phone_id), Fields()
        on = fields.flag("on")
        fields.done()
        with box.world.locked():
            phone.refuses = on
            box.world.touch(phone)
        return jsonify(phone.as_json())


def _following(routes: Blueprint, box: Box) -> None:
    @routes.post("/phones/<phone_id>/follow")
    def follow(phone_id: str) -> Response:
        """`scene` when by a QR code; `key` is another EventKey, such as `last_trade_no_...`."""
        phone, fields = box.phone(phone_id), Fields()
        scene, key = fields.text("scene", ""), fields.text("key", "")
        fields.done()
        return sent(box.gestures.follow(phone, scene, key=key))

    @routes.post("/phones/<phone_id>/unfollow")
    def unfollow(phone_id: str) -> Response:
        phone = box.phone(phone_id)
        Fields().done()
        return sent(box.gestures.unfollow(phone))

    @routes.post("/phones/<phone_id>/scan")
    def scan(phone_id: str) -> Response:
        """A code by its `scene`, or a picture of ours by its `ticket` or the address in it. 404 for one that serves no more."""
        phone, fields = box.phone(phone_id), Fields()
        scene, ticket = _code(box, fields.text("ticket")) if fields.has("ticket") else (fields.text("scene"), "")
        fields.done()
        return sent(box.gestures.scan(phone, scene, ticket=ticket))


def _code(box: Box, named: str) -> tuple[str, str]:
    with box.world.locked() as memory:
        scene = codes.scene_of(memory, named, box.world.now())
        if scene is None:
            raise ImpossibleError("no_such_code")
        return scene, codes.ticket_of(memory, named)


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
        client = client_of(fields)
        fields.done()
        link, push = box.gestures.tap(phone, target, client)
        return jsonify(sent=push is not None, push=push.id if push else None, link=link.as_json())

    @routes.post("/phones/<phone_id>/menu")
    def press(phone_id: str) -> Response:
        """`opens` is the address the phone goes to; a button that shows a material puts it into the chat."""
        phone, fields = box.phone(phone_id), Fields()
        button, choice = fields.text("button"), _choice(fields, box)
        fields.done()
        found, press, pushes = box.gestures.press(phone, button, choice)
        opens = _bring(box, phone, press) if press.material or press.article else press.opens
        ids = [push.id for push in pushes]
        return jsonify(sent=bool(ids), push=ids[0] if ids else None, pushes=ids, button=found, opens=opens)


def _choice(fields: Fields, box: Box) -> Choice:
    sample, count = words().samples, fields.whole("count", 1) or 1
    if not 1 <= count <= MOST_PICTURES:
        raise BadFieldError("count")
    picture = sending.sample_photo()
    return Choice(
        fields.text("result", sample.link_url),
        count,
        fields.number("latitude", sample.latitude),
        fields.number("longitude", sample.longitude),
        fields.text("label", sample.place),
        lambda: (picture, media_id(box.world.chance)),
    )


def _bring(box: Box, phone: Phone, press: Press) -> str | None:
    """What a button shows without asking the bot: into the chat, or the address to open. Nothing for what is gone."""
    with box.world.locked() as memory:
        kind = media.kind_of(memory, press.material, box.world.now()) if press.material else "mpnewsarticle"
        names = {"media_id": press.material, "article_id": press.article}
        try:
            shown = contents.one_to_one(box.platform, memory, {"msgtype": kind, kind: names})
        except RefusedError:
            return None
        if press.goes:
            return next((article["url"] for article in shown.articles), None)
        shown.pushed = False
        box.world.add_bubble(phone, shown)
    return None


def _circumstances(routes: Blueprint, box: Box) -> None:
    @routes.post("/account")
    def account() -> Response:
        """What the admin console and a certification change: `encryption` and `kind`, until a reset or the end."""
        fields, now = Fields(), box.world.account
        kind, mode = fields.text("kind", now.kind), fields.text("encryption", now.encryption)
        fields.done()
        if kind not in ACCOUNT_KINDS:
            raise BadFieldError("kind")
        if mode not in MODES:
            raise BadFieldError("encryption")
        try:
            box.world.become(kind=kind, encryption=mode)
        except ValueError:
            raise ImpossibleError("no_aes_key") from None
        return jsonify(kind=kind, encryption=mode)

    @routes.post("/service")
    def service() -> Response:
        """The bot's server taken off the net, or given back."""
        fields = Fields()
        box.delivery.down = fields.flag("down")
        fields.done()
        return jsonify(webhook_down=box.delivery.down, suspended_until=box.delivery.suspended_until())
