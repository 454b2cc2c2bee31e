"""What a thumb can do on a phone: follow, say, tap, press the menu, scan, send again. Each returns once it is queued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from bot.simulator.chance import Chance
from bot.simulator.phones import kinds, notices
from bot.simulator.phones.kinds import Kind
from bot.simulator.phones.links import Link
from bot.simulator.phones.model import Bubble, Phone, Push
from bot.simulator.phones.pressing import Choice, Press, buttons, pressed
from bot.simulator.phones.windows import Windows
from bot.simulator.phones.world import World
from bot.simulator.push.delivery import Delivery
from bot.simulator.push.wire import Bare, Elements
from bot.simulator.words import words

MOST_COPIES = 50


class ImpossibleError(Exception):
    """A gesture no hand could make just now; `code` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Client:
    """How this phone's WeChat and the network behind it behave; the defaults are today's client on an ordinary day.

    `decodes_twice` as clients up to 7.x; `without_id` and `without_msg_id` say whether a tap brings no bizmsgmenuid and
    a message no MsgId, None leaves taps to the switches; `desktop` is the client whose taps nobody has verified;
    `at_once` sends beside earlier messages instead of after them, `copies` of it together. `article` and `index` name
    the article page from which a message was sent.
    """

    decodes_twice: bool = False
    without_id: bool | None = None
    without_msg_id: bool | None = None
    desktop: bool = False
    at_once: bool = False
    copies: int = 1
    article: str = ""
    index: int = 1


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

    def __init__(self, world: World, delivery: Delivery) -> None:
        self._world, self._delivery = world, delivery

    # -- following ----------------------------------------------------------------------------------------------------

    def follow(self, phone: Phone, scene: str = "", *, ticket: str = "", key: str = "") -> Push:
        """Raises ImpossibleError("already_following"); an open chat can only be scanned again."""
        with self._world.locked():
            if phone.following:
                raise ImpossibleError("already_following")
            phone.following, phone.followed_at, phone.scene = True, self._world.now(), scene
        return self._send(phone, kinds.subscribe(scene, ticket=ticket, key=key))

    def unfollow(self, phone: Phone) -> Push:
        """What he agreed to receive outlives it, what the platform knew of a follower does not."""
        self._must_follow(phone)
        with self._world.locked():
            phone.following = False
            phone.tags.clear()
            phone.windows = Windows.shut()
        return self._send(phone, kinds.unsubscribe())

    def scan(self, phone: Phone, scene: str, *, ticket: str = "") -> Push:
        """A QR code of ours: follows a stranger through it, tells SCAN of a follower."""
        if not phone.following:
            return self.follow(phone, scene, ticket=ticket)
        return self._send(phone, kinds.scan(scene, ticket=ticket))

    # -- talking ------------------------------------------------------------------------------------------------------

    def say(self, phone: Phone, text: str, client: Client = Client()) -> Push:
        self._must_follow(phone)
        return self._send(phone, kinds.text(text), Bubble(0, "me", "text", text, 0), client)

    def burst(self, phone: Phone, texts: Sequence[str], order: Sequence[int], client: Client = Client()) -> list[Push]:
        """Said in one breath, and arriving in another `order`: the positions of the texts as they set out."""
        self._must_follow(phone)
        with self._world.locked():
            said = [self._written(phone, kinds.text(text), Bubble(0, "me", "text", text, 0), client) for text in texts]
            for position in order:
                self._set_out(phone, said[position], client)
        return said

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
        self._set_out(phone, chosen[-1], client)
        return chosen[-1]

    # -- touching -----------------------------------------------------------------------------------------------------

    def tap(self, phone: Phone, target: Target, client: Client = Client()) -> tuple[Link, Push | None]:
        """The newest link that fits. A dead link and a web address send nothing. Raises ImpossibleError("no_such_link").

        A link can be touched as long as its bubble stands in the chat.
        """
        self._must_follow(phone)
        for bubble in self._bubbles(phone, target):
            for number, link in enumerate(bubble.links()):
                if target.fits(number, link):
                    return link, self._tapped(phone, bubble, link, client) if link.content else None
        raise ImpossibleError("no_such_link")

    def _bubbles(self, phone: Phone, target: Target) -> Iterable[Bubble]:
        with self._world.locked():
            chat = list(phone.chat)
        if target.bubble is not None:
            return [bubble for bubble in chat if bubble.id == target.bubble]
        if target.message is not None:
            return chat[target.message :][:1]
        return reversed(chat)

    def _tapped(self, phone: Phone, bubble: Bubble, link: Link, client: Client) -> Push | None:
        """Of the links of a documented msgmenu the ids are documented too; of hand-written ones they are not (§8.3)."""
        on, of_menu = self._world.switches.on, bool(bubble.card.get("menu"))
        if client.desktop and on.desktop_taps == "dead":
            return None
        said = unquote_plus(link.content) if client.decodes_twice else link.content
        told = Bare(link.id) if link.id.isdecimal() else link.id
        numberless = _or(client.without_id, not of_menu and on.tap_menu_id == "left_out") or self._on_test()
        nameless = _or(client.without_msg_id, not of_menu and on.tap_msg_id == "left_out")
        said_so = Bubble(0, "me", "text", said, 0)
        after: Elements = [] if numberless else [("bizmsgmenuid", told)]
        with self._world.locked():
            push = self._written(phone, kinds.text(said), said_so, client, after, nameless=nameless, opens=False)
            if not phone.blocked:
                phone.windows.opened_by("text", self._world.now(), tapped=True, of_menu=of_menu, on=on)
            self._set_out(phone, push, client)
        return push

    def press(self, phone: Phone, name: str, choice: Choice) -> tuple[dict[str, Any], Press, list[Push]]:
        """A menu button by its key, address or name. Raises ImpossibleError("no_such_button")."""
        self._must_follow(phone)
        with self._world.locked() as memory:
            shown = list(buttons(memory.menu_of(phone)))
            number = memory.menu_id_of(phone)
        found = next((b for b in shown if name in (b.get("key"), b.get("url"), b.get("name"))), None)
        if found is None:
            raise ImpossibleError("no_such_button")
        press = pressed(found, number, choice)
        pushes = [
            self._send(phone, kind, None if kind[0].startswith("event.") else bubble_of(kind)) for kind in press.sends
        ]
        return found, press, pushes

    def click(self, phone: Phone, name: str) -> tuple[dict[str, Any], Push]:
        """A button pressed by somebody who does as usual what it asks, and its event. Raises ImpossibleError."""
        found, _press, pushes = self.press(phone, name, Choice())
        if not pushes:
            raise ImpossibleError("unsupported_button")
        return found, pushes[0]

    # -- what no thumb does -------------------------------------------------------------------------------------------

    def event(self, openid: str, name: str, elements: list[tuple[str, Any]]) -> None:
        """What the platform itself has to tell of a person, or of the account when the OpenID is nobody's."""
        with self._world.locked() as memory:
            phone = memory.by_openid(openid) or Phone("", "", "", openid)
        self._send(phone, kinds.event(name, *elements), by_hand=False)

    def notice(self, phone: Phone, name: str, elements: Elements | None = None) -> Push:
        """An event of the platform's own, with the details of its sample unless others are given; see `notices`."""
        account, now = self._world.account, int(self._world.now())
        kind = notices.notice(name, openid=phone.openid, app_id=account.app_id, now=now)
        return self._send(phone, kind if elements is None else kinds.event(name, *elements), by_hand=False)

    # -- on its way ---------------------------------------------------------------------------------------------------

    def _must_follow(self, phone: Phone) -> None:
        if not phone.following:
            raise ImpossibleError("not_following")

    def _on_test(self) -> bool:
        return self._world.account.kind == "test"

    def _send(
        self,
        phone: Phone,
        kind: Kind,
        bubble: Bubble | None = None,
        client: Client = Client(),
        *,
        by_hand: bool = True,
    ) -> Push:
        with self._world.locked():  # what stands in the chat first sets out first
            push = self._written(phone, kind, bubble, client)
            self._set_out(phone, push, client, by_hand=by_hand)
        return push

    def _written(
        self,
        phone: Phone,
        kind: Kind,
        bubble: Bubble | None,
        client: Client,
        after: Elements = (),
        *,
        nameless: bool | None = None,
        opens: bool = True,
    ) -> Push:
        """The push with its header and its ids, its bubble in the chat and the window it opens; not yet on its way."""
        name, elements = kind
        world, now = self._world, self._world.now()
        header: Elements = [
            ("ToUserName", world.account.original_id),
            ("FromUserName", phone.openid),
            ("CreateTime", int(now)),
        ]
        is_message = not name.startswith("event.") and "MsgId" not in {key for key, _ in elements}
        named = is_message and not (client.without_msg_id if nameless is None else nameless)
        ids: list[tuple[str, int | str]] = [("MsgId", world.next_msg_id())] if named else []
        if client.article and is_message:
            ids += [("MsgDataId", Bare(client.article)), ("Idx", client.index)]
        push = world.add_push(phone, name, [*header, *elements, *ids, *after])
        if opens and not phone.blocked:
            phone.windows.opened_by(name, now, tapped=False, on=world.switches.on)
        if bubble is not None:
            bubble.push = push.id
            world.add_bubble(phone, bubble)
        return push

    def _set_out(self, phone: Phone, push: Push, client: Client, *, by_hand: bool = True) -> None:
        """Nothing a blacklisted person does reaches the bot, except that he leaves; and nobody tells him."""
        if phone.blocked and by_hand and push.kind != "event.unsubscribe":
            self._delivery.drop(push, "blocked")
        else:
            self._delivery.send(phone, push, at_once=client.at_once, copies=min(client.copies, MOST_COPIES))


def _or(chosen: bool | None, otherwise: bool) -> bool:
    return otherwise if chosen is None else chosen


def media_id(chance: Chance) -> str:
    """A fresh temporary media id in the platform's shape."""
    return chance.letters(48)


def bubble_of(kind: Kind) -> Bubble:
    """How a message looks on the sender's own phone."""
    name, elements = kind
    told = {key: str(value) for key, value in elements if not isinstance(value, (list, tuple))}
    text = told.get("Content") or told.get("Recognition") or told.get("Label") or told.get("Title") or ""
    shown = "sticker" if text == words().sticker else name
    said = "" if shown == "sticker" else text
    card = kinds.place(elements) if name == "location" else {}
    return Bubble(0, "me", shown, said, 0, media=told.get("PicUrl", ""), url=told.get("Url", ""), card=card)
