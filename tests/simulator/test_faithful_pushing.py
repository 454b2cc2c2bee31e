"""What the platform does with an answer and with the line it came on, where no other test of the table looks."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from wechatpy.replies import ArticlesReply, ImageReply, MusicReply, VideoReply, VoiceReply

from bot import simulator as box
from bot.simulator.push.attempt import LostError

from .conftest import NOTICE, PATIENCE_SECONDS, World, settings

SHORT = 0.3


def test_the_bot_has_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is made for a demo, and what the network is told of every attempt."""
    given: list[float] = []

    def lost(_method: str, _url: str, _body: bytes, _headers: dict[str, str], seconds: float) -> Any:
        given.append(seconds)
        raise LostError("timeout")

    monkeypatch.setattr("bot.simulator.push.network.exchange", lost)
    monkeypatch.setattr("bot.simulator.push.network.time", SimpleNamespace(monotonic=lambda: 1000.0))
    client = box.create(settings(), webhook="http://127.0.0.1:9/wechat").test_client()
    assert client.post("/control/verify", json={}).get_json()["reason"] == "timeout"
    assert given == [5.0]


class Deaf:
    """A server that reads whatever comes, answers nothing, and waits for the other side to hang up."""

    def __init__(self) -> None:
        self.asked, self.hung_up = 0, threading.Semaphore(0)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}/wechat"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            self.asked += 1
            threading.Thread(target=self._wait, args=(line,), daemon=True).start()

    def _wait(self, line: socket.socket) -> None:
        with line:
            while line.recv(65536):
                pass
        self.hung_up.release()

    def close(self) -> None:
        self._door.close()


def test_the_socket_is_closed_when_the_time_is_over(world: World) -> None:
    bot = Deaf()
    world.stack.callback(bot.close)
    simulator = world.simulator(bot.url, attempt_timeout=SHORT)
    simulator.phone("follow")
    assert simulator.heard() == [NOTICE]
    assert bot.asked == 3
    for _ in range(3):
        assert bot.hung_up.acquire(timeout=PATIENCE_SECONDS)


REPLIES = {
    "image": lambda message, media: ImageReply(message=message, media_id=media),
    "voice": lambda message, media: VoiceReply(message=message, media_id=media),
    "video": lambda message, media: VideoReply(message=message, media_id=media, title="班前会"),
    "music": lambda message, media: MusicReply(message=message, thumb_media_id=media, title="国际歌"),
}


@pytest.mark.parametrize("kind", REPLIES)
def test_a_reply_of_every_kind_is_shown_or_is_a_fault_without_its_media(world: World, kind: str) -> None:
    simulator, bot = world.pair()
    bot.answer = lambda message: bot.sealed(REPLIES[kind](message, message.content.strip("-")).render()).encode()
    simulator.phone("say", text="MEDIA")
    bubble = simulator.chat()[-1]
    assert (bubble["side"], bubble["kind"], bubble["media"]) == ("account", kind, "MEDIA")
    simulator.phone("say", text="--")
    assert simulator.heard()[-1] == NOTICE
    assert simulator.last()["reason"] == "no_media"


def test_nine_articles_are_too_many_even_for_an_event(world: World) -> None:
    simulator, bot = world.pair()

    def cards(message: Any) -> bytes:
        reply = ArticlesReply(message=message)
        for number in range(9):
            reply.add_article({"title": f"{number}", "description": "", "image": "", "url": "http://127.0.0.1/h5"})
        return bot.sealed(reply.render()).encode()

    bot.answer = cards
    simulator.phone("scan", scene="1")
    assert simulator.heard() == [NOTICE]
    assert simulator.last()["reason"] == "too_many_articles"


def test_a_push_sent_again_is_the_same_message_under_the_time_and_the_nonce_of_now(world: World) -> None:
    simulator, bot = world.pair()
    simulator.post("clock", running=False)
    simulator.phone("say", text="一")
    simulator.settle()
    simulator.post("clock", forward=60)
    simulator.phone("resend")
    simulator.settle()
    first, again = bot.queries
    assert int(again["timestamp"]) == int(first["timestamp"]) + 60 == int(simulator.get("clock")["now"])
    assert again["nonce"] != first["nonce"]
    assert again["msg_signature"] != first["msg_signature"]
    assert bot.xmls[0] == bot.xmls[1]


def test_no_message_id_comes_again_after_a_reset(world: World) -> None:
    simulator, bot = world.pair()
    simulator.post("clock", running=False)
    ids = []
    for _ in range(2):
        simulator.phone("say", text="一")
        simulator.phone("say", text="二")
        simulator.settle()
        ids += [message.id for message in bot.messages if message.type == "text"]
        bot.forget()
        simulator.post("reset")
        simulator.phone("follow")
    assert ids == sorted(set(ids))
    assert len(ids) == 4
