"""The control interface and the page: phones, what survives, who may come in."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest
import requests
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response as PlainResponse

from bot.simulator import create

from .conftest import PATIENCE_SECONDS, World, served, settings

SIMULATOR = Path(__file__).parents[2] / "bot" / "simulator"
NOBODY = "http://127.0.0.1:9/wechat"


def test_two_phones_stand_ready_and_more_can_be_added(world: World) -> None:
    simulator = world.simulator(NOBODY)
    ready = simulator.get("phones")["phones"]
    assert [(p["id"], p["name"], p["role"], p["following"]) for p in ready] == [
        ("p1", "老周（示例）", "worker", False),
        ("p2", "小吴（示例）", "member", False),
    ]
    added = simulator.post("phones", name="书记", role="secretary")
    assert added["id"] == "p3"
    simulator.post("phones/p3", name="老书记")
    assert simulator.get("phones/p3")["name"] == "老书记"
    openids = [phone["openid"] for phone in simulator.get("phones")["phones"]]
    assert len({openid[:6] for openid in openids}) == 1
    assert len(set(openids)) == 3


def test_a_stranger_cannot_write(world: World) -> None:
    simulator, _bot = world.pair(following=False)
    assert simulator.refused("phones/p1/say", text="在吗") == (409, "not_following")
    simulator.phone("follow")
    assert simulator.refused("phones/p1/follow") == (409, "already_following")
    simulator.phone("unfollow")
    assert simulator.refused("phones/p1/unfollow") == (409, "not_following")
    assert simulator.refused("phones/nobody/say", text="在吗") == (404, "no_such_phone")


def test_a_misspelt_request_is_refused_by_name(world: World) -> None:
    simulator, _bot = world.pair()
    for path, body in (
        ("phones/p1/say", {}),
        ("phones/p1/say", {"text": ""}),
        ("phones/p1/say", {"text": 3}),
        ("phones/p1/say", {"text": "好", "at_onec": True}),
        ("phones/p1/send", {"kind": "dance"}),
        ("phones/p1/tap", {"label": "x", "bubble": "1"}),
        ("faults", {"kind": "dance"}),
    ):
        assert simulator.refused(path, **body) == (400, "bad_field")


def test_a_restart_keeps_phones_chats_menu_and_openids(world: World, store: Path) -> None:
    simulator, bot = world.pair(store=store)
    simulator.post("phones", name="书记")
    simulator.post("menu", button=[{"type": "click", "name": "题", "key": "K"}])
    bot.answer = lambda _message: '<a href="weixin://bizmsgmenu?msgmenucontent=一&msgmenuid=1">点</a>'
    simulator.phone("say", text="在吗")
    chat, phones, menu = simulator.chat(), simulator.get("phones")["phones"], simulator.get("menu")
    ids = [message.id for message in bot.messages]

    reborn = world.simulator(simulator.get("state")["account"]["webhook"], store=store)
    drop = ("version",)
    assert [{k: v for k, v in b.items() if k not in drop} for b in reborn.chat()] == [
        {k: v for k, v in b.items() if k not in drop} for b in chat
    ]
    assert [(p["openid"], p["name"], p["following"]) for p in reborn.get("phones")["phones"]] == [
        (p["openid"], p["name"], p["following"]) for p in phones
    ]
    assert reborn.get("menu") == menu
    reborn.phone("tap", content="一", without_msg_id=False)
    reborn.settle()
    assert bot.messages[-1].id > max(ids)
    assert reborn.post("phones")["id"] == "p4"


@pytest.mark.parametrize("content", ["{not json", "[]", '{"shape": 99}', '{"shape": 1, "phones": [{"a": 1}]}'])
def test_a_spoilt_store_is_set_aside_and_play_goes_on(world: World, store: Path, content: str) -> None:
    store.write_text(content, encoding="utf-8")
    simulator = world.simulator(NOBODY, store=store)
    assert len(simulator.get("phones")["phones"]) == 2
    assert store.with_name(store.name + ".broken").read_text(encoding="utf-8") == content


def test_the_store_is_never_half_written(world: World, store: Path) -> None:
    simulator, _bot = world.pair(store=store)
    stop = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not stop.is_set():
            if store.exists():
                seen.append(len(json.loads(store.read_text("utf-8"))["phones"]))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(10):
        simulator.post("phones", name=f"{number}")
    stop.set()
    reader.join(PATIENCE_SECONDS)
    assert seen
    assert seen == sorted(seen)


def test_a_reset_starts_over_but_gives_no_id_twice(world: World) -> None:
    simulator, bot = world.pair()
    before = simulator.get("state")
    simulator.post("phones")
    simulator.post("faults", kind="html")
    simulator.phone("say", text="在吗")
    simulator.settle()
    simulator.post("reset")
    after = simulator.get("state")
    assert after["epoch"] != before["epoch"]
    assert [(p["id"], p["length"], p["following"]) for p in after["phones"]] == [("p1", 0, False), ("p2", 0, False)]
    assert after["phones"][0]["openid"] == before["phones"][0]["openid"]
    assert simulator.get("faults")["faults"] == []
    assert simulator.post("phones")["id"] == "p4"
    assert len(bot.messages) == 1


def test_state_brings_only_what_is_new_and_waits_for_it(world: World) -> None:
    simulator, bot = world.pair()
    held = threading.Event()
    bot.answer = lambda _message: "好" if held.wait(PATIENCE_SECONDS) else None
    simulator.phone("say", text="在吗")
    first = simulator.get("state", since=-1)
    assert [bubble["text"] for bubble in first["phones"][0]["news"]] == ["在吗"]
    assert first["phones"][0]["typing"]
    asked = {"since": first["version"], "epoch": first["epoch"]}
    assert simulator.get("state", **asked)["phones"][0]["news"] == []

    answers: list[list[str]] = []

    def wait() -> None:
        with requests.Session() as session:
            state = session.get(
                f"{simulator.url}/control/state", params={**asked, "wait": 10}, timeout=PATIENCE_SECONDS
            )
            answers.append([bubble["text"] for bubble in state.json()["phones"][0]["news"]])

    waiting = threading.Thread(target=wait)
    waiting.start()
    held.set()
    waiting.join(PATIENCE_SECONDS)
    simulator.settle()
    assert [text for texts in answers for text in texts] in (["好"], [])
    last = simulator.get("state", **asked)
    assert [bubble["text"] for bubble in last["phones"][0]["news"]] == ["好"]
    assert not last["phones"][0]["typing"]
    assert simulator.get("state", since=first["version"], epoch="other")["phones"][0]["news"][0]["text"] == "在吗"


def test_nobody_but_this_machine_comes_in() -> None:
    client = create(settings(), webhook=NOBODY).test_client()
    assert client.get("/").status_code == 200
    for path in ("/", "/control/phones", "/api/cgi-bin/token", "/static/main.js"):
        assert client.get(path, environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 403
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/", environ_base={"REMOTE_ADDR": "::ffff:127.0.0.1"}).status_code == 200
    assert client.get("/", headers={"Host": "[::1]:8000"}).status_code == 200
    form = client.post("/control/phones/p1/follow", data={"scene": "1"})
    assert form.status_code == 415
    assert client.post("/control/reset", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 415


def test_mounted_below_a_path_everything_is_still_found() -> None:
    simulator = create(settings(), webhook=NOBODY)
    mounted = DispatcherMiddleware(PlainResponse("outside", status=404), {"/simulator": simulator})
    with served(mounted) as url, requests.Session() as session:
        page = session.get(f"{url}/simulator/", timeout=PATIENCE_SECONDS)
        assert page.status_code == 200
        for part in ("main.js", "phone.css"):
            assert f'"/simulator/static/{part}"' in page.text
            assert session.get(f"{url}/simulator/static/{part}", timeout=PATIENCE_SECONDS).status_code == 200
        assert 'content="/simulator/control/"' in page.text
        assert session.get(f"{url}/simulator/control/phones", timeout=PATIENCE_SECONDS).status_code == 200
        assert session.get(f"{url}/simulator/api/cgi-bin/token", timeout=PATIENCE_SECONDS).json()["errcode"] == 41002


def test_the_page_has_no_inline_code_and_loads_nothing_from_elsewhere() -> None:
    page = create(settings(), webhook=NOBODY).test_client().get("/")
    text = page.get_data(as_text=True)
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<script>" not in text
    assert not re.search(r"""(src|href|action)\s*=\s*["']?(https?:)?//""", text)
    assert "'unsafe" not in page.headers["Content-Security-Policy"]


def test_code_holds_no_chinese_and_the_simulator_imports_nothing_of_the_bot_but_config() -> None:
    for file in [*SIMULATOR.rglob("*.py"), *SIMULATOR.rglob("*.js")]:
        text = file.read_text("utf-8")
        assert not [sign for sign in text if "\u4e00" <= sign <= "\u9fff"], file
        assert len(text.splitlines()) <= 300, file
        for line in text.splitlines():
            words = line.split()
            if words[:1] in (["from"], ["import"]) and words[1].startswith("bot"):
                assert words[1] == "bot.config" or line.lstrip().startswith(
                    ("from bot.simulator", "from bot import simulator", "from bot import config")
                ), (file, line)
            assert not line.startswith(("import sqlalchemy", "from sqlalchemy", "import wechatpy", "from wechatpy"))


def test_settings_that_lack_a_secret_are_refused_by_name() -> None:
    bare = settings().model_copy(update={"wechat": settings().wechat.model_copy(update={"app_id": ""})})
    with pytest.raises(ValueError, match="app_id"):
        create(bare, webhook=NOBODY)
