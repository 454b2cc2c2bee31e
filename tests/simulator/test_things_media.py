"""Media: three days of the virtual clock, permanent material, pictures for articles, photos from phones."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import requests

from .account import AMR, GIF, JPEG, MP4, PNG, Account, peer
from .conftest import World

DAY = 86400
KILO, MEGA = 1024, 1024 * 1024
LONG_AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * (50 * 60 + 1)
MP3 = b"\xff\xfb\x90\x00" + bytes(400)
SLOW_MP3 = b"\xff\xfb\x10\x00" + bytes(32_000 // 8 * 61)


@pytest.fixture
def account(world: World) -> Account:
    simulator, _ = world.pair()
    return Account(simulator)


def fetched(account: Account, media_id: str) -> requests.Response:
    return account.simulator.api("media/get", params={"access_token": account.token, "media_id": media_id})


@pytest.mark.parametrize(
    ("kind", "content", "content_type"),
    [
        ("image", JPEG, "image/jpeg"),
        ("image", PNG, "image/png"),
        ("image", GIF, "image/gif"),
        ("voice", AMR, "audio/amr"),
    ],
)
def test_a_file_is_kept_for_three_days(account: Account, kind: str, content: bytes, content_type: str) -> None:
    told = account.upload("media/upload", content, name="照片.jpg", type=kind)
    assert told["type"] == kind
    assert isinstance(told["created_at"], int)
    found = fetched(account, told["media_id"])
    assert (found.content, found.headers["Content-Type"]) == (content, content_type)
    assert found.headers["Content-disposition"].startswith('attachment; filename="')
    account.forward(3 * DAY - 60)
    assert fetched(account, told["media_id"]).content == content
    account.forward(61)
    assert fetched(account, told["media_id"]).json()["errcode"] == 40007


def test_a_thumb_is_answered_with_a_thumb_media_id(account: Account) -> None:
    told = account.upload("media/upload", JPEG, type="thumb")
    assert set(told) == {"type", "thumb_media_id", "created_at"}


def test_a_film_is_fetched_by_its_address(account: Account) -> None:
    made = account.upload("media/upload", MP4, name="a.mp4", type="video")["media_id"]
    told = fetched(account, made).json()
    assert set(told) == {"video_url"}
    assert account.simulator.session.get(told["video_url"]).content == MP4


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("image", b"", 44001),
        ("image", b"plain text", 40113),
        ("image", AMR, 40005),
        ("thumb", PNG, 40005),
        ("voice", MP4, 40005),
        ("video", JPEG, 40005),
        ("image", JPEG + bytes(10 * MEGA), 45001),
        ("thumb", JPEG + bytes(64 * KILO), 45001),
        ("voice", AMR + bytes(2 * MEGA), 45001),
        ("voice", LONG_AMR, 45007),
        ("voice", SLOW_MP3, 45007),
        ("voice", MP3, 0),
        ("video", MP4 + bytes(10 * MEGA), 45001),
        ("dance", JPEG, 40004),
        ("", JPEG, 40004),
    ],
)
def test_a_file_is_taken_by_what_it_is(account: Account, kind: str, content: bytes, code: int) -> None:
    assert account.upload("media/upload", content, type=kind).get("errcode", 0) == code


def test_a_form_without_the_file_is_refused(account: Account) -> None:
    for path in ("media/upload", "media/uploadimg", "material/add_material"):
        query = {"access_token": account.token, "type": "image"}
        answer = account.simulator.api(path, method="POST", params=query, data={"media": "no file"})
        assert answer.json()["errcode"] == 41005
    assert account.get("media/get")["errcode"] == 41006
    assert account.get("media/get", media_id="no such")["errcode"] == 40007


def test_a_picture_for_an_article_has_an_address_and_no_end(account: Account) -> None:
    told = account.upload("media/uploadimg", PNG)
    assert set(told) == {"url"}
    account.forward(10 * DAY)
    found = account.simulator.session.get(told["url"])
    assert (found.content, found.headers["Content-Type"]) == (PNG, "image/png")
    assert account.upload("media/uploadimg", PNG + bytes(MEGA))["errcode"] == 45001
    assert account.upload("media/uploadimg", GIF)["errcode"] == 40005


def test_material_stays_until_it_is_deleted(account: Account) -> None:
    told = account.upload("material/add_material", JPEG, name="墙.jpg", type="image")
    assert account.simulator.session.get(told["url"]).content == JPEG
    account.forward(100 * DAY)
    made = told["media_id"]
    assert account.send("material/get_material", json.dumps({"media_id": made}).encode()).content == JPEG
    assert account.get("material/get_materialcount") == {
        "voice_count": 0,
        "video_count": 0,
        "image_count": 1,
        "news_count": 0,
    }
    listed = account.post("material/batchget_material", type="image", offset=0, count=20)
    assert (listed["total_count"], listed["item_count"]) == (1, 1)
    assert (listed["item"][0]["media_id"], listed["item"][0]["name"]) == (made, "墙.jpg")
    assert account.code("material/del_material", media_id=made) == 0
    assert account.code("material/get_material", media_id=made) == 40007
    assert account.code("material/del_material", media_id=made) == 40007
    assert account.simulator.session.get(told["url"]).status_code == 404


def test_a_films_title_stands_in_the_form_beside_it(account: Account) -> None:
    told = json.dumps({"title": "安全课", "introduction": "十分钟"}, ensure_ascii=False)
    made = account.upload("material/add_material", MP4, type="video", form={"description": told})["media_id"]
    found = account.post("material/get_material", media_id=made)
    assert (found["title"], found["description"]) == ("安全课", "十分钟")
    assert account.simulator.session.get(found["down_url"]).content == MP4
    for wrong, code in ((None, 47001), ("[]", 47001), ("{", 47001), ('{"title": 1}', 47001), ("{}", 45003)):
        form = {"description": wrong} if wrong else None
        assert account.upload("material/add_material", MP4, type="video", form=form)["errcode"] == code


def test_material_is_listed_by_pages_newest_first(account: Account) -> None:
    made = [account.upload("material/add_material", JPEG, type="image")["media_id"] for _ in range(3)]
    page = account.post("material/batchget_material", type="image", offset=1, count=1)
    assert [item["media_id"] for item in page["item"]] == [made[1]]
    assert page["total_count"] == 3
    refused: list[tuple[int, dict[str, Any]]] = [
        (40004, {"type": "dance", "offset": 0, "count": 1}),
        (40035, {"type": "image", "offset": -1, "count": 1}),
        (40035, {"type": "image", "offset": 0, "count": 21}),
        (40035, {"type": "image", "offset": 0, "count": 0}),
        (40035, {"type": "image", "offset": 0}),
    ]
    for code, body in refused:
        assert account.code("material/batchget_material", **body) == code


def test_material_on_a_button_cannot_be_deleted(account: Account) -> None:
    made = account.upload("material/add_material", JPEG, type="image")["media_id"]
    assert account.code("menu/create", button=[{"type": "media_id", "name": "图", "media_id": made}]) == 0
    assert account.code("material/del_material", media_id=made) == 48005
    account.get("menu/delete")
    assert account.code("material/del_material", media_id=made) == 0


def test_temporary_media_do_not_serve_as_material(account: Account) -> None:
    made = account.upload("media/upload", JPEG, type="image")["media_id"]
    assert account.code("material/get_material", media_id=made) == 40007
    assert account.code("menu/create", button=[{"type": "media_id", "name": "图", "media_id": made}]) == 40007


def test_a_photo_from_a_phone_can_be_fetched_in_both_ways(world: World) -> None:
    simulator, bot = world.pair()
    account = Account(simulator)
    simulator.phone("photo", data=base64.b64encode(JPEG).decode(), type="image/jpeg")
    simulator.settle()
    message = bot.messages[-1]
    assert simulator.session.get(message.image).content == JPEG
    assert fetched(account, message.media_id).content == JPEG
    account.forward(3 * DAY + 1)
    assert simulator.session.get(message.image).status_code == 404
    assert simulator.session.get(f"{message.image}?chat=p1").content == JPEG, "the phone that sent it keeps it"
    assert simulator.session.get(f"{message.image}?chat=p2").status_code == 404


def test_files_lie_beside_the_store_and_outlive_the_process(world: World, store: Path) -> None:
    simulator, _ = world.pair(store=store)
    account = Account(simulator)
    made = account.upload("media/upload", JPEG, type="image")["media_id"]
    simulator.settle()
    assert [file.read_bytes() for file in store.with_name(store.name + ".media").iterdir()] == [JPEG]
    again = Account(world.simulator("http://127.0.0.1:9/wechat", store=store))
    assert fetched(again, made).content == JPEG
    again.simulator.post("reset")
    assert list(store.with_name(store.name + ".media").iterdir()) == []
    assert fetched(Account(again.simulator), made).json()["errcode"] == 40007


def test_wechatpy_uploads_and_downloads(account: Account) -> None:
    client = peer(account.simulator)
    made = client.media.upload("image", ("a.jpg", JPEG, "image/jpeg"))["media_id"]
    assert client.media.download(made).content == JPEG
    kept = client.material.add("image", ("a.jpg", JPEG, "image/jpeg"))["media_id"]
    assert client.material.get(kept).content == JPEG
    assert client.material.get_count()["image_count"] == 1
    assert client.material.batchget("image")["item"][0]["media_id"] == kept
    client.material.delete(kept)
    assert client.media.upload_image(("a.png", PNG, "image/png"))
