"""What the bot says back, a file per feature; the order here is the order they are read in."""

from handlers import general, later, pages, quiz

ROUTERS = (general.router, later.router, pages.router, quiz.router)
