"""WeRoBot as it comes: its Flask view, its session in its SQLiteStorage; and its stateless echo.

The whole state of a person is one JSON row, without history beyond the last ten messages: less than we keep, and the
best its storage offers. Only sync workers: its one connection, shared by threads, answers empty (performance.md §3).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask
from werobot import WeRoBot
from werobot.contrib.flask import make_view
from werobot.session.sqlitestorage import SQLiteStorage

from tests.bench.account import AES_KEY, APP_ID, FOLDER, TOKEN
from tests.bench.peers import quiz

FILE = "werobot.db"
LAST = 10


def echo() -> Flask:
    """Says back what it hears and keeps nothing."""
    robot = _robot(session=False)

    @robot.text
    def same(message: Any) -> str:
        return str(message.content)

    return _served(robot)


def step() -> Flask:
    """The quiz step, its state in the session."""
    robot = _robot(session=SQLiteStorage(Path(os.environ[FOLDER]) / FILE))

    @robot.text
    def answer(message: Any, session: dict[str, Any]) -> str:
        answered, number, letter = session["answered"], *quiz.tapped(message.content)
        for message_id, asked, said in answered:
            if message_id == message.message_id:
                return quiz.marked(*asked, said)[1]
        asked = session["asked"].pop(str(number))
        score, reply = quiz.marked(*asked, letter)
        session["right"] += score
        session["answered"] = [*answered[1 - LAST :], [message.message_id, asked, letter]]
        return reply

    return _served(robot)


def _robot(session: Any) -> WeRoBot:
    robot = WeRoBot(token=TOKEN, app_id=APP_ID, encoding_aes_key=AES_KEY)
    robot.config["SESSION_STORAGE"] = session
    return robot


def _served(robot: WeRoBot) -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/wechat", "werobot", make_view(robot), methods=["GET", "POST"])
    return app
