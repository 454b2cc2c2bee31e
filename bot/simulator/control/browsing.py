"""A page opened inside a phone: the platform's own addresses become the simulator's; and whose domains they may go back to."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, request

from bot.simulator.api.web import passes
from bot.simulator.control.box import Box
from bot.simulator.control.fields import BadFieldError, Fields
from bot.simulator.phones.model import Phone

ABROAD = {
    ("open.weixin.qq.com", "/connect/oauth2/authorize"),
    ("mp.weixin.qq.com", "/mp/subscribemsg"),
    ("mp.weixin.qq.com", "/cgi-bin/showqrcode"),
}
ASKING = ("/connect/", "/mp/", "/h5/")


def register(routes: Blueprint, box: Box) -> None:
    """Adds `open` of phones, `domain`, and `miniprograms`."""

    @routes.post("/phones/<phone_id>/open")
    def open_page(phone_id: str) -> Response:
        """`url` is what the phone's browser is to load; the platform's own pages know from it whose phone it is."""
        phone, fields = box.phone(phone_id), Fields()
        found = _address_of(box, phone, fields.text("url"))
        fields.done()
        answer = jsonify(url=found)
        mark = passes.sign(box.world.account, phone.id)
        answer.set_cookie(passes.COOKIE, mark, path=request.script_root or "/", httponly=True, samesite="Lax")
        return answer

    @routes.post("/domain")
    def domain() -> Response:
        """The domain entered for web authorisation; empty for the host of the webhook again."""
        fields = Fields()
        named = fields.text("domain").strip()
        fields.done()
        with box.world.locked() as memory:
            memory.shelf["domain"] = named
            box.world.touch()
        return jsonify(ok=True)

    @routes.post("/miniprograms")
    def mini_programs() -> Response:
        """The mini-programs linked to the account; until this is said, every well-formed appid is."""
        fields = Fields()
        linked = fields.texts("appids")
        fields.done()
        with box.world.locked() as memory:
            memory.shelf["miniprograms"] = linked
            box.world.touch()
        return jsonify(ok=True)


def _address_of(box: Box, phone: Phone, url: str) -> str:
    """Unchanged for every page that is not the platform's. Raises BadFieldError for what is no web address."""
    try:
        parts = urlsplit(url)
        host, home = parts.hostname, urlsplit(box.platform.root())
    except ValueError:
        raise BadFieldError("url") from None
    if parts.scheme not in ("http", "https") or not host:
        raise BadFieldError("url")
    path = parts.path
    if (host, path) in ABROAD:
        path = home.path + path
    elif parts.netloc != home.netloc or not path.startswith(tuple(home.path + start for start in ASKING)):
        return url
    mark = urlencode({passes.PARAMETER: passes.sign(box.world.account, phone.id)})
    query = f"{parts.query}&{mark}" if parts.query else mark
    return parts._replace(scheme=home.scheme, netloc=home.netloc, path=path, query=query).geturl()
