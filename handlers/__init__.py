"""What the bot says back, a file per feature; the order here is the order they are read in."""

from handlers import danger, general, later, letters, pages, quiz

ROUTERS = (general.router, danger.router, letters.router, later.router, pages.router, quiz.router)
