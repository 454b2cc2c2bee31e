"""What each answer of the platform asks of us, and that no error or log line of ours gives a secret away."""

from __future__ import annotations

import json
import logging
import pickle
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from requests.adapters import BaseAdapter

from bot.app import create_app
from bot.config import Settings
from bot.kit import Kit
from bot.wechat import api, errors
from bot.wechat.client import PlatformClient, platform_time
from bot.wechat.errors import REACTIONS, PlatformError, Reaction, Unreachable, reaction_to
from tests.cast import AES_KEY, StillClock, account, signed
from tests.wechat.conftest import SECRET
from tests.wechat.platform import OK, RID, SEND, STABLE, Answer, FakePlatform, refusal

Tries = Callable[[int], settings]
ANYTHING = {"touser": "o", "msgtype": "text", "text": {"content": "您好，汉字😀"}}

# -- the table of wechat_platform §5, as it stands there --------------------------------------------------------------

LETTERS = {
    "R": Reaction.RETRY,
    "T": Reaction.REFRESH,
    "D": Reaction.NEXT_DAY,
    "M": Reaction.NEXT_MINUTE,
    "U": Reaction.PERSON,
    "P": Reaction.PERMANENT,
    "O": Reaction.OPERATOR,
    "OK": Reaction.DONE,
}
AUTHORISE = "P"  # "restart authorisation", "re-authorise": not a thing to repeat as it is
PAGE: tuple[tuple[str, str], ...] = (
    ("-1 -1000", "R"),
    ("40001", "T"),
    ("40002 40035 40038", "P"),
    ("40003", "U P"),
    ("40004-40012", "P"),
    ("40013 40125 41002 41004", "O P"),
    ("40014", "T"),
    ("40015-40027 40054 40055", "P"),
    ("40029 40163 42003", AUTHORISE),
    ("40030 42002 42007", AUTHORISE),
    ("40032 40130", "P"),
    ("40033", "P"),
    ("40036 40037", "P O"),
    ("40048 40039", "P"),
    ("40053", "P"),
    ("40164 61004", "O"),
    ("40200", "P"),
    ("40243", "O"),
    ("41001", "P"),
    ("41009 41006 44001-44004", "P"),
    ("42001", "T"),
    ("43001 43002 43003", "P"),
    ("43004", "U"),
    ("43019", "U"),
    ("43101", "U"),
    ("45001", "P"),
    ("45002", "P"),
    ("45003-45006", "P"),
    ("45007", "P"),
    ("45008", "P"),
    ("45009", "D O"),
    ("45010", "P"),
    ("45011", "M"),
    ("45015", "U"),
    ("45028", "D"),
    ("45047", "U"),
    ("45064", "P O"),
    ("45065", "OK"),
    ("45066", "M"),
    ("45067", "P"),
    ("45157 45158 45056 45058 45059 45159", "P"),
    ("46001 46003", "P"),
    ("46004", "U"),
    ("47001", "P"),
    ("47003", "P"),
    ("48001", "P O"),
    ("48002", "U"),
    ("48003", "O"),
    ("48004", "O"),
    ("48005", "P"),
    ("48006", "D"),
    ("48008", "P"),
    ("49003", "P U"),
    ("50001", "P"),
    ("50002", "U"),
    ("50005", "U"),
    ("61450", "R"),
    ("61451 61452 61453-61457", "P"),
    ("63002", "P"),
    ("65301-65317", "P"),
    ("76003", "P"),
    ("87009", "P"),
    ("87014", "P"),
    ("89501 89503", "O"),
    ("89506 89507", "O"),
)


def _codes(listed: str) -> list[int]:
    found: list[int] = []
    for item in listed.split():
        first, _, last = item.rpartition("-") if item[0] != "-" else ("", "", item)
        found += range(int(first or last), int(last) + 1)
    return found


BY_CODE = {code: letters.split() for listed, letters in PAGE for code in _codes(listed)}


@pytest.mark.parametrize("code", BY_CODE)
def test_a_code_gets_the_reaction_the_page_asks_for(code: int) -> None:
    with pytest.raises(PlatformError) as refused:
        api.read(200, refusal(code).content)
    assert refused.value.code == code
    assert refused.value.reaction in [LETTERS[letter] for letter in BY_CODE[code]]


def test_somebody_is_told_where_the_page_says_so_and_not_otherwise() -> None:
    told = {code for code in BY_CODE if PlatformError(code, reaction_to(code)).tell_operator}
    asked = {code for code, letters in BY_CODE.items() if "O" in letters}
    assert told == asked | {48006}  # ten clears a month are used up: whoever cleared should know


def test_no_code_stands_in_two_classes() -> None:
    assert sum(len(codes) for codes in errors._CLASSES.values()) == len(REACTIONS)


@pytest.mark.parametrize("code", [12345, 99999, -2, 40034, 10**12])
def test_an_unknown_code_is_given_up_and_told(code: int) -> None:
    assert code not in REACTIONS
    error = PlatformError.read({"errcode": code})
    assert (error.code, error.reaction, error.tell_operator) == (code, Reaction.PERMANENT, True)


@pytest.mark.parametrize("code", ["40001", " 40001 ", 40001.0])
def test_a_code_as_text_is_a_number(code: object) -> None:
    error = PlatformError.read({"errcode": code, "errmsg": "invalid credential"})
    assert (error.code, error.reaction) == (40001, Reaction.REFRESH)


@pytest.mark.parametrize("code", [0, "0", None, "", 0.0])
def test_a_zero_is_no_error(code: object) -> None:
    assert PlatformError.read({"errcode": code, "errmsg": "ok"}) is None
    assert PlatformError.read({"access_token": "x"}) is None


@pytest.mark.parametrize("code", ["forty", [40001], {"a": 1}, float("inf"), float("nan"), "9" * 5000])
def test_a_code_that_is_no_number_is_busy(code: object) -> None:
    error = PlatformError.read({"errcode": code})
    assert (error.code, error.reaction) == (-1, Reaction.RETRY)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist", "203.0.113.7"),
        ("invalid ip 203.0.113.7, not in whitelist", "203.0.113.7"),
        ("invalid ip 2001:db8::7 , not in whitelist", "2001:db8::7"),
        ("not in whitelist", ""),
    ],
)
def test_the_support_handle_and_our_address_are_kept(said: str, address: str) -> None:
    error = PlatformError.read({"errcode": 40164, "errmsg": f"{said} rid: {RID}"})
    assert (error.rid, error.address) == (RID, address)
    assert str(error) == f"platform error 40164 (operator) rid {RID}"
    assert PlatformError.read({"errcode": 40164, "errmsg": "hint: [abc]"}).rid == ""
    assert PlatformError.read({"errcode": 40164, "errmsg": None}).rid == ""


@pytest.mark.parametrize(
    ("job", "kept"),
    [(34182, 34182), ("34182", 34182), (2**62, 2**62), (None, None), ("", None), ("x", None), (1.5, None)],
)
def test_a_mass_send_done_before_tells_its_job(job: object, kept: int | None) -> None:
    error = PlatformError.read({"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": job})
    assert (error.reaction, error.message_id) == (Reaction.DONE, kept)


# -- answers that are none --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 404, 413, 500, 502, 503, 504])
def test_an_http_error_is_no_answer_and_may_have_been_acted_upon(status: int) -> None:
    with pytest.raises(Unreachable) as lost:
        api.read(status, b'{"errcode":0}')
    assert (lost.value.why, lost.value.sent) == (f"http {status}", True)


def test_a_403_is_an_address_not_in_the_whitelist() -> None:
    with pytest.raises(PlatformError) as refused:
        api.read(403, b"")
    assert (refused.value.code, refused.value.reaction) == (40164, Reaction.OPERATOR)


NO_ANSWERS = [
    b"",
    b" ",
    b"ok",
    b"<html><body>502</body></html>",
    b"[]",
    b'"ok"',
    b"0",
    b"null",
    b"{",
    b'{"a":1}x',
    b"[" * 100_000,
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", NO_ANSWERS, ids=range(len(NO_ANSWERS)))
def test_what_is_not_a_json_object_is_no_answer(body: bytes) -> None:
    with pytest.raises(Unreachable) as lost:
        api.read(200, body)
    assert lost.value.sent


@pytest.mark.parametrize(
    "body", [b'\xef\xbb\xbf{"errcode":0}', b'{"remark":"\x01\x1f\t"}', b'{"remark":"\xe6\xb1"}', b' {"a":1}\n']
)
def test_an_answer_is_read_however_carelessly_it_was_written(body: bytes) -> None:
    """The platform quotes what people wrote, control characters and cut letters included; the library reads it too."""
    assert isinstance(api.read(200, body), dict)


def test_any_bytes_at_all_are_an_answer_a_refusal_or_none(tries: Tries) -> None:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["errcode", "errmsg", "msg_id", "a"]), inner)
        ),
        max_leaves=6,
    )

    @tries(3000)
    @given(
        st.one_of(st.binary(max_size=40), values.map(lambda v: json.dumps(v).encode())),
        st.sampled_from([200, 200, 200, 302, 403, 500]),
    )
    def holds(body: bytes, status: int) -> None:
        with suppress(PlatformError, Unreachable):
            assert isinstance(api.read(status, body), dict)

    holds()


class Failing:
    """A session whose every request fails in one way."""

    def __init__(self, problem: Exception) -> None:
        self.problem = problem

    def request(self, *_: object, **__: object) -> requests.Response:
        raise self.problem


@pytest.mark.parametrize(
    ("problem", "sent"),
    [
        (requests.ConnectTimeout("https://api/?access_token=T"), False),
        (requests.ReadTimeout("https://api/?access_token=T"), True),
        (requests.ConnectionError("reset: https://api/?access_token=T"), True),
        (requests.exceptions.ChunkedEncodingError("https://api/?access_token=T"), True),
        (requests.exceptions.ContentDecodingError("https://api/?access_token=T"), True),
        (requests.exceptions.SSLError("https://api/?access_token=T"), True),
        (ValueError("Invalid IPv6 URL: https://api/?access_token=T"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_lost_call_tells_whether_it_may_have_been_acted_upon(problem: Exception, sent: bool) -> None:
    with pytest.raises(Unreachable) as lost:
        api.call(Failing(problem), "GET", "https://api/")
    assert lost.value.sent is sent
    assert "access_token" not in "".join(traceback.format_exception(lost.value))


def closed_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("where", ["a closed port", "a name nobody has"])
def test_what_never_left_this_machine_was_not_sent(where: str) -> None:
    base = closed_port() if where == "a closed port" else "http://nowhere.invalid"
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(Unreachable) as lost:
            api.call(session, "GET", f"{base}/cgi-bin/x")
    assert not lost.value.sent


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/elsewhere", "http://[", "//", "\xff"])
def test_nobody_is_followed_elsewhere(client: PlatformClient, platform: FakePlatform, target: str) -> None:
    platform.say(SEND, Answer(b"moved", 302, {"Location": target}))
    with pytest.raises(Unreachable):
        client.post("message/custom/send", data=ANYTHING)
    assert platform.times(SEND) == 1


# -- the errors themselves --------------------------------------------------------------------------------------------

OURS = [
    PlatformError(40164, Reaction.OPERATOR, RID, "203.0.113.7", 7),
    Unreachable("http 500", sent=True),
    Unreachable("x", sent=False),
]


@pytest.mark.parametrize("error", OURS, ids=str)
def test_an_error_may_pass_through_a_transaction(error: Exception) -> None:
    """Frozen dataclasses once broke here: contextlib sets __traceback__ on what leaves a `with`."""

    @contextmanager
    def transaction() -> Iterator[None]:
        yield

    with pytest.raises(type(error)) as raised, transaction():
        raise error
    assert raised.value is error
    error.add_note("while telling the branch")


@pytest.mark.parametrize("error", OURS, ids=str)
def test_an_error_may_come_back_from_another_process(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), vars(again), str(again)) == (type(error), vars(error), str(error))


def test_two_refusals_of_the_same_kind_are_still_two() -> None:
    one, other = Unreachable("x", sent=True), Unreachable("x", sent=True)
    assert one != other
    assert len({one, other}) == 2


def test_a_job_list_that_breaks_the_library_s_own_reading_is_no_answer(
    client: PlatformClient, platform: FakePlatform
) -> None:
    platform.say("/cgi-bin/media/uploadimg", OK)
    with pytest.raises(Unreachable):
        client.media.upload_image(("a.jpg", b"\xff\xd8", "image/jpeg"))


# -- secrets ----------------------------------------------------------------------------------------------------------


def refused_connection(platform: FakePlatform, client: PlatformClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client._base = closed_port()


def timeout(platform: FakePlatform, client: PlatformClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "TIMEOUT_S", (0.3, 0.1))
    platform.say(SEND, Answer(hang=True))


def hang_up(platform: FakePlatform, client: PlatformClient, monkeypatch: pytest.MonkeyPatch) -> None:
    platform.say(SEND, Answer(drop=True))


def says(*answers: Answer, path: str = SEND) -> Callable[..., None]:
    return lambda platform, *_: platform.say(path, *answers)


def without_a_token(told: Answer) -> Callable[..., None]:
    def arrange(platform: FakePlatform, client: PlatformClient, monkeypatch: pytest.MonkeyPatch) -> None:
        platform.revoke()
        platform.say(STABLE, told)

    return arrange


QUOTING = f"{SECRET} TOKEN-1-{'x' * 20} {AES_KEY}"
FAULTS: dict[str, Callable[..., None]] = {
    "connection refused": refused_connection,
    "timeout": timeout,
    "hang up": hang_up,
    "500": says(Answer(b"", 500)),
    "502 with a page": says(Answer(f"<html>{QUOTING}</html>".encode(), 502)),
    "a page": says(Answer(f"<html>{QUOTING}</html>".encode())),
    "moved": says(Answer(b"", 302, {"Location": f"https://elsewhere/?access_token={QUOTING.split()[1]}"})),
    "40001 for ever": says(refusal(40001, QUOTING)),
    "45009": says(refusal(45009, QUOTING)),
    "47003 quoting": says(refusal(47003, f"argument invalid! data.{QUOTING}.value")),
    "token: 40125": without_a_token(refusal(40125, f"invalid appsecret {QUOTING}")),
    "token: 40001": without_a_token(refusal(40001, f"invalid credential {QUOTING}")),
    "token: 500": without_a_token(Answer(QUOTING.encode(), 500)),
    "token: a page": without_a_token(Answer(QUOTING.encode())),
    "token: hang up": without_a_token(Answer(drop=True)),
    "token: none": without_a_token(Answer({"expires_in": 7200, "said": QUOTING})),
}


@pytest.fixture
def overheard(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], list[str]]:
    """Everything logged or printed, every logger at DEBUG; SQLAlchemy's at INFO, for at DEBUG they print whole rows."""
    for name in [*logging.root.manager.loggerDict, "urllib3", "urllib3.connectionpool", "requests", ""]:
        caplog.set_level(logging.INFO if name.startswith("sqlalchemy") else logging.DEBUG, logger=name)
    caplog.handler.setLevel(logging.DEBUG)  # each of the calls above has set it, too
    return lambda: [*(f"{r.name} {r.getMessage()} {vars(r)}" for r in caplog.records), caplog.text, *capfd.readouterr()]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_and_no_log_line_holds_a_secret(
    fault: str,
    client: PlatformClient,
    platform: FakePlatform,
    overheard: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """S-09: the library alone puts the secret and the token in its exceptions and, at DEBUG, in the log."""
    client.post("message/custom/send", data=ANYTHING)
    secrets = [SECRET, platform.calls[-1].token, AES_KEY]
    assert secrets[1].startswith("TOKEN-1-")
    FAULTS[fault](platform, client, monkeypatch)
    with pytest.raises((PlatformError, Unreachable)) as raised:
        client.post("message/custom/send", data=ANYTHING)
    lines = overheard()
    assert any(line.startswith("urllib3") and "access_token=***" in line for line in lines), "nobody listened"
    assert any(line.startswith("sqlalchemy.engine") for line in lines), "nobody listened to the database"
    lines += [str(raised.value), repr(raised.value), repr(raised.value.args), *traceback.format_exception(raised.value)]
    for secret in {*secrets, *(call.token for call in platform.calls if call.token)}:
        assert not [line for line in lines if secret in line]


def test_the_door_logs_no_key_when_it_refuses(
    make_kit: Callable[..., Kit], sqlite_url: str, overheard: Callable[[], list[str]]
) -> None:
    kit = make_kit(sqlite_url)
    client = create_app(kit).test_client()
    genuine = signed(kit.settings, "<xml/>", now=kit.clock())
    for query, body, status in (
        (genuine.query, genuine.body[:-30], 403),
        ({**genuine.query, "msg_signature": "0"}, genuine.body, 403),
        ({**genuine.query, "signature": "0"}, genuine.body, 403),
        (genuine.query, genuine.body, 200),
    ):
        assert client.post("/wechat", query_string=query, data=body).status_code == status
    for line in overheard():
        assert AES_KEY not in line
        assert SECRET not in line


# -- where calls go, and in what shape --------------------------------------------------------------------------------


class Escaped(BaseAdapter):
    """Fails whatever would leave the address we chose."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        raise AssertionError(f"a call left for {request.url}")

    def close(self) -> None: ...


@pytest.fixture
def fenced(client: PlatformClient) -> PlatformClient:
    client._http.mount("https://", Escaped())
    return client


CALLS: dict[str, tuple[Callable[[PlatformClient], Any], str]] = {
    "relative": (lambda c: c.get("getcallbackip"), "/cgi-bin/getcallbackip"),
    "leading slash": (lambda c: c.post("/draft/add", data={}), "/cgi-bin/draft/add"),
    "absolute": (lambda c: c.post("https://api.weixin.qq.com/wxa/msg_sec_check", data={}), "/wxa/msg_sec_check"),
    "absolute, back office": (lambda c: c.get("https://mp.weixin.qq.com/cgi-bin/x"), "/cgi-bin/x"),
    "menu": (lambda c: c.menu.create({"button": []}), "/cgi-bin/menu/create"),
    "agents": (lambda c: c.customservice.create_session("o", "a@b"), "/customservice/kfsession/create"),
    "mini-programs": (lambda c: c.wxa.check_media_async("u", 1), "/wxa/media_check_async"),
    "statistics": (lambda c: c.datacube.get_user_summary("2026-01-01", "2026-01-02"), "/datacube/getusersummary"),
    "scanning": (lambda c: c.scan.clear_product("ean13", "1"), "/scan/product/clear"),
    "wifi": (lambda c: c.wifi.delete_device("x"), "/bizwifi/device/delete"),
    "devices": (lambda c: c.device.get_stat("x"), "/device/get_stat"),
}


@pytest.mark.parametrize("name", CALLS)
def test_every_call_goes_where_the_settings_say(name: str, fenced: PlatformClient, platform: FakePlatform) -> None:
    call, path = CALLS[name]
    platform.say(path, Answer({"errcode": 0, "list": []}))
    call(fenced)
    assert [c.path for c in platform.calls] == [STABLE, path]
    assert {f"http://{c.host}" for c in platform.calls} == {platform.url}


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.cn/cgi-bin/menu/create",
        "http://api.weixin.qq.com/cgi-bin/menu/create",
        "https://api.weixin.qq.com",
        "https://api.weixin.qq.com.elsewhere.cn/cgi-bin/menu/create",
        "https://api.weixin.qq.com@elsewhere.cn/cgi-bin/menu/create",
        "https://open.weixin.qq.com/connect",
    ],
)
def test_an_address_elsewhere_is_refused_before_a_token_is_fetched(
    url: str, fenced: PlatformClient, platform: FakePlatform
) -> None:
    for method in (fenced.get, fenced.post):
        with pytest.raises(ValueError, match="not an address of the platform"):
            method(url)
    assert platform.calls == []


def test_no_proxy_of_the_machine_sees_the_secret(
    make_client: Callable[..., PlatformClient], sqlite_url: str, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, closed_port())
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    make_client(sqlite_url).get("getcallbackip")
    assert platform.times("/cgi-bin/getcallbackip") == 1


@pytest.mark.parametrize("how", ["data", "json"])
def test_chinese_goes_out_raw(how: str, client: PlatformClient, platform: FakePlatform) -> None:
    """40033, or escapes shown to the person."""
    client.post("message/custom/send", **{how: {"text": {"content": "安全生产😀 \ud800"}}})
    body = platform.calls[-1].body
    assert "安全生产😀".encode() in body
    assert b"\\u" not in body
    assert json.loads(body) == {"text": {"content": "安全生产😀 ?"}}


def test_the_token_goes_in_the_query_and_nowhere_else(client: PlatformClient, platform: FakePlatform) -> None:
    client.post("message/custom/send", data=ANYTHING, params={"debug": "1"})
    call = platform.calls[-1]
    assert call.query == {"debug": ["1"], "access_token": [call.token]}
    assert call.token.encode() not in call.body
    assert call.token not in str(call.headers)


def test_the_secret_goes_in_the_body_of_the_token_call_and_nowhere_else(
    client: PlatformClient, platform: FakePlatform
) -> None:
    client.get("getcallbackip")
    [token_call, other] = platform.calls
    assert token_call.json == {
        "grant_type": "client_credential",
        "appid": "wx1234567890abcdef",
        "secret": SECRET,
        "force_refresh": False,
    }
    assert (token_call.method, token_call.query) == ("POST", {})
    assert SECRET not in f"{other.query}{other.body!r}{other.headers}"


def test_a_wrong_secret_is_the_operator_s_and_a_stale_token_is_not(
    client: PlatformClient, platform: FakePlatform
) -> None:
    """§5: 40001 is a token to refresh, unless it answers the token call itself."""
    platform.say(STABLE, refusal(40001, "invalid credential"))
    with pytest.raises(PlatformError) as refused:
        client.get("getcallbackip")
    assert (refused.value.code, refused.value.reaction, refused.value.rid) == (40001, Reaction.OPERATOR, RID)
    assert refused.value.tell_operator
    assert platform.fetches == 1


@pytest.mark.parametrize("code", [45009, 45011, -1, 48001, 43004, 47003, 40164])
def test_a_refusal_that_is_not_about_the_token_is_not_repeated(
    code: int, client: PlatformClient, platform: FakePlatform
) -> None:
    platform.say(SEND, refusal(code))
    with pytest.raises(PlatformError):
        client.post("message/custom/send", data=ANYTHING)
    assert (platform.times(SEND), platform.fetches) == (1, 1)


def test_the_platform_s_clock_is_read_off_any_answer(
    chosen: Settings, platform: FakePlatform, clock: StillClock
) -> None:
    dates = ["Mon, 23 Nov 2026 04:00:00 GMT", "Mon, 23 Nov 2026 04:00:00 -0000", "Mon, 23 Nov, Mon, 23 Nov", "soon"]
    platform.say("/cgi-bin/getcallbackip", *(dated(date) for date in dates))
    assert [platform_time(chosen.wechat) for _ in dates] == [clock.now, None, None, None]
    platform.say("/cgi-bin/getcallbackip", Answer(drop=True))
    assert platform_time(chosen.wechat) is None
    assert platform_time(Settings(**account(api_base_url=closed_port())).wechat) is None


def dated(date: str) -> Answer:
    return Answer({"errcode": 41001}, 200, {"Date": date})
