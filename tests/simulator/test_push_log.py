"""The wire log of pushes and calls: what is told of each, and command lines that do the same once more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from .conftest import APP_ID, PATIENCE_SECONDS, SECRET, Simulator, World

FIELDS = {
    "id", "way", "at", "phone", "name", "method", "url", "request", "request_clear", "status", "response", "response_clear",
    "verdict", "reason", "attempt", "push", "ms", "fault", "signature", "curl",
}  # fmt: skip


def wire(simulator: Simulator) -> list[dict[str, Any]]:
    simulator.settle()
    entries: list[dict[str, Any]] = simulator.get("wire")["wire"]
    return entries


def run(line: str, **variables: str) -> str:
    """What a shell makes of the line."""
    if shutil.which("curl") is None:
        pytest.skip("curl is missing")
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        env={**os.environ, **variables},
        check=True,
    )
    return done.stdout.decode()


def test_each_attempt_is_told_whole(world: World) -> None:
    simulator, _bot = world.pair("safe")
    simulator.post("faults", endpoint="webhook", kind="drop_after")
    simulator.phone("say", text="你好\n二行 😀")
    first, second = wire(simulator)[-2:]
    assert first.keys() == second.keys() == FIELDS
    assert (first["attempt"], first["verdict"], first["reason"], first["fault"], first["status"]) == (
        1, "lost", "broken", "drop_after", None,
    )  # fmt: skip
    assert (second["attempt"], second["verdict"], second["reason"], second["fault"], second["status"]) == (
        2, "shown", "", None, 200,
    )  # fmt: skip
    assert (second["way"], second["phone"], second["name"], second["method"]) == ("push", "p1", "text", "POST")
    assert "<Encrypt>" in second["request"]
    assert second["request_clear"].splitlines()[:2] == [
        "<xml>",
        "  <ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>",
    ]
    assert ET.fromstring(second["request_clear"]).findtext("Content") == "你好\n二行 😀"
    assert "<Encrypt>" in second["response"]
    assert "  <Content><![CDATA[你说：" in second["response_clear"]
    assert second["signature"].keys() == {"timestamp", "nonce", "signature", "msg_signature", "ok"}
    assert f"msg_signature={second['signature']['msg_signature']}" in second["url"]
    assert second["signature"]["ok"]


def test_a_verification_is_told_too_and_a_reset_forgets_everything(world: World) -> None:
    simulator, bot = world.pair(following=False)
    simulator.post("verify")
    bot.echo = lambda _text: "no"
    simulator.post("verify")
    good, bad = wire(simulator)
    assert good.keys() == FIELDS - {"push"}
    assert (good["way"], good["name"], good["method"], good["verdict"]) == ("push", "verify", "GET", "verified")
    assert (bad["verdict"], bad["reason"], bad["response"]) == ("fault", "not_echoed", "no")
    assert run(good["curl"]) == "no"
    simulator.post("reset")
    assert wire(simulator) == []


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
def test_the_command_line_sends_exactly_this_push_again(world: World, mode: str) -> None:
    simulator, bot = world.pair(mode)
    text = 'it\'s "q" $HOME `id` \\ !x {a,b} [1-3]\n二行 😀 ]]> & <b> %41'
    simulator.phone("say", text=text)
    entry = wire(simulator)[-1]
    answered = run(entry["curl"])
    assert bot.bodies[0] == bot.bodies[1] == entry["request"].encode()
    assert bot.queries[0] == bot.queries[1]
    assert bot.messages[1].content == text
    assert answered.startswith("<xml>")


def test_a_calls_command_line_leaves_the_token_to_the_shell(world: World) -> None:
    simulator, _bot = world.pair()
    simulator.phone("say", text="在吗")
    simulator.settle()
    secrets = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    token = simulator.api("token", params=secrets).json()["access_token"]
    message = {"touser": simulator.get("phones/p1")["openid"], "msgtype": "text", "text": {"content": "it's 好"}}
    body = json.dumps(message, ensure_ascii=False).encode()
    sent = simulator.api("message/custom/send", method="POST", params={"access_token": token}, data=body)
    assert sent.json()["errcode"] == 0
    asked, told = [entry for entry in wire(simulator) if entry["way"] == "call"]
    assert SECRET not in json.dumps(asked)
    assert asked["url"].startswith(simulator.url)
    assert token not in json.dumps([asked, told])
    assert json.loads(run(told["curl"], ACCESS_TOKEN=token))["errcode"] == 0
    assert simulator.heard()[-2:] == ["it's 好", "it's 好"]
    assert json.loads(run(told["curl"], ACCESS_TOKEN="another"))["errcode"] == 40014


@pytest.mark.parametrize(
    "body",
    [
        f'{{"grant_type": "client_credential", "secret": "{SECRET}", ',
        f'{{"secret": "{SECRET}',
        f"{{secret: '{SECRET}'}}",
        f'{{"secret": {SECRET}x}}',
        f"appid={APP_ID}&secret={SECRET}&grant_type=client_credential",
        f'{{"secr\\u0065t": "{SECRET}"}}',
        f'{{"AppSecret": ["{SECRET}"]}}',
        json.dumps({"body": json.dumps({"secret": SECRET})}),
    ],
)
def test_a_secret_is_hidden_however_badly_it_is_written(world: World, body: str) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    simulator.api("stable_token", method="POST", data=body.encode())
    (entry,) = wire(simulator)
    assert "***" in entry["request_clear"]
    assert SECRET not in json.dumps([entry, simulator.get("calls")])


def test_tickets_and_refresh_tokens_are_secrets_too(world: World) -> None:
    simulator = world.simulator("http://127.0.0.1:9/wechat")
    secrets = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    token = simulator.api("token", params=secrets).json()["access_token"]
    ticket = simulator.api("ticket/getticket", params={"access_token": token, "type": "jsapi"}).json()["ticket"]
    renewal = {"appid": APP_ID, "grant_type": "refresh_token", "refresh_token": "renewed-by-this"}
    simulator.api("../sns/oauth2/refresh_token", params=renewal)
    code = {"access_token": token}
    scene = b'{"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x"}}}'
    open_ticket = simulator.api("qrcode/create", method="POST", params=code, data=scene).json()["ticket"]
    told = json.dumps([wire(simulator), simulator.get("calls")])
    assert [secret in told for secret in (ticket, token, "renewed-by-this")] == [False] * 3
    assert open_ticket in told  # whoever sees a code can read its ticket


def test_what_a_blacklisted_person_says_is_told_as_kept_back(world: World) -> None:
    simulator, bot = world.pair()
    token = simulator.api(
        "token", params={"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
    ).json()["access_token"]
    listed = {"openid_list": [simulator.get("phones/p1")["openid"]]}
    answer = simulator.api(
        "tags/members/batchblacklist", method="POST", params={"access_token": token}, json=listed
    ).json()
    assert answer["errcode"] == 0
    simulator.phone("say", text="在吗")
    simulator.phone("scan", scene="1")
    last = wire(simulator)[-1]
    assert (last["verdict"], last["reason"], last["attempt"]) == ("dropped", "blocked", 0)
    assert [bubble["text"] for bubble in simulator.chat()] == ["在吗"]
    assert bot.messages == []
    assert simulator.get("phones/p1")["blocked"]
    assert simulator.get("phones/p1")["windows"]["written"]["left"] == 0
    simulator.phone("unfollow")
    simulator.settle()
    assert [message.event for message in bot.messages] == ["unsubscribe"]
