"""What a phone's browser loads from the platform itself: pictures, articles, QR codes, and the pages that ask."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, render_template, request

from bot.simulator.api.messages import subscriptions
from bot.simulator.api.table import Platform
from bot.simulator.api.things import codes, media, publishing
from bot.simulator.api.web import asking, passes, ticket
from bot.simulator.phones.gestures import ImpossibleError

POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' http: https: data:; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
NO_FITTING_SIGNATURE = 63002


def blueprint(platform: Platform, webhook: str) -> Blueprint:
    """Serves below the simulator's root; the host of `webhook` is the account's domain unless another was entered."""
    routes = Blueprint("web", __name__)
    _things(routes, platform)
    _questions(routes, platform, webhook)
    _samples(routes, platform)

    @routes.after_request
    def framed(response: Response) -> Response:
        """A phone shows these pages in its browser, which is a frame of the simulator's own page."""
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes


def _things(routes: Blueprint, platform: Platform) -> None:
    @routes.get("/media/<media_id>")
    def picture(media_id: str) -> Response:
        found = media.shown(platform.world, media_id, request.args.get("chat", ""))
        return Response(found[0], content_type=found[1]) if found else abort(404)

    @routes.get("/article/<article_id>")
    def article(article_id: str) -> str:
        with platform.world.locked() as memory:
            found = publishing.page(memory, article_id, platform.clock.now())
        if found is None:
            return render_template("web/gone.html")
        day = datetime.fromtimestamp(found["at"], ZoneInfo(platform.account.timezone)).date()
        return render_template("web/article.html", account=platform.account, article=found, day=day)

    @routes.get("/cgi-bin/showqrcode")
    def qr_code() -> Response:
        with platform.world.locked() as memory:
            drawn = codes.picture(memory, request.args.get("ticket", ""))
        return Response(drawn, content_type="image/png") if drawn else abort(404)


def _questions(routes: Blueprint, platform: Platform, webhook: str) -> None:
    def domain() -> str:
        with platform.world.locked() as memory:
            return str(memory.shelf.get("domain") or urlsplit(webhook).hostname)

    @routes.get("/connect/oauth2/authorize")
    def authorize() -> asking.Page:
        return asking.authorize(platform, domain())

    @routes.get("/mp/subscribemsg")
    def subscribe_once() -> asking.Page:
        return asking.subscribe_once(platform, domain())


def _samples(routes: Blueprint, platform: Platform) -> None:
    @routes.get("/h5/subscribe")
    def subscribe() -> str:
        """A sample page with a subscription button, as wx-open-subscribe makes one: it raises the pop-up on the phone."""
        phone, named = passes.phone_here(platform.world), request.args.get("template", "")
        if phone is None:
            return render_template("web/elsewhere.html")
        asked, refused = passes.answered(platform.account, phone, "subscribe"), ""
        if asked:
            try:
                page = f"{platform.root()}/h5/subscribe?template={named}"
                subscriptions.ask(platform.world, phone, page, [each for each in named.split(",") if each])
            except ImpossibleError as impossible:
                refused = impossible.code
        mark = passes.sign(platform.account, phone.id)
        return render_template(
            "web/subscribe.html",
            account=platform.account,
            asked=asked,
            refused=refused,
            query={
                "template": named,
                passes.PARAMETER: mark,
                "answer": passes.answer_to(platform.account, phone, "subscribe"),
            },
        )

    @routes.get("/h5/jssdk")
    def signature() -> str | Response:
        """Was a page signed rightly: `url`, `noncestr`, `timestamp`, `signature`; JSON for who asks for JSON."""
        given = {name: request.args.get(name, "") for name in ("url", "noncestr", "timestamp", "signature")}
        with platform.world.locked() as memory:
            right = ticket.signed(memory, platform.clock.now(), given["url"], given["noncestr"], given["timestamp"])
        fits = ticket.fits(right, given["signature"])
        if request.accept_mimetypes.best == "application/json":
            return jsonify(errcode=0 if fits else NO_FITTING_SIGNATURE, signature=right)
        return render_template("web/jssdk.html", given=given, right=right, fits=fits)
