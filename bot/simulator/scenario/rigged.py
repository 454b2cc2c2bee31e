"""What was arranged before a recording began, as its first steps: without it the same steps would not go the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.simulator.api.catalogue import INTERFACES
from bot.simulator.api.faults import Fault
from bot.simulator.api.menus import standing
from bot.simulator.api.people import tags
from bot.simulator.control.box import Box
from bot.simulator.phones.world import World
from bot.simulator.scenario.model import Actor

Rigging = tuple[str, dict[str, Any]]
"""A route of the control interface and what it is told."""


def actors(world: World) -> tuple[Actor, ...]:
    """The phones as they stand."""
    with world.locked() as memory:
        return tuple(
            Actor(
                each.id,
                each.name,
                each.role,
                following=each.following,
                tags=tags.names_on(memory, each),
                refuses=each.refuses,
                blocked=each.blocked,
            )
            for each in memory.phones.values()
        )


def dress(world: World, found: Iterable[Actor]) -> None:
    """The reverse: what `actors` tells of a phone besides its name, once it follows."""
    with world.locked() as memory:
        for actor in found:
            phone = memory.phones[actor.id]
            phone.refuses, phone.blocked = actor.refuses, actor.blocked
            for name in actor.tags:
                tags.put_on(memory, phone, name)
            world.touch(phone)


def rigged(box: Box) -> Iterator[Rigging]:
    """All that does not stand as at a first start, in an order in which it can be done again."""
    platform = box.platform
    if moved := platform.switches.moved():
        yield "switches", dict(moved)
    with box.world.locked() as memory:
        menu, linked = standing.made_by_hand(memory), memory.shelf.get("miniprograms")
        domain = memory.shelf.get("domain")
    if linked is not None:
        yield "miniprograms", {"appids": list(linked)}
    if domain is not None:
        yield "domain", {"domain": domain}
    if menu is not None:
        yield "menu", menu
    if platform.quotas.whitelist:
        yield "whitelist", {"addresses": list(platform.quotas.whitelist)}
    for endpoint, interface in INTERFACES.items():
        if interface.daily and platform.quotas.spent(endpoint, interface.daily)["remain"] == 0:
            yield "quotas", {"endpoint": endpoint, "exhaust": True}
    if box.delivery.down:
        yield "service", {"down": True}
    waiting, standing_delays = platform.faults.ordered()
    yield from (("latency", {"endpoint": endpoint, **each}) for endpoint, each in standing_delays.items())
    yield from (("faults", _told(box.world, each)) for each in waiting)


def _told(world: World, fault: Fault) -> dict[str, Any]:
    """As it is ordered; a person by the id of his phone, since another account knows him by another OpenID."""
    plain = Fault(fault.endpoint, fault.kind)
    told = {
        name: getattr(fault, name)
        for name in fault.__slots__
        if name in ("endpoint", "kind") or getattr(fault, name) != getattr(plain, name)
    }
    if "person" in told:
        told["person"] = world.phone_id_of(fault.person) or fault.person
    return told
