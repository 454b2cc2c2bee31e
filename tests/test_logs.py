"""The log names nobody and opens no door, at any level, whoever writes to it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from sqlalchemy import text

from bot import logs
from bot.app import create_app
from bot.config import Settings
from bot.kit import Kit
from bot.router import Router, Turn
from tests.cast import AES_KEY, Chat, StillClock, account

OPENID = "oCANARY0123456789abcdefghi-_"
SECRETS = ("an-app-secret-for-tests", "testtoken", AES_KEY)


@pytest.fixture
def written() -> Iterator[Callable[[], str]]:
    """Everything logged at debug through the product's own pipe."""
    before, level = list(logging.getLogger().handlers), logging.getLogger().level
    told = io.StringIO()
    logs.configure(Settings(**account(), logs={"format": "json", "level": "debug"}), told)
    yield told.getvalue
    logging.getLogger().handlers[:] = before
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_hidden_wherever_it_stands(written: Callable[[], str], secret: str) -> None:
    structlog.get_logger().info("called", url=f"https://x/?access_token=T0KEN&secret={secret}", nested={"a": [secret]})
    logging.getLogger("somebody.else").warning("failed with %s", secret)
    problem = ValueError(f"could not open https://x/?appsecret={secret}&code=C0DE")
    structlog.get_logger().error("failed", exc_info=problem)
    told = written()
    assert told.count("\n") == 3
    for hidden in (secret, "T0KEN", "C0DE"):
        assert hidden not in told


def test_a_person_is_a_stand_in_and_his_words_are_not_there(written: Callable[[], str]) -> None:
    structlog.get_logger().info("heard", openid=OPENID, text="不想上班了", where=f"/wechat?openid={OPENID}")
    line = json.loads(written())
    assert OPENID not in json.dumps(line)
    assert line["openid"] == logs.pseudonym(OPENID)
    assert line["text"] == logs.HIDDEN


def test_a_whole_conversation_leaves_neither_name_nor_word(
    written: Callable[[], str], make_kit: Callable[..., Kit], sqlite_url: str, clock: StillClock
) -> None:
    router = Router()

    @router.on("general.not_understood")
    def broken(turn: Turn) -> str:
        turn.db.execute(
            text("INSERT INTO nowhere VALUES (:said, :who)"), {"said": turn.text, "who": turn.person.openid}
        )
        raise AssertionError

    @router.on("general.help")
    def telling(turn: Turn) -> str:
        raise RuntimeError(f"{turn.text} of {turn.person.openid}")

    kit = make_kit(sqlite_url)
    chat = Chat(create_app(kit, (router,)).test_client(), kit.settings, clock, openid=OPENID)
    assert "没办成" in chat.type("我家的秘密")
    assert "没办成" in chat.type("帮帮我")
    assert chat.client.post("/wechat?signature=x&openid=" + OPENID, data=b"secret words").status_code == 403
    told = written()
    assert "OperationalError" in told
    assert "test_logs.py" in told  # where, if not what
    for hidden in (OPENID, "我家的秘密", "帮帮我", "secret words", *SECRETS):
        assert hidden not in told


def test_an_openid_looks_like_nothing_else() -> None:
    clean = logs.Redaction(["abcd", "x"]).clean
    assert clean("o" + "A" * 27) == logs.pseudonym("o" + "A" * 27)
    assert clean("an ordinary sentence of more than twenty-eight letters") == (
        "an ordinary sentence of more than twenty-eight letters"
    )
    assert clean("abcd x") == "*** x"
