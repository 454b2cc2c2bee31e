"""What the bot says back, a file per feature; the order here is the order they are read in."""

from handlers import (
    danger,
    elsewhere,
    general,
    joining,
    later,
    letters,
    me,
    pages,
    quiz,
    reminders,
    rights,
    roles,
    shifts,
)

ROUTERS = (
    general.router,
    danger.router,
    elsewhere.router,
    *joining.ROUTERS,
    letters.router,
    later.router,
    pages.router,
    quiz.router,
    me.router,
    reminders.router,
    rights.router,
    roles.router,
    shifts.router,
)
