"""Settings of the Scrapy project: polite, verifying, and closed to everything but the web."""

import os

BOT_NAME = "onrecord"
USER_AGENT = "onrecord/0.1 (archive of public statements; obeys robots.txt)"
SPIDER_LOADER_CLASS = "spiders.loader.SourceLoader"

ARCHIVE_DB = "archive.db"
SOURCE_FOLDERS: list[str] = []
ALLOWED_HOSTS: list[str] = []
REPLAY_FILE = ""
ANALYSIS_PROCESS = (os.cpu_count() or 1) > 1
"""Whether dates, languages and tones are worked out in a second process."""

ROBOTSTXT_OBEY = True
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_DELAY = 2
DOWNLOAD_HANDLERS = {"file": None, "data": None, "ftp": None, "s3": None}
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
REDIRECT_MAX_TIMES = 5
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]
METAREFRESH_ENABLED = False
REFERRER_POLICY = "no-referrer"
COOKIES_ENABLED = False
DEPTH_LIMIT = 10_000
CLOSESPIDER_TIMEOUT = 6 * 60 * 60
MEMUSAGE_LIMIT_MB = 1024

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPCACHE_ENABLED = False

TWISTED_DNS_RESOLVER = "spiders.addresses.GuardedResolver"
DOWNLOADER_MIDDLEWARES = {
    "spiders.addresses.AddressGuard": 560,
    "spiders.completeness.CompleteAnswers": 595,
}
EXTENSIONS = {
    "spiders.extensions.keeping.Keeping": 100,
    "spiders.extensions.rechecks.Rechecks": 200,
}
ITEM_PIPELINES = {
    "spiders.pipelines.analyse.AnalyseStatement": 100,
    "spiders.pipelines.record.RecordStatement": 200,
}
CONCURRENT_ITEMS = 8  # as many tasks are made for every response, whatever it yields
WARN_ON_GENERATOR_RETURN_VALUE = False  # parses the source of a callback for every response

LOG_LEVEL = "INFO"
LOG_FORMATTER = "spiders.logs.QuietItems"
