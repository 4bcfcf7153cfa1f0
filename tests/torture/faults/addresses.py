"""Addresses: however an address of this machine is written or reached, it is not asked (C4)."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp

from spiders.addresses import is_public
from torture.figure import Figure, Trial, unless
from torture.hostile import RawSite, answer, crawl, texts, write_feeds

FEEDS = """\
  - channel: listing
    urls: [{url}/list]
    entry: li
    page: {{text: .words}}
"""
WORDS = "We thank the keepers of the old lighthouse for their long service."
HOSTS = (
    *("127.0.0.1", "127.1", "127.0.1", "127.0.0.2", "127.8.8.8", "127.255.255.254", "0.0.0.0", "0"),
    *("2130706433", "0x7f000001", "0x7F000001", "017700000001", "0177.0.0.1", "0x7f.0.0.1"),
    *("0x7f.1", "0177.1", "127.0x0.0.1", "127.00.00.01", "0x7f.0x0.0x0.0x1", "00000177.0.0.1"),
    *("0300.0250.1.1", "3232235777", "0xc0a80101", "10.1", "0xa.1", "012.1", "169.254.169.254"),
    *("2852039166", "0xa9fea9fe", "169.16689662", "100.64.0.1", "192.168.1.1", "172.16.0.1"),
    *("224.0.0.1", "255.255.255.255", "192.0.2.1", "240.0.0.1"),
    *("localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "rebind.example"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
    *("[2001:0:0:0:0:0:80ff:fffe]", "[fe80::1]", "[fc00::1]", "[ff02::1]", "[::ffff:a9fe:a9fe]"),
    *("user@127.0.0.1", "public.example@127.0.0.1", "%31%32%37.0.0.1", "１２７.0.0.1"),  # noqa: RUF001
)
ROUTES = ("direct", "redirect", "refresh", "robots", "rebinding")
PUBLIC = (
    *(f"{first}.{first % 7}.{first % 250}.{first % 9 + 1}" for first in range(1, 223, 5)),
    *("2606:4700:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2620:fe::fe"),
    *("::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::", "2400:cb00:2048::1"),
    *("2a02:26f0::1", "2804:14c::1", "2c0f:f248::1", "2001:67c:2e8::1", "2a03:2880::1"),
    *("2001:500:88:200::8", "2607:f8b0::1"),
)
# Names are looked up in a table, so that no test asks anybody: each gives no answer at first, and
# the address of this machine when it is asked again.
NAMES = """
import socket
_asked, _resolve = {}, socket.gethostbyname
def resolve(name):
    if all(c in "0123456789abcdefxABCDEFX." for c in name) or name.lower().startswith("localhost"):
        return _resolve(name)
    _asked[name] = _asked.get(name, 0) + 1
    if name.endswith(".example") and _asked[name] > 1:
        return "127.0.0.1"
    raise socket.gaierror(socket.EAI_NONAME, "no such name")
socket.gethostbyname = resolve
"""


def _links(route: str, site: RawSite, others: Sequence[RawSite], port: int) -> list[str]:
    """Lay a way to each address, and give where it begins."""
    links = []
    for number, host in enumerate(HOSTS):
        target = f"http://{host}:{port}/secret"
        link = f"/{route}/{number}"
        if route == "direct":
            link = target
        elif route == "redirect":
            site.answers[link] = answer(b"", "302 Found", Location=target)
        elif route == "refresh":
            page = f"<meta http-equiv=refresh content='0;url={target}'><iframe src='{target}'>"
            site.answers[link] = answer(page.encode())
        elif route == "robots":
            others[number].answers["/robots.txt"] = answer(b"", "302 Found", Location=target)
            link = f"{others[number].url}/item"
        else:
            link = f"http://name{number}.{host.strip('[]').replace(':', '-')}.example:{port}/secret"
        links.append(link)
    return links


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Crawl sixty ways to a server of this machine that nobody may ask."""
    (folder / "sitecustomize.py").write_text(NAMES)

    def trial(number: int, chance: random.Random) -> Mapping[str, float]:
        del chance
        cwd = Path(mkdtemp(dir=folder))
        route = ROUTES[number]
        with ExitStack() as stack:
            site = stack.enter_context(RawSite())
            trap = stack.enter_context(RawSite("0.0.0.0"))
            traps = [trap, stack.enter_context(RawSite("::", trap.port))]
            many = len(HOSTS) if route == "robots" else 0
            others = [stack.enter_context(RawSite()) for _ in range(many)]
            for each in traps:
                each.answers["/secret"] = answer(b"<div class=words>Nobody may read this.</div>")
            links = _links(route, site, others, trap.port)
            write_feeds(cwd, site.url, FEEDS.format(url=site.url))
            items = "".join(f'<li><a href="{link}">A title</a></li>' for link in [*links, "/good"])
            site.answers["/list"] = answer(f"<ul>{items}</ul>".encode())
            site.answers["/good"] = answer(f"<div class=words>{WORDS}</div>".encode())
            hosts = [each.host for each in (site, *others)]
            crawled = crawl(cwd, *hosts, PYTHONPATH=str(folder))
            reached = sum(each.connections for each in traps)
        return {
            "ways": len(links),
            "reached": reached,
            "crashes": crawled.crashes,
            "lost_neighbours": texts(crawled.archive).get("/good") != WORDS,
            "false_refusals": sum(not is_public(each) for each in PUBLIC) if number == 0 else 0,
            "public": len(PUBLIC) if number == 0 else 0,
        }

    yield trial


FIGURE = Figure(
    promise="60 spellings of private addresses by 5 ways: none is asked, and 60 public ones pass",
    trials=len(ROUTES),
    quick=1,
    ready=ready,
    broken=unless(reached=0, crashes=0, lost_neighbours=0, false_refusals=0),
)
