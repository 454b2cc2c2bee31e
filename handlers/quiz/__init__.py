"""答题: one question, one answer, why it is so; rows of them of each kind; and where one stands."""

from handlers.quiz import progress, routes, rows

ROUTERS = (routes.router, rows.router, progress.router)

__all__ = ["ROUTERS"]
