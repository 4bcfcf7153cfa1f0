"""Answers that are sent smaller, to who can read them so."""

import secrets

from asgi_gzip import GZipMiddleware

from onrecord.browse.headers import App, Message, Receive, Scope, Send

LEVEL = 5
"""The higher ones take twice as long for a few per cent."""

_TEXTS = {
    b"application/atom+xml",
    b"application/javascript",
    b"application/json",
    b"application/xml",
    b"image/svg+xml",
}
"""What gets smaller besides `text/...`; archives, databases and pictures do not."""

_LONGEST_PAD = 100


def with_compression(app: App) -> App:
    """Send texts as gzip, piece by piece where they are made so, and all else as it is."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def choosing(scope: Scope, receive: Receive, send_smaller: Send) -> None:
            send_chosen = send_smaller
            is_padded = _may_hold_secrets(scope)

            async def send_either(message: Message) -> None:
                nonlocal send_chosen, is_padded
                if message["type"] == "http.response.start":
                    if _is_text(message):
                        marked = [
                            (name, _weakened(name, value)) for name, value in _lowered(message)
                        ]
                        message = {**message, "headers": marked}
                    else:
                        send_chosen = send
                    is_padded = is_padded and _kind(message) == b"text/html"
                elif is_padded and not message.get("more_body", False):
                    message = {**message, "body": message.get("body", b"") + _pad()}
                await send_chosen(dict(message))  # It is written to.

            await app(scope, receive, send_either)

        await GZipMiddleware(choosing, compresslevel=LEVEL)(scope, receive, send)

    return guarded


def _lowered(start: Message) -> list[tuple[bytes, bytes]]:
    """Give the names of headers as the library looks for them."""
    return [(name.lower(), value) for name, value in start.get("headers", ())]


def _is_text(start: Message) -> bool:
    """Tell whether an answer is text that nothing has made smaller yet."""
    kind = _kind(start)
    is_new = b"content-encoding" not in dict(_lowered(start))
    return is_new and (kind.startswith(b"text/") or kind in _TEXTS)


def _kind(start: Message) -> bytes:
    return dict(_lowered(start)).get(b"content-type", b"").split(b";")[0].strip().lower()


def _may_hold_secrets(scope: Scope) -> bool:
    """Tell whether an answer in gzip may hold the token of a form: that of who has a cookie."""
    headers = dict(scope.get("headers", ()))
    return b"cookie" in headers and b"gzip" in headers.get(b"accept-encoding", b"")


def _pad() -> bytes:
    """Make a page longer by chance: a length would tell a secret to who can have words beside it.

    That is the attack BREACH, and this its answer, known as Heal the Breach.
    """
    return f"<!-- {secrets.token_urlsafe(secrets.randbelow(_LONGEST_PAD))} -->".encode()


def _weakened(name: bytes, value: bytes) -> bytes:
    """Call a mark one of the meaning: what is sent in two ways has not the same bytes."""
    return b"W/" + value if name == b"etag" and not value.startswith(b"W/") else value
