"""Our own door and codec with an echo behind them instead of a conversation: what the wire alone costs us."""

from __future__ import annotations

from typing import cast

from flask import Flask

from bot import config, webhook
from bot.app import build
from bot.conversation import Conversation
from bot.messages import Incoming, Reply


class Echo:
    """Says back what it hears."""

    def reply_to(self, incoming: Incoming) -> Reply | None:
        return incoming.text


def create() -> Flask:
    """Flask with the webhook and nothing else, by $BOT_CONFIG."""
    app = Flask(__name__)
    app.register_blueprint(webhook.blueprint(build(config.load(config.find(None))), cast("Conversation", Echo())))
    return app
