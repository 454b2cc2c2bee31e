"""Templates of subscription notices: the library by category, chosen, listed, thrown away (wechat_platform §4.4)."""

from __future__ import annotations

from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading, template_shelf
from bot.simulator.api.table import OK, Call, Interface, Platform

ONE_TIME, LONG_TERM = 2, 3
FEWEST_KEYWORDS, MOST_KEYWORDS = 2, 5
LONGEST_SCENE, LARGEST_PAGE = 15, 30


def categories(_platform: Platform, _call: Call) -> dict[str, Any]:
    return {**OK, "data": [dict(each) for each in template_shelf.library()["categories"]]}


def titles(_platform: Platform, call: Call) -> dict[str, Any]:
    """A page of the library, for category ids joined by commas."""
    asked = call.query.get("ids", "")
    if not asked:
        raise RefusedError(200018)
    known = {str(each["id"]) for each in template_shelf.library()["categories"]}
    wanted = asked.split(",")
    if not known.issuperset(wanted):
        raise RefusedError(200019)
    start, limit = reading.number(call.query.get("start", "0")), reading.number(call.query.get("limit", "30"))
    if start is None:
        raise RefusedError(200016)
    if limit is None or not 1 <= limit <= LARGEST_PAGE:
        raise RefusedError(200017)
    found = [each for each in template_shelf.library()["templates"] if str(each["category"]) in wanted]
    return {**OK, "count": len(found), "data": [_titled(each) for each in found[start : start + limit]]}


def keywords(_platform: Platform, call: Call) -> dict[str, Any]:
    found = _of_library(call.query.get("tid"))
    told = [{"kid": number, **each} for number, each in enumerate(found["keywords"], start=1)]
    return {**OK, "count": len(told), "data": told}


def add(platform: Platform, call: Call) -> dict[str, Any]:
    """Raises RefusedError: 200014 no such tid, 200020 two to five of its keywords, 200021 the scene, 200012 full."""
    body = call.json()
    found = _of_library(body.get("tid"))
    chosen = _chosen(found, reading.several(body, "kidList"))
    if len(reading.text(body, "sceneDesc")) > LONGEST_SCENE:
        raise RefusedError(200021)
    template = {
        "title": found["title"],
        "content": template_shelf.content_of(chosen),
        "example": template_shelf.example_of(chosen),
        "type": _type(found),
    }
    with platform.world.locked() as memory:
        if len(template_shelf.all_of(memory, "subscriptions")) >= template_shelf.MOST_TEMPLATES:
            raise RefusedError(200012)
        made = template_shelf.put(memory, "subscriptions", platform.chance, template)
        platform.world.touch()
    return {**OK, "priTmplId": made}


def listed(platform: Platform, _call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        found = template_shelf.all_of(memory, "subscriptions")
        return {**OK, "data": [{"priTmplId": template_id, **each} for template_id, each in found.items()]}


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    """The consents given to it are worth nothing afterwards."""
    template_id = call.json().get("priTmplId")
    with platform.world.locked() as memory:
        template_shelf.find(memory, "subscriptions", template_id)
        del template_shelf.all_of(memory, "subscriptions")[str(template_id)]
        for phone in memory.phones.values():
            if phone.consents.pop(str(template_id), None) is not None:
                platform.world.touch(phone)
        platform.world.touch()
    return dict(OK)


def _of_library(tid: object) -> dict[str, Any]:
    wanted = reading.number(tid)
    found = next((each for each in template_shelf.library()["templates"] if each["tid"] == wanted), None)
    if found is None:
        raise RefusedError(200014)
    return found


def _chosen(found: dict[str, Any], kids: list[Any]) -> list[tuple[int, dict[str, Any]]]:
    numbers = [reading.number(each) for each in kids]
    good = FEWEST_KEYWORDS <= len(numbers) <= MOST_KEYWORDS and len(set(numbers)) == len(numbers)
    numbered = dict(enumerate(found["keywords"], start=1))
    chosen = [(number, numbered[number]) for number in numbers if number is not None and number in numbered]
    if not good or len(chosen) != len(numbers):
        raise RefusedError(200020)
    return chosen


def _titled(found: dict[str, Any]) -> dict[str, Any]:
    return {"tid": found["tid"], "title": found["title"], "type": _type(found), "categoryId": str(found["category"])}


def _type(found: dict[str, Any]) -> int:
    return LONG_TERM if found.get("long_term") else ONE_TIME


INTERFACES: dict[str, Interface] = {
    "wxaapi/newtmpl/getcategory": Interface("GET", categories, "subscription"),
    "wxaapi/newtmpl/getpubtemplatetitles": Interface("GET", titles, "subscription"),
    "wxaapi/newtmpl/getpubtemplatekeywords": Interface("GET", keywords, "subscription"),
    "wxaapi/newtmpl/addtemplate": Interface("POST", add, "subscription"),
    "wxaapi/newtmpl/gettemplate": Interface("GET", listed, "subscription"),
    "wxaapi/newtmpl/deltemplate": Interface("POST", delete, "subscription"),
}
