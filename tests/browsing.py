"""A site of Datasette over a small archive, asked through its in-process client."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from datasette.app import Datasette
from datasette.plugins import pm
from sqlite_utils import Database

import onrecord.browse
from archive.rows import list_statements
from archive.schema import migrations
from archive.store import APPLICATION_ID

HERE = Path(__file__).parent
METADATA = yaml.safe_load((HERE.parent / "metadata.yml").read_text())
QUERIES = METADATA["databases"]["archive"]["queries"]
TABLES = [
    name for name, table in METADATA["databases"]["archive"]["tables"].items() if "columns" in table
]

Rows = dict[str, list[dict[str, Any]]]

HARBOUR = "xv_mod-harbour"
LETTER = "xv_mfa-lettre"
ARABIC = "xv_mfa-bayan"
POST = "xv_mod-post/1"

MARKUP = '<script>alert(1)</script><img src=x onerror="alert(2)">"\'><svg onload=alert(3)>{{7*7}}'


def rows() -> Rows:
    tables: Rows = yaml.safe_load((HERE / "browse" / "archive.yml").read_text())
    return tables


def build(path: Path, tables: Rows) -> Path:
    db = Database(path)
    migrations.apply(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for table, lines in tables.items():
        for line in lines:
            db.table(table).insert(line)
    list_statements(db.conn, 0)
    db.conn.commit()
    db.close()
    return path


@dataclass
class Site:
    datasette: Datasette

    def get(self, path: str, **options: Any) -> Any:
        return asyncio.run(self.datasette.client.get(path, **options))

    def page(self, path: str) -> str:
        response = self.get(path)
        assert response.status_code == 200, response.text
        return str(response.text)

    def query(self, name: str, /, **parameters: str) -> list[dict[str, Any]]:
        answer = self.get(f"/archive/{name}.json", params={"_shape": "array", **parameters})
        assert answer.status_code == 200, answer.text
        return list(answer.json())


def open_site(path: Path, **options: Any) -> Site:
    if not pm.is_registered(onrecord.browse):  # It is, where the project is installed.
        pm.register(onrecord.browse, "onrecord_browse")
    return Site(Datasette([str(path)], **{"metadata": METADATA, **options}))


def close(site: Site) -> None:
    for db in site.datasette.databases.values():
        db.close()


def row_path(key: str) -> str:
    return "/archive/statements/" + key.replace("/", "~2F")
