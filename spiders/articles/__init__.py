"""News articles: their words, block quotes and embedded posts, from pages, files and feeds."""

from spiders.articles.article import Article, ArticleError, EmbeddedPost
from spiders.articles.feeds import FeedLink, feed_links
from spiders.articles.files import article_of_bytes, article_of_file, article_of_text
from spiders.articles.page import article_of_html, article_of_response

__all__ = [
    "Article",
    "ArticleError",
    "EmbeddedPost",
    "FeedLink",
    "article_of_bytes",
    "article_of_file",
    "article_of_html",
    "article_of_response",
    "article_of_text",
    "feed_links",
]
