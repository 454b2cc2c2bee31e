"""One sound piece of each kind, to be written down whole or spoiled in one place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

GROUNDS = {"law": "示例规程", "article": "第三条", "evidence": ["甲烷浓度达到1.5%时必须停止工作"]}
QUESTION: Mapping[str, Any] = {
    "id": "gas-0001",
    "kind": "single",
    "stem": "甲烷到多少就得停工撤人？",
    "options": ["0.5%", "1.0%", "1.5%"],
    "answer": "C",
    "why": "到这个数还干，一个火花就可能引爆。",
    **GROUNDS,
    "topic": "瓦斯",
    "point": "停工撤人的浓度",
    "trades": ["采煤"],
    "level": 1,
}
LESSON: Mapping[str, Any] = {
    "id": "lesson-0001",
    "area": "safety",
    "topic": "瓦斯",
    "title": "超限就得撤人",
    "text": "便携仪一叫，先停手里的活。\n到了1.5%就断电，人往进风那边撤，喊上旁边的人一起走。\n多待一会儿，一个火花就可能把人留下，东西可以回头再拿。",
    **GROUNDS,
    "question": "gas-0001",
    "trades": ["采煤", "掘进"],
}
CASE: Mapping[str, Any] = {
    "id": "case-0001",
    "title": "便携仪响了三声",
    "topic": "瓦斯",
    "trades": ["采煤"],
    "story": [
        "夜班快下班，煤机还剩最后一刀。班长腰里的便携仪响了三声，停了一会儿又响，屏上的数一下一下慢慢往上跳，跳到了1.5。",
        "新工人说，响一下就好了，上回也响过。煤机司机看看表，说割完这一刀正好交班，再有十分钟的事。风还在吹，闻不出什么，大家都看着班长。",
    ],
    "ask": "您是班长，您会怎么做？",
    "choices": [
        {"text": "马上停机断电，带人撤", "then": "人撤到进风巷，瓦检工来查，处理完了才复工，一刀煤晚了一个班。"},
        {"text": "割完这一刀再说", "then": "煤机的火花碰上积起来的瓦斯，谁也不敢说会怎样。"},
        {"text": "把便携仪关掉接着干", "then": "不响不等于没有，数还在涨，没人知道涨到了多少。"},
    ],
    "right": "A",
    "lesson": "到了1.5%，停、断、撤，一样不能少，也一刻不能等。",
    "grounds": [GROUNDS],
    "questions": ["gas-0001"],
}
CARD: Mapping[str, Any] = {
    "id": "card-0001",
    "trade": "采煤",
    "kind": "can",
    "title": "瓦斯超限怎么撤",
    "text": "1. 停下手里的活，切断电源。\n2. 喊上同伴，一起往进风方向撤。\n3. 到安全处报调度。",
    "topic": "瓦斯",
    **GROUNDS,
}
STEP: Mapping[str, Any] = {
    "id": "secretary-0001",
    "title": "超限时书记管什么",
    "text": "人先撤出来再说别的。事后把谁在哪里、几点撤的记清楚，跟班的人一个个问到。",
    "topic": "支部工作",
    **GROUNDS,
}
EXAMPLE: Mapping[str, Any] = {
    "id": "pledge-0001",
    "text": "每班开工前带头敲帮问顶，本月一班不落",
    "category": "安全",
    "trades": ["采煤"],
    "period": "month",
    "measure": "班前记录上有签字",
    "witness": "当班班长",
}
CALENDAR = """
[mix]
safety = 7
party = 3
skill = 2
[week]
wednesday = ["case"]
[month]
exam_day = 25
exam_questions = 20
exam_pass = 80
bulletin_day = 5
pledge_day = 1
[[season]]
id = "summer"
months = [6, 7, 8]
topics = ["防治水"]
title = "雨季防淹井"
text = "雨大的时候看好地面的沟和井口，井下水变大了就撤。"
[[campaign]]
id = "june"
month = 6
title = "安全生产月"
topics = ["安全法规"]
[[festival]]
name = "中秋"
days_before = 3
text = "节前有人送月饼里夹着别的，别收，退不掉就交给支部。"
law = "示例规程"
article = "第三条"
evidence = ["甲烷浓度达到1.5%时必须停止工作"]
"""
COACH = """
[[rule]]
id = "beyond"
any = ["加班加点", "超能力"]
stops = true
says = "产量的事不能这样承诺，换成把手里的活干好的一件事。"
[[mark]]
id = "count"
any = ["每班", "每天"]
number = true
ask = "做几回？多久一回？"
"""
BULLETIN = """
[[part]]
id = "output"
title = "上月干得怎样"
ask = "写上月的产量和进尺"
most = 60
needed = true
example = "示例矿上月出煤一万吨。"
"""
LAW = {
    "title": "示例规程",
    "status": "in_force",
    "articles": [
        {
            "label": "第三条",
            "text": "甲烷浓度达到 1.5% 时必须停止\n工作，切断电源，把三十人以上的班组撤到进风侧并且逐个清点人数后报告。",
        },
        {"label": "第四条", "text": "〔|1|2|〕水泵每班检查2次。", "has_table": True},
    ],
}


def dump(table: str, *entries: Mapping[str, Any]) -> str:
    """As TOML."""
    return "\n\n".join(
        "\n".join([f"[[{table}]]", *(f"{key} = {_value(value)}" for key, value in entry.items())]) for entry in entries
    )


def write(folder: Path, name: str, text: str) -> None:
    """A file of the folder, with its own folder made."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def write_all(folder: Path) -> None:
    """One sound piece of each kind."""
    write(folder, "questions/gas.toml", dump("question", QUESTION))
    write(folder, "lessons/gas.toml", dump("lesson", LESSON))
    write(folder, "cases/gas.toml", dump("case", CASE))
    write(folder, "cards/coal.toml", dump("card", CARD))
    write(folder, "tracks/secretary.toml", dump("card", STEP))
    write(folder, "pledges/examples.toml", dump("example", EXAMPLE))
    write(folder, "pledges/coach.toml", COACH)
    write(folder, "calendar.toml", CALENDAR)
    write(folder, "bulletin.toml", BULLETIN)


def write_law(folder: Path, **changed: Any) -> Path:
    """The folder with the one law."""
    write(folder, "示例规程.json", json.dumps({**LAW, **changed}, ensure_ascii=False))
    return folder


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
