"""Source files: all that come with On Record load, and each slip is told with its line."""

import re
import shutil
import time
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from archive.errors import SourceError
from spiders import fields, marked_yaml
from spiders.channels import NAMES, channel_class
from spiders.channels.options import FeedOptions, PageSelectors, WebOptions
from spiders.identity import native_id
from spiders.source import Account, Crawl, Expect, Feed, Fix, Holder, Provenance, Source
from spiders.sourcefiles import BUILT_IN, find_sources, read_source

HERE = Path(__file__).parent / "sources"
DOCS = Path(__file__).parents[1] / "docs" / "adding.md"
CHANNELS = DOCS.with_name("channels.md")
PLATFORMS = DOCS.with_name("platforms.md")
BUILT_IN_FILES = sorted(BUILT_IN.rglob("*.yml"))
BAD_FILES = sorted(HERE.glob("bad/*/*.y*ml"))


def stem(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", BUILT_IN_FILES, ids=stem)
def test_every_built_in_source_loads_and_is_small(path: Path) -> None:
    source = read_source(path)
    assert (source.name, source.country) == (path.stem, path.parent.name)
    assert path.stem.startswith(f"{source.country}_")
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


def test_the_built_in_sources_are_all_found() -> None:
    sources, errors = find_sources([BUILT_IN])
    assert errors == []
    assert list(sources) == sorted(path.stem for path in BUILT_IN_FILES)
    assert len(sources) >= 12


@pytest.mark.parametrize("path", BUILT_IN_FILES, ids=stem)
def test_terms_of_one_role_do_not_overlap(path: Path) -> None:
    for first, second in zip(
        *[read_source(path).holders[start:] for start in (0, 1)], strict=False
    ):
        assert first.until is not None
        assert first.until <= second.since


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("path", BAD_FILES, ids=stem)
def test_a_bad_file_is_told_with_line_and_fix(
    path: Path, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_yaml, "Loader", getattr(yaml, loader))
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert f"{caught.value}\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_expected_message_has_its_bad_file() -> None:
    assert {path.stem for path in HERE.glob("bad/*/*.txt")} == {path.stem for path in BAD_FILES}
    assert len(BAD_FILES) > 40


def test_one_bad_file_leaves_the_others_usable(tmp_path: Path) -> None:
    shutil.copytree(HERE / "good", tmp_path, dirs_exist_ok=True)
    shutil.copy(HERE / "bad" / "xa" / "xa_quote.yml", tmp_path / "xa")
    sources, errors = find_sources([tmp_path])
    assert list(sources) == ["xa_fisheries", "xb_pm"]
    assert [str(error).split(" line")[0] for error in errors] == ["xa_quote.yml"]


def test_a_later_folder_overrides_a_name() -> None:
    sources, errors = find_sources([HERE / "good", HERE / "override"])
    assert errors == []
    assert sources["xa_fisheries"].retention == "hash-only"
    assert sources["xb_pm"].retention == "keep"


def test_a_bad_override_takes_the_source_away(tmp_path: Path) -> None:
    (tmp_path / "xb").mkdir()
    (tmp_path / "xb" / "xb_pm.yml").write_text("retention: hash-only\n", encoding="utf-8")
    sources, errors = find_sources([HERE / "good", tmp_path])
    assert list(sources) == ["xa_fisheries"]
    assert len(errors) == 1


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    sources, errors = find_sources([HERE / "good", tmp_path / "nowhere"])
    assert len(sources) == 2
    assert "no such folder" in str(errors[0])


def test_a_whole_file_is_read_as_written() -> None:
    source = read_source(HERE / "good" / "xa" / "xa_fisheries.yml")
    feed = source.feeds[0]
    assert (source.every, source.crawl.recheck_within) == (timedelta(hours=6), timedelta(weeks=2))
    assert feed.options.model_dump()["published"] == "time::attr(datetime)"
    assert [each.options.channel for each in feed.fallback] == ["feed"]
    assert source.fix.published == {"23 Janaury 2025": "2025-01-23"}
    assert source.provenance.verified == date(2026, 10, 2)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2021, 2, 28), None),
        (date(2021, 3, 1), "Odalys Ferrant"),
        (date(2024, 2, 29), None),
        (date(2024, 3, 1), "Teun Arkady"),
    ],
)
def test_the_holder_of_a_day_is_named_only_when_there_is_one(day: date, name: str | None) -> None:
    holder = read_source(HERE / "good" / "xa" / "xa_fisheries.yml").holder_on(day)
    assert (holder.name if holder else None) == name


@pytest.mark.parametrize(
    ("name", "url", "identifier"),
    [
        ("in_mod", "https://pib.gov.in/PressReleasePage.aspx?PRID=1650811&reg=3&lang=1", "1650811"),
        ("in_mod", "https://www.pib.gov.in/PressReleaseDetail.aspx?prid=1650811", "1650811"),
        ("jp_pm", "https://japan.kantei.go.jp/104/actions/202608/26gx.html", "actions/202608/26gx"),
        ("jp_pm", "https://japan.kantei.go.jp/105/actions/202608/26gx.html", "actions/202608/26gx"),
        ("jp_pm", "https://japan.kantei.go.jp/101_kishida/statement/x.html", "statement/x"),
        ("ru_kremlin", "http://en.kremlin.ru/events/president/news/70001", "70001"),
        ("ru_kremlin", "http://en.kremlin.ru/events/president/transcripts/70001/", "70001"),
        ("us_war", "https://www.war.gov/News/Speeches/Speech/Article/4000001/a-title/", "4000001"),
    ],
)
def test_an_id_outlives_a_change_of_address(name: str, url: str, identifier: str) -> None:
    pattern = read_source(BUILT_IN / name[:2] / f"{name}.yml").id
    assert native_id(url, pattern) == identifier


def test_many_files_are_read_fast(tmp_path: Path) -> None:
    for folder in range(5):
        shutil.copytree(BUILT_IN, tmp_path / str(folder), ignore=shutil.ignore_patterns("*.py"))
    folders = [tmp_path / str(folder) for folder in range(5)]
    find_sources(folders[:1])
    started = time.process_time()
    sources, errors = find_sources(folders)
    assert time.process_time() - started < 1
    assert (len(sources), errors) == (len(BUILT_IN_FILES), [])


def test_countries_are_those_of_the_tz_database() -> None:
    listed = files("tzdata") / "zoneinfo/iso3166.tab"
    codes = re.findall(r"(?m)^([A-Z]{2})\t", listed.read_text(encoding="utf-8"))
    assert {code.lower() for code in codes} == fields.COUNTRIES


def keys(model: type[BaseModel]) -> set[str]:
    return {info.alias or name for name, info in model.model_fields.items()}


def documented(heading: str, *pages: Path) -> set[str]:
    written = "\n".join(page.read_text(encoding="utf-8") for page in pages or (DOCS,))
    section = re.split(r"(?m)^#+ ", written)
    text = next(part for part in section if part.partition("\n")[0] == heading)
    return set(re.findall(r"(?m)^\| `(\w+)` \|", text))


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("`holders`", Holder),
        ("`accounts`", Account),
        ("`expect`", Expect),
        ("`fix`", Fix),
        ("`provenance`", Provenance),
        ("`crawl`", Crawl),
    ],
)
def test_every_key_is_documented(heading: str, model: type[BaseModel]) -> None:
    assert documented(heading) == keys(model)


def test_every_key_of_source_and_feed_is_documented() -> None:
    assert documented("The office") == keys(Source) - {"name"}
    assert documented("Feeds") == keys(FeedOptions) | keys(Feed) - {"options"}


@pytest.mark.parametrize("name", NAMES)
def test_every_option_of_a_channel_is_documented(name: str) -> None:
    options = channel_class(name).Options
    shared = keys(WebOptions) if issubclass(options, WebOptions) else keys(FeedOptions)
    assert documented(f"`channel: {name}`", CHANNELS, PLATFORMS) == keys(options) - shared


def test_every_option_of_a_list_of_pages_is_documented() -> None:
    own = keys(WebOptions) - keys(FeedOptions)
    assert documented("Lists of pages", CHANNELS) == own
    assert documented("`page`", CHANNELS) == keys(PageSelectors)


def test_the_documented_file_loads(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    path = tmp_path / "xa" / "xa_fisheries.yml"
    path.parent.mkdir()
    path.write_text(example[1], encoding="utf-8")
    assert read_source(path).office == "Ministry of Fisheries"
