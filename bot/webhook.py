"""The one door: prove, decode, converse, encode. No input makes it answer anything but 200, 403, 405 or 413."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from bot.conversation import Conversation
from bot.kit import Kit
from bot.wechat.codec import BODY_LIMIT_BYTES, Codec, Forged, Malformed

log = structlog.get_logger()


def blueprint(kit: Kit, conversation: Conversation) -> Blueprint:
    """GET and POST /wechat for one account."""
    door = Blueprint("webhook", __name__)
    codec = Codec(kit.settings.wechat)

    @door.get("/wechat")
    def prove() -> Response:
        try:
            codec.prove(_query(), now_s=kit.clock().timestamp())
        except Forged:
            return _plain("", 403)
        return _plain(request.args.get("echostr", ""))

    @door.post("/wechat")
    def receive() -> Response:
        now_s = kit.clock().timestamp()
        try:
            codec.prove(_query(), now_s=now_s)
            incoming = codec.decode(request.args, _body())
        except Forged:
            log.warning("refused", why="forged")
            return _plain("", 403)
        except RequestEntityTooLarge:
            log.warning("refused", why="too_large")
            return _plain("", 413)
        except Malformed:
            log.warning("refused", why="malformed")
            return _plain("")  # genuine but unreadable: an empty 200 keeps the platform from repeating it
        reply = conversation.reply_to(incoming)
        return _plain(codec.encode(request.args, incoming, reply, now_s=now_s), kind="text/xml")

    return door


def _query() -> MultiDict[str, str]:
    """The query of the address; one that is not even text was not signed by anybody."""
    try:
        return request.args
    except UnicodeDecodeError:
        raise Forged from None


def _body() -> bytes:
    request.max_content_length = BODY_LIMIT_BYTES + 1  # werkzeug cuts a chunked body off at the limit without a word
    body = request.get_data(cache=False)
    if len(body) > BODY_LIMIT_BYTES:
        raise RequestEntityTooLarge
    return body


def _plain(body: str, status: int = 200, kind: str = "text/plain") -> Response:
    return Response(body, status, content_type=f"{kind}; charset=utf-8")
