"""Command lines that send again what went over the wire, to be pasted into a shell."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote
from urllib.parse import urlencode

# -g: brackets in an address are no patterns
CURL = "curl -sS -g"
TOKEN = "access_token"  # noqa: S105 the name of a parameter


def of_push(method: str, url: str, body: str, headers: dict[str, str]) -> str:
    """Exactly this push once more, or the verification when there is no body."""
    if not body:
        return f"{CURL} {quote(url)}"
    told = " ".join(f"-H {quote(f'{name}: {value}')}" for name, value in headers.items())
    return f"{CURL} -X {method} {told} --data-raw {quote(body)} {quote(url)}"


def of_call(method: str, url: str, query: dict[str, str], body: str, files: Iterable[tuple[str, str, str]]) -> str:
    """A call of an interface, its token left to the shell as $ACCESS_TOKEN.

    `query` and `body` come without their secrets; `files` are (field, file name, content type), looked for on the disk.
    """
    rest = {name: value for name, value in query.items() if name != TOKEN}
    address = quote(url + (f"?{urlencode(rest)}" if rest else ""))
    if TOKEN in query:
        address = quote(url + f"?{urlencode([*rest.items(), (TOKEN, '')])}") + '"$ACCESS_TOKEN"'
    sent = f" -X {method}" if method != "GET" else ""
    parts = [f" -F {quote(f'{field}=@{name};type={kind}')}" for field, name, kind in files]
    if parts:
        sent += "".join(parts)
    elif body:
        sent += f" -H 'Content-Type: application/json' --data-raw {quote(body)}"
    return f"{CURL}{sent} {address}"
