"""All the simulator remembers, behind one lock, with a version that rises whenever something to be seen has changed."""

from __future__ import annotations

import atexit
import copy
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.simulator.account import Account
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.phones.binaries import Binaries
from bot.simulator.phones.model import CROWD, Bubble, Phone, Push, openid_for
from bot.simulator.phones.store import Store
from bot.simulator.switches import Switches
from bot.simulator.wire_log import WireLog
from bot.simulator.words import words

CHAT_KEPT = 1000
EXCHANGES_KEPT = 1000
PUSHES_KEPT = 2000
DEFAULT_MENU_ID = 208396938


@dataclass(slots=True)
class Memory:
    """What a reset forgets."""

    phones: dict[str, Phone] = field(default_factory=dict)
    pushes: dict[int, Push] = field(default_factory=dict)
    exchanges: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=EXCHANGES_KEPT))
    menu: dict[str, Any] | None = None
    conditional: list[dict[str, Any]] = field(default_factory=list)
    """Menus with their `matchrule` and `menuid`, oldest first."""
    tags: dict[int, str] = field(default_factory=dict)
    trouble: dict[str, Any] | None = None
    openids: dict[str, str] = field(default_factory=dict)
    """Phone ids by OpenID, those of phones put away included."""
    shelf: dict[str, Any] = field(default_factory=dict)
    """What the interfaces keep, by subject: templates, media, codes, jobs. JSON through and through."""

    def by_openid(self, openid: object) -> Phone | None:
        return self.phones.get(self.openids.get(str(openid), ""))

    def take_in(self, phone: Phone) -> None:
        self.phones[phone.id] = phone
        self.openids[phone.openid] = phone.id

    def menu_of(self, phone: Phone) -> dict[str, Any] | None:
        """What this phone shows: the newest menu whose rule it fits, else the default one; no phone is an iPhone."""
        worn = self._conditional_of(phone)
        return {"button": worn["button"]} if worn is not None else self.menu

    def menu_id_of(self, phone: Phone) -> int:
        """The number a press on its menu brings along."""
        worn = self._conditional_of(phone)
        return int(worn["menuid"]) if worn else DEFAULT_MENU_ID

    def _conditional_of(self, phone: Phone) -> dict[str, Any] | None:
        def fits(rule: dict[str, str]) -> bool:
            tagged = "tag_id" not in rule or int(rule["tag_id"]) in phone.tags
            return tagged and rule.get("client_platform_type", "2") == "2"

        return next((each for each in reversed(self.conditional) if fits(each["matchrule"])), None)


class World:
    """Phones, chats, menu and the log of exchanges. Every method may be called from any thread."""

    def __init__(
        self, account: Account, store: Path | None, clock: Clock, chance: Chance, *, chat_kept: int = CHAT_KEPT
    ) -> None:
        self.account, self.clock, self.chance = account, clock, chance
        self._configured = account
        self.now = clock.now
        self.switches, self.wire = Switches(), WireLog()
        self.binaries = Binaries(store)
        self._chat_kept = chat_kept
        self._changed = threading.Condition(threading.RLock())
        self._memory = Memory()
        self._version = self._busy = self._serial = self._last_msg_id = self._last_push = self._last_exchange = 0
        self.epoch = str(time.time_ns())
        self._store = Store(store, self._snapshot)
        self._load()
        if store is not None:
            atexit.register(self._store.finish)

    # -- reading ------------------------------------------------------------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[Memory]:
        """The memory itself, held still; what is changed must be announced with `touch`."""
        with self._changed:
            yield self._memory

    @property
    def version(self) -> int:
        return self._version

    def phone(self, phone_id: str) -> Phone:
        """Raises KeyError for a phone nobody has."""
        with self._changed:
            return self._memory.phones[phone_id]

    def phone_id_of(self, openid: str) -> str:
        """Empty for an OpenID that was never ours."""
        with self._changed:
            return self._memory.openids.get(openid, "")

    def wait_for_news(self, since: int, seconds: float) -> None:
        """Returns when the version has passed `since`, or after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != since, seconds)

    def wait_until_idle(self, seconds: float, *, saving: bool = True) -> bool:
        """True when nothing is on its way to the bot any more; what was seen is then also on disk, if `saving`."""
        with self._changed:
            idle = self._changed.wait_for(lambda: self._busy == 0, seconds)
        if idle and saving:
            self.save()
        return idle

    # -- changing -----------------------------------------------------------------------------------------------------

    def become(self, *, kind: str, encryption: str) -> None:
        """The account turned into another kind, or pushing in another mode, until a reset or the end of the process.

        Raises ValueError("encryption") for a mode that needs the AES key the account does not have.
        """
        if encryption != "plain" and not self.account.aes_key:
            raise ValueError("encryption")
        with self._changed:
            self.account = replace(self.account, kind=kind, encryption=encryption)
            self.touch()

    def touch(self, phone: Phone | None = None) -> int:
        """Announces a change and promises it to the disk; the new version."""
        with self._changed:
            self._version += 1
            if phone is not None:
                phone.version = self._version
            self._changed.notify_all()
        self._store.changed()
        return self._version

    def add_phone(self, name: str, role: str, phone_id: str = "") -> Phone:
        """A phone with an id and an OpenID no phone had before, resets included; a scenario says which id."""
        with self._changed:
            self._serial += not phone_id
            phone_id = phone_id or f"p{self._serial}"
            phone = Phone(phone_id, name, role, openid_for(self.account.app_id, phone_id))
            self._memory.take_in(phone)
            self.touch(phone)
        return phone

    def cast(self, phones: Iterable[tuple[str, str, str]]) -> None:
        """These phones, by id, name and role, instead of those there are: new ones, but for their OpenIDs."""
        with self._changed:
            self._memory.phones.clear()
            for phone_id, name, role in phones:
                self.add_phone(name, role, phone_id)

    def remove_phone(self, phone: Phone) -> None:
        """Put it away for good; its OpenID is never given out again."""
        with self._changed:
            self._memory.phones.pop(phone.id, None)
            self.touch()

    def add_bubble(self, phone: Phone, bubble: Bubble) -> Bubble:
        """Puts it at the end of the chat; its id and time are set here."""
        with self._changed:
            bubble.id = phone.chat[-1].id + 1 if phone.chat else 1
            bubble.time = self.now()
            phone.chat.append(bubble)
            del phone.chat[: -self._chat_kept]
            bubble.version = self.touch(phone)
        return bubble

    def next_msg_id(self) -> int:
        """Rising, never used before, above 2^53; taken from the clock so that a restart cannot repeat one."""
        with self._changed:
            self._last_msg_id = max(self._last_msg_id + 1, int(self.now() * 1_000_000_000))
            return self._last_msg_id

    def add_push(self, phone: Phone, kind: str, elements: Any) -> Push:
        with self._changed:
            self._last_push += 1
            push = Push(self._last_push, phone.id, phone.openid, kind, elements)
            self._memory.pushes[push.id] = push
            self._memory.pushes.pop(push.id - PUSHES_KEPT, None)
            return push

    def add_exchange(self, exchange: dict[str, Any], trouble: dict[str, Any] | None) -> int:
        """Logs one attempt, its id set here; `trouble` is what the page should explain, None when all went well."""
        with self._changed:
            self._last_exchange += 1
            self._memory.exchanges.append({"id": self._last_exchange, **exchange})
            self._memory.trouble = trouble
            self.touch()
            return self._last_exchange

    def busier(self, phone: Phone, step: int, *, typing: bool) -> None:
        """Counts what is on its way: +1 when something sets out, -1 when it has been dealt with.

        `typing` when the person may expect a reply to it.
        """
        with self._changed:
            self._busy += step
            phone.busy += step if typing else 0
            self.touch(phone)

    def set_menu(self, menu: dict[str, Any] | None) -> None:
        with self._changed:
            self._memory.menu = menu
            if menu is None:  # with the default menu go all the others
                self._memory.conditional.clear()
            self.touch()
        self.save()

    def reset(self) -> None:
        """Back to the two phones of the first start, their chats empty, nobody following; their OpenIDs stay."""
        with self._changed:
            self._memory = Memory()
            self.account = self._configured
            self.wire.clear()
            self.binaries.clear()
            self._first_phones()
            self.epoch = str(time.time_ns())
            self.touch()
        self.save()

    # -- the disk -----------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Writes the store now."""
        self._store.save()

    def _first_phones(self) -> None:
        for number, (name, role) in enumerate(words().phones, start=1):
            phone_id = f"p{number}"
            self._memory.take_in(Phone(phone_id, name, role, openid_for(self.account.app_id, phone_id)))
        self._serial = max(self._serial, len(self._memory.phones))

    def _wind(self, saved: dict[str, Any] | None) -> None:
        """The virtual time goes on from where it was left, never from before it."""
        if saved is None:
            return
        if not saved["running"]:
            self.clock.restart_at(float(saved["now"]), running=False)
        elif saved["ahead"] > 1:
            self.clock.keep_ahead(float(saved["ahead"]))

    def _snapshot(self) -> dict[str, Any]:
        with self._changed:
            return {
                "serial": self._serial,
                "last_msg_id": self._last_msg_id,
                "last_push": self._last_push,
                "phones": [phone.stored() for phone in self._memory.phones.values() if phone.role != CROWD],
                "menu": self._memory.menu,
                "conditional": self._memory.conditional,
                "tags": list(self._memory.tags.items()),
                "openids": dict(self._memory.openids),
                "shelf": copy.deepcopy(self._memory.shelf),  # written to disk when the lock is open again
                "clock": {
                    "now": self.now(),
                    **{k: v for k, v in self.clock.as_json().items() if k in ("ahead", "running")},
                },
            }

    def _load(self) -> None:
        saved = self._store.load()
        try:
            phones = [Phone.restored(phone) for phone in saved["phones"]]
            self._serial, self._last_msg_id = int(saved["serial"]), int(saved["last_msg_id"])
            self._last_push = int(saved["last_push"])
            self._memory = Memory(
                {phone.id: phone for phone in phones},
                menu=saved["menu"],
                conditional=saved.get("conditional", []),  # neither is in older files
                tags={int(number): name for number, name in saved.get("tags", [])},
                openids=saved.get("openids", {}) | {phone.openid: phone.id for phone in phones},
                shelf=saved.get("shelf", {}),
            )
            self._wind(saved.get("clock"))
        except (KeyError, TypeError, ValueError):
            if saved:
                self._store.set_aside()
            self._memory = Memory()
            self._first_phones()
