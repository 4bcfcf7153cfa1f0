"""The headers of every answer: what a browser may load and run, and what it tells others."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_NONCE = "onrecord_nonce"
_POLICY = (
    ("default-src", "'none'"),
    # No inline script runs but those that other plugins give by `extra_body_script`, which our
    # base.html marks. Nothing in a page that came from an archive can know the mark.
    ("script-src", "'self' 'nonce-{nonce}'"),
    ("style-src", "'self' 'nonce-{nonce}'"),
    # Datasette's own templates colour headings by attributes. An attribute fetches nothing that
    # img-src and font-src do not allow; elements need the mark.
    ("style-src-attr", "'unsafe-inline'"),
    # The handle that resizes the SQL editor is an image in its stylesheet.
    ("img-src", "'self' data:"),
    ("font-src", "'self'"),
    ("connect-src", "'self'"),
    ("object-src", "'none'"),
    ("base-uri", "'none'"),
    ("form-action", "'self'"),
    ("frame-ancestors", "'none'"),
)
_POLICY_OF_PICTURES = (
    ("default-src", "'none'"),
    ("style-src", "'unsafe-inline'"),  # Its colours. Nothing that a style names is fetched.
    ("frame-ancestors", "'none'"),
    ("sandbox", ""),
)
"""A picture that is opened by itself is a document, and some could run scripts."""

_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_CONTENT_POLICY = b"content-security-policy"


def with_headers(app: App) -> App:
    """Give every answer of the site our headers; a page may have a policy of its own besides."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _united(message.get("headers", ()), nonce)}
            await send(message)

        await app({**scope, _NONCE: nonce}, receive, send_guarded)

    return guarded


def nonce_of(scope: Scope) -> str:
    """Give the mark by which this answer's own style elements are known; empty if it has none."""
    return str(scope.get(_NONCE, ""))


def _united(headers: Any, nonce: str) -> list[tuple[bytes, bytes]]:
    """Add ours. A browser obeys every policy of content, and else the last header of a name."""
    kept = [(name, value) for name, value in headers if name.lower() not in _ALWAYS]
    kind = next((value for name, value in kept if name.lower() == b"content-type"), b"")
    told = _POLICY_OF_PICTURES if kind.lower().startswith(b"image/svg+xml") else _POLICY
    policy = "; ".join(f"{name} {value}".strip() for name, value in told).format(nonce=nonce)
    return [*kept, (_CONTENT_POLICY, policy.encode()), *_ALWAYS.items()]
