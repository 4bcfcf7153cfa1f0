"""A channel's web preview on loopback, in the structure of Telegram's."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from loopback import Answer, Site

HISTORY = '<section class="tgme_channel_history js-message_history">{}</section>'
OFF = (
    '<div class="tgme_page"><div class="tgme_page_title">Lights</div><a>View in Telegram</a></div>'
)


@dataclass
class Message:
    """A message: its words, and what else its preview shows."""

    words: str
    is_edited: bool = False
    is_service: bool = False
    album: tuple[int, ...] = ()
    name: str = "Arvenna_Lights"


class Preview(Site):
    """Serve the preview of one channel, twenty messages a page."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[int, Message] = {}
        self.is_off = False
        self.answers = _Answers(self, self.answers)

    def page(self, before: int | None = None) -> Answer:
        numbers = sorted(each for each in self.messages if before is None or each < before)
        shown = numbers[-20:]
        link = ""
        if len(numbers) > len(shown):
            link = (
                f'<a href="/s/Arvenna_Lights?before={shown[0]}" data-before="{shown[0]}" '
                'class="tme_messages_more js-messages_more"></a>'
            )
        messages = "".join(render(number, self.messages[number]) for number in shown)
        return html(HISTORY.format(link + messages))

    def embed(self, number: int) -> Answer:
        if number not in self.messages:
            return html('<div class="tgme_widget_message_error">Post not found</div>')
        return html(render(number, self.messages[number]))


class _Answers(dict[str, Answer]):
    """Answer what is set by path, else what the channel shows."""

    def __init__(self, preview: Preview, fixed: dict[str, Answer]) -> None:
        super().__init__(fixed)
        self._preview = preview

    def get(self, path: str, default: Answer) -> Answer:  # type: ignore[override]
        if path in self:
            return self[path]
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        if parts.path == "/s/Arvenna_Lights":
            if self._preview.is_off:
                return Answer(b"", 302, {"Location": "/Arvenna_Lights"})
            return self._preview.page(int(query["before"][0]) if "before" in query else None)
        if parts.path == "/Arvenna_Lights":
            return html(OFF)
        if parts.path.startswith("/Arvenna_Lights/") and "embed" in query:
            return self._preview.embed(int(parts.path.rpartition("/")[2]))
        return default


def html(body: str) -> Answer:
    return Answer(f"<!DOCTYPE html><html><body>{body}</body></html>".encode())


def render(number: int, message: Message) -> str:
    pictures = "".join(
        f'<a class="tgme_widget_message_photo_wrap grouped_media_wrap" '
        f'href="https://t.me/{message.name}/{each}?single" '
        f"style=\"background-image:url('https://cdn.example/{each}.jpg')\"></a>"
        for each in message.album
    )
    kind = " service_message" if message.is_service else ""
    edited = "edited &nbsp;" if message.is_edited else ""
    day, hour = divmod(number, 24)
    return (
        f'<div class="tgme_widget_message js-widget_message{kind}" '
        f'data-post="{message.name}/{number}">{pictures}'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{message.words}</div>'
        f'<span class="tgme_widget_message_views">{number}K</span>'
        f'<span class="tgme_widget_message_meta">{edited}<a class="tgme_widget_message_date">'
        f'<time datetime="2026-01-{day % 28 + 1:02d}T{hour:02d}:00:00+00:00">now</time></a></span>'
        "</div>"
    )
