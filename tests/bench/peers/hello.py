"""The least Flask can do: the ceiling of everything that runs on it."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.post("/wechat")
def hello() -> str:
    return "hello\n"
