"""Somebody who holds the account's secrets and calls its interfaces: plainly, or with wechatpy's own client."""

from __future__ import annotations

import json
from typing import Any

import requests
from wechatpy import WeChatClient
from wechatpy.session.memorystorage import MemoryStorage

from .conftest import APP_ID, PATIENCE_SECONDS, SECRET, Simulator

NOBODY = "http://127.0.0.1:9/wechat"
STRANGER = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
GIF = b"GIF89a" + bytes(100)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(200)
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50


class Account:
    """Calls the interfaces with a token of its own."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.refresh()

    def refresh(self) -> None:
        body = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        self.token = self.simulator.api("stable_token", method="POST", json=body).json()["access_token"]

    def get(self, path: str, **query: Any) -> Any:
        return self.simulator.api(path, params={"access_token": self.token} | query).json()

    def post(self, path: str, **body: Any) -> Any:
        return self.send(path, json.dumps(body, ensure_ascii=False).encode()).json()

    def send(self, path: str, data: bytes) -> requests.Response:
        return self.simulator.api(path, method="POST", params={"access_token": self.token}, data=data)

    def code(self, path: str, **body: Any) -> int:
        return int(self.post(path, **body).get("errcode", 0))

    def tag(self, name: str) -> int:
        return int(self.post("tags/create", tag={"name": name})["tag"]["id"])

    def menu(self, name: str, tag: int) -> str:
        button = [{"type": "click", "name": name, "key": name}]
        return str(self.post("menu/addconditional", button=button, matchrule={"tag_id": str(tag)})["menuid"])

    def upload(self, path: str, content: bytes, *, name: str = "a.jpg", form: Any = None, **query: Any) -> Any:
        return self.simulator.api(
            path,
            method="POST",
            params={"access_token": self.token} | query,
            files={"media": (name, content, "application/octet-stream")},
            data=form,
        ).json()

    def openid(self, phone: str = "p1") -> str:
        return str(self.simulator.get(f"phones/{phone}")["openid"])

    def forward(self, seconds: float) -> None:
        """On the virtual clock, and with a token of that time."""
        self.simulator.post("clock", forward=seconds, step=max(seconds, 600))
        self.refresh()


def api_url(simulator: Simulator, path: str = "") -> str:
    return f"{simulator.url}/api/{path}"


def peer(simulator: Simulator) -> WeChatClient:
    """wechatpy's client with nothing of it replaced but the address, here and in its token call."""

    class Redirected(WeChatClient):
        API_BASE_URL = api_url(simulator, "cgi-bin/")

        def fetch_access_token(self) -> Any:
            return self._fetch_access_token(
                url=api_url(simulator, "cgi-bin/token"),
                params={"grant_type": "client_credential", "appid": self.appid, "secret": self.secret},
            )

    return Redirected(APP_ID, SECRET, session=MemoryStorage(), timeout=PATIENCE_SECONDS, auto_retry=False)
