"""A crowd of followers with a bot that asks one question: what they do follows from their habits, their seed and the bot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from bot.simulator import assemble
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.control.box import Box
from bot.simulator.crowd import Crowd
from bot.simulator.crowd.__main__ import crowd as command
from bot.simulator.crowd.deciding import Act
from bot.simulator.crowd.habits import habits
from bot.simulator.phones.model import Bubble
from tests.simulator.conftest import Bot, World, settings

BEIJING = ZoneInfo("Asia/Shanghai")
MONDAY_FOUR = datetime(2026, 11, 23, 4, 0, tzinfo=BEIJING).timestamp()
DAY = 86400.0
STEM = "示例题：下面哪个是红色的？"
KEPT = 6


def tap(label: str, says: str) -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(says)}&msgmenuid=1">{label}</a>'


QUESTION = "\n".join(
    (
        "今天的题 · 第1题（单选）",
        STEM,
        "",
        *(
            tap(f"{letter}. {words}", f"11月23日第1题选{letter}")
            for letter, words in zip("ABC", ("葡萄", "苹果", "青椒"), strict=True)
        ),
        "",
        tap("不会，看答案", "11月23日第1题看答案"),
    )
)
RIGHT = f"答对了！您选的是B。\n\n{tap('再来一题', '再来一题')}"
WRONG = f"这次没答对。\n正确答案：B. 苹果\n\n{tap('再来一题', '再来一题')}\n{tap('收到', '收到')}"


RIGHT_WAYS = {"B", "b", "Ｂ", "选B", "第二个", "2", "11月23日第1题选B"}
WRONG_WAYS = {
    shape.format(*each)
    for each in (("A", "a", "Ａ", "一", 1), ("C", "c", "Ｃ", "三", 3))
    for shape in ("{0}", "{1}", "{2}", "选{0}", "第{3}个", "{4}", "11月23日第1题选{0}")
}


def teacher(message: Any) -> str | None:
    """The same answer to the same message, whoever says it."""
    said = getattr(message, "content", "")
    if message.type == "event":
        return f"您好\n{tap('每日一题', '每日一题')}" if message.event == "subscribe" else None
    if said in RIGHT_WAYS:
        return RIGHT
    return WRONG if said in WRONG_WAYS else QUESTION


@dataclass
class Town:
    """A box with a crowd in it and a bot behind it."""

    box: Box
    crowd: Crowd
    bot: Bot
    diary: list[tuple[int, int, Act]] = field(default_factory=list)


def town(world: World, people: int = 30, *, seed: int = 7, webhook: str = "", **options: Any) -> Town:
    bot, address = world.bot()
    bot.answer = teacher
    clock = Clock()
    clock.restart_at(MONDAY_FOUR, running=False)
    box = assemble(settings(), webhook=webhook or address, clock=clock, chance=Chance(seed), chat_kept=KEPT)
    diary: list[tuple[int, int, Act]] = []
    crowd = Crowd(box, people=people, seed=seed, tell=lambda *deed: diary.append(deed), **options)
    return Town(box, crowd, bot, diary)


def lived(world: World, people: int = 30, *, days: float = 1.0, **options: Any) -> Town:
    found = town(world, people, **options)
    found.crowd.follow_all()
    found.crowd.live_until(MONDAY_FOUR + days * DAY)
    return found


def test_the_same_seed_gives_the_same_plan_twice_and_another_seed_another(world: World) -> None:
    once, again, other = lived(world), lived(world), lived(world, seed=8)
    assert len(once.diary) > 50
    assert once.diary == again.diary
    assert once.crowd.report().plan == again.crowd.report().plan != other.crowd.report().plan


def test_everybody_follows_and_all_kinds_of_people_do_what_people_do(world: World) -> None:
    found = lived(world, 60)
    told = found.crowd.report()
    assert told.people == 60 <= told.acts["follow"]
    assert told.messages == len(found.bot.messages)
    assert told.failures == {}
    assert 0 < told.silent_people < 60
    assert told.right > told.wrong > 0
    assert {"say", "tap", "press"} <= set(told.acts)
    assert told.virtual_until - told.virtual_from == DAY
    assert told.memory_mb is None or told.memory_mb > 0


def test_taps_are_taps_on_links_of_bubbles_they_received(world: World) -> None:
    found = town(world)
    found.box.world.switches.set("tap_menu_id", "sent")
    found.crowd.follow_all()
    found.crowd.live_until(MONDAY_FOUR + DAY)
    acts = Counter(act.doing for _, _, act in found.diary)
    assert sum("<bizmsgmenuid>" in xml for xml in found.bot.xmls) == acts["tap"] + 2 * acts["twice"] > 0


def test_nobody_looks_at_his_phone_at_work_or_asleep(world: World) -> None:
    found = lived(world, days=2)
    known, people = habits(), found.crowd.people
    acts = [(person, minute) for person, minute, act in found.diary if minute > MONDAY_FOUR / 60 + 1]
    assert acts
    assert all(people[person].may_look(known, minute) for person, minute in acts)


def test_no_shift_lets_anybody_look_while_he_works() -> None:
    for name, shift in habits().shifts.items():
        for start, end in shift.reachable:
            assert shift.works is None or end <= shift.works[0] or shift.works[1] <= start, name


def test_crews_change_over_weekly_and_everybody_rests_one_day_in_seven(world: World) -> None:
    found, known = town(world), habits()
    rotating = next(p for p in found.crowd.people if len(known.patterns[p.pattern].shifts) == 3)
    monday = date(2026, 11, 23)
    weeks = [[rotating.shift(known, monday + timedelta(days=7 * week + day)) for day in range(7)] for week in range(4)]
    rest = known.shifts["rest"]
    assert [week.count(rest) for week in weeks] == [1, 1, 1, 1]
    worked = [next(shift for shift in week if shift is not rest) for week in weeks]
    assert len({shift.works for shift in worked}) == 3
    assert worked[3] is worked[0]


def test_who_leaves_comes_back_after_days(world: World) -> None:
    found = town(world, 12)
    for person in found.crowd.people:
        person.manner = habits().manner("leaves_and_returns")
    found.crowd.follow_all()
    found.crowd.live_until(MONDAY_FOUR + 6 * DAY)
    left = {person for person, _, act in found.diary if act.doing == "leave"}
    follows = Counter(person for person, _, act in found.diary if act.doing == "follow")
    assert left
    assert {person for person, times in follows.items() if times > 1} <= left
    assert any(follows[person] > 1 for person in left)


def test_a_silent_crowd_follows_and_says_no_more(world: World) -> None:
    found = lived(world, 40, silent=1.0)
    assert {act.doing for _, _, act in found.diary} == {"follow"}
    assert found.crowd.report().silent_people == 40


def test_a_chat_keeps_its_last_bubbles_only(world: World) -> None:
    found = lived(world, 10, days=3)
    assert max(len(person.phone.chat) for person in found.crowd.people) == KEPT


def test_a_storm_is_answered_to_the_last_man(world: World) -> None:
    found = town(world, 50)
    found.crowd.follow_all()
    found.crowd.storm(50)
    assert found.crowd.tally.storms[0]["people"] == found.crowd.tally.storms[0]["replies"] == 50
    assert found.crowd.report().answers == 50


def test_danger_is_spoken_of_only_when_asked_for(world: World) -> None:
    found = lived(world)
    words = habits().words["danger"]
    assert not [act for _, _, act in found.diary if act.text in words]
    found.crowd.shout(3)
    assert sum(act.text in words for _, _, act in found.diary) == 3


def test_who_is_pushed_a_message_looks_at_it_when_he_may(world: World) -> None:
    found = town(world)
    found.crowd.follow_all()
    for person in found.crowd.people:
        found.box.world.add_bubble(person.phone, Bubble(0, "account", "text", f"开会\n{tap('收到', '收到')}", 0))
    found.crowd.live_until(MONDAY_FOUR + DAY)
    received = [(minute, act) for _, minute, act in found.diary if act.text == "收到"]
    assert found.crowd.report().pushes_seen == 30
    assert len(received) > 10


def test_a_bot_that_answers_nonsense_is_told_of(world: World) -> None:
    found = town(world, 10)
    found.bot.answer = lambda _message: b"nonsense"
    found.crowd.follow_all()
    assert found.crowd.report().failures == {"not_xml": 10}


def test_a_bot_that_is_not_there_loses_every_message(world: World) -> None:
    found = town(world, 5, webhook="http://127.0.0.1:9/wechat")
    found.crowd.follow_all()
    assert found.crowd.report().failures == {"lost": 5}


def test_messages_to_which_nothing_is_said_are_counted(world: World) -> None:
    found = town(world, 5)
    found.bot.answer = lambda _message: None
    found.crowd.follow_all()
    told = found.crowd.report()
    assert (told.unanswered, told.failures) == (5, {})


def test_a_bot_that_says_it_could_not_is_counted_as_wrong(world: World) -> None:
    found = town(world, 4)
    found.bot.answer = lambda _message: "这会儿人多，刚才那句没来得及办。\n请过半分钟再发一遍，之前的记录都在。"
    found.crowd.follow_all()
    assert found.crowd.report().failures == {"wrong": 4}


def test_what_one_was_told_others_know_and_the_skilled_get_it_right(world: World) -> None:
    found = lived(world, days=3)
    answers = [act.text for _, _, act in found.diary if act.asked == STEM]
    assert sum(each in RIGHT_WAYS for each in answers) > 0.55 * len(answers) > 10


def test_a_bot_whose_time_nobody_moves_is_driven_at_the_machines(world: World) -> None:
    bot, address = world.bot()
    bot.answer = teacher
    box = assemble(settings(), webhook=address, clock=Clock(), chance=Chance(7), chat_kept=KEPT)
    crowd = Crowd(box, people=15, seed=7, travels=False)
    crowd.follow_all()
    crowd.live_until(crowd.tally.now + DAY)
    told = crowd.report()
    assert told.messages == len(bot.messages) > 20
    assert max(message.create_time for message in bot.messages).timestamp() < told.virtual_until - DAY / 2


def test_a_crowd_never_writes_to_a_bot_in_public() -> None:
    drill = CliRunner().invoke(command, ["--webhook", "https://mine.example.com/wechat", "--people", "1"])
    assert drill.exit_code == 1
    assert "127.0.0.1" in drill.output
