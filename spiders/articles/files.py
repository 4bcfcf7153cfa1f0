"""Files: an article from a file or from what was pasted, page or plain text, told by its bytes."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

from spiders.articles.article import LARGEST_PAGE, Article, ArticleError
from spiders.articles.decoding import (
    decline_other_kinds,
    decline_other_markup,
    decode_article,
    is_html,
)
from spiders.articles.page import article_of_html
from spiders.articles.plain import article_of_words

_SAVED_PAGE = re.compile(
    rb"(?:From: <Saved by|MIME-Version:|Snapshot-Content-Location:)", re.IGNORECASE
)


def article_of_text(text: str) -> Article:
    """Read an article that came as plain text.

    The text is kept whole, a title in its first line included; a line that begins with `> ` is a
    block quote to whoever looks for quotations.

    Raises:
        ArticleError: it is empty, or damaged.
    """
    return article_of_words(text, "the text")


def article_of_file(path: Path) -> Article:
    """Read an article from a page that was saved (HTML, MHTML), or a plain text.

    Raises:
        ArticleError: it cannot be read, is too large or of another kind, or holds no article.
    """
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_PAGE + 1)
    except OSError as error:
        raise ArticleError(f"{path} cannot be read: {error.strerror}") from None
    return article_of_bytes(body, str(path))


def article_of_bytes(body: bytes, where: str) -> Article:
    """Read an article from bytes of which it is not known whether they are a page or a text.

    `where` names them in complaints: a file, or what was pasted.

    Raises:
        ArticleError: they are too many or of another kind, or hold no article.
    """
    if len(body) > LARGEST_PAGE:
        raise ArticleError(
            f"{where} is larger than {LARGEST_PAGE // 1024 // 1024} MB, which no article is: save "
            "the text of the article alone"
        )
    if not body.strip():
        raise ArticleError(f"{where} is empty: give the words of an article")
    if _SAVED_PAGE.match(body):
        return _of_saved_page(body, where)
    decline_other_kinds(body, None, where)
    text = decode_article(body, None, where)
    decline_other_markup(text, where)
    if is_html(text):
        return article_of_html(body, None, None, where)
    return article_of_words(text, where)


def _of_saved_page(body: bytes, where: str) -> Article:
    """Read the page of an MHTML file."""
    saved = email.message_from_bytes(body, EmailMessage, policy=email.policy.default)
    url = str(saved.get("Snapshot-Content-Location") or "") or None
    for part in saved.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(payload, bytes):
            url = url or str(part.get("Content-Location") or "") or None
            return article_of_html(payload, url, str(part.get("Content-Type")), where)
    raise ArticleError(f"{where} is a saved page without any HTML in it: save it as HTML")
