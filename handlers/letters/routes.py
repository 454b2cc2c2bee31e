"""The one router of letters, filled by the writer's side and by the desk's."""

from bot.router import Router

router = Router()
