"""Tags: made, renamed, deleted, put on followers and taken off, with the platform's refusals (wechat_platform §4.8)."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading
from bot.simulator.api.people import finding
from bot.simulator.api.table import OK, Call, Interface, Platform
from bot.simulator.phones.model import Phone
from bot.simulator.phones.world import Memory
from bot.simulator.words import words

STARRED, RESERVED, FIRST_OWN = 2, (0, 1, 2), 100
MOST_TAGS, MOST_ON_ONE, MOST_AT_ONCE = 100, 20, 50
LONGEST_NAME = 30


def create(platform: Platform, call: Call) -> dict[str, Any]:
    world, body = platform.world, call.json()
    name = _name(body)
    with world.locked() as memory:
        if len(memory.tags) >= MOST_TAGS:
            raise RefusedError(45056)
        _not_taken(memory, name)
        made = _make(memory, name)
        world.touch()
    return {"tag": {"id": made, "name": name}}


def get(platform: Platform, _call: Call) -> dict[str, Any]:
    """Every tag with its count; the starred group is there from the beginning."""
    with platform.world.locked() as memory:
        worn = Counter(tag for phone in memory.phones.values() if phone.following for tag in phone.tags)
        return {"tags": [{"id": tag, "name": name, "count": worn[tag]} for tag, name in _all(memory).items()]}


def update(platform: Platform, call: Call) -> dict[str, Any]:
    world, body = platform.world, call.json()
    name = _name(body)
    with world.locked() as memory:
        tag = _own(memory, body["tag"].get("id"))
        if memory.tags[tag] != name:
            _not_taken(memory, name)
        memory.tags[tag] = name
        world.touch()
    return dict(OK)


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    world, body = platform.world, call.json()
    given = body.get("tag")
    with world.locked() as memory:
        tag = _own(memory, given.get("id") if isinstance(given, dict) else None)
        del memory.tags[tag]
        for phone in _wearing(memory, tag):
            phone.tags.remove(tag)
        world.touch()
    return dict(OK)


def batch(on: bool, platform: Platform, call: Call) -> dict[str, Any]:
    """Put one on several people, or take it off; nothing is done where one of them cannot have it."""
    world, body = platform.world, call.json()
    with world.locked() as memory:
        tag = _known(memory, body.get("tagid"))
        phones = finding.followers(world, memory, body.get("openid_list"), MOST_AT_ONCE)
        changing = [phone for phone in phones if (tag in phone.tags) is not on]
        if on and any(len(phone.tags) >= MOST_ON_ONE for phone in changing):
            raise RefusedError(45059)
        for phone in changing:
            (phone.tags.append if on else phone.tags.remove)(tag)
        world.touch()
    return dict(OK)


def of_one(platform: Platform, call: Call) -> dict[str, Any]:
    world, body = platform.world, call.json()
    with world.locked() as memory:
        return {"tagid_list": list(finding.follower(world, memory, body.get("openid")).tags)}


def wearers(platform: Platform, call: Call) -> dict[str, Any]:
    """A page of those who wear a tag; the last page has neither data nor a next openid."""
    world, body = platform.world, call.json()
    with world.locked() as memory:
        tag = _known(memory, body.get("tagid"))
        page = finding.page(memory, body.get("next_openid", ""), lambda phone: phone.following and tag in phone.tags)
    return {key: value for key, value in page.items() if key != "total"}


def names_on(memory: Memory, phone: Phone) -> tuple[str, ...]:
    """What it wears, for a person to read."""
    known = _all(memory)
    return tuple(known[tag] for tag in phone.tags if tag in known)


def put_on(memory: Memory, phone: Phone, name: str) -> None:
    """As an administrator does on the account's page, who makes the tag where there is none of this name."""
    tag = next((number for number, known in _all(memory).items() if known == name), None)
    if tag is None:
        tag = _make(memory, name)
    if tag not in phone.tags:
        phone.tags.append(tag)


def _all(memory: Memory) -> dict[int, str]:
    return {STARRED: words().starred, **memory.tags}


def _make(memory: Memory, name: str) -> int:
    made = max((FIRST_OWN - 1, *memory.tags)) + 1
    memory.tags[made] = name
    return made


def _name(body: Any) -> str:
    given = body.get("tag")
    name = given.get("name") if isinstance(given, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise RefusedError(45158)
    return name


def _not_taken(memory: Memory, name: str) -> None:
    if name in (*memory.tags.values(), words().starred):
        raise RefusedError(45157)


def _own(memory: Memory, tag: Any) -> int:
    if reading.number(tag) in RESERVED:
        raise RefusedError(45058)
    return _known(memory, tag)


def _known(memory: Memory, tag: Any) -> int:
    number = reading.number(tag)
    if number is None or (number != STARRED and number not in memory.tags):
        raise RefusedError(45159)
    return number


def _wearing(memory: Memory, tag: int) -> list[Phone]:
    return [phone for phone in memory.phones.values() if phone.following and tag in phone.tags]


INTERFACES: dict[str, Interface] = {
    "cgi-bin/tags/get": Interface("GET", get, "users", 1000),
    "cgi-bin/tags/create": Interface("POST", create, "users", 1000),
    "cgi-bin/tags/update": Interface("POST", update, "users", 1000),
    "cgi-bin/tags/delete": Interface("POST", delete, "users", 1000),
    "cgi-bin/tags/members/batchtagging": Interface("POST", partial(batch, True), "users", 500_000),
    "cgi-bin/tags/members/batchuntagging": Interface("POST", partial(batch, False), "users", 500_000),
    "cgi-bin/tags/getidlist": Interface("POST", of_one, "users", 500_000),
    "cgi-bin/user/tag/get": Interface("POST", wearers, "users", 1000),
}
