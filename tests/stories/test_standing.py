"""Where people stand at the desk and at a doubt: nobody is kept there, put out of something else, or taken at old words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import event, select

from bot.kit import Kit
from bot.models import AuditLine, Dialog, Doubt, Material, Person
from bot.services.materials import desk
from bot.services.materials.frame import Frame
from tests.cast import NOON, Chat, plain
from tests.rules.mine import CONTENT, session
from tests.stories.test_materials_story import BODY, Cast, _author, _draft, _live, _owed, cast, kit

__all__ = ["cast", "kit"]


def _step(kit: Kit, phone: Chat) -> str:
    with session(kit) as db:
        stands = select(Dialog.step).join(Person, Person.id == Dialog.person_id)
        found = stands.where(Person.openid == phone.openid, Dialog.expires_at > NOON)
        return db.execute(found).scalar() or ""


def _doubt_wakes_the_desk(cast: Cast) -> None:
    for worker in cast.workers:
        worker.type("每日一题")
        worker.tap("不会")
        worker.tap("这题有问题")
    cast.safety.type("疑题")
    cast.safety.tap("1.")
    assert "没问题，接着用" in plain(cast.safety.heard)


def _verdicts(kit: Kit) -> set[str]:
    with session(kit) as db:
        return set(db.execute(select(Doubt.verdict)).scalars())


def test_who_writes_why_when_another_has_judged_is_told_so_and_let_go(cast: Cast, kit: Kit) -> None:
    _draft(kit)
    cast.author.type("材料1交审")
    cast.secretary.type("审题")
    cast.secretary.tap("退回")
    cast.safety.type("审题")
    cast.safety.tap("通过")
    assert "别人刚处理过" in cast.secretary.type("请写清楚是哪个面")
    assert _step(kit, cast.secretary) == ""
    assert "今天的题" in cast.secretary.type("每日一题")


def test_a_doubt_of_an_old_question_takes_nobody_out_of_the_next_one(cast: Cast, kit: Kit) -> None:
    worker = cast.workers[0]
    worker.type("每日一题")
    old = worker.tap("不会")
    for said in ("看不懂", "不说了", "我们面上不是这么干的"):
        worker.type("刷题")
        standing = _step(kit, worker)
        worker.tap("这题有问题", old)
        assert _step(kit, worker) == "doubts.saying"
        worker.type(said)
        assert _step(kit, worker) == standing == "quiz.answer"


def test_nobody_is_put_back_to_a_question_he_has_answered_meanwhile(cast: Cast, kit: Kit) -> None:
    worker = cast.workers[0]
    worker.type("每日一题")
    old = worker.tap("不会")
    asked = worker.type("刷题")
    worker.tap("这题有问题", old)
    worker.tap("不会", asked)
    worker.tap("这题有问题", old)
    worker.type("我们面上不是这么干的")
    assert _step(kit, worker) == ""


def test_a_reason_tapped_late_leaves_him_where_he_is(cast: Cast, kit: Kit) -> None:
    worker = cast.workers[0]
    worker.type("每日一题")
    worker.tap("不会")
    reasons = worker.tap("这题有问题")
    worker.type("刷题")
    assert "记上了" in worker.tap("看不懂", reasons)
    assert _step(kit, worker) == "quiz.answer"


def test_what_there_is_no_room_for_is_not_said_to_be_kept(cast: Cast, kit: Kit) -> None:
    worker = cast.workers[0]
    worker.type("每日一题")
    worker.tap("不会")
    doubted = worker.heard
    kept = []
    for number in range(3):
        worker.tap("这题有问题", doubted)
        heard = worker.type(f"{number}，" + "选项里两个都对，" * 11)
        kept.append("没记上" not in heard)
        assert ("记上了" in heard) == kept[-1]
    with session(kit) as db:
        note = db.execute(select(Doubt.note)).scalar_one()
    assert kept[0]
    assert not all(kept)
    assert [str(number) in note for number in range(3)] == kept


def test_what_stood_on_a_tap_further_up_is_not_meant_by_words_said_later(cast: Cast, kit: Kit) -> None:
    _doubt_wakes_the_desk(cast)
    cast.safety.type("帮助")
    cast.safety.type("没问题")
    assert _verdicts(kit) == {""}


def test_a_label_typed_right_under_its_tap_does_what_the_tap_does(cast: Cast, kit: Kit) -> None:
    _doubt_wakes_the_desk(cast)
    cast.safety.type("没问题")
    assert _verdicts(kit) == {"right"}


def test_a_label_typed_opens_the_window_as_any_words_do(cast: Cast, kit: Kit) -> None:
    _doubt_wakes_the_desk(cast)
    with session(kit) as db:
        db.query(Person).filter_by(openid=cast.safety.openid).one().window_until = NOON - timedelta(days=1)
    cast.safety.type("没问题，接着用")
    with session(kit) as db:
        until = db.query(Person).filter_by(openid=cast.safety.openid).one().window_until
    assert until > NOON


def test_five_hundred_drafts_are_listed_and_handed_in_with_the_statements_of_a_few(cast: Cast, kit: Kit) -> None:
    def write(first: int, count: int) -> None:
        with session(kit) as db:
            author = _author(db)
            bodies = [{**BODY, "stem": f"本矿第{first + n}个工作面超前支护不得少于多少米？"} for n in range(count)]
            to = {"frame": Frame.of(CONTENT), "unit_id": author.unit_id, "author": author.alias, "now": NOON}
            desk.write_many(db, "question", bodies, **to)  # type: ignore[arg-type]

    counted: list[str] = []

    def count(*args: Any) -> None:
        counted.append(args[2])

    event.listen(kit.database.engine, "before_cursor_execute", count)
    write(1, 5)
    counted.clear()
    assert "5 份草稿都交上去了" in cast.author.type("草稿都交审")
    few = len(counted)
    write(6, 500)
    assert "您出的 505 份" in cast.author.type("我出的")
    counted.clear()
    assert "500 份草稿都交上去了" in cast.author.type("草稿都交审")
    assert len(counted) < few + 20
    with session(kit) as db:
        assert {state for (state,) in db.execute(select(Material.state))} == {desk.IN_REVIEW}
        assert db.query(AuditLine).filter_by(act="materials.submitted").count() == 505


def test_the_author_hears_once_that_a_piece_was_taken_away(cast: Cast, kit: Kit) -> None:
    _live(kit, cast)
    cast.secretary.type("材料1下线")
    cast.secretary.type("材料1下线")
    assert sum("下线了" in each for each in _owed(kit, cast.author)) == 1


def test_what_others_wrote_lately_hides_nothing_of_his(cast: Cast, kit: Kit) -> None:
    _live(kit, cast)
    with session(kit) as db:
        author = _author(db)
        bodies = [{**BODY, "stem": f"本矿第{n}个工作面超前支护不得少于多少米？"} for n in range(1000)]
        to = {"frame": Frame.of(CONTENT), "unit_id": author.unit_id, "author": "operator", "now": NOON + timedelta(1)}
        desk.write_many(db, "question", bodies, **to)  # type: ignore[arg-type]
    assert "您出的 1 份" in cast.author.type("我出的")
    assert "本单位在用的 1 份" in cast.author.type("在用的题")
