"""Who may ask: the browser that was handed the token, on this machine, from our own pages.

A page of another site can make a browser ask 127.0.0.1, or let its name point there (DNS
rebinding). Against that stand the ``Host`` that must be ours, the ``Origin`` of whatever changes
something, a cookie that only the printed address hands out, and a Content-Security-Policy that
runs no script but our files. With a ``Pairing`` a device in the same network may ask as well, at
the addresses that it names, once it has typed the code.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imu_valgus.app.web.pairing import Pairing

_EMPTY_STYLE: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""Plotly makes an empty <style> and fills it by script: the hash of no text allows just that."""

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {_EMPTY_STYLE}",
        "style-src-attr 'unsafe-inline'",  # Plotly sets the style of what it draws; it runs nothing
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
PAIR_PATH: Final = "/pair"
_OPEN_TO_ALL: Final = "/static/"
"""The package's own scripts and styles: the page that asks for the code needs some."""
_SAFE: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Key:
    """What opens the pages: the names that the server answers to, the token, the cookie's name.

    ``hosts`` are ``name:port`` as browsers send them.
    """

    hosts: Collection[str]
    token: str
    cookie: str


def new_key(hosts: Collection[str], port: int) -> Key:
    """Return a key with a fresh random token.

    Cookies know no ports: the name carries ours, so that two servers do not shut each other out.
    """
    return Key(frozenset(hosts), secrets.token_urlsafe(24), f"imu_valgus_{port}")


class Guard:
    """Let through whoever holds the key; refuse all else with a line that says why.

    The application finds in ``request.state`` whether this machine's own browser asks (``local``)
    and the name of a device's ``cookie``.
    """

    def __init__(self, app: ASGIApp, key: Key, pairing: Pairing | None = None) -> None:
        self._app, self._key, self._pairing = app, key, pairing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        local = Headers(scope=scope).get("host", "") in self._key.hosts
        scope.setdefault("state", {}).update(local=local, cookie=self._key.cookie)
        admission = self._admission if local else self._paired
        answer = self._refusal(scope) or admission(scope)
        await (answer or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """Refuse what does not come from our own pages."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self._key.hosts and not (self._pairing and host in self._pairing.hosts):
            return _refused(421, "This server answers to its own address only.")
        if headers.get("sec-fetch-site") == "cross-site" and not _is_navigation(headers):
            return _refused(403, "Another site asked for this; it gets nothing.")
        if scope["method"] in _SAFE:
            return None
        if headers.get("origin") != f"http://{host}":
            return _refused(403, "Changes are taken from this server's own pages only.")
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _refused(415, "Changes come as JSON.")
        return None

    def _admission(self, scope: Scope) -> Response | None:
        """Turn a token in the address into the cookie; refuse who has neither."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = next((value for name, value in query if name == "token"), None)
        if shown is not None and _same(shown, self._key.token) and scope["method"] in _SAFE:
            rest = urlencode([pair for pair in query if pair[0] != "token"])
            path = "/" + scope["path"].lstrip("/")  # two slashes would name another host
            answer = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
            answer.set_cookie(self._key.cookie, self._key.token, httponly=True, samesite="lax")
            return answer
        if not _same(_cookie(scope, self._key.cookie), self._key.token):
            return _refused(403, "Open the address that the command printed: it holds the key.")
        return None

    def _paired(self, scope: Scope) -> Response | None:
        """Let in a device that has typed the code; show all others where to type it."""
        device = _cookie(scope, self._key.cookie)
        if self._pairing is not None and self._pairing.knows(device):
            return None
        if scope["path"] == PAIR_PATH or scope["path"].startswith(_OPEN_TO_ALL):
            return None
        if scope["method"] in _SAFE and _is_navigation(Headers(scope=scope)):
            return RedirectResponse(PAIR_PATH, status_code=303)
        return _refused(403, f"Type the code at {PAIR_PATH} first.")


def _refused(status: int, why: str) -> PlainTextResponse:
    return PlainTextResponse(f"{why}\n", status_code=status)


def _is_navigation(headers: Headers) -> bool:
    return headers.get("sec-fetch-mode") == "navigate"


def _same(shown: str, key: str) -> bool:
    return secrets.compare_digest(shown.encode(), key.encode())


def _cookie(scope: Scope, name: str) -> str:
    try:
        found = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
