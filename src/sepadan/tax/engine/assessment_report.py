"""What a dry run says: totals by kelurahan, NJOP band and use, what changes against last year, and anomalies.

Everything is read from the table ``assessed`` (``assessment.py``) and, where last year is known, from ``present``
(number, nop) and ``before`` (nop, payable); all sums are exact whole rupiah. The result is plain data that the run
keeps. The limits of NJOP bands here are for reading only and bear no rate. "Double NOP" are numbers that agree in
all digits but the last, which tells kinds of objects apart. It judges nothing: an anomaly is a thing to look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sepadan.ground.columns import Connection
from sepadan.ground.money import exact
from sepadan.tax.engine.pbb import PbbRule
from sepadan.tax.engine.roll_columns import deciles

Integers = npt.NDArray[np.int64]
BANDS = (100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_000_000_000, 5_000_000_000)
LARGEST_CHANGES = 100
SAMPLE = 20
CHANGES = ("down", "same", "up", "new", "gone")
_BAND = f"CASE {' '.join(f'WHEN njop <= {to} THEN {k}' for k, to in enumerate(BANDS))} ELSE {len(BANDS)} END"
_SUMS = """count(*) AS objects, count(pbb) AS billed, coalesce(sum(njop), 0) AS njop, coalesce(sum(pbb), 0) AS pbb,
    coalesce(sum(payable), 0) AS payable, count(*) FILTER (WHERE waived AND pbb > 0) AS waived,
    coalesce(sum(pbb) FILTER (WHERE waived), 0) AS waived_pbb, count(*) FILTER (WHERE pbb = 0) AS nil"""


def totals_of(connection: Connection, villages: Sequence[str]) -> dict[str, Any]:
    """The whole, and the same figures by kelurahan, NJOP band and use."""
    by_village = _rows(connection, f"SELECT village AS key, {_SUMS} FROM assessed GROUP BY village ORDER BY village")
    by_band = _rows(connection, f"SELECT {_BAND} AS key, {_SUMS} FROM assessed GROUP BY 1 ORDER BY 1")
    by_use = _rows(connection, f"SELECT food_land::INTEGER AS key, {_SUMS} FROM assessed GROUP BY 1 ORDER BY 1")
    for row in by_village:
        row["key"] = villages[row["key"]]
    for row in by_band:
        row["key"] = BANDS[row["key"]] if row["key"] < len(BANDS) else None
    for row in by_use:
        row["key"] = "food_land" if row["key"] else "general"
    whole = _rows(connection, f"SELECT 0 AS key, {_SUMS} FROM assessed")[0]
    del whole["key"]
    return {"totals": whole, "villages": by_village, "bands": by_band, "uses": by_use}


def relief_of(connection: Connection, rule: PbbRule) -> dict[str, Any]:
    """What the law takes off or adds before a bill is made: minimum bill, stimulus, waiver of small bills.

    Parameters that the law does not have are not there. ``objects`` of the minimum are those billed exactly that.
    """
    found: dict[str, Any] = {}
    if rule.minimum is not None:
        found["minimum"] = {"value": rule.minimum} | _rows(
            connection, f"SELECT count(*) AS objects, coalesce(sum(pbb), 0) AS amount FROM assessed "
                        f"WHERE pbb = {rule.minimum} AND pbb > 0")[0]
    if rule.stimulus:
        found["stimulus"] = {"value": str(exact(rule.stimulus))} | _rows(
            connection, "SELECT count(*) AS objects, coalesce(sum(pbb - payable), 0) AS amount FROM assessed "
                        "WHERE NOT waived AND pbb > payable")[0]
    if rule.waiver_up_to is not None:
        found["waiver_up_to"] = {"value": rule.waiver_up_to} | _rows(
            connection, "SELECT count(*) AS objects, coalesce(sum(pbb), 0) AS amount FROM assessed "
                        "WHERE waived AND pbb > 0")[0]
    return found


def left_out(connection: Connection, nop: Integers) -> dict[str, Any]:
    """Objects without a bill: a parameter that they need is not known. By use, with the first NOPs."""
    rows = connection.execute("SELECT number, food_land FROM assessed WHERE pbb IS NULL ORDER BY number").fetchall()
    return {"objects": len(rows), "food_land": sum(bool(food) for _, food in rows),
            "sample": [_written(nop[number - 1]) for number, _ in rows[:SAMPLE]]}


def compare(connection: Connection, nop: Integers, before_nop: Integers, before_payable: Integers,
            jump_percent: int) -> dict[str, Any]:
    """Who rises and who falls against last year, object by object, and the largest changes."""
    connection.register("present", {"number": np.arange(1, len(nop) + 1, dtype=np.int64), "nop": nop})
    connection.register("before", {"nop": before_nop, "payable": before_payable})
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE changes AS
        SELECT coalesce(n.nop, b.nop) AS nop, n.village, n.njop, b.payable AS was, n.payable AS is_now,
            CASE WHEN b.nop IS NULL THEN 3 WHEN n.nop IS NULL THEN 4 WHEN n.payable < b.payable THEN 0
                 WHEN n.payable = b.payable THEN 1 ELSE 2 END AS kind
        FROM (SELECT p.nop, a.village, a.njop, a.payable FROM assessed a JOIN present p USING (number)
              WHERE a.pbb IS NOT NULL) n
        FULL JOIN before b ON b.nop = n.nop""")
    kinds = {name: {"objects": 0, "was": 0, "is_now": 0} for name in CHANGES}
    sums = "SELECT kind, count(*), coalesce(sum(was), 0), coalesce(sum(is_now), 0) FROM changes GROUP BY kind"
    for kind, objects, was, now in connection.execute(sums).fetchall():
        kinds[CHANGES[kind]] = {"objects": int(objects), "was": int(was), "is_now": int(now)}
    jump = jumps_of(jump_percent)
    largest = connection.execute(
        "SELECT nop, coalesce(was, 0), coalesce(is_now, 0) FROM changes WHERE kind IN (0, 2) "
        f"ORDER BY abs(is_now - was) DESC, nop LIMIT {LARGEST_CHANGES}").fetchall()
    jumps = connection.execute(f"SELECT count(*) FROM changes WHERE {jump}").fetchone()
    sample = connection.execute(f"SELECT nop, was, is_now FROM changes WHERE {jump} "
                                f"ORDER BY is_now::DOUBLE / was DESC, nop LIMIT {SAMPLE}").fetchall()
    assert jumps is not None
    return {"kinds": kinds, "largest": _changes(largest),
            "jump": {"percent": int(jump_percent), "objects": int(jumps[0]), "sample": _changes(sample)}}


def jumps_of(percent: int) -> str:
    """The condition over ``changes`` that a bill rises by more than *percent*."""
    return f"was > 0 AND is_now * 100::HUGEINT > was * {100 + int(percent)}::HUGEINT"


def strips_of(connection: Connection) -> list[dict[str, Any]]:
    """By tenth of the objects by NJOP: how many fall and rise by how much, and what all of them paid and pay.

    ``shares`` counts, in this order: down by over 20 %, down by 2 to 20 %, about the same, up by 2 to 20 %, up by more
    (also from nothing). After ``compare``; objects of both years only.
    """
    both = connection.execute("SELECT njop, was, is_now FROM changes WHERE kind < 3").fetchnumpy()
    njop = np.asarray(both["njop"], dtype=np.int64)
    if not len(njop):
        return []
    connection.register("tenths", {"decile": deciles(njop), "njop": njop, "was": np.asarray(both["was"]),
                                   "is_now": np.asarray(both["is_now"])})
    rows = _rows(connection, """
        SELECT decile, count(*) AS objects, max(njop) AS njop_to, sum(was) AS was, sum(is_now) AS is_now,
            count(*) FILTER (is_now * 100 < was * 80) AS d2,
            count(*) FILTER (is_now * 100 >= was * 80 AND is_now * 100 < was * 98) AS d1,
            count(*) FILTER (is_now * 100 >= was * 98 AND is_now * 100 <= was * 102) AS z0,
            count(*) FILTER (is_now * 100 > was * 102 AND is_now * 100 <= was * 120) AS u1,
            count(*) FILTER (is_now * 100 > was * 120) AS u2
        FROM tenths GROUP BY decile ORDER BY decile""")
    return [{"number": row["decile"], "objects": row["objects"], "njop_to": row["njop_to"], "was": row["was"],
             "is_now": row["is_now"], "shares": [row[name] for name in ("d2", "d1", "z0", "u1", "u2")]} for row in rows]


def village_changes(connection: Connection, villages: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By kelurahan: what the objects of both years paid and pay, how many rise and fall. After ``compare``."""
    rows = _rows(connection, "SELECT village AS key, coalesce(sum(was), 0) AS was, sum(is_now) AS is_now, "
                             "count(*) FILTER (WHERE kind = 2) AS up, count(*) FILTER (WHERE kind = 0) AS down "
                             "FROM changes WHERE kind < 3 GROUP BY village")
    return {villages[row.pop("key")]: row for row in rows}


def double_nops(nop: Integers) -> dict[str, Any]:
    """Numbers that differ in the last digit only; *nop* rises."""
    same = np.flatnonzero(nop[1:] // 10 == nop[:-1] // 10)
    return {"objects": int(np.unique(np.concatenate([same, same + 1])).size),
            "sample": [_written(value) for value in nop[same[:SAMPLE] + 1]]}


def _changes(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{"nop": _written(nop), "was": int(was), "is_now": int(now)} for nop, was, now in rows]


def _written(nop: Any) -> str:
    return f"{int(nop):018d}"


def _rows(connection: Connection, query: str) -> list[dict[str, Any]]:
    answer = connection.execute(query)
    names = [column[0] for column in answer.description or ()]
    return [{name: None if value is None else int(value) for name, value in zip(names, row, strict=True)}
            for row in answer.fetchall()]

