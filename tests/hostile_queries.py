"""Queries that mean harm: families of them, each with seeded sizes and words."""

import random
from collections.abc import Callable, Iterator

SEED = 20_311

_SPIN = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{most}) "


def hostile_queries(count: int, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Give the family and the text of so many queries, the same each time."""
    chance = random.Random(seed)
    families = list(_FAMILIES.items())
    for number in range(count):
        name, write = families[number % len(families)]
        yield name, write(chance)


def _big(chance: random.Random, size: int) -> str:
    """A text of some size, made by doubling."""
    letter = chance.choice("abxyz0")
    steps = [f"g0(t) AS (SELECT '{letter * 100}')"]
    made = 100
    while made * 2 <= size:
        last = len(steps) - 1
        steps.append(f"g{last + 1}(t) AS (SELECT t || t FROM g{last})")
        made *= 2
    return (
        "WITH RECURSIVE "
        + ", ".join(steps)
        + f", big(t) AS MATERIALIZED (SELECT t FROM g{len(steps) - 1}) "
    )


def _looped(chance: random.Random, what: str, size: int = 1_600_000) -> str:
    return (
        _big(chance, size)
        + ", n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) "
        + f"SELECT sum(length({what})) FROM n, big"
    )


def _nested(chance: random.Random) -> str:
    deep = chance.randint(14, 40)
    steps = ["t0 AS (SELECT 1 AS x)"]
    steps += [f"t{n + 1} AS (SELECT a.x FROM t{n} a, t{n} b)" for n in range(deep)]
    return f"WITH {', '.join(steps)} SELECT count(*) FROM t{deep}"


def _joined(chance: random.Random) -> str:
    tables = chance.sample(["statements", "revisions", "captures", "checks"] * 16, 60)
    names = ", ".join(f"{table} AS t{n}" for n, table in enumerate(tables))
    tests = " AND ".join(f"t{n}.rowid > t{n + 1}.rowid" for n in range(59))
    return f"SELECT count(*) FROM {names} WHERE {tests}"


def _balanced(chance: random.Random) -> str:
    parts = ["(t = t || 'x')"] * chance.randint(200, 900)
    while len(parts) > 1:
        parts = [f"({'+'.join(parts[n : n + 8])})" for n in range(0, len(parts), 8)]
    return _big(chance, 1_600_000) + f"SELECT {parts[0]} FROM big"


def _many(chance: random.Random, what: str, most: int = 90) -> str:
    columns = ", ".join(f"length({what.format(n=n)})" for n in range(chance.randint(20, most)))
    return _big(chance, 1_600_000) + f"SELECT {columns} FROM big"


def _json(chance: random.Random, size: int) -> str:
    made = f"'[' || replace(t, substr(t, 1, 1), '{chance.randint(0, 9)},') || '0]'"
    return _big(chance, size) + f", j(t) AS (SELECT {made} FROM big) "


def _json_again(chance: random.Random) -> str:
    looped = ", n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) "
    asked = "SELECT sum(json_valid(t || substr(' ', 1, i % 2))) FROM j, n"
    return _json(chance, 400_000) + looped + asked


def _sorted(chance: random.Random) -> str:
    order = f"a.text || b.rowid || d.rowid || {chance.randint(1, 9)} DESC"
    return f"SELECT a.id FROM statements a, checks b, checks d, checks e ORDER BY {order}"


def _windows(chance: random.Random) -> str:
    rows = "ROWS BETWEEN 90000 PRECEDING AND"
    sums = f"sum(i) OVER (ORDER BY -i % {chance.randint(7, 99)} {rows} 90000 FOLLOWING)"
    most = f"max(i) OVER (ORDER BY i {rows} CURRENT ROW)"
    return _SPIN.format(most=" LIMIT 500000") + f"SELECT {sums}, {most} FROM n"


def _searched(chance: random.Random) -> str:
    words = " OR ".join(f"{letter}*" for letter in chance.sample("abcdefghijklmnopqrstuvwxyz", 20))
    return f"SELECT count(*) FROM statements_fts WHERE statements_fts MATCH '{words}'"


def _asked(chance: random.Random) -> str:
    phrase = " ".join("a" * chance.randint(2, 9))
    return " ".join(f'"{phrase} {letter}"' for letter in "bcdefghi")


_FAMILIES: dict[str, Callable[[random.Random], str]] = {
    "printf": lambda c: f"SELECT length(printf('%.*c', {c.randint(10**8, 10**9)}, 'x'))",
    "format": lambda c: f"SELECT length(format('%{c.randint(10**8, 10**9)}s', 'x'))",
    "randomblob": lambda c: f"SELECT length(randomblob({c.randint(10**8, 10**9)}))",
    "zeroblob": lambda c: f"SELECT length(hex(zeroblob({c.randint(10**8, 10**9)})))",
    "recursion": lambda c: _SPIN.format(most="") + f"SELECT max(i * {c.randint(2, 99)}) FROM n",
    "cross join": lambda c: (
        "SELECT count(*) FROM "
        + ", ".join(["checks"] * c.randint(5, 9))
        .replace("checks", "checks AS c{}")
        .format(*range(9))
    ),
    "nested names": _nested,
    "sixty tables": _joined,
    "like": lambda c: _looped(c, f"t LIKE '%{'a' * c.randint(20, 200)}b'"),
    "like of places": lambda c: _looped(c, f"t LIKE '%{'_a' * c.randint(20, 90)}b%'"),
    "glob": lambda c: _looped(c, f"t GLOB '*{'[a-z]' * c.randint(5, 90)}Z*'"),
    "instr": lambda c: _looped(c, f"instr(t, substr(t, {c.randint(2, 9)}) || 'q')"),
    "trim": lambda c: _looped(c, "trim(t, '123456789' || t)"),
    "passage": lambda c: _looped(c, f"passage(t || i, '{_asked(c)}', '', '')"),
    "passages": lambda c: _many(c, "passage(t || {n}, '\"a a b\" \"c\"', '', '')"),
    "snippet": lambda _: (
        "SELECT snippet(statements_fts, 1, '', '', '', 9) FROM statements_fts WHERE text MATCH 'a'"
    ),
    "replace": lambda c: _looped(c, f"replace(t, substr(t, 1, 1), '{'q' * c.randint(2, 900)}')"),
    "replace long": lambda c: _looped(c, "replace(t, substr(t, 1, 700000) || 'q', 'r')"),
    "hex": lambda c: _looped(c, "hex(substr(t, i % 9))"),
    "upper": lambda c: _looped(c, "upper(t || i)"),
    "quote": lambda c: _looped(c, "quote(t || i)"),
    "char": lambda c: (
        f"SELECT {'||'.join(['char(' + ','.join(['120'] * 50) + ')'] * c.randint(20, 60))}"
    ),
    "group_concat": lambda c: (
        _SPIN.format(most="") + f"SELECT length(group_concat('{'x' * c.randint(10, 500)}')) FROM n"
    ),
    "json group": lambda _: _SPIN.format(most="") + "SELECT length(json_group_array(i)) FROM n",
    "json again": _json_again,
    "json patch": lambda c: _json(c, 400_000) + "SELECT length(json_patch(t, t)) FROM j",
    "json tree": lambda c: (
        _json(c, 400_000)
        + "SELECT sum(length(a.fullkey)) FROM j, json_tree(t) AS a, json_tree(t) AS b"
    ),
    "wide answer": lambda c: (
        _big(c, 1_600_000)
        + ", n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) SELECT t || i FROM n, big"
    ),
    "wide row": lambda c: (
        _big(c, 1_600_000)
        + f"SELECT {', '.join(f't || {n}' for n in range(c.randint(30, 95)))} FROM big"
    ),
    "deep expression": lambda c: "SELECT " + "(" * c.randint(200, 900) + "1" + "+1)" * 900,
    "long sum": lambda c: "SELECT 1" + "+1" * c.randint(2000, 9000),
    "balanced": _balanced,
    "many uppers": lambda c: _many(c, "upper(t || {n})"),
    "many jsons": lambda c: _many(c, "json_valid('[' || t || {n})"),
    "many likes": lambda c: _many(c, "t || {n} LIKE '%" + "a" * 90 + "b'"),
    "sort": _sorted,
    "windows": _windows,
    "distinct": lambda c: (
        _SPIN.format(most="") + f"SELECT count(DISTINCT i || '{'y' * c.randint(9, 900)}') FROM n"
    ),
    "compound": lambda c: " UNION ALL ".join(["SELECT 1"] * c.randint(300, 900)),
    "search": _searched,
    "dbstat": lambda c: f"SELECT count(*) FROM dbstat('main', {c.randint(0, 1)})",
    "units": lambda c: f"SELECT convert_units(1, '9**9**{c.randint(7, 9)} m', 'ft')",
    "views": lambda c: (
        "SELECT count(*) FROM "
        + ", ".join(f"tone_of_speakers AS v{n}" for n in range(c.randint(4, 12)))
    ),
}
