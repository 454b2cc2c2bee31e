"""Template messages: the template, the person, the values, the news of the end, and the account's own collection."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from wechatpy.exceptions import WeChatClientException

from .account import Account, peer
from .conftest import Bot, World

CONTENT = "{{first.DATA}}\n任务：{{thing1.DATA}}\n截止：{{time2.DATA}}\n进度：{{phrase3.DATA}}\n{{remark.DATA}}"
DATA = {"thing1": {"value": "今日一题"}, "time2": {"value": "2026-01-02 09:00"}, "phrase3": {"value": "未完成"}}


class Office:
    """An account, its bot, and one template of its own."""

    def __init__(self, world: World, **options: Any) -> None:
        self.simulator, self.bot = world.pair(**options)
        self.bot.answer = lambda _message: None
        self.account = Account(self.simulator)
        self.template = self.made("学习任务提醒", CONTENT)

    def made(self, title: str, content: str, **more: Any) -> str:
        return str(self.simulator.post("templates", title=title, content=content, **more)["template_id"])

    def send(self, **changed: Any) -> Any:
        body = {"touser": self.account.openid(), "template_id": self.template, "data": DATA} | changed
        return self.account.post("message/template/send", **{k: v for k, v in body.items() if v is not None})

    def code(self, **changed: Any) -> int:
        return int(self.send(**changed).get("errcode", 0))

    def with_value(self, key: str, value: Any) -> Any:
        """Sent with a template of that one parameter."""
        return self.send(template_id=self.made("试", f"值：{{{{{key}.DATA}}}}"), data={key: {"value": value}})

    def cards(self, phone: str = "p1") -> list[dict[str, Any]]:
        return [bubble for bubble in self.simulator.chat(phone) if bubble["side"] == "account"]

    def ends(self, bot: Bot | None = None) -> list[tuple[int, str, str]]:
        self.account.forward(60)
        self.simulator.settle()
        events = [each for each in (bot or self.bot).messages if each._data.get("Event") == "TEMPLATESENDJOBFINISH"]
        return [(each.id, each.status, each.source) for each in events]


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def test_the_card_stands_on_the_phone_and_the_end_is_told(office: Office) -> None:
    sent = office.send(url="http://127.0.0.1/h5", miniprogram={"appid": "wx0123456789abcdef", "pagepath": "index?a=b"})
    assert (sent["errcode"], sent["errmsg"]) == (0, "ok")
    (bubble,) = office.cards()
    assert (bubble["kind"], bubble["pushed"], bubble["sender"]) == ("template", True, "account")
    assert bubble["card"] == {
        "title": "学习任务提醒",
        "lines": [["任务", "今日一题"], ["截止", "2026-01-02 09:00"], ["进度", "未完成"]],
        "url": "http://127.0.0.1/h5",
        "appid": "wx0123456789abcdef",
        "path": "index?a=b",
    }
    assert office.ends() == [(sent["msgid"], "success", office.account.openid())]
    assert sent["msgid"] > 2**53
    assert "<MsgID>" in office.bot.xmls[-1]


def test_what_used_to_open_and_close_a_template_is_dropped_in_silence(office: Office) -> None:
    assert (
        office.code(data=DATA | {"first": {"value": "您好"}, "remark": {"value": "谢谢"}, "else": {"value": "x"}}) == 0
    )
    assert [name for name, _ in office.cards()[0]["card"]["lines"]] == ["任务", "截止", "进度"]


def test_a_template_must_be_there_and_of_this_family(office: Office) -> None:
    notice = office.made("会议通知", "会议：{{thing1.DATA}}", kind="subscription")
    assert office.code(template_id=notice) == 40037
    assert office.code(template_id="x" * 43) == 40037
    assert office.code(template_id="short") == 40036
    assert office.code(template_id=None) == 40036
    assert office.code(template_id=["x"]) == 40036


def test_whom_it_reaches(office: Office) -> None:
    assert office.code(touser=None) == 41009
    assert office.code(touser="oNOBODY") == 40003
    assert office.code(touser=office.account.openid("p2")) == 43004
    office.account.code("tags/members/batchblacklist", openid_list=[office.account.openid()])
    assert office.code() == 43019
    office.account.code("tags/members/batchunblacklist", openid_list=[office.account.openid()])
    office.simulator.phone("settings", template_id=office.template, on=False)
    assert office.code() == 43101
    office.simulator.phone("settings", template_id=office.template, on=True)
    assert office.code() == 0
    office.simulator.phone("unfollow")
    assert office.code() == 43004
    assert len(office.cards()) == 1


def test_who_turned_off_receiving_shows_only_at_the_end(office: Office) -> None:
    office.simulator.phone("refuse", on=True)
    sent = office.send()
    assert sent["errcode"] == 0
    assert office.cards() == []
    assert office.ends() == [(sent["msgid"], "failed:user block", office.account.openid())]


def test_a_failure_can_be_ordered(office: Office) -> None:
    office.simulator.post("faults", endpoint="template/finish", kind="errcode", person="p1")
    first, second = office.send(), office.send()
    assert [status for _, status, _ in office.ends()] == ["failed: system failed", "success"]
    assert len(office.cards()) == 1
    assert first["msgid"] < second["msgid"]


def test_a_fault_of_all_interfaces_is_no_failure_of_the_message(office: Office) -> None:
    office.simulator.post("faults", endpoint="*", kind="errcode", errcode=-1, times=2)
    assert office.code() == -1
    office.simulator.post("faults", endpoint="template/finish", kind="sleep")  # not what can be ordered here
    assert office.code() == -1
    assert office.code() == 0
    assert [status for _, status, _ in office.ends()] == ["success"]


def test_the_same_id_is_sent_once_in_ten_minutes_and_again_after_them(office: Office) -> None:
    sent = office.send(client_msg_id="MSG_1")
    assert office.send(client_msg_id="MSG_1") == sent
    assert office.send(client_msg_id="MSG_2")["msgid"] != sent["msgid"]
    office.simulator.phone("follow", phone="p2")
    office.simulator.settle()
    assert office.send(client_msg_id="MSG_1", touser=office.account.openid("p2"))["msgid"] != sent["msgid"]
    assert (len(office.cards()), len(office.cards("p2"))) == (2, 1)
    office.account.forward(599 - 5)
    assert office.send(client_msg_id="MSG_1") == sent
    office.account.forward(60)
    assert office.send(client_msg_id="MSG_1")["msgid"] > sent["msgid"]
    assert len(office.cards()) == 3


def test_an_answer_that_was_lost_can_be_asked_for_again(office: Office) -> None:
    office.simulator.post("faults", endpoint="cgi-bin/message/template/send", kind="drop_after")
    with pytest.raises(requests.RequestException):
        office.send(client_msg_id="MSG_1")
    assert office.code(client_msg_id="MSG_1") == 0
    assert len(office.cards()) == 1


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", ["字" * 20, "a1，!"], ["字" * 21, "两\n行"]),
        ("phrase2", ["已完成"], ["六个汉字太长", "done", "完成1"]),
        ("character_string3", ["A-1_/x" * 5], ["a" * 33, "汉字"]),
        ("number4", ["12", "-3.5"], ["12个", "1,000", "1" * 33, "１２"]),
        ("letter5", ["abcXYZ"], ["abc1"]),
        (
            "time6",
            ["15:01", "2026年1月2日 15:01", "2026-01-02 09:00", "09:00~10:30"],
            ["25:00", "明天", "2026-13-01 09:00"],
        ),
        ("date7", ["2026年1月2日", "2026-01-02", "2026-01-02 09:00"], ["2026-01", "09:00", "今天"]),
        ("amount8", ["￥12.50", "100元", "3"], ["一百元", "$$5", "12345678901"]),
        ("phone_number9", ["13800000000", "+86-0353-0000000"], ["电话", "1" * 18]),
        ("name10", ["示例工友", "Zhang San"], ["十一个汉字的名字真的很长", "a" * 21, "张3"]),
        ("car_number11", ["晋A8Z888"], ["晋A8Z88888888"]),
        ("const12", ["重要"], ["字" * 21]),
        ("symbol13", ["★"], ["a", "！！！！！！"]),
        ("keyword1", ["字" * 100], ["两\n行"]),
    ],
)
def test_a_value_fits_its_kind(office: Office, key: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert office.with_value(key, value)["errcode"] == 0, value
    for value in bad:
        refused = office.with_value(key, value)
        assert refused["errcode"] == 47003, value
        assert refused["errmsg"].startswith(f"argument invalid! data.{key}.value invalid rid: ")


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        "x",
        {"thing1": "x"},
        DATA | {"thing1": {"value": 5}},
        DATA | {"thing1": {"value": ""}},
        DATA | {"thing1": {}},
    ],
    ids=str,
)
def test_every_value_must_be_there_and_be_text(office: Office, data: Any) -> None:
    assert office.code(data=data) == 47003


def test_values_may_be_cut_instead(office: Office) -> None:
    office.simulator.post("switches", template_values="cut")
    assert office.code(data=DATA | {"thing1": {"value": "字" * 30}, "phrase3": {"value": "两\n行"}}) == 47003
    assert office.code(data=DATA | {"thing1": {"value": "字\n" * 15}}) == 0
    assert office.cards()[0]["card"]["lines"][0][1] == "字 " * 10


def test_colours_are_shown_where_the_switch_says_so(office: Office) -> None:
    red = DATA | {"thing1": {"value": "今日一题", "color": "#FF0000"}}
    assert office.code(data=red) == 0
    assert "colours" not in office.cards()[0]["card"]
    office.simulator.post("switches", template_colour="shown")
    assert office.code(data=red) == 0
    assert office.cards()[1]["card"]["colours"] == ["#FF0000", "", ""]


def test_where_a_card_may_lead(office: Office) -> None:
    assert office.code(url="http://127.0.0.1/" + "a" * 1024) == 40039
    assert office.code(url="ftp://127.0.0.1/") == 40048
    assert office.code(url=7) == 47001
    assert office.code(miniprogram={"appid": "nobody", "pagepath": "p"}) == 40013


@pytest.mark.parametrize(
    ("kind", "code"), [("subscription", 48001), ("subscription_certified", 48001), ("service", 48001), ("test", 0)]
)
def test_only_some_accounts_have_templates(world: World, kind: str, code: int) -> None:
    assert Office(world, account=kind).code() == code


# -- the collection ---------------------------------------------------------------------------------------------------


def test_a_template_is_taken_from_the_library_listed_and_thrown_away(office: Office) -> None:
    account = office.account
    names = ["截止时间", "任务名称"]
    made = account.post("template/api_add_template", template_id_short="TM00015", keyword_name_list=names)[
        "template_id"
    ]
    listed = account.get("template/get_all_private_template")["template_list"]
    assert [each["template_id"] for each in listed] == [office.template, made]
    assert set(listed[1]) == {"template_id", "title", "primary_industry", "deputy_industry", "content", "example"}
    assert listed[1]["content"] == "截止时间:{{time2.DATA}}\n任务名称:{{thing1.DATA}}"
    assert account.code("template/api_add_template", template_id_short="TM99999") == 40037
    assert account.code("template/api_add_template", template_id_short="TM00015", keyword_name_list=["无"]) == 47003
    assert account.code("template/del_private_template", template_id=made) == 0
    assert account.code("template/del_private_template", template_id=made) == 40037
    assert office.code(template_id=made) == 40037


def test_there_are_twenty_five_templates_at_most(office: Office) -> None:
    for number in range(24):
        office.made(f"模板{number}", CONTENT)
    assert office.simulator.refused("templates", title="再一个", content=CONTENT) == (409, "too_many_templates")
    assert office.account.code("template/api_add_template", template_id_short="TM00015") == 45026


def test_what_is_no_template(office: Office) -> None:
    for body in ({"title": "空", "content": "没有参数"}, {"title": " ", "content": CONTENT}, {"title": "缺"}):
        assert office.simulator.refused("templates", **body)[0] == 400
    assert office.simulator.refused("templates", title="错", content=CONTENT, kind="letter") == (400, "bad_field")
    kept = office.simulator.get("templates")
    assert [(each["kind"], each["title"]) for each in kept["templates"]] == [("template", "学习任务提醒")]
    assert len(kept["once"]) == 43


def test_the_industry_is_set_once_a_month(office: Office) -> None:
    account = office.account
    assert account.code("template/api_set_industry", industry_id1="1", industry_id2="999") == 40102
    assert account.code("template/api_set_industry", industry_id1="34", industry_id2="10") == 0
    assert account.get("template/get_industry") == {
        "primary_industry": {"first_class": "政府与公共事业", "second_class": "学术科研"},
        "secondary_industry": {"first_class": "教育", "second_class": "培训"},
    }
    assert account.code("template/api_set_industry", industry_id1="1", industry_id2="4") == 43100
    account.forward(32 * 86400)
    assert account.code("template/api_set_industry", industry_id1="1", industry_id2="4") == 0


def test_templates_survive_a_restart(world: World, store: Any) -> None:
    office = Office(world, store=store)
    sent = office.send(client_msg_id="MSG_1")
    office.simulator.settle()
    again = Account(world.simulator("http://127.0.0.1:9/wechat", store=store))
    body = {"touser": again.openid(), "template_id": office.template, "data": DATA, "client_msg_id": "MSG_1"}
    assert again.post("message/template/send", **body)["msgid"] == sent["msgid"]


def test_the_independent_client_reads_it_all(office: Office) -> None:
    client = peer(office.simulator)
    told = client.message.send_template(office.account.openid(), office.template, DATA, url="http://127.0.0.1/h5")
    assert told["msgid"]
    with pytest.raises(WeChatClientException, match=r"data\.thing1\.value"):
        client.message.send_template(office.account.openid(), office.template, DATA | {"thing1": {"value": "字" * 21}})


def test_the_end_is_told_though_the_simulator_restarted_before(world: World, store: Any) -> None:
    office = Office(world, store=store)
    office.simulator.post("clock", running=False)
    sent = office.send()
    office.simulator.settle()
    office.simulator = world.simulator(office.simulator.get("state")["account"]["webhook"], store=store)
    office.account = Account(office.simulator)
    assert office.ends() == [(sent["msgid"], "success", office.account.openid())]
    assert len(office.ends()) == 1
