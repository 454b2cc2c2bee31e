"""绑定: following, joining by number and name, changing phones, and leaving again."""

from handlers.joining import following, leaving, phones, political, routes

ROUTERS = (following.router, routes.router, political.router, phones.router, leaving.router)
