"""Who brings SQL of their own waits for a turn, so that threads stay free for everybody's pages."""

from urllib.parse import parse_qsl

from datasette.utils.asgi import Response

from onrecord.browse.headers import App, Receive, Scope, Send
from onrecord.browse.turns import Turns

_BRINGS_SQL = frozenset(("sql", "_where", "_searchmode"))
_turns = Turns(most_waiting=16)


def in_turns(app: App) -> App:
    """Answer one request after another of those that bring SQL; turn away where many wait."""

    async def lined_up(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not brings_sql(scope):
            await app(scope, receive, send)
            return
        async with _turns.take() as is_ours:
            if is_ours:
                await app(scope, receive, send)
            else:
                await Response.text(_BUSY, 503, {"Retry-After": "5"}).asgi_send(send)

    return lined_up


_BUSY = "Many others wait for an answer to SQL of their own: try again in a few seconds"


def brings_sql(scope: Scope) -> bool:
    """Tell whether a visitor wrote a part of the SQL that a request asks to be run."""
    asked = scope.get("query_string", b"").decode("latin-1")
    return any(name in _BRINGS_SQL for name, _ in parse_qsl(asked, keep_blank_values=True))
