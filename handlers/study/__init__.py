"""学习, 案例, 应知应会: something to read on one screen, then one question, left at any moment and taken up again."""

from handlers.study import cards, cases, duties

ROUTERS = (cards.router, duties.router, cases.router)

__all__ = ["ROUTERS"]
