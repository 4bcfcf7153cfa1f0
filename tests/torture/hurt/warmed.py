"""What a nursery loads before it forks: all that a run would, but the reactor."""

import gc
import importlib
import sys

for _name in (
    "onrecord.cli",
    "onrecord.commands.crawl",
    "onrecord.commands.importing",
    "onrecord.commands.rebuild",
    "onrecord.commands.score",
    "onrecord.commands.check",
    "onrecord.checking.watching",
    "onrecord.checking.running",
    "onrecord.crawling",
    "onrecord.importing",
    "onrecord.rebuilding",
    "onrecord.scoring",
    "onrecord.declared",
    "onrecord.due",
    "archive.passages.refreshing",
    "archive.summaries",
    "spiders.loader",
    "spiders.channels",
    "spiders.formats",
    "spiders.pipelines.worker",
    "spiders.pipelines.analyse",
    "spiders.pipelines.record",
    "spiders.extensions.rechecks",
    "spiders.extensions.backfills",
    "spiders.unchanged",
    "spiders.rendering",
    "spiders.handlers",
    "torture.hurt.child",
):
    importlib.import_module(_name)

_WORDS = "Good morning to everybody who reads these words today."
_language = importlib.import_module("analysis.language")
_language._classifier()
importlib.import_module("spiders.pipelines.score").score(_WORDS, "en", ())
assert "twisted.internet.reactor" not in sys.modules
gc.freeze()
