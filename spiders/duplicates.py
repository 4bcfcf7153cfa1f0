"""Duplicates: no address is asked for twice in a crawl, except where redirects lead to it."""

from scrapy import Request
from scrapy.dupefilters import RFPDupeFilter


class RedirectedToo(RFPDupeFilter):
    """Let redirects pass: each of several that lead to one page is an answer to be judged."""

    def request_seen(self, request: Request) -> bool:
        """Tell whether a request was made before, by itself and not by a redirect."""
        return False if request.meta.get("redirect_times") else super().request_seen(request)
