"""Menus by role on the account: pushed beside the default one, followed by people's tags, and never without a way back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import content
from bot.cli.menu import Pushed, push_menu
from bot.config import Settings
from bot.db import Database
from bot.models import Person
from bot.services import people
from bot.simulator import create
from bot.wechat import menu, tags
from bot.wechat.client import PlatformClient, connect
from bot.wechat.errors import PlatformError
from content.menu import Menu
from content.problem import ContentProblem
from tests.cast import NOON, StillClock, account
from tests.conftest import CONTENT
from tests.simulator.conftest import Simulator, served

MENU = CONTENT.menu
TAGS = {"worker": "工友", "member": "党员", "secretary": "支部书记"}
THEIRS = {"button": [{"type": "click", "name": "老菜单", "key": "OLD"}]}


@dataclasses.dataclass
class Office:
    """The platform in a box, our database, and the operator at his keyboard."""

    settings: Settings
    database: Database
    simulator: Simulator
    folder: Path
    clock: StillClock

    def push(self) -> Pushed:
        return push_menu(self.settings, self.database, self.folder)

    @property
    def client(self) -> PlatformClient:
        return connect(self.settings.wechat, self.database, self.clock)

    def follow(self, *phones: str) -> None:
        """These phones follow, and the bot has met them, each of another audience."""
        for phone in phones:
            self.simulator.phone("follow", phone=phone)
        self.simulator.settle()
        with self.database.write() as connection:
            for phone in phones:
                people.meet(connection, self.openid(phone), now=NOON)

    def openid(self, phone: str) -> str:
        return str(self.simulator.get(f"phones/{phone}")["openid"])

    def becomes(self, phone: str, kind: str, **more: Any) -> None:
        his = update(Person).where(Person.openid == self.openid(phone)).values(tag=kind, **more)
        with self.database.write() as connection:
            connection.execute(his)

    def sync(self) -> int:
        return tags.sync_tags(self.client, self.database, NOON)

    def worn(self, phone: str) -> list[str]:
        names = {tag["id"]: tag["name"] for tag in self.client.get("tags/get")["tags"]}
        return [names[tag] for tag in self.simulator.get(f"phones/{phone}")["tags"]]

    def shown(self, phone: str) -> list[Any]:
        return menu._keys(self.simulator.get(f"phones/{phone}/menu")["menu"])

    def calls(self, endpoint: str) -> int:
        return int(self.simulator.get("calls")["counts"].get(f"cgi-bin/{endpoint}", 0))


@pytest.fixture
def open_office(
    sqlite_url: str, open_database: Callable[[str], Database], tmp_path: Path, clock: StillClock
) -> Iterator[Callable[..., Office]]:
    with ExitStack() as stack:

        def open_one(kind: str = "service_certified") -> Office:
            chosen = account(account=kind) | {"server": {"public_url": "http://127.0.0.1:9"}}
            url = stack.enter_context(served(create(Settings(**chosen))))
            simulator = Simulator(url)
            stack.callback(simulator.session.close)
            chosen["wechat"]["api_base_url"] = f"{url}/api"
            return Office(Settings(**chosen), open_database(sqlite_url), simulator, tmp_path / "kept", clock)

        yield open_one


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    return open_office()


def ours(audience: str) -> list[Any]:
    return menu._keys(menu.for_platform(MENU.of(audience)))


def test_each_audience_sees_its_own_menu(office: Office) -> None:
    office.follow("p1", "p2")
    office.becomes("p1", "secretary")
    pushed = office.push()
    assert (pushed.variants, pushed.tagged, pushed.refused, pushed.kept) == (3, 1, None, None)
    assert (office.shown("p1"), office.shown("p2")) == (ours("secretary"), ours("guest"))
    assert (office.worn("p1"), office.worn("p2")) == (["支部书记"], [])


def test_a_second_push_changes_nothing(office: Office) -> None:
    office.push()
    before = office.client.get("menu/get")
    assert office.push().kept is None
    assert office.client.get("menu/get") == before
    assert (office.calls("menu/addconditional"), office.calls("tags/create")) == (3, 3)


def test_older_menus_of_ours_are_replaced_and_those_of_others_stay(office: Office) -> None:
    client = office.client
    made = client.post("tags/create", data={"tag": {"name": "工友"}})["tag"]["id"]
    other = client.post("tags/create", data={"tag": {"name": "访客"}})["tag"]["id"]
    client.post("menu/create", data=THEIRS)
    for tag in (made, made, other):
        client.post("menu/addconditional", data={**THEIRS, "matchrule": {"tag_id": str(tag)}})
    pushed = office.push()
    left = [int(each["matchrule"]["tag_id"]) for each in menu.conditional(client)]
    assert left.count(made) == 1
    assert left.count(other) == 1
    assert len(left) == 4
    assert pushed.kept is not None
    kept = json.loads(pushed.kept.read_text("utf-8"))
    assert kept["selfmenu_info"]["button"][0]["name"] == "老菜单"
    assert len(kept["conditionalmenu"]) == 3


@pytest.mark.parametrize(("kind", "said"), [("service", True), ("subscription_certified", False), ("test", False)])
def test_without_the_right_to_tags_the_default_menu_stands(
    open_office: Callable[..., Office], kind: str, said: bool
) -> None:
    office = open_office(kind)
    pushed = office.push()
    assert isinstance(pushed.refused, PlatformError) is said
    assert pushed.variants == (0 if said else 3)
    assert menu._keys(office.simulator.get("menu")["menu"]) == ours("guest")


def test_a_refusal_half_way_leaves_the_default_menu_and_the_next_push_mends_it(office: Office) -> None:
    office.simulator.post("faults", endpoint="cgi-bin/menu/addconditional", kind="errcode", errcode=65309)
    pushed = office.push()
    assert isinstance(pushed.refused, PlatformError)
    assert pushed.refused.code == 65309
    assert menu._keys(office.simulator.get("menu")["menu"]) == ours("guest")
    assert office.push().variants == 3
    assert len(menu.conditional(office.client)) == 3


def test_people_are_told_of_when_they_change_and_only_then(office: Office) -> None:
    office.follow("p1", "p2")
    office.push()
    assert office.sync() == 0
    office.becomes("p1", "worker")
    office.becomes("p2", "guest")
    assert (office.sync(), office.worn("p1"), office.worn("p2")) == (1, ["工友"], [])
    office.becomes("p1", "member")
    assert (office.sync(), office.worn("p1")) == (1, ["党员"])
    office.becomes("p1", "guest")
    assert (office.sync(), office.worn("p1")) == (1, [])
    before = office.calls("tags/members/batchtagging")
    assert (office.sync(), office.calls("tags/members/batchtagging")) == (0, before)


def test_fifty_are_told_of_at_once(office: Office) -> None:
    phones = [office.simulator.post("phones", name=f"工友{n}")["id"] for n in range(51)]
    office.follow(*phones)
    with office.database.write() as connection:
        connection.execute(update(Person).values(tag="worker"))
    assert office.sync() == 51
    assert office.calls("tags/members/batchtagging") == 2


def test_one_whom_the_platform_does_not_know_spoils_it_for_nobody(office: Office) -> None:
    office.follow("p1")
    with office.database.write() as connection:
        people.meet(connection, "oNOBODY", now=NOON)
        connection.execute(update(Person).values(tag="worker"))
    assert office.sync() == 2
    assert office.worn("p1") == ["工友"]
    assert office.sync() == 0


def test_a_failure_half_way_keeps_what_was_told(office: Office) -> None:
    office.follow("p1", "p2")
    office.becomes("p1", "member")
    office.becomes("p2", "worker")
    office.simulator.post("faults", endpoint="cgi-bin/tags/members/batchtagging", kind="errcode", errcode=45009)
    with pytest.raises(PlatformError):
        office.sync()
    assert office.sync() == 2
    assert (office.worn("p1"), office.worn("p2")) == (["党员"], ["工友"])


def test_who_left_and_came_back_is_told_of_again(office: Office) -> None:
    office.follow("p1")
    office.becomes("p1", "worker")
    assert office.sync() == 1
    office.simulator.phone("unfollow")
    office.becomes("p1", "worker", followed=False)
    assert office.sync() == 0
    office.simulator.phone("follow")
    office.becomes("p1", "worker", followed=True)
    assert (office.sync(), office.worn("p1")) == (1, ["工友"])
    with office.database.read() as connection:
        assert connection.execute(select(Person.tagged)).scalar_one() == "worker"


def test_the_menu_file_has_a_menu_for_each_audience() -> None:
    assert {kind: variant.tag for kind, variant in MENU.variants.items()} == TAGS
    assert MENU.of("guest") == MENU.of("nobody") == MENU.buttons


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("[worker]", "[stranger]", "menu_unknown_audience"),
        ('tag = "党员"', 'tag = "工友"', "menu_tag"),
        ('tag = "党员"', 'tag = ""', "menu_tag"),
        ("[[button]]", "[[worker.button]]", "menu_one_to_three"),
    ],
)
def test_a_menu_nobody_can_be_shown_is_refused(tmp_path: Path, before: str, after: str, reason: str) -> None:
    text = (content.HERE / "menu.toml").read_text("utf-8")
    file = tmp_path / "menu.toml"
    text = text.replace(before, after).replace("[[worker.", "[[stranger." if after == "[stranger]" else "[[worker.")
    if before == "[[button]]":
        text = '[worker]\ntag = "x"\n'
    file.write_text(text, "utf-8")
    with pytest.raises(ContentProblem) as problem:
        Menu.read(file)
    assert problem.value.reason == reason
    assert f"content.{reason}" in CONTENT.say


def test_everybody_finds_the_way_to_ask_in_his_menu_and_a_secretary_his_desk() -> None:
    shown = {who: [each.action for top in MENU.of(who) for each in (top, *top.buttons)] for who in ("", *TAGS)}
    assert all("ask.ask" in actions for actions in shown.values()), shown
    assert [who for who, actions in shown.items() if "desk.manage" in actions] == ["secretary"]
