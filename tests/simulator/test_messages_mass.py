"""Mass messages: to whom, how many, never twice, and what is told of them at the end."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from wechatpy.exceptions import WeChatClientException

from .account import AMR, JPEG, MP4, PNG, Account, peer
from .conftest import World

COUNTS = ("TotalCount", "FilterCount", "SentCount", "ErrorCount")


class Hall:
    """An account whose two phones both follow it."""

    def __init__(self, world: World, **options: Any) -> None:
        self.simulator, self.bot = world.pair(**options)
        self.bot.answer = lambda _message: None
        self.simulator.phone("follow", phone="p2")
        self.simulator.settle()
        self.bot.forget()
        self.account = Account(self.simulator)
        self.both = [self.account.openid(), self.account.openid("p2")]
        self.texts = 0

    def text(self) -> dict[str, Any]:
        """A text nobody was sent before."""
        self.texts += 1
        return {"msgtype": "text", "text": {"content": f"第{self.texts}期"}}

    def send(self, **changed: Any) -> Any:
        return self.account.post("message/mass/send", **({"touser": self.both} | self.text() | changed))

    def to_all(self, *, to_all: bool = True, **changed: Any) -> Any:
        chosen = {"filter": {"is_to_all": to_all}} if to_all else {}
        return self.account.post("message/mass/sendall", **(chosen | self.text() | changed))

    def ends(self, seconds: float = 60) -> list[dict[str, Any]]:
        self.account.forward(seconds)
        self.simulator.settle()
        return [each._data for each in self.bot.messages if each._data.get("Event") == "MASSSENDJOBFINISH"]

    def counts(self, seconds: float = 60) -> tuple[int, ...]:
        last = self.ends(seconds)[-1]
        return tuple(int(last[name]) for name in COUNTS)

    def state(self, msg_id: object) -> Any:
        return self.account.post("message/mass/get", msg_id=msg_id)

    def masses(self, phone: str = "p1") -> list[dict[str, Any]]:
        return [bubble for bubble in self.simulator.chat(phone) if bubble["mass"]]


@pytest.fixture
def hall(world: World) -> Hall:
    return Hall(world)


def test_it_goes_out_and_its_counts_are_told(hall: Hall) -> None:
    hall.simulator.post("clock", running=False)
    told = hall.send()
    assert (told["errcode"], told["errmsg"]) == (0, "send job submission success")
    assert "msg_data_id" not in told
    assert hall.state(told["msg_id"]) == {"msg_id": told["msg_id"], "msg_status": "SENDING"}
    assert hall.masses() == []
    (end,) = hall.ends()
    assert (int(end["MsgID"]), end["Status"], end["FromUserName"]) == (told["msg_id"], "send success", "mphelper")
    assert hall.counts() == (2, 2, 2, 0)
    assert set(end) >= {"CopyrightCheckResult", "ArticleUrlResult"}
    for phone in ("p1", "p2"):
        (bubble,) = hall.masses(phone)
        assert (bubble["text"], bubble["pushed"]) == ("第1期", True)
    assert hall.state(told["msg_id"])["msg_status"] == "SEND_SUCCESS"
    assert hall.state(str(told["msg_id"]))["msg_status"] == "SEND_SUCCESS"


def test_to_everybody_or_to_a_tag(hall: Hall) -> None:
    tag = hall.account.tag("党员")
    hall.account.code("tags/members/batchtagging", openid_list=hall.both[:1], tagid=tag)
    assert hall.to_all()["errcode"] == 0
    assert hall.counts() == (2, 2, 2, 0)
    assert hall.to_all(to_all=False, filter={"is_to_all": False, "tag_id": tag})["errcode"] == 0
    assert hall.counts() == (1, 1, 1, 0)
    assert (len(hall.masses()), len(hall.masses("p2"))) == (2, 1)
    assert hall.to_all(filter={"is_to_all": False, "tag_id": 999})["errcode"] == 45159
    assert hall.to_all(filter={"group_id": tag})["errcode"] == 45159  # as wechatpy still writes it
    assert hall.to_all(filter={"is_to_all": "true"})["errcode"] == 40035
    assert hall.to_all(filter={})["errcode"] == 40035


def test_two_up_to_ten_thousand_people(hall: Hall) -> None:
    one, other = hall.both
    assert hall.send(touser=[one])["errcode"] == 40130
    assert hall.send(touser=one)["errcode"] == 40130
    assert hall.send(touser=[f"o{n}" for n in range(10_001)])["errcode"] == 40032
    assert hall.send(touser=["oNOBODY", "oNOBODY2"])["errcode"] == 40003
    assert hall.send(touser=[one, 5])["errcode"] == 40003
    assert hall.send(touser=[one, other, "oNOBODY"])["errcode"] == 0
    assert hall.counts() == (3, 3, 2, 1)
    assert hall.send(touser=[f"o{n}" for n in range(9_998)] + hall.both)["errcode"] == 0
    assert hall.counts() == (10_000, 10_000, 2, 9_998)


def test_who_does_not_want_it_is_passed_over(hall: Hall) -> None:
    hall.simulator.phone("refuse", on=True)
    assert hall.send()["errcode"] == 0
    assert hall.counts() == (2, 1, 1, 0)
    hall.simulator.phone("refuse", on=False)
    hall.account.code("tags/members/batchblacklist", openid_list=hall.both[:1])
    assert hall.send()["errcode"] == 0
    assert hall.counts() == (2, 1, 1, 0)
    hall.account.code("tags/members/batchunblacklist", openid_list=hall.both[:1])
    hall.simulator.phone("unfollow", phone="p2")
    assert hall.send()["errcode"] == 0
    assert hall.counts() == (2, 2, 1, 1)
    assert (len(hall.masses()), len(hall.masses("p2"))) == (1, 2)


def test_nobody_gets_more_than_four_in_a_month(hall: Hall) -> None:
    hall.simulator.post("clock", until={"days": 1, "time": "09:00"})
    hall.account.refresh()
    for _ in range(4):
        assert hall.send()["errcode"] == 0
    hall.ends(10)
    assert hall.send()["errcode"] == 0  # accepted, and reaches nobody
    assert hall.counts(10) == (2, 0, 0, 0)
    assert len(hall.masses()) == 4
    hall.simulator.phone("follow", phone=hall.simulator.post("phones", name="新来的（示例）", role="worker")["id"])
    hall.simulator.settle()
    assert hall.to_all()["errcode"] == 0
    assert hall.counts(10) == (3, 1, 1, 0)
    hall.account.forward(32 * 86400)
    assert hall.send()["errcode"] == 0
    assert hall.counts(10) == (2, 2, 2, 0)


def test_everybody_at_once_is_four_times_a_month(hall: Hall) -> None:
    hall.simulator.post("clock", until={"days": 1, "time": "09:00"})
    hall.account.refresh()
    assert [hall.to_all().get("errcode") for _ in range(5)] == [0, 0, 0, 0, 45028]
    assert hall.send()["errcode"] == 0
    hall.account.forward(32 * 86400)
    assert hall.to_all()["errcode"] == 0


def test_a_subscription_account_has_one_success_a_day(world: World) -> None:
    hall = Hall(world, account="subscription_certified")
    hall.simulator.post("clock", until={"days": 1, "time": "09:00"})
    hall.account.refresh()
    assert hall.send()["errcode"] == 48001  # not by a list
    hall.simulator.post("faults", endpoint="mass/finish", kind="errcode", errcode=10001)
    assert hall.to_all()["errcode"] == 0
    assert hall.ends(60)[-1]["Status"] == "err(10001)"
    assert hall.to_all()["errcode"] == 0  # the one before was no success
    assert hall.to_all()["errcode"] == 45028
    assert hall.counts() == (2, 2, 2, 0)
    for _ in range(6):
        hall.simulator.post("clock", until={"days": 1, "time": "09:00"})
        hall.account.refresh()
        assert hall.to_all()["errcode"] == 0
    assert hall.counts() == (2, 2, 2, 0)  # no four a month here


def test_a_second_time_is_the_first_one_told_again(hall: Hall) -> None:
    first = hall.send(clientmsgid="notice-1")
    assert hall.send(clientmsgid="notice-1")["errcode"] == 45066
    hall.account.forward(61)
    again = hall.send(clientmsgid="notice-1", text={"content": "别的"})
    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    assert hall.send(clientmsgid="notice-1")["errcode"] == 45066  # asked too soon once more
    hall.account.forward(24 * 3600)
    fresh = hall.send(clientmsgid="notice-1")
    assert (fresh["errcode"], fresh["msg_id"] > first["msg_id"]) == (0, True)
    assert hall.counts() == (2, 2, 2, 0)
    assert len(hall.masses()) == 2
    assert hall.send(clientmsgid="长" * 22)["errcode"] == 45067
    assert hall.send(clientmsgid="a" * 64)["errcode"] == 0
    assert hall.send(clientmsgid=7)["errcode"] == 47001


def test_without_an_id_the_same_words_to_the_same_people_are_the_same(hall: Hall) -> None:
    same = {"text": {"content": "停产检修通知"}}
    first = hall.send(**same)
    hall.account.forward(61)
    assert (hall.send(**same)["errcode"], hall.send(touser=[*hall.both, "oNOBODY"], **same)["errcode"]) == (45065, 0)
    assert hall.to_all(**same)["errcode"] == 0
    hall.account.forward(24 * 3600)
    assert hall.send(**same)["msg_id"] > first["msg_id"]


def test_an_answer_that_was_lost_is_found_again(hall: Hall) -> None:
    hall.simulator.post("faults", endpoint="cgi-bin/message/mass/send", kind="drop_after")
    with pytest.raises(requests.RequestException):
        hall.send(clientmsgid="notice-1")
    hall.account.forward(61)
    again = hall.send(clientmsgid="notice-1")
    assert again["errcode"] == 45065
    assert hall.state(again["msg_id"])["msg_status"] == "SEND_SUCCESS"
    assert len(hall.masses()) == 1


def test_what_was_refused_is_not_remembered(hall: Hall) -> None:
    assert hall.send(clientmsgid="notice-1", text={"content": ""})["errcode"] == 44004
    assert hall.send(clientmsgid="notice-1")["errcode"] == 0


def test_failures_can_be_ordered(hall: Hall) -> None:
    hall.simulator.post("faults", endpoint="mass/finish", kind="errcode", person="p2")
    hall.send()
    assert hall.counts() == (2, 2, 1, 1)
    hall.simulator.post("faults", endpoint="mass/finish", kind="errcode", errcode=-1)
    told = hall.send()
    assert hall.ends()[-1]["Status"] == "send fail"
    assert hall.counts() == (2, 2, 0, 2)
    assert hall.state(told["msg_id"])["msg_status"] == "SEND_FAIL"
    hall.simulator.post("faults", endpoint="mass/finish", kind="errcode", errcode=20004)
    hall.send()
    assert hall.ends()[-1]["Status"] == "err(20004)"
    assert (len(hall.masses()), len(hall.masses("p2"))) == (1, 0)


def test_a_protected_account_waits_for_its_administrator(hall: Hall) -> None:
    hall.simulator.post("switches", mass_protection="on")
    told = hall.send()
    assert hall.ends(1000) == []
    assert hall.state(told["msg_id"])["msg_status"] == "SENDING"
    (waiting,) = hall.simulator.get("mass")["mass"]
    assert (waiting["msg_id"], waiting["status"]) == (told["msg_id"], "SENDING")
    hall.simulator.post(f"mass/{told['msg_id']}/confirm")
    assert hall.counts() == (2, 2, 2, 0)
    assert hall.simulator.refused(f"mass/{told['msg_id']}/confirm") == (409, "not_waiting")
    assert hall.simulator.refused("mass/1/confirm") == (404, "no_such_job")
    late = hall.send()
    assert len(hall.ends(1790)) == 1
    end = hall.ends(20)[-1]
    assert (int(end["MsgID"]), end["Status"]) == (late["msg_id"], "err(40002)")
    assert hall.state(late["msg_id"])["msg_status"] == "SEND_FAIL"
    assert len(hall.ends(3600)) == 2
    assert len(hall.masses()) == 1


def test_a_preview_goes_to_one_person_at_once(hall: Hall) -> None:
    say = {"msgtype": "text", "text": {"content": "先给我看看"}}
    told = hall.account.post("message/mass/preview", touser=hall.both[0], **say)
    assert (told["errcode"], told["errmsg"]) == (0, "preview success")
    assert hall.account.code("message/mass/preview", towxname="p2", touser=hall.both[0], **say) == 0
    assert [len(hall.masses(phone)) for phone in ("p1", "p2")] == [1, 1]
    assert hall.account.code("message/mass/preview", towxname="nobody", **say) == 40132
    assert hall.account.code("message/mass/preview", touser="oNOBODY", **say) == 40003
    assert hall.account.code("message/mass/preview", **say) == 41009
    picture = hall.account.upload("media/upload", PNG, type="image")["media_id"]
    one = {"touser": hall.both[0], "msgtype": "image", "image": {"media_id": picture}}
    assert hall.account.code("message/mass/preview", **one) == 0
    assert hall.masses()[-1]["kind"] == "image"
    hall.simulator.phone("unfollow")
    assert hall.account.code("message/mass/preview", touser=hall.both[0], **say) == 43004


def test_every_kind_goes_out(hall: Hall) -> None:
    pictures = [hall.account.upload("media/upload", PNG, type="image")["media_id"] for _ in range(2)]
    voice = hall.account.upload("media/upload", AMR, type="voice")["media_id"]
    film = hall.account.upload("media/upload", MP4, type="video")["media_id"]
    cover = hall.account.upload("material/add_material", JPEG, type="thumb")["media_id"]
    articles = [{"title": f"学习{n}", "content": "正文", "thumb_media_id": cover} for n in range(2)]
    draft = hall.account.post("draft/add", articles=articles)["media_id"]
    told = hall.send(msgtype="mpnews", mpnews={"media_id": draft}, send_ignore_reprint=0)
    assert told["msg_data_id"]
    end = hall.ends()[-1]
    assert end["ArticleUrlResult"]["Count"] == "2"
    assert [each["ArticleIdx"] for each in end["ArticleUrlResult"]["ResultList"]["item"]] == ["1", "2"]
    assert hall.send(msgtype="image", images={"media_ids": pictures, "recommend": ""})["errcode"] == 0
    assert hall.send(msgtype="voice", voice={"media_id": voice})["errcode"] == 0
    assert (
        hall.send(msgtype="mpvideo", mpvideo={"media_id": film, "title": "班前会", "description": "井口"})["errcode"]
        == 0
    )
    hall.ends()
    assert [bubble["kind"] for bubble in hall.masses()] == ["news", "image", "image", "voice", "video"]
    assert [each["title"] for each in hall.masses()[0]["articles"]] == ["学习0", "学习1"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "hologram"}, 40008),
        ({"msgtype": None}, 40008),
        ({"msgtype": "wxcard", "wxcard": {"card_id": "c"}}, 48008),
        ({"msgtype": "mpnews", "mpnews": {"media_id": "nobody's"}}, 40007),
        ({"msgtype": "mpnews"}, 41006),
        ({"msgtype": "image", "image": {"media_id": "nobody's"}}, 41006),  # as wechatpy still writes it
        ({"msgtype": "image", "images": {"media_ids": ["nobody's"]}}, 40007),
        ({"msgtype": "voice", "voice": {}}, 41006),
        ({"msgtype": "text", "text": {"content": "长" * 700}}, 45002),
        ({"send_ignore_reprint": 2}, 40035),
    ],
    ids=str,
)
def test_what_does_not_go_out(hall: Hall, body: dict[str, Any], code: int) -> None:
    assert hall.send(**body)["errcode"] == code


def test_only_articles_and_films_can_be_withdrawn(hall: Hall) -> None:
    film = hall.account.upload("media/upload", MP4, type="video")["media_id"]
    words = hall.send()["msg_id"]
    sent = hall.send(msgtype="mpvideo", mpvideo={"media_id": film, "title": "班前会"})["msg_id"]
    hall.ends()
    assert hall.account.code("message/mass/delete", msg_id=words) == 40008
    assert hall.account.code("message/mass/delete", msg_id=1) == 40059
    assert hall.account.code("message/mass/delete", msg_id=sent, article_idx="x") == 40035
    assert hall.account.code("message/mass/delete", msg_id=sent, article_idx=0) == 0
    assert hall.state(sent)["msg_status"] == "DELETE"
    assert len(hall.masses()) == 2  # the cards stay where they are
    assert hall.state(1)["errcode"] == 40059


def test_the_speed_is_set_and_read(hall: Hall) -> None:
    assert hall.account.code("message/mass/speed/get") == 45084
    assert hall.account.code("message/mass/speed/set", speed=5) == 45083
    assert hall.account.code("message/mass/speed/set", speed=3) == 0
    assert hall.account.post("message/mass/speed/get") == {"speed": 3, "realspeed": 30}


def test_how_often_it_may_be_asked(hall: Hall) -> None:
    hall.simulator.post("clock", running=False)
    codes = [hall.send(touser=[])["errcode"] for _ in range(61)]
    assert codes == [40130] * 60 + [45011]
    hall.account.forward(61)
    codes = [hall.send(touser=[])["errcode"] for _ in range(41)]
    assert codes == [40130] * 40 + [45009]


@pytest.mark.parametrize("kind", ["subscription", "service", "test"])
def test_some_accounts_have_no_mass_messages(world: World, kind: str) -> None:
    hall = Hall(world, account=kind)
    assert (hall.send()["errcode"], hall.to_all()["errcode"]) == (48001, 48001)
    assert hall.account.code("message/mass/preview", touser=hall.both[0], **hall.text()) == 48001


def test_a_job_survives_a_restart(world: World, store: Any) -> None:
    hall = Hall(world, store=store)
    hall.simulator.post("switches", mass_protection="on")
    told = hall.send(clientmsgid="notice-1")
    hall.simulator.settle()
    second, _ = world.simulator("http://127.0.0.1:9/wechat", store=store), None
    again = Account(second)
    second.post("clock", forward=120)
    again.refresh()
    body = {"touser": hall.both, "msgtype": "text", "text": {"content": "x"}, "clientmsgid": "notice-1"}
    assert again.post("message/mass/send", **body)["msg_id"] == told["msg_id"]
    second.post("clock", forward=1800)
    again.refresh()
    assert again.post("message/mass/get", msg_id=told["msg_id"])["msg_status"] == "SEND_FAIL"  # nobody confirmed


def test_the_independent_client_reads_it_all(hall: Hall) -> None:
    client = peer(hall.simulator)
    told = client.message.send_mass_text(hall.both, "停产检修通知", client_msg_id="check-1")
    client.post("message/mass/speed/set", data={"speed": 1})
    hall.account.forward(61)
    client = peer(hall.simulator)
    with pytest.raises(WeChatClientException) as caught:
        client.message.send_mass_text(hall.both, "停产检修通知", client_msg_id="check-1")
    assert (caught.value.errcode, caught.value.response.json()["msg_id"]) == (45065, told["msg_id"])
    assert client.message.get_mass(told["msg_id"])["msg_status"] == "SEND_SUCCESS"
    (event,) = [each for each in hall.bot.messages if each._data.get("Event") == "MASSSENDJOBFINISH"]
    assert (event.id, event.total_count, event.filter_count, event.sent_count) == (told["msg_id"], 2, 2, 2)


def test_what_was_on_its_way_goes_out_after_a_restart(world: World, store: Any) -> None:
    hall = Hall(world, store=store)
    hall.simulator.post("clock", running=False)
    hall.send()
    hall.simulator.settle()
    hall.simulator = world.simulator(hall.simulator.get("state")["account"]["webhook"], store=store)
    hall.account = Account(hall.simulator)
    assert hall.counts() == (2, 2, 2, 0)
    assert [bubble["text"] for bubble in hall.masses()] == ["第1期"]
