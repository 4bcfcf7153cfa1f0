"""Feeds: a broken or booby-trapped feed reads nothing outside, and keeps what is good (C6)."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from torture.figure import Figure, Trial, unless
from torture.hostile import RawSite, answer, crawl, texts, write_feeds

AT_ONCE = 20
CANARY = "the-canary-of-the-lighthouse"
FEED = '  - {{channel: feed, urls: ["{url}/feed/{number}"], text: entry}}\n'
ENTRY = (
    "<item><title>{name}</title><link>{url}/{name}</link><description>The lamp of {name} is lit "
    "again.</description><pubDate>Tue, 02 Sep 2025 10:40:00 +0200</pubDate></item>"
)
# What stands between two good entries: a bad one, or something that is none.
BETWEEN = (
    "<item><title>&nbsp;&eacute;&bogus;</title><link>{url}/odd</link></item>",
    "<item><title>AT&T & sons</title><link>{url}/odd?a=1&b=2</link></item>",
    "<item><title>\x00\x01\x0b\x1f</title></item>",
    "<item><title>&#0;&#xD800;&#x110000;</title></item>",
    "<item><title>no link</title></item>",
    "<item></item>",
    "<item><link>javascript:alert(1)</link><title>x</title></item>",
    "<item><link>file:///etc/passwd</link><title>x</title></item>",
    "<item><link>http://[::1</link><title>x</title></item>",
    "<item><title><![CDATA[ <script>alert(1)</script> ]]></title><link>{url}/odd</link></item>",
    "<item><title>x</title><link>{url}/odd</link><pubDate>31/31/31 99:99</pubDate></item>",
    "<item><title>" + "deep" * 50_000 + "</title><link>{url}/odd</link></item>",
    "<item><guid>18446744073709551617</guid><title>big</title><link>{url}/odd</link></item>",
    "<item xmlns:a='b'><a:b c:d='e'/><title>names</title><link>{url}/odd</link></item>",
    "<item><title attr=bare attr>x</title><link>{url}/odd</link></item>",
    "<!-- a -- b --><?php echo 1 ?>",
    "<item><title>\ud7ff\ufffe\uffff</title><link>{url}/odd</link></item>",
    "<item><title>x<b>y</title></b><link>{url}/odd</link></item>",
)
# What stands before the feed: entities that read files, ask servers or grow.
DOCTYPES = (
    "",
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{canary}">]>',
    '<!DOCTYPE rss SYSTEM "{trap}/evil.dtd">',
    '<!DOCTYPE rss [<!ENTITY % p SYSTEM "{trap}/p"> %p;]>',
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "{trap}/x">]>',
    '<!DOCTYPE rss PUBLIC "-//X//Y" "{trap}/pub.dtd">',
)
DECLARATIONS = (
    '<?xml version="1.0"?>',
    '<?xml version="1.0" encoding="utf-8"?>',
    '<?xml version="9.9" encoding="nonsense"?>',
    "",
)


def _feed(number: int, chance: random.Random, places: Mapping[str, str]) -> bytes:
    first, last = (
        ENTRY.format(name=f"{each}-{number}", url=places["url"]) for each in ("first", "last")
    )
    between = "".join(chance.sample(BETWEEN, chance.randrange(1, 4)))
    for name, told in places.items():
        between = between.replace(f"{{{name}}}", told)
    doctype = DOCTYPES[number % len(DOCTYPES)].format(**places) if number % 2 else ""
    if "ENTITY x" in doctype:
        between = f"<item><title>&x;</title><link>{places['url']}/x</link></item>"
    head = f'{chance.choice(DECLARATIONS)}{doctype}<rss version="2.0"><channel><title>News</title>'
    text = f"{head}{first}{between}{last}</channel></rss>"
    return text.encode("utf-8", "surrogatepass")


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Crawl twenty feeds in each trial, beside a server that nobody may ask."""

    def trial(number: int, chance: random.Random) -> Mapping[str, float]:
        cwd = Path(mkdtemp(dir=folder))
        (cwd / "canary").write_text(CANARY)
        with RawSite() as site, RawSite() as trap:
            places = {"url": site.url, "trap": trap.url, "canary": str(cwd / "canary")}
            numbers = range(number * AT_ONCE, (number + 1) * AT_ONCE)
            feeds = "".join(FEED.format(url=site.url, number=each) for each in numbers)
            write_feeds(cwd, site.url, feeds)
            for each in numbers:
                body = _feed(each, chance, places)
                kind = "application/rss+xml"
                site.answers[f"/feed/{each}"] = answer(body, content_type=kind)
            crawled = crawl(cwd, site.host)
            asked = trap.connections
        kept = texts(crawled.archive)
        good = [f"/{place}-{each}" for place in ("first", "last") for each in numbers]
        files = [crawled.archive, *(cwd / "archive-warc").iterdir(), cwd / "log"]
        return {
            "feeds": AT_ONCE,
            "crashes": crawled.crashes,
            "lost_entries": sum(path not in kept for path in good),
            "external_reads": asked + any(CANARY.encode() in each.read_bytes() for each in files),
        }

    yield trial


FIGURE = Figure(
    promise="100 malformed or hostile feeds: nothing outside is read, and no good entry is lost",
    trials=5,
    quick=1,
    ready=ready,
    broken=unless(crashes=0, lost_entries=0, external_reads=0),
)
