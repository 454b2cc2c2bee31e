"""One-line forms: what stands beside the word, however mangled, comes through as a fact."""

from __future__ import annotations

import pytest

from bot.understanding import Understanding
from tests.conftest import CONTENT

UNDERSTANDING = Understanding(CONTENT)
ROWS: list[tuple[str, str, dict[str, str]]] = [
    # Who: number and name, in either order, with anything or nothing between.
    ("绑定 100001 张三", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("绑定１０００２３李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定100023李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定：100023，李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定-100023-李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定/100023/李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定+100023+李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定　100023　李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定\n100023\n李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定 李四 100023", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定李四100023", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("綁定 100023 李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定 工号100023 姓名李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定 工号：100023 姓名：李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定工号100023李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定 我是李四 工号100023", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("绑定 100023 欧阳春晓", "joining.bind", {"staff_no": "100023", "name": "欧阳春晓"}),
    ("绑定 100023 买买提·阿不都", "joining.bind", {"staff_no": "100023", "name": "买买提·阿不都"}),
    ("绑定 0100023 李四", "joining.bind", {"staff_no": "0100023", "name": "李四"}),
    ("绑定 张三", "joining.bind", {"name": "张三"}),
    ("绑定，张三", "joining.bind", {"name": "张三"}),
    ("绑定 100001", "joining.bind", {"staff_no": "100001"}),
    ("绑定100001", "joining.bind", {"staff_no": "100001"}),
    ("绑工号 100001 张三", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("注册 100001 张三", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("认证 张三 100001", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("100001 张三 绑定", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("张三 100001 绑定", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("100001张三绑定", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("绑\u200b定 100001 张三", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("绑 定 100001 张三", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("100023 李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("100023李四", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("李四100023", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("李四，100023", "joining.bind", {"staff_no": "100023", "name": "李四"}),
    ("我是综采一队的张三工号100001", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("我叫张三，工号100001", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("工号100001，张三", "joining.bind", {"staff_no": "100001", "name": "张三"}),
    ("俺是掘进二队的王铁柱，工号是300518", "joining.bind", {"staff_no": "300518", "name": "王铁柱"}),
    # A check-in, in his own words.
    ("打卡 今天带新工人走了一遍避灾路线", "pledges.check_in", {"text": "今天带新工人走了一遍避灾路线"}),
    ("打卡：今天带新工人", "pledges.check_in", {"text": "今天带新工人"}),
    ("打卡，今天把支架都查了", "pledges.check_in", {"text": "今天把支架都查了"}),
    ("打卡今天检修完把工具都归位了", "pledges.check_in", {"text": "今天检修完把工具都归位了"}),
    ("打卡\n今天带徒弟", "pledges.check_in", {"text": "今天带徒弟"}),
    ("打卡　今天带徒弟", "pledges.check_in", {"text": "今天带徒弟"}),
    ("打 卡 今天带徒弟", "pledges.check_in", {"text": "今天带徒弟"}),
    ("打卡 俺今天帮老周顶了个班嘞", "pledges.check_in", {"text": "俺今天帮老周顶了个班嘞"}),
    ("打卡 今日幫助新工人２名", "pledges.check_in", {"text": "今日幫助新工人２名"}),
    ("打卡 “敲帮问顶”做到了", "pledges.check_in", {"text": "“敲帮问顶”做到了"}),
    ("记一笔 今天替老周顶了个班", "pledges.check_in", {"text": "今天替老周顶了个班"}),
    ("打个卡 今天三处全查了", "pledges.check_in", {"text": "今天三处全查了"}),
    ("打卡 今天检查了三台灭火器", "pledges.check_in", {"text": "今天检查了三台灭火器"}),
    ("补卡 昨天", "pledges.make_up", {"text": "昨天"}),
    ("補卡 11月3號夜班", "pledges.make_up", {"text": "11月3號夜班"}),
    # What to practise.
    ("专项 瓦斯", "quiz.topic", {"topic": "瓦斯"}),
    ("专项：瓦斯", "quiz.topic", {"topic": "瓦斯"}),
    ("专项，顶板", "quiz.topic", {"topic": "顶板"}),
    ("专项顶板", "quiz.topic", {"topic": "顶板"}),
    ("瓦斯专项", "quiz.topic", {"topic": "瓦斯"}),
    ("瓦斯 专项", "quiz.topic", {"topic": "瓦斯"}),
    ("機電專項", "quiz.topic", {"topic": "机电"}),
    ("專項 瓦斯", "quiz.topic", {"topic": "瓦斯"}),
    ("专项 透水", "quiz.topic", {"topic": "防治水"}),
    ("专项 冲击地压", "quiz.topic", {"topic": "冲击地压"}),
    ("专项：一通三防", "quiz.topic", {"topic": "通风"}),
    ("专项 触电急救", "quiz.topic", {"topic": "机电"}),
    ("专项 党章", "quiz.topic", {"topic": "党章"}),
    ("专项 煤层气", "quiz.topic", {"topic": "煤层气"}),
    ("来几道防治水的", "quiz.topic", {"topic": "防治水"}),
    ("来几道防治水的题", "quiz.topic", {"topic": "防治水"}),
    ("来几道瓦斯题", "quiz.topic", {"topic": "瓦斯"}),
    ("练顶板的题", "quiz.topic", {"topic": "顶板"}),
    ("练顶板", "quiz.topic", {"topic": "顶板"}),
    ("练练冒顶片帮的题", "quiz.topic", {"topic": "顶板"}),
    ("只做机电的题", "quiz.topic", {"topic": "机电"}),
    ("来点放炮的题", "quiz.topic", {"topic": "爆破"}),
    ("光做通风的题", "quiz.topic", {"topic": "通风"}),
    ("俺想学点自救器的知识", "quiz.topic", {"topic": "避险自救"}),
    ("我开绞车的 给我来点运输的题", "quiz.topic", {"topic": "运输"}),
    ("给我出几道工伤的题呗", "quiz.topic", {"topic": "工伤"}),
    ("灭火方面的题有没有", "quiz.topic", {"topic": "防灭火"}),
    # Sign-in codes.
    ("签到 K7M2", "activities.sign_in", {"code": "K7M2"}),
    ("签到K7M2", "activities.sign_in", {"code": "K7M2"}),
    ("签到 k7m2", "activities.sign_in", {"code": "K7M2"}),
    ("签到 ｋ７m ２", "activities.sign_in", {"code": "K7M2"}),
    ("签到Ｋ７Ｍ２", "activities.sign_in", {"code": "K7M2"}),
    ("签到k7 m2", "activities.sign_in", {"code": "K7M2"}),
    ("签到 K-7-M-2", "activities.sign_in", {"code": "K7M2"}),
    ("签到：K7M2。", "activities.sign_in", {"code": "K7M2"}),
    ("簽到 K7M2", "activities.sign_in", {"code": "K7M2"}),
    ("签到码K7M2", "activities.sign_in", {"code": "K7M2"}),
    ("签到码 K7M2", "activities.sign_in", {"code": "K7M2"}),
    ("K7M2 签到", "activities.sign_in", {"code": "K7M2"}),
    ("k7m2签到", "activities.sign_in", {"code": "K7M2"}),
    ("签到 K7M2 火灾演练", "activities.sign_in", {"code": "K7M2"}),
    ("我到了 签到码是k7m2", "activities.sign_in", {"code": "K7M2"}),
    ("签到 3306", "activities.sign_in", {"code": "3306"}),
    # Receipts.
    ("查询 7F3K-2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("查询7F3K-2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("查询 7f3k-2q", "reports.query", {"code": "7F3K-2Q"}),
    ("查询7f3k2q", "reports.query", {"code": "7F3K-2Q"}),
    ("查询　７Ｆ３Ｋ－２Ｑ", "reports.query", {"code": "7F3K-2Q"}),
    ("查询 ７ｆ３ｋ ２ｑ到哪了", "reports.query", {"code": "7F3K-2Q"}),
    ("查询 7F3K 2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("查询 7F3K—2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("查询 7F3K_2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("查询：7F3K-2QPM", "reports.query", {"code": "7F3K-2QPM"}),
    ("查詢 7F3K-2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("查询 7F3K-2Q 瓦斯探头那条", "reports.query", {"code": "7F3K-2Q"}),
    ("查一下7F3K2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("帮我查一下 7f3k-2q 到哪一步了", "reports.query", {"code": "7F3K-2Q"}),
    ("回执码7F3K-2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("回执 7f3k2q", "reports.query", {"code": "7F3K-2Q"}),
    ("7F3K-2Q", "reports.query", {"code": "7F3K-2Q"}),
    ("7f3k-2q", "reports.query", {"code": "7F3K-2Q"}),
    ("查寻 7F3K-2Q", "reports.query", {"code": "7F3K-2Q"}),
    # Rooms.
    ("擂台 3482", "contests.enter", {"room": "3482"}),
    ("擂台 ３４８２", "contests.enter", {"room": "3482"}),
    ("擂台3482", "contests.enter", {"room": "3482"}),
    ("3482擂台", "contests.enter", {"room": "3482"}),
    ("进擂台3482", "contests.enter", {"room": "3482"}),
    ("擂臺：3482", "contests.enter", {"room": "3482"}),
    ("进房间 3306", "contests.enter", {"room": "3306"}),
    ("房间号 8812", "contests.enter", {"room": "8812"}),
    ("房间8812", "contests.enter", {"room": "8812"}),
    # Shifts, by name and by hour.
    ("班次 夜班", "shifts.show", {"shift": "night"}),
    ("班次：夜班", "shifts.show", {"shift": "night"}),
    ("班次零点班", "shifts.show", {"shift": "zero"}),
    ("班次改成四点班", "shifts.show", {"shift": "swing"}),
    ("班次 早班", "shifts.show", {"shift": "morning"}),
    ("班次 八点班", "shifts.show", {"shift": "morning"}),
    ("班次 8点班", "shifts.show", {"shift": "morning"}),
    ("班次 中班", "shifts.show", {"shift": "swing"}),
    ("班次 四點班", "shifts.show", {"shift": "swing"}),
    ("班次 六点班", "shifts.show", {"shift": "six"}),
    ("班次 十二点班", "shifts.show", {"shift": "twelve"}),
    ("班次 十八点班", "shifts.show", {"shift": "eighteen"}),
    ("班次 长白班", "shifts.show", {"shift": "day"}),
    ("班次 休班", "shifts.show", {"shift": "rest"}),
    ("我上夜班", "shifts.show", {"shift": "night"}),
    ("改成早班", "shifts.show", {"shift": "morning"}),
    ("我是四点班", "shifts.show", {"shift": "swing"}),
    ("零点班", "shifts.show", {"shift": "zero"}),
    ("俺倒夜班了", "shifts.show", {"shift": "night"}),
    ("额换到早班了，给额改改", "shifts.show", {"shift": "morning"}),
    ("这礼拜八点班", "shifts.show", {"shift": "morning", "when": "this_week"}),
    ("下周倒中班了，班次改一下", "shifts.show", {"shift": "swing", "when": "next_week"}),
    ("明儿我上零点班", "shifts.show", {"shift": "zero", "when": "tomorrow"}),
    ("班次 明天夜班", "shifts.show", {"shift": "night", "when": "tomorrow"}),
    # Hours, where only one can be meant.
    ("提醒 晚上八点", "reminders.show", {"at": "20:00"}),
    ("提醒 19:30", "reminders.show", {"at": "19:30"}),
    ("提醒：下午五点半", "reminders.show", {"at": "17:30"}),
    ("提醒 早上六点一刻", "reminders.show", {"at": "06:15"}),
    ("提醒 二十一点", "reminders.show", {"at": "21:00"}),
    ("提醒 中午十二点", "reminders.show", {"at": "12:00"}),
    ("每天下午五点半提醒我", "reminders.show", {"at": "17:30"}),
    ("七点提醒我", "reminders.show", {}),
    ("提醒 七点", "reminders.show", {}),
    # Words kept as they were written.
    ("问 工伤咋认定", "ask.ask", {"text": "工伤咋认定"}),
    ("问一问：夜班津贴有规定没", "ask.ask", {"text": "夜班津贴有规定没"}),
    ("问 瓦斯到多少撤人？", "ask.ask", {"text": "瓦斯到多少撤人？"}),
    ("反映 澡堂水不热", "reports.say", {"text": "澡堂水不热"}),
    ("反映：加班費沒給", "reports.say", {"text": "加班費沒給"}),
    ("隐患 三号皮带机尾护栏松了", "reports.hazard", {"text": "三号皮带机尾护栏松了"}),
    ("隐患：人行道盖板少一块", "reports.hazard", {"text": "人行道盖板少一块"}),
    ("隐患 ３号联络巷Ｕ型棚变形", "reports.hazard", {"text": "３号联络巷Ｕ型棚变形"}),
    ("建议 夜班食堂加个热汤", "reports.suggest", {"text": "夜班食堂加个热汤"}),
    ("困难 老人住院花销大", "reports.hardship", {"text": "老人住院花销大"}),
    ("承诺 本月带2名新工人考过岗位应知应会", "pledges.pledge", {"text": "本月带2名新工人考过岗位应知应会"}),
    ("承諾：全年不違章", "pledges.pledge", {"text": "全年不違章"}),
    ("我承诺每月查两条隐患", "pledges.pledge", {"text": "每月查两条隐患"}),
    ("我承諾這個月不三違", "pledges.pledge", {"text": "這個月不三違"}),
    ("发通知 明天下午三点主题党日", "notices.send", {"text": "明天下午三点主题党日"}),
    ("發通知：周五停電檢修", "notices.send", {"text": "周五停電檢修"}),
    (
        "发通知 各位党员，本周五下午三点半开会。请互相转告！",
        "notices.send",
        {"text": "各位党员，本周五下午三点半开会。请互相转告！"},
    ),
    ("请假 当班", "activities.excuse", {"text": "当班"}),
    ("請假，孩子發燒", "activities.excuse", {"text": "孩子發燒"}),
    ("请假 瓦斯检查工培训我去不了", "activities.excuse", {"text": "瓦斯检查工培训我去不了"}),
    ("目标 三违 3", "goals.show", {"text": "三违 3"}),
    ("报名 周六义务劳动", "activities.sign_up", {"text": "周六义务劳动"}),
    ("见证 老周说到做到", "pledges.witness", {"text": "老周说到做到"}),
    ("创新 皮带清扫器加个弹簧", "innovation.propose", {"text": "皮带清扫器加个弹簧"}),
    ("议事 班车时间咋定", "opinions.gather", {"text": "班车时间咋定"}),
    ("难题 回风巷底鼓老治不住", "problems.tackle", {"text": "回风巷底鼓老治不住"}),
]
NO_FACTS = [
    "绑定亲情号要多少钱",
    "绑定手机咋弄",
    "签到处那棵树砍了",
    "打卡了一家羊肉汤馆",
    "专项附加扣除咋填",
    "班次太少等不到公交",
    "他提醒我带伞",
    "qwe123",
    "我妹夫的号是13800000000",
    "今天下了3306吨煤",
]


@pytest.mark.parametrize(("said", "action", "args"), ROWS, ids=[row[0] for row in ROWS])
def test_a_line_says_everything_at_once(said: str, action: str, args: dict[str, str]) -> None:
    understood = UNDERSTANDING.said(said)
    assert (understood.action, dict(understood.args)) == (action, args)


@pytest.mark.parametrize("said", NO_FACTS)
def test_a_word_with_something_else_behind_it_is_no_line(said: str) -> None:
    assert UNDERSTANDING.said(said).action == ""


def test_there_are_as_many_rows_as_a_good_engine_keeps() -> None:
    assert len(ROWS) >= 150


@pytest.mark.parametrize(
    "said", ["绑定 100001 张三", "专项 瓦斯", "签到 k7 m2", "班次 夜班", "打卡 今天查了支架", "打卡今天查了支架"]
)
def test_the_form_of_a_word_beats_a_waiting_step(said: str) -> None:
    assert UNDERSTANDING.said(said).exact


@pytest.mark.parametrize("said", ["100023 李四", "7F3K-2Q", "我上夜班", "来几道瓦斯题", "看看通知", "跳过"])
def test_what_is_only_a_sentence_leaves_a_waiting_step_alone(said: str) -> None:
    assert not UNDERSTANDING.said(said).exact
