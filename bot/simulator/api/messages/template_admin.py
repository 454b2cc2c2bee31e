"""The account's message templates: listed, chosen from the library, thrown away; its industries (wechat_platform §4.3)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from bot.simulator.api.errors import RefusedError
from bot.simulator.api.messages import reading, template_shelf
from bot.simulator.api.messages.template_rules import slots
from bot.simulator.api.table import OK, Call, Interface, Platform

BEIJING = timezone(timedelta(hours=8))


def listed(platform: Platform, _call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        return {
            "template_list": [
                {"template_id": template_id, **{name: each[name] for name in TOLD}}
                for template_id, each in template_shelf.all_of(memory, "templates").items()
            ]
        }


def add(platform: Platform, call: Call) -> dict[str, Any]:
    """From the library, with the chosen keywords, or all. Raises RefusedError: 40037 none such, 45026 full."""
    body = call.json()
    short, wanted = reading.text(body, "template_id_short"), reading.several(body, "keyword_name_list")
    found = next((each for each in template_shelf.library()["templates"] if each["short"] == short), None)
    if found is None:
        raise RefusedError(40037)
    numbered = list(enumerate(found["keywords"], start=1))
    chosen = [pair for name in wanted for pair in numbered if pair[1]["name"] == name]
    if len(chosen) != len(wanted):
        raise RefusedError(47003, "argument invalid! keyword_name_list invalid")
    with platform.world.locked() as memory:
        made = template_shelf.put(
            memory,
            "templates",
            platform.chance,
            own(found["title"], template_shelf.content_of(chosen or numbered))
            | {"example": template_shelf.example_of(chosen or numbered)},
        )
        platform.world.touch()
    return {**OK, "template_id": made}


def delete(platform: Platform, call: Call) -> dict[str, Any]:
    template_id = call.json().get("template_id")
    with platform.world.locked() as memory:
        template_shelf.find(memory, "templates", template_id)
        del template_shelf.all_of(memory, "templates")[str(template_id)]
        platform.world.touch()
    return dict(OK)


def set_industry(platform: Platform, call: Call) -> dict[str, Any]:
    """The old way of saying what the account does, once a month. Raises RefusedError: 40102 none such, 43100 too soon."""
    body = call.json()
    chosen = {name: _industry(body.get(f"industry_id{number}")) for number, name in enumerate(INDUSTRIES, start=1)}
    month = f"{datetime.fromtimestamp(platform.clock.now(), BEIJING):%Y-%m}"
    with platform.world.locked() as memory:
        if memory.shelf.get("industry", {}).get("month") == month:
            raise RefusedError(43100)
        memory.shelf["industry"] = {"month": month, **chosen}
        platform.world.touch()
    return dict(OK)


def get_industry(platform: Platform, _call: Call) -> dict[str, Any]:
    with platform.world.locked() as memory:
        set_ones = memory.shelf.get("industry", {})
        return {name: set_ones.get(name) or _told(template_shelf.library()["industries"][0]) for name in INDUSTRIES}


def own(title: str, content: str) -> dict[str, Any]:
    """A template as it stands on the shelf, without an example. Raises ValueError when nothing in it can be filled."""
    if not title.strip() or not slots(content):
        raise ValueError("content")
    return {"title": title, "content": content, "example": "", "primary_industry": "", "deputy_industry": ""}


def _industry(number: object) -> dict[str, str]:
    found = next((each for each in template_shelf.library()["industries"] if each["id"] == str(number)), None)
    if found is None:
        raise RefusedError(40102)
    return _told(found)


def _told(industry: dict[str, Any]) -> dict[str, str]:
    return {"first_class": industry["first"], "second_class": industry["second"]}


INDUSTRIES = ("primary_industry", "secondary_industry")
TOLD = ("title", "primary_industry", "deputy_industry", "content", "example")
INTERFACES: dict[str, Interface] = {
    "cgi-bin/template/get_all_private_template": Interface("GET", listed, "template"),
    "cgi-bin/template/api_add_template": Interface("POST", add, "template"),
    "cgi-bin/template/del_private_template": Interface("POST", delete, "template"),
    "cgi-bin/template/api_set_industry": Interface("POST", set_industry, "template"),
    "cgi-bin/template/get_industry": Interface("GET", get_industry, "template"),
}
