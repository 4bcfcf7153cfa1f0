"""Charts: pictures drawn without a script, by day and by night, and without a word that runs."""

import asyncio
import json
import re
import signal
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from browsing import MARKUP, Site, build, close, open_site, rows
from questioned import FEXLEY, NORLAND, desk

from archive.summaries import refresh
from archive.summaries.tone_months import month_after
from onrecord.browse import charts, country_charts, drawing_apart, month_charts, stylesheet

BARS: dict[str, Any] = {
    "mark": "bar",
    "width": 200,
    "height": 100,
    "encoding": {
        "x": {"field": "month", "type": "ordinal", "title": MARKUP},
        "y": {"field": "n", "type": "quantitative"},
        "tooltip": {"field": "month"},
    },
}
ROWS = [{"month": MARKUP, "n": 3}, {"month": "2026-10", "n": 5}]
CHART = charts.Chart(name="bars", spec=BARS, rows=ROWS, label=MARKUP, width=300, height=200)
FIGURE = re.compile(r'<img src="([^"]*)" alt="([^"]+)" width="(\d+)" height="(\d+)" loading="lazy"')


def drawn(chart: charts.Chart = CHART) -> str:
    return asyncio.run(charts.draw(chart))


def test_a_chart_has_its_marks_in_the_colours_of_the_page() -> None:
    chart = drawn()
    bars = re.findall(r'<path [^>]*fill="var\(--link\)"[^>]*>', chart)
    assert len(bars) == len(ROWS)
    assert "#" not in "".join(re.findall(r'(?:fill|stroke)="([^"]*)"', chart))


def test_a_chart_has_the_colours_of_the_day_and_of_the_night() -> None:
    by_day, _, by_night = drawn().partition("@media (prefers-color-scheme:dark)")
    for part, values in zip((by_day, by_night), stylesheet.colours(), strict=True):
        told = dict(re.findall(r"--([a-z]+):(#[0-9a-f]{6});", part))
        assert told == {name: values[name] for name in told}
        assert set(re.findall(r"var\(--([a-z]+)\)", by_night)) <= set(told)
    assert stylesheet.colours()[0]["link"] == charts.LINK != stylesheet.colours()[1]["link"]


def test_nothing_in_a_chart_runs() -> None:
    found = Tags()
    found.feed(drawn())
    assert found.names >= {"svg", "path", "text"}
    assert not found.names & {"script", "img", "image", "foreignobject", "a", "use"}
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]
    styles = ET.fromstring(drawn()).findall("{http://www.w3.org/2000/svg}style")
    assert len(styles) == 1
    assert "url(" not in str(styles[0].text)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def months(count: int, most: int) -> list[dict[str, Any]]:
    """Give months with a mean, the latest first, as the canned queries do."""
    return [
        {
            "month": f"{2040 - at // 12}-{12 - at % 12:02}",
            "statements": most - at,
            "mean": 0.1,
            "low": -0.1,
            "high": 0.3,
            "baseline_mean": 0.0,
            "n": 30,
            "not_scored": 4,
            "finding": "no clear difference",
        }
        for at in range(count)
    ]


def terms(count: int) -> list[dict[str, Any]]:
    return [
        {
            "name": f"Odalys Ferrant-Marrow the {at}th of Fexley",
            "capacity": "holder",
            "since": f"{2040 - at}-01-01",
            "until": f"{2041 - at}-01-01",
        }
        for at in range(count)
    ]


def tones(count: int) -> list[dict[str, Any]]:
    return [
        {"name": f"Upper Veldmark {at}", "mean": 0.1, "margin": 0.2, "n": 1234}
        for at in range(count)
    ]


@pytest.mark.parametrize(
    "chart",
    [
        month_charts.volume_chart(months(2, 3)),
        month_charts.volume_chart(months(150, 123_456)),
        month_charts.tone_chart(months(150, 500)),
        month_charts.terms_chart(terms(2)),
        month_charts.terms_chart(terms(30)),
        country_charts.countries_chart("toward", tones(1), "tone"),
        country_charts.countries_chart("toward", tones(20), "tone"),
        country_charts.months_chart(months(120, 500)[::-1], "months"),
        country_charts.months_chart([{**months(1, 5)[0], "mean": None}], "months"),
    ],
)
def test_the_size_of_a_chart_is_known_before_it_is_drawn(chart: charts.Chart | None) -> None:
    assert chart is not None
    _, _, *size = map(float, drawn(chart).split('viewBox="')[1].split('"')[0].split())
    assert size == [chart.width, chart.height], "it is drawn smaller than it is meant"
    raw = drawing_apart.draw_apart(chart.written(), json.dumps(charts._CONFIG))
    width, height = map(float, re.findall(r'(?:width|height)="([\d.]+)"', raw)[:2])
    assert 0.7 * chart.width < width <= chart.width
    assert chart.height - 40 < height <= chart.height


def test_what_is_larger_than_its_place_is_drawn_smaller() -> None:
    small = charts.Chart(name="bars", spec=BARS, rows=ROWS, label="", width=100, height=50)
    svg = ET.fromstring(drawn(small))
    assert (svg.get("width"), svg.get("height")) == ("100", "50")
    size = [float(part) for part in str(svg.get("viewBox")).split()]
    assert size[2] > 200
    assert size[3] > 100


def test_who_draws_is_started_again_after_its_end() -> None:
    drawn()
    process = drawing_apart._draughtsman._process
    assert process is not None
    process.kill()
    process.join()
    charts._svg.cache_clear()
    assert "<path" in drawn()


def test_ctrl_c_leaves_who_draws_to_its_site() -> None:
    drawn()
    process = drawing_apart._draughtsman._process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status").read_text()
    ignored = int(re.findall(r"SigIgn:\s+([0-9a-f]+)", status)[0], 16)
    assert ignored >> (signal.SIGINT - 1) & 1


def test_what_cannot_be_drawn_is_told_and_the_next_is_drawn() -> None:
    broken = charts.Chart(
        name="bars", spec={"mark": "harbour"}, rows=[], label="", width=9, height=9
    )
    with pytest.raises(RuntimeError, match="could not be drawn"):
        drawn(broken)
    charts._svg.cache_clear()
    assert "<path" in drawn()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    path = tmp_path_factory.mktemp("charts") / "archive.db"
    with desk(path) as it:
        it.archive.db.table("sources").insert(
            {"name": "xa_mfa", "office": "Ministry", "country": "xa", "publisher": "Arvenna"}
            | {"url": "https://a.example/", "language": "en", "timezone": "UTC"}
            | {"retention": "keep"}
        )
        for number in range(25):
            for month in ("2024-05", "2025-03"):
                about = [(*NORLAND, 0.1 + number / 100)]
                day = f"{month}-{number + 1:02}"
                it.say(f"{month}-{number}", day, f"Norland {number}.", tone=0.4, about=about)
        refresh(it.archive)
    site = open_site(path)
    yield site
    close(site)


PAGES = {
    f"people/{FEXLEY}": {"volume", "tone"},
    "offices/xa_mfa": {"volume"},
    f"countries/{NORLAND[1]}": {"from", "months"},
    "countries/xa": {"toward"},
}


@pytest.mark.parametrize(("path", "names"), PAGES.items())
def test_a_page_leads_to_its_charts_and_leaves_them_their_place(
    site: Site, path: str, names: set[str]
) -> None:
    page = site.page(f"/-/{path}")
    assert "<svg" not in page
    figures = FIGURE.findall(page)
    assert {address.rpartition("/")[2].partition("?")[0] for address, *_ in figures} >= {
        f"{name}.svg" for name in names
    }
    for address, _, width, height in figures:
        answer = site.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("image/svg+xml")
        svg = ET.fromstring(answer.text)
        assert (svg.get("width"), svg.get("height")) == (width, height)


def test_a_chart_is_of_the_period_of_its_page(site: Site) -> None:
    page = site.page("/-/countries/xa?period=2024-05")
    assert "/-/countries/xa/charts/toward.svg?period=2024-05" in page
    path = "/-/countries/xa/charts/toward.svg"
    year, month = (site.get(f"{path}?period={each}") for each in ("2025", "2024-05"))
    assert year.text.count(">n 25<") == month.text.count(">n 25<") == 1
    assert site.get(f"{path}?period=2023").status_code == 404


def test_a_chart_is_asked_for_again_and_sent_once(site: Site) -> None:
    path = f"/-/people/{FEXLEY}/charts/tone.svg"
    first = site.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    again = site.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = site.get(f"/-/people/{FEXLEY}/charts/volume.svg")
    assert other.headers["etag"] != first.headers["etag"]
    assert site.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_picture_runs_nothing_where_it_is_opened_alone(site: Site) -> None:
    answer = site.get(f"/-/people/{FEXLEY}/charts/tone.svg")
    policies = answer.headers.get_list("content-security-policy")
    assert policies == [
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    ]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        f"people/{FEXLEY}/charts/harbour.svg",
        "people/nobody/charts/tone.svg",
        "offices/xz_mod/charts/volume.svg",
        "countries/zz/charts/months.svg",
        "countries/%3Cscript%3E/charts/toward.svg",
    ],
)
def test_a_chart_that_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert site.get(f"/-/{path}").status_code == 404


def test_who_may_not_see_a_page_does_not_see_its_charts(tmp_path: Path) -> None:
    hidden = {"databases": {"archive": {"tables": {"speaker_months": {"allow": False}}}}}
    site = open_site(build(tmp_path / "archive.db", rows()), metadata=hidden)
    assert site.get("/-/people/xv-ilse-marrow").status_code == 403
    assert site.get("/-/people/xv-ilse-marrow/charts/volume.svg").status_code == 403
    close(site)


@pytest.mark.parametrize(("months", "written"), [(3, "%b %Y"), (24, "%b %Y"), (25, "%Y")])
def test_months_of_few_years_have_their_names(months: int, written: str) -> None:
    counted = [{"month": month_after("2031-03", -back), "statements": 3} for back in range(months)]
    chart = month_charts.volume_chart(counted)
    assert chart is not None
    assert chart.spec["encoding"]["x"]["axis"]["format"] == written
