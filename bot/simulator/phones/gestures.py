"""What a thumb can do on a phone: follow, say, tap, click the menu, scan, send again. Each returns once it is queued."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from bot.simulator.account import Account
from bot.simulator.chance import Chance
from bot.simulator.phones import kinds
from bot.simulator.phones.kinds import Kind
from bot.simulator.phones.links import Link
from bot.simulator.phones.model import Bubble, Phone, Push
from bot.simulator.phones.windows import Windows
from bot.simulator.phones.world import World
from bot.simulator.push.delivery import Delivery
from bot.simulator.push.wire import Elements
from bot.simulator.words import words


class ImpossibleError(Exception):
    """A gesture no hand could make just now; `code` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Client:
    """How this phone's WeChat behaves; the defaults are today's client on an ordinary account.

    `decodes_twice` as clients up to 7.x; `without_id` as on a test account; `without_msg_id` as once reported;
    `at_once` sends beside earlier messages instead of after them.
    """

    decodes_twice: bool = False
    without_id: bool = False
    without_msg_id: bool = False
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Which link is meant: by what it says, its label or its number in the bubble (all that are given must fit).

    `bubble` (an id) or `message` (a position in the chat, negative from its end) names the bubble; without, the newest
    that fits is taken.
    """

    content: str | None = None
    label: str | None = None
    link: int | None = None
    bubble: int | None = None
    message: int | None = None

    def fits(self, number: int, link: Link) -> bool:
        return self.content in (None, link.content) and self.label in (None, link.label) and self.link in (None, number)


class Gestures:
    """The hand on all phones."""

    def __init__(self, account: Account, world: World, delivery: Delivery) -> None:
        self._account, self._world, self._delivery = account, world, delivery

    # -- following ----------------------------------------------------------------------------------------------------

    def follow(self, phone: Phone, scene: str = "") -> Push:
        """Raises ImpossibleError("already_following"); an open chat can only be scanned again."""
        with self._world.locked():
            if phone.following:
                raise ImpossibleError("already_following")
            phone.following = True
        return self._send(phone, kinds.subscribe(scene))

    def unfollow(self, phone: Phone) -> Push:
        self._must_follow(phone)
        phone.following = False
        phone.tags.clear()  # the platform forgets whom it no longer counts as a follower
        phone.windows = Windows.shut()
        return self._send(phone, kinds.unsubscribe())

    def scan(self, phone: Phone, scene: str) -> Push:
        """A QR code of ours: follows a stranger through it, tells SCAN of a follower."""
        return self._send(phone, kinds.scan(scene)) if phone.following else self.follow(phone, scene)

    # -- talking ------------------------------------------------------------------------------------------------------

    def say(self, phone: Phone, text: str, client: Client = Client()) -> Push:
        self._must_follow(phone)
        return self._send(phone, kinds.text(text), Bubble(0, "me", "text", text, 0), client)

    def send(self, phone: Phone, kind: Kind, bubble: Bubble | None, client: Client = Client()) -> Push:
        """Any message the app's own buttons make; see `kinds`."""
        self._must_follow(phone)
        return self._send(phone, kind, bubble, client)

    def raw(self, phone: Phone, elements: Elements, client: Client = Client()) -> Push:
        """Whatever the platform may invent; no bubble, and no question whether the phone follows."""
        return self._send(phone, kinds.raw(elements), None, client)

    def resend(self, phone: Phone, push_id: int | None, client: Client = Client()) -> Push:
        """The identical message once more, MsgId and CreateTime too, as after a lost answer: an earlier push, or the last."""
        with self._world.locked() as memory:
            own = [push for push in memory.pushes.values() if push.phone_id == phone.id]
        chosen = [push for push in own if push_id in (None, push.id)]
        if not chosen:
            raise ImpossibleError("no_such_push")
        self._delivery.send(phone, chosen[-1], at_once=client.at_once)
        return chosen[-1]

    # -- touching -----------------------------------------------------------------------------------------------------

    def tap(self, phone: Phone, target: Target, client: Client = Client()) -> tuple[Link, Push | None]:
        """The newest link that fits. A dead link and a web address send nothing. Raises ImpossibleError("no_such_link")."""
        self._must_follow(phone)
        for bubble in self._bubbles(phone, target):
            for number, link in enumerate(bubble.links()):
                if target.fits(number, link):
                    return link, self._tapped(phone, link, client) if link.content else None
        raise ImpossibleError("no_such_link")

    def _bubbles(self, phone: Phone, target: Target) -> Iterable[Bubble]:
        with self._world.locked():
            chat = list(phone.chat)
        if target.bubble is not None:
            return [bubble for bubble in chat if bubble.id == target.bubble]
        if target.message is not None:
            return chat[target.message :][:1]
        return reversed(chat)

    def _tapped(self, phone: Phone, link: Link, client: Client) -> Push:
        said = unquote_plus(link.content) if client.decodes_twice else link.content
        kind, elements = kinds.text(said)
        after = [] if client.without_id or self._account.kind == "test" else [("bizmsgmenuid", link.id)]
        return self._send(phone, (kind, elements), Bubble(0, "me", "text", said, 0), client, after, tapped=True)

    def click(self, phone: Phone, key: str) -> tuple[dict[str, Any], Push]:
        """A menu button by its key, address or name. Raises ImpossibleError for one that is not there or is of a kind
        this simulator cannot press.
        """
        self._must_follow(phone)
        with self._world.locked() as memory:
            buttons = list(_buttons(memory.menu_of(phone)))
        found = next((b for b in buttons if key in (b.get("key"), b.get("url"), b.get("name"))), None)
        if found is None:
            raise ImpossibleError("no_such_button")
        if found.get("type") not in {"click", "view"}:
            raise ImpossibleError("unsupported_button")
        kind = kinds.click(found["key"]) if found["type"] == "click" else kinds.view(found["url"])
        return found, self._send(phone, kind)

    def event(self, openid: str, name: str, elements: list[tuple[str, Any]]) -> None:
        """What the platform itself has to tell of a person, or of the account when the OpenID is nobody's."""
        with self._world.locked() as memory:
            phone = memory.by_openid(openid) or next(iter(memory.phones.values()), None)
        if phone is not None:
            self._send(phone, kinds.event(name, *elements))

    # -- on its way ---------------------------------------------------------------------------------------------------

    def _must_follow(self, phone: Phone) -> None:
        if not phone.following:
            raise ImpossibleError("not_following")

    def _send(
        self,
        phone: Phone,
        kind: Kind,
        bubble: Bubble | None = None,
        client: Client = Client(),
        after: Elements = (),
        *,
        tapped: bool = False,
    ) -> Push:
        name, elements = kind
        world = self._world
        with world.locked():  # what stands in the chat first sets out first
            header: Elements = [
                ("ToUserName", self._account.original_id),
                ("FromUserName", phone.openid),
                ("CreateTime", int(world.now())),
            ]
            given = {key for key, _ in elements}
            needs_id = not name.startswith("event.") and not client.without_msg_id and "MsgId" not in given
            msg_id: Elements = [("MsgId", world.next_msg_id())] if needs_id else []
            push = world.add_push(phone, name, [*header, *elements, *msg_id, *after])
            phone.windows.opened_by(name, world.now(), tapped=tapped)
            if bubble is not None:
                bubble.push = push.id
                world.add_bubble(phone, bubble)
            self._delivery.send(phone, push, at_once=client.at_once)
        return push


def _buttons(menu: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    for button in (menu or {}).get("button", []):
        yield from button.get("sub_button") or [button]


def media_id(chance: Chance) -> str:
    """A fresh temporary media id in the platform's shape."""
    return chance.letters(48)


def bubble_of(kind: Kind) -> Bubble:
    """How a message looks on the sender's own phone."""
    name, elements = kind
    told = {key: str(value) for key, value in elements if not isinstance(value, (list, tuple))}
    text = told.get("Content") or told.get("Recognition") or told.get("Label") or told.get("Title") or ""
    shown = "sticker" if text == words().sticker else name
    return Bubble(
        0, "me", shown, "" if shown == "sticker" else text, 0, media=told.get("PicUrl", ""), url=told.get("Url", "")
    )
