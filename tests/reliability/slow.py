"""A conversation with handlers that stand still until told to go on."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from bot.conversation import Conversation
from bot.kit import Kit
from bot.messages import Incoming, Reply
from bot.models import Page
from bot.router import Handler, Router, Turn
from bot.services import pages
from tests.cast import ACCOUNT
from tests.reliability.crew import HANG_S, count, until

SLOW, NORMAL, QUICK = "帮助", "退出", "菜单"
ANSWER, MENU = "the answer that took so long", "a menu"
_ids = itertools.count(1)


class Killed(BaseException):
    """What no handler's door may catch: the process is gone."""


class Stage:
    """SLOW is answered by a slow handler, NORMAL by a usual one inside its transaction, QUICK at once.

    Both stand still until `go`, then leave one page behind, which is their effect, and answer ANSWER.
    """

    def __init__(self, kit: Kit, *, repeat_wait_s: float = HANG_S) -> None:
        self.kit = kit
        self.go = threading.Event()
        self.at_work = threading.Semaphore(0)
        self.works = 0
        self.in_work: Callable[[Turn], None] = lambda _turn: None
        self.in_finish: Callable[[Turn], None] = lambda _turn: None
        self.conversation = Conversation(kit, [self.router()], repeat_wait_s=repeat_wait_s)
        self._pool = ThreadPoolExecutor(32)

    def router(self) -> Router:
        router = Router()

        @router.on_slow("general.help")
        def slow(turn: Turn) -> Handler:
            self._stand_still()
            self.in_work(turn)
            return self._finish

        @router.on("general.quit")
        def normal(turn: Turn) -> Reply | None:
            self._stand_still()
            return self._finish(turn)

        @router.on("general.menu")
        @router.on("general.not_understood")
        def quick(turn: Turn) -> Reply | None:
            return MENU

        return router

    def message(self, text: str = SLOW, openid: str = "oSLOW") -> Incoming:
        created = int(self.kit.clock().timestamp())
        return Incoming(f"k{next(_ids)}", "text", openid, ACCOUNT, created, text)

    def copy(self, incoming: Incoming) -> Future[Reply | None]:
        """One copy on its way, in a thread of its own."""
        return self._pool.submit(self.conversation.reply_to, incoming)

    def first(self, incoming: Incoming) -> Future[Reply | None]:
        """The first copy; on return it is at work."""
        future = self.copy(incoming)
        assert self.at_work.acquire(timeout=HANG_S)
        return future

    def standing_by(self, copies: int) -> None:
        """Returns when so many copies wait for the first's reply."""
        places = max(1, self.kit.settings.server.threads // 2)
        until(lambda: places - self.conversation._may_wait._value == copies, f"{copies} copies waiting")

    def says(self, text: str = QUICK) -> Any:
        """The person's next contact."""
        return self.conversation.reply_to(self.message(text))

    @property
    def effects(self) -> int:
        return count(self.kit.database, Page)

    def close(self) -> None:
        self.go.set()
        self._pool.shutdown()

    def _stand_still(self) -> None:
        self.works += 1
        self.at_work.release()
        assert self.go.wait(HANG_S)

    def _finish(self, turn: Turn) -> Reply | None:
        pages.keep(turn.db, turn.person.id, "an effect", now=turn.now)
        self.in_finish(turn)
        return ANSWER


@contextmanager
def staged(kit: Kit, **options: Any) -> Iterator[Stage]:
    """A stage whose person is known already, so that no first-contact notice rides on the replies."""
    stage = Stage(kit, **options)
    try:
        assert str(stage.says()).startswith(MENU)
        yield stage
    finally:
        stage.close()
