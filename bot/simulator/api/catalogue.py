"""All interfaces of the platform by their address, a table per subject."""

from __future__ import annotations

from functools import partial

from bot.simulator.api import asking
from bot.simulator.api.menus import conditional, standing
from bot.simulator.api.messages import custom
from bot.simulator.api.people import tags
from bot.simulator.api.table import Interface

INTERFACES: dict[str, Interface] = {
    **asking.INTERFACES,
    **standing.INTERFACES,
    **conditional.INTERFACES,
    **tags.INTERFACES,
    **custom.INTERFACES,
}
INTERFACES["cgi-bin/openapi/quota/get"] = Interface("POST", partial(asking.quota_of, INTERFACES))
INTERFACES["cgi-bin/openapi/quota/clear"] = Interface("POST", partial(asking.clear_one, INTERFACES))
