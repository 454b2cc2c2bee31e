"""What has a word but no conversation yet: said honestly, with what can be done today."""

from __future__ import annotations

from bot.router import Router, Turn

router = Router()

LATER = (
    "pledges.pledge",
    "pledges.check_in",
    "pledges.make_up",
    "pledges.skip",
    "pledges.wall",
    "pledges.watch",
    "pledges.appraise",
    "pledges.witness",
    "activities.list",
    "activities.sign_up",
    "activities.withdraw",
    "activities.excuse",
    "activities.sign_in",
    "innovation.propose",
    "notices.list",
    "notices.received",
    "reports.query",
    "opinions.gather",
    "goals.show",
    "notices.send",
    "pledges.audit",
    "activities.create",
    "notices.unseen",
    "notices.delivery",
    "notices.told",
    "desk.month",
    "desk.due",
    "problems.tackle",
    "ledgers.export",
    "console.open",
    "notices.rehearse",
)


def later(turn: Turn) -> str:
    return turn.say(
        "general.later",
        word=turn.content.words.name_of[turn.action],
        daily=turn.tap("quiz.daily"),
        help=turn.tap("general.help"),
        danger=turn.danger_line(),
    )


for action in LATER:
    router.on(action)(later)
