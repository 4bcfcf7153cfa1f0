"""Answers that are sent smaller, to who can read them so."""

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


def with_compression(app: App) -> App:
    """Send texts as gzip, piece by piece where they are made so, and all else as it is."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def choosing(scope: Scope, receive: Receive, send_smaller: Send) -> None:
            send_chosen = send_smaller

            async def send_either(message: Message) -> None:
                nonlocal send_chosen
                if message["type"] == "http.response.start":
                    if _is_text(message):
                        marked = [
                            (name, _weakened(name, value)) for name, value in _lowered(message)
                        ]
                        message = {**message, "headers": marked}
                    else:
                        send_chosen = send
                await send_chosen(dict(message))  # It is written to.

            await app(scope, receive, send_either)

        await GZipMiddleware(choosing, compresslevel=LEVEL)(scope, receive, send)

    return guarded


def _lowered(start: Message) -> list[tuple[bytes, bytes]]:
    """Give the names of headers as the library looks for them."""
    return [(name.lower(), value) for name, value in start.get("headers", ())]


def _is_text(start: Message) -> bool:
    """Tell whether an answer is text that nothing has made smaller yet."""
    headers = dict(_lowered(start))
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    return b"content-encoding" not in headers and (kind.startswith(b"text/") or kind in _TEXTS)


def _weakened(name: bytes, value: bytes) -> bytes:
    """Call a mark one of the meaning: what is sent in two ways has not the same bytes."""
    return b"W/" + value if name == b"etag" and not value.startswith(b"W/") else value
