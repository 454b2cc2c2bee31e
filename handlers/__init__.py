"""What the bot says back, a file per feature; the order here is the order they are read in."""

from handlers import (
    ask,
    danger,
    doubts,
    elsewhere,
    general,
    joining,
    later,
    letters,
    materials,
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
    doubts.router,
    elsewhere.router,
    ask.router,
    *joining.ROUTERS,
    letters.router,
    later.router,
    materials.router,
    pages.router,
    quiz.router,
    me.router,
    reminders.router,
    rights.router,
    roles.router,
    shifts.router,
)
