"""All interfaces of the platform by their address, a table per subject."""

from __future__ import annotations

from functools import partial

from bot.simulator.api import asking
from bot.simulator.api.menus import conditional, standing
from bot.simulator.api.messages import (
    agents,
    custom,
    mass,
    once,
    sessions,
    subscription_admin,
    subscriptions,
    template_admin,
    templates,
)
from bot.simulator.api.people import blacklist, tags, users
from bot.simulator.api.table import Interface
from bot.simulator.api.things import codes, drafts, material, media, publishing
from bot.simulator.api.web import sns, ticket

INTERFACES: dict[str, Interface] = {
    **asking.INTERFACES,
    **standing.INTERFACES,
    **conditional.INTERFACES,
    **tags.INTERFACES,
    **users.INTERFACES,
    **blacklist.INTERFACES,
    **media.INTERFACES,
    **material.INTERFACES,
    **codes.INTERFACES,
    **drafts.INTERFACES,
    **publishing.INTERFACES,
    **sns.INTERFACES,
    **ticket.INTERFACES,
    **custom.INTERFACES,
    **agents.INTERFACES,
    **sessions.INTERFACES,
    **templates.INTERFACES,
    **template_admin.INTERFACES,
    **subscriptions.INTERFACES,
    **subscription_admin.INTERFACES,
    **once.INTERFACES,
    **mass.INTERFACES,
}
INTERFACES["cgi-bin/openapi/quota/get"] = Interface("POST", partial(asking.quota_of, INTERFACES))
INTERFACES["cgi-bin/openapi/quota/clear"] = Interface("POST", partial(asking.clear_one, INTERFACES))
