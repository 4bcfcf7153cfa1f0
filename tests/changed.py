"""An archive in which much has changed: edits of all kinds, and statements that came and went."""

import json
from typing import Any

from browsing import Rows, rows

GONE = "xv_mod-gone"
REPOSTED = "xv_mod-again"
MOVED = "xv_mfa-moved"
TAKEN = "xv_mfa-taken"


def changed_rows() -> Rows:
    tables = rows()
    harbour = tables["statements"][0]
    letter = tables["statements"][1]
    for key, title in ((GONE, "A speech"), (REPOSTED, "A post"), ("xv_mod-put", "A post")):
        tables["statements"].append(
            harbour | {"id": key, "native_id": key, "title": title, "published_at": "2031-03-01"}
        )
    for key in (MOVED, TAKEN):
        tables["statements"].append(letter | {"id": key, "native_id": key, "state": "live"})
    tables["statements"][-1] |= {"title": None, "text": None}
    for each in tables["statements"][-5:]:
        tables["revisions"].append(
            tables["revisions"][0] | {"statement_id": each["id"], "title": each["title"]}
        )
    tables["revisions"].append(tables["revisions"][-1] | {"revision": 2, "text": None})
    tables["edits"] += [_edit(TAKEN, kind="withheld", changes=None)]
    tables["fates"] += [
        _turn(GONE, "2031-03-05T12:00:00Z", "suspect"),
        _turn(GONE, "2031-03-06T12:00:00Z", "gone", first_at="2031-03-05T12:00:00Z"),
        _turn(GONE, "2031-03-09T12:00:00Z", "back", evidence="seen where it was; it was gone"),
        _turn(REPOSTED, "2031-03-07T12:00:00Z", "gone", reposted_as="xv_mod-put"),
        _turn(MOVED, "2031-03-08T12:00:00Z", "moved", evidence="its address leads elsewhere"),
        _turn("xv_mod-post/1", "2031-03-04T12:00:00Z", "withdrawn", evidence="withdrawn"),
        _turn("xv_mfa-bayan", "2031-03-04T12:00:00Z", "suspect"),
        _turn("xv_mfa-bayan", "2031-03-05T12:00:00Z", "back", evidence="it was suspect"),
    ]
    return tables


def _edit(statement: str, **rest: Any) -> dict[str, Any]:
    kinds = json.dumps([rest["kind"]])
    edit = {"statement_id": statement, "revision": 2, "from_revision": 1, "kinds": kinds}
    return edit | {"differences": 1, "has_names": 0} | rest


def _turn(statement: str, at: str, state: str, **rest: Any) -> dict[str, Any]:
    turn = {"statement_id": statement, "at": at, "state": state, "evidence": "HTTP 404"}
    return turn | {"capture_id": "c3", "crawl_id": "crawl-1"} | rest
