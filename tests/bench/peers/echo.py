"""Flask and wechatpy, nothing kept: prove, open, parse, say the same back, seal."""

from __future__ import annotations

from flask import Flask, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from tests.bench.account import AES_KEY, APP_ID, TOKEN

app = Flask(__name__)
crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)


@app.post("/wechat")
def echo() -> str:
    query = request.args
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    xml = crypto.decrypt_message(request.data, query["msg_signature"], query["timestamp"], query["nonce"])
    message = parse_message(xml)
    reply = TextReply(message=message, content=message.content)
    return str(crypto.encrypt_message(reply.render(), query["nonce"], query["timestamp"]))
