"""Looks at sources whose servers cannot prove their names: no stricter than a crawl, nor laxer."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from bad_certificates import BAD, servers
from loopback import onrecord, rows
from torture.hostile import RawSite, answer

WORDS = "We thank the keepers of the old lighthouse for their long and faithful service. " * 4
TODAY = datetime.now(UTC).date().isoformat()
SOURCE = """
office: Ministry of Lighthouses
country: xa
publisher: Government of Arvenna
url: {url}/
language: en
timezone: Europe/Vienna
feeds:
  - {{channel: listing, urls: [{url}/list], entry: li, published: .day, page: {{text: .words}}}}
provenance: {{from: a test, verified: never}}
crawl: {{delay: 0}}
{more}
"""
EXCEPTION = "tls: {unverified: the office knows}"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, RawSite], Path]]:
    """Serve a list with one item, over TLS, with certificates good and bad."""
    with servers(tmp_path_factory.mktemp("web") / "certificates") as (sites, authority):
        links = "".join(
            f'<li><a href="/pr/{each}">A title</a> <span class=day>{TODAY}</span></li>'
            for each in range(3)
        )
        for site in sites.values():
            site.answers["/list"] = answer(f"<html lang=en><ul>{links}</ul></html>".encode())
            for each in range(3):
                page = f"<h1>A title</h1><div class=words><p>{WORDS} {each}</p></div>"
                site.answers[f"/pr/{each}"] = answer(page.encode())
        yield sites, authority


def declare(folder: Path, name: str, site: RawSite, more: str = "") -> None:
    path = folder / "sources" / "xa" / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SOURCE.format(url=site.url, more=more))


def test_a_check_honours_a_sources_exception_and_no_others(
    web: tuple[dict[str, RawSite], Path], tmp_path: Path
) -> None:
    sites, authority = web
    declare(tmp_path, "xa_good", sites["good"])
    declare(tmp_path, "xa_strict", sites["expired"])
    declare(tmp_path, "xa_lenient", sites["expired"], EXCEPTION)
    hosts = [word for site in sites.values() for word in ("--allow-host", site.host)]
    names = ["xa_good", "xa_strict", "xa_lenient"]
    words = ["sources", "check", *names, "--sources", "sources", "--json", *hosts]
    finished = onrecord(*words, cwd=tmp_path, SSL_CERT_FILE=str(authority))
    told = {each["source"]: each for each in json.loads(finished.stdout)["probes"]}
    assert {name: (told[name]["outcome"], told[name]["tls"]) for name in told} == {
        "xa_good": ("works", "verified"),
        "xa_strict": ("fails", None),
        "xa_lenient": ("works", "unverified"),
    }
    assert "anybody on the way could have written this" in told["xa_lenient"]["message"]
    assert "prove its name" not in told["xa_good"]["message"]
    kept = rows(tmp_path / "archive.db", "SELECT source, tls FROM probes")
    assert {row["source"]: row["tls"] for row in kept} == {name: told[name]["tls"] for name in told}


def test_a_frozen_case_is_fetched_as_a_crawl_would(
    web: tuple[dict[str, RawSite], Path], tmp_path: Path
) -> None:
    sites, authority = web
    site = sites["wrong_host"]
    words = ["sources", "record", "xa_light", f"{site.url}/pr/1", "--to", "cases"]
    words += ["--sources", "sources", "--allow-host", site.host]
    declare(tmp_path, "xa_light", site)
    refused = onrecord(*words, cwd=tmp_path, SSL_CERT_FILE=str(authority))
    assert (refused.returncode, "could not be fetched" in refused.stderr) == (2, True)
    declare(tmp_path, "xa_light", site, EXCEPTION)
    done = onrecord(*words, cwd=tmp_path, SSL_CERT_FILE=str(authority))
    assert done.returncode == 0, done.stderr


def test_an_address_is_tried_despite_its_certificate_only_with_a_reason(
    web: tuple[dict[str, RawSite], Path], tmp_path: Path
) -> None:
    sites, authority = web
    for kind in BAD:
        site = sites[kind]
        words = ["sources", "try", f"{site.url}/list", "--allow-host", site.host]
        refused = onrecord(*words, cwd=tmp_path, SSL_CERT_FILE=str(authority))
        assert (refused.returncode, "--unverified" in refused.stderr) == (2, True), refused.stderr
    empty = onrecord(*words, "--unverified", " ", cwd=tmp_path)
    assert (empty.returncode, "must say why" in empty.stderr) == (2, True)
    done = onrecord(*words, "--unverified", "the office  knows", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "anybody on the way could have written this" in done.stderr
    assert yaml.safe_load(done.stdout)["tls"] == {"unverified": "the office knows"}
