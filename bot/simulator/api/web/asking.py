"""Pages of the platform that ask a person: web authorisation and the one-time subscription (wechat_platform §4.5, §4.12)."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from bot.simulator.api.messages import once
from bot.simulator.api.table import Platform
from bot.simulator.api.web import grants, passes
from bot.simulator.phones.model import Phone

BASE, USERINFO = "snsapi_base", "snsapi_userinfo"
ORDER = ("appid", "redirect_uri", "response_type", "scope", "state")
STATE = re.compile(r"[A-Za-z0-9]{0,128}")
BAD_DOMAIN, NO_RIGHT, MUST_FOLLOW = 10003, 10005, 10006
NO_SCOPE, NO_ADDRESS, NO_APPID, NO_APP = 10010, 10011, 10012, 40013
BAD_PARAMETER = 40035

Page = str | Response


class WrongError(Exception):
    """The page cannot be asked for like this; `code` stands on the page that says so."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def authorize(platform: Platform, domain: str) -> Page:
    """Silent for the base scope, a page with two buttons for the other; then back to the address with a code.

    `domain` is the one entered for web authorisation: the address must be on it, to the letter.
    """
    phone = passes.phone_here(platform.world)
    if phone is None:
        return render_template("web/elsewhere.html")
    try:
        _check_authorize(platform, phone, domain)
    except WrongError as wrong:
        return render_template("web/wrong.html", code=wrong.code)
    scope, account = request.args["scope"], platform.account
    if scope == BASE or passes.answered(account, phone, "allow"):
        code = grants.issue_code(platform.world, phone.openid, scope)
        return _back(request.args["redirect_uri"], code=code, state=request.args.get("state", ""))
    if passes.answered(account, phone, "refuse"):
        return render_template("web/closed.html")  # the platform closes the page and tells nobody
    return _question("web/consent.html", platform, phone, ("allow", "refuse"))


def subscribe_once(platform: Platform, domain: str) -> Page:
    """mp/subscribemsg: one message for this scene, yes or no, and back with the answer."""
    phone = passes.phone_here(platform.world)
    if phone is None:
        return render_template("web/elsewhere.html")
    try:
        scene = _check_once(platform, domain)
    except WrongError as wrong:
        return render_template("web/wrong.html", code=wrong.code)
    for action in ("confirm", "cancel"):
        if passes.answered(platform.account, phone, action):
            return _answer_once(platform, phone, scene, action)
    return _question("web/once.html", platform, phone, ("confirm", "cancel"))


def _check_authorize(platform: Platform, phone: Phone, domain: str) -> None:
    given = request.args
    for name, code in (("appid", NO_APPID), ("redirect_uri", NO_ADDRESS), ("scope", NO_SCOPE)):
        if not given.get(name):
            raise WrongError(code)
    if given["appid"] != platform.account.app_id:
        raise WrongError(NO_APP)
    known = [name for name in given if name in ORDER]
    if known != sorted(known, key=ORDER.index) or given.get("response_type") != "code":
        raise WrongError(BAD_PARAMETER)
    if not STATE.fullmatch(given.get("state", "")):
        raise WrongError(BAD_PARAMETER)
    if given["scope"] not in (BASE, USERINFO) or not platform.may("oauth"):
        raise WrongError(NO_RIGHT)
    if not _is_on(given["redirect_uri"], domain):
        raise WrongError(BAD_DOMAIN)
    if platform.account.kind == "test" and not phone.following:
        raise WrongError(MUST_FOLLOW)


def _check_once(platform: Platform, domain: str) -> int:
    given = request.args
    scene = given.get("scene", "")
    if given.get("appid") != platform.account.app_id:
        raise WrongError(NO_APP)
    if given.get("action") != "get_confirm" or not STATE.fullmatch(given.get("reserved", "")):
        raise WrongError(BAD_PARAMETER)
    if not (scene.isascii() and scene.isdigit() and len(scene) <= 5 and int(scene) <= once.HIGHEST_SCENE):
        raise WrongError(BAD_PARAMETER)
    if given.get("template_id") != once.template_of(platform.account):
        raise WrongError(BAD_PARAMETER)
    if not platform.may("once"):
        raise WrongError(NO_RIGHT)
    if not _is_on(given.get("redirect_url", ""), domain):
        raise WrongError(BAD_DOMAIN)
    return int(scene)


def _answer_once(platform: Platform, phone: Phone, scene: int, action: str) -> Response:
    given, told = request.args, {}
    if action == "confirm":
        with platform.world.locked() as memory:
            once.confirm(memory, phone, scene, given["template_id"])
            platform.world.touch(phone)
        told = {"openid": phone.openid}
    reserved = {"reserved": given["reserved"]} if given.get("reserved") else {}
    told |= {"template_id": given["template_id"], "action": action, "scene": str(scene)} | reserved
    return _back(given["redirect_url"], **told)


def _question(template: str, platform: Platform, phone: Phone, answers: tuple[str, str]) -> str:
    """The page with its two buttons, each the same address with its answer."""
    asked = {name: value for name, value in request.args.items() if name != "answer"}
    asked[passes.PARAMETER] = passes.sign(platform.account, phone.id)
    links = {
        name: "?" + urlencode(asked | {"answer": passes.answer_to(platform.account, phone, name)}) for name in answers
    }
    return render_template(template, account=platform.account, phone=phone, links=links)


def _is_on(address: str, domain: str) -> bool:
    """Host for host; a port in the domain must be the address's too."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and domain in (parts.hostname, parts.netloc)
    except ValueError:
        return False


def _back(address: str, **told: str) -> Response:
    """To the account's own page, what is told added to its address before any fragment."""
    page, hash_sign, fragment = address.partition("#")
    return redirect(f"{page}{'&' if '?' in page else '?'}{urlencode(told)}{hash_sign}{fragment}")
