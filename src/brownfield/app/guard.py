"""Who may ask: only the browser of the same person on the same machine, with the key of the link, from the app's own pages."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOST = "127.0.0.1"
"""The only address that is listened on: this machine itself."""

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest request: a workbook that is dropped."""

SAFE = ("GET", "HEAD", "OPTIONS")

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self' ws://{host}; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
"""What a page may load and where it may speak to: this server alone. The library builds its pages with `new Function`, so that
scripts may be evaluated; no script that stands in a page runs without the number drawn for that page."""

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_SCRIPT = re.compile(r"^(\s*)<script\b", re.MULTILINE)
"""A script of the page itself: what comes from data never begins a line, and has no < in it."""


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused."""

    status: int
    words: str


@dataclass
class Guard:
    """Stands before the app and looks at each request: Host, Origin, key, size; and puts the headers of safety on each answer."""

    app: App
    key: str
    port: int

    @property
    def host(self) -> str:
        """The one Host that is answered to."""
        return f"{HOST}:{self.port}"

    @property
    def cookie(self) -> str:
        """The name of the cookie: servers on other ports of the machine share its cookies, and have names of their own."""
        return f"brownfield_{self.port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, send to the page without the key in its address, or let through."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        refusal = self.refusal(scope, headers)
        if refusal is not None:
            await _refuse(scope, send, refusal)
        elif scope["type"] == "http" and self._knows(dict(_query(scope)).get("key", "")):
            await self._admit(scope, send)
        elif not self._knows(self._cookie(headers)):
            await _refuse(scope, send, Refusal(403, "Open the app with the link that `brownfield app` has shown."))
        elif scope["type"] == "http":
            await self.app(scope, receive, _Dressed(send, self.host).send)
        else:
            await self.app(scope, receive, send)

    def refusal(self, scope: Scope, headers: Mapping[str, list[str]]) -> Refusal | None:
        """Why a request is refused whoever asks: another Host, another Origin, too large."""
        if headers.get("host") != [self.host]:
            return Refusal(421, f"This server answers to {self.host} alone.")
        origin = headers.get("origin", [])
        asks = scope["type"] == "websocket" or scope["method"] not in SAFE
        if (origin or asks) and origin != [f"http://{self.host}"]:
            return Refusal(403, "The request comes from another page.")
        if headers.get("sec-fetch-site", ["none"])[0] not in ("same-origin", "none"):
            return Refusal(403, "The request comes from another site.")
        if scope["type"] == "http" and asks:
            sizes = headers.get("content-length", [])
            if len(sizes) != 1 or not re.fullmatch(r"\d{1,15}", sizes[0], re.ASCII):
                return Refusal(411, "The request does not say how large it is.")
            if int(sizes[0]) > LARGEST:
                return Refusal(413, f"More than {LARGEST // 1024 // 1024} MB cannot be sent.")
        return None

    def _knows(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(), self.key.encode())

    def _cookie(self, headers: Mapping[str, list[str]]) -> str:
        try:
            found = SimpleCookie("; ".join(headers.get("cookie", []))).get(self.cookie)
        except CookieError:
            return ""
        return found.value if found else ""

    async def _admit(self, scope: Scope, send: Send) -> None:
        """Keep the key in a cookie that no script reads, and go on without it in the address."""
        rest = urlencode([(name, value) for name, value in _query(scope) if name != "key"])
        place = "/" + scope["path"].lstrip("/") + (f"?{rest}" if rest else "")
        cookie = f"{self.cookie}={self.key}; Path=/; HttpOnly; SameSite=Strict"
        headers = HEADERS | {"location": place, "set-cookie": cookie, "cache-control": "no-store", "content-length": "0"}
        await send({"type": "http.response.start", "status": 303, "headers": _encoded(headers)})
        await send({"type": "http.response.body", "body": b""})


@dataclass
class _Dressed:
    """Passes an answer on with the headers of safety; a page gets a number drawn for it on its scripts."""

    send_on: Send
    host: str
    start: Message | None = None
    body: bytes = b""

    async def send(self, message: Message) -> None:
        """One message of the answer."""
        if message["type"] == "http.response.start":
            is_page = any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
            if is_page:
                self.start = message
                return
            fixed = _encoded(HEADERS | {"content-security-policy": "default-src 'none'; sandbox"})
            await self.send_on({**message, "headers": [*message["headers"], *fixed]})
        elif self.start is None:
            await self.send_on(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._page(self.start, self.body)

    async def _page(self, start: Message, body: bytes) -> None:
        nonce = secrets.token_urlsafe(18)
        text = _SCRIPT.sub(rf'\1<script nonce="{nonce}"', body.decode("utf-8")).encode("utf-8")
        kept = [(name, value) for name, value in start["headers"] if name.lower() not in (b"content-length", b"cache-control")]
        policy = POLICY.format(nonce=nonce, host=self.host)
        more = HEADERS | {"content-security-policy": policy, "cache-control": "no-store", "content-length": str(len(text))}
        await self.send_on({**start, "headers": [*kept, *_encoded(more)]})
        await self.send_on({"type": "http.response.body", "body": text})


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def _refuse(scope: Scope, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.words})
        return
    body = f"{refusal.words}\n".encode()
    headers = HEADERS | {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body)), "cache-control": "no-store"}
    await send({"type": "http.response.start", "status": refusal.status, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": body})
