"""The address guard: nothing is sent to an address that is not on the public internet."""

import ipaddress
from pathlib import Path

import pytest
from loopback import Answer, Site, crawl, listing, release, rows, write_source
from scrapy import Request

from spiders.addresses import AddressGuard, ForbiddenAddressError, is_public

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.254",
    "192.0.0.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:0:0:0:0:80ff:fffe",
    "2001:db8::1",
]
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "151.101.0.144",
    "192.0.78.9",
    "2606:4700:4700::1111",
    "2a00:1450::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    ipaddress.ip_address(address)
    assert is_public(address)


@pytest.mark.parametrize(
    ("allowed", "url", "passes"),
    [
        ([], "http://127.0.0.1/", False),
        ([], "http://[::1]:8080/", False),
        ([], "http://ministry.example/", True),
        (["127.0.0.1:8080"], "http://127.0.0.1:8080/list", True),
        (["127.0.0.1:8080"], "http://127.0.0.1:22/", False),
        (["127.0.0.1:80"], "http://127.0.0.1/", True),
        (["127.0.0.1:443"], "https://127.0.0.1/", True),
        (["localhost:8080"], "http://localhost:9090/", False),
        (["[::1]:8080"], "http://[::1]:8080/", True),
    ],
)
def test_a_host_is_allowed_with_its_port_only(allowed: list[str], url: str, passes: bool) -> None:
    guard = AddressGuard(allowed)
    if passes:
        guard.process_request(Request(url))
    else:
        with pytest.raises(ForbiddenAddressError, match="--allow-host"):
            guard.process_request(Request(url))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1"])
def test_no_spelling_of_a_trap_is_reached(tmp_path: Path, host: str) -> None:
    with Site() as site, Site() as trap:
        port = trap.host.partition(":")[2]
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025", "/moved": "02/09/2025"}))
        site.html("/pr/1", release("We thank the keepers of the lighthouse."))
        site.answers["/moved"] = Answer(b"", 302, {"Location": f"http://{host}:{port}/secret"})
        trap.html("/secret", release("Nobody may read this."))
        summary = crawl(site, tmp_path)
        assert trap.asked == []
    assert summary["new_statements"] == 1
    messages = [row["message"] for row in rows(tmp_path / "archive.db", "SELECT * FROM issues")]
    assert any("is not on the public internet" in message for message in messages)
