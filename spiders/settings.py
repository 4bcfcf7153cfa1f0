"""Settings of the Scrapy project: polite, verifying, and closed to everything but the web."""

import os
from shutil import which

BOT_NAME = "onrecord"
USER_AGENT = "onrecord/0.1 (archive of public statements; obeys robots.txt)"
SPIDER_LOADER_CLASS = "spiders.loader.SourceLoader"

ARCHIVE_DB = "archive.db"
SOURCE_FOLDERS: list[str] = []
ALLOWED_HOSTS: list[str] = []
REPLAY_FILE = ""
BACKFILL = False
"""Whether feeds are read that say `when: asked`, such as the captures of a web archive."""
JAVASCRIPT = False
"""Whether a browser runs the scripts of pages that need it, which takes the extra [js]."""
PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT = 1000  # ms, once a page has had its own time to load
PLAYWRIGHT_LAUNCH_OPTIONS = {
    "executable_path": os.environ.get("ONRECORD_CHROMIUM") or which("chromium"),
    "chromium_sandbox": os.geteuid() != 0,  # which it has none of for root
    "args": [
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-gpu",
    ],
}
"""The browser reaches nothing by itself, not even this machine: spiders/browser.py answers it."""
ANALYSIS_PROCESS = (os.cpu_count() or 1) > 1
"""Whether dates, languages and tones are worked out in a second process."""

ROBOTSTXT_OBEY = True
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024
DOWNLOAD_FAIL_ON_DATALOSS = False
"""What was cut short is kept as evidence, marked as such; spiders/completeness.py refuses it."""
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_DELAY = 2
DOWNLOAD_HANDLERS = {
    "http": "spiders.streams.StreamingHandler",
    "https": "spiders.streams.StreamingHandler",
    **dict.fromkeys(["file", "data", "ftp", "s3"]),
}
PATIENCE = 16 * 60
"""How long a crawl waits, in seconds, where a server asks for it; X counts in quarter hours."""
FAILURES_IN_A_ROW = 5
"""After so many addresses, each asked twice, a host is left alone for the rest of a crawl."""
DUPEFILTER_CLASS = "spiders.duplicates.RedirectedToo"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_SLOTS = {"web.archive.org": {"delay": 3}}
"""The Internet Archive answers 24 questions a minute, and blocks who goes on asking for more."""
AUTOTHROTTLE_ENABLED = True
REDIRECT_MAX_TIMES = 5
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408, 429]
METAREFRESH_ENABLED = False
REFERRER_POLICY = "no-referrer"
COOKIES_ENABLED = False
DEPTH_LIMIT = 10_000
CLOSESPIDER_TIMEOUT = 6 * 60 * 60
MEMUSAGE_LIMIT_MB = 1024

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPCACHE_ENABLED = False

EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "spiders.extensions.memory.OwnMemory": 0,  # in the place of Scrapy's MemoryUsage
    "scrapy.extensions.memdebug.MemoryDebugger": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
"""Scrapy's own without those that open a door, which takes a web server's import to leave shut."""
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": 300,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
}
"""Scrapy's own without cookies and a cache, which are not wanted, and robots, which is ours."""

TWISTED_DNS_RESOLVER = "spiders.addresses.GuardedResolver"
DOWNLOADER_MIDDLEWARES = {
    "spiders.failures.NotedFailures": 10,
    "spiders.robots.ObeyRobots": 100,
    "spiders.rendering.RenderedPages": 200,
    "spiders.breaker.HostBreaker": 555,
    "spiders.addresses.AddressGuard": 560,
    "spiders.completeness.CompleteAnswers": 595,
    "spiders.unchanged.ConditionalRequests": 600,
}
EXTENSIONS = {
    "spiders.extensions.keeping.Keeping": 100,
    "spiders.extensions.rechecks.Rechecks": 200,
    "spiders.extensions.backfills.Backfills": 300,
}
ITEM_PIPELINES = {
    "spiders.pipelines.analyse.AnalyseStatement": 100,
    "spiders.pipelines.record.RecordStatement": 200,
}
CONCURRENT_ITEMS = 50  # as many as are committed together; a list may hold thousands
WARN_ON_GENERATOR_RETURN_VALUE = False  # parses the source of a callback for every response

LOG_LEVEL = "INFO"
LOG_FORMATTER = "spiders.logs.QuietItems"
