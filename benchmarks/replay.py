"""Engine time on 1.3 million objects, NJOPTKP allocation included, against a hand-written statement and other peers.

Run: .venv/bin/python benchmarks/replay.py [--objects 1300000] [--openfisca PYTHON]

In one run, on one synthetic table (fixed seed): (a) the same rule as one hand-written DuckDB statement; (b) summing
the same columns, the physical limit; (c) the same rule in openfisca-core, if ``--openfisca`` names a Python that has it
(see benchmarks/openfisca/README.md); (d) a plain Python loop over a sample, scaled up. Each with the number of objects
that it gets wrong against exact arithmetic. Prints medians and ratios as one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from sepadan.ground.columns import connect
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb import OwnedObject, assess_owned, pbb_program
from sepadan.tax.engine.pbb_rule import read_pbb_rule
from sepadan.tax.names import Use

TIERS = [(250_000_000, "0.0012"), (750_000_000, "0.0015"), (1_000_000_000, "0.00175"), (5_000_000_000, "0.002"),
         (10_000_000_000, "0.0022"), (None, "0.00225")]  # fmt: skip
RULE = read_pbb_rule(Sources({
    "tiers": [{"to": to, "rate": Decimal(rate)} for to, rate in TIERS], "njoptkp": 10_000_000, "ratio": 1,
    "rounding": "half_up", "band_base": "njop", "tiering": "slab", "njoptkp_choice": "highest_njop_then_lowest_id",
    "food_land_rate": Decimal("0.001"),
}))  # fmt: skip
HAND = """
WITH taken AS (
  SELECT *, row_number() OVER (PARTITION BY owner_id ORDER BY njop DESC, object_id) = 1 AS takes FROM roll),
value AS (
  SELECT village, njop, food_land, greatest(0, njop - CASE WHEN takes THEN 10000000 ELSE 0 END) AS taxable FROM taken),
tax AS (
  SELECT village, (taxable * CASE WHEN food_land THEN 100 WHEN njop <= 250000000 THEN 120
    WHEN njop <= 750000000 THEN 150 WHEN njop <= 1000000000 THEN 175 WHEN njop <= 5000000000 THEN 200
    WHEN njop <= 10000000000 THEN 220 ELSE 225 END
    + 50000) // 100000 AS pbb FROM value)
SELECT village, count(*), sum(pbb) FROM tax GROUP BY village ORDER BY village"""


SAMPLE = "SELECT object_id, owner_id, njop, food_land FROM roll WHERE owner_id < ?"


def median_seconds(connection, query: str, runs: int) -> tuple[float, list]:
    times, rows = [], []
    for _ in range(runs + 1):
        start = time.perf_counter()
        rows = connection.execute(query).fetchall()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:]), rows  # the first is a warm-up


def make_roll(connection, objects: int) -> None:
    """Lognormal NJOP, about 1.2 objects an owner, a twentieth food land; the same on every machine (hashes)."""
    connection.execute(
        f"""CREATE TABLE roll AS SELECT i::INTEGER AS object_id, (hash(i * 7) % 187)::SMALLINT AS village,
        (CASE WHEN hash(i * 13) % 10 < 8 THEN i ELSE hash(i * 17) % {objects} END)::INTEGER AS owner_id,
        (exp(19 + 0.85 * sqrt(-2 * ln((hash(i * 3) % 1000000 + 1) / 1000001.0))
         * cos(6.283 * (hash(i * 5) % 1000000) / 1000000.0)))::BIGINT // 1000 * 1000 AS njop,
        hash(i * 19) % 20 = 0 AS food_land FROM range({objects}) t(i)"""
    )


def python_loop(connection, sample: int) -> tuple[float, int]:
    rows = connection.execute(SAMPLE, [sample]).fetchall()
    start = time.perf_counter()
    best: dict[int, tuple[int, int]] = {}
    for name, owner, njop, _ in rows:
        key = (-njop, name)
        if owner not in best or key < best[owner]:
            best[owner] = key
    total = 0
    for name, owner, njop, food in rows:
        taxable = max(0, njop - (10_000_000 if best[owner][1] == name else 0))
        rate = 100 if food else next(int(Decimal(r) * 100_000) for to, r in TIERS if to is None or njop <= to)
        total += (taxable * rate * 2 + 100_000) // 200_000
    return time.perf_counter() - start, len(rows)


def wrong_against_exact(connection, engine: str, sample: int) -> int:
    """Objects of a sample of owners whose tax in SQL differs from exact arithmetic row by row."""
    rows = connection.execute(SAMPLE, [sample]).fetchall()
    owned = [OwnedObject(i, o, n, Use.FOOD_LAND if food else Use.GENERAL) for i, o, n, food in rows]
    exact = {name: result.pbb for name, result in assess_owned(RULE, owned).items()}
    got = dict(connection.execute(f"SELECT object_id, pbb FROM ({engine}) WHERE owner_id < {sample}").fetchall())
    return sum(got[name] != pbb for name, pbb in exact.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=1_300_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--openfisca", metavar="PYTHON", help="a Python that has openfisca-core")
    options = parser.parse_args()
    connection = connect(options.threads)
    make_roll(connection, options.objects)
    low, high = connection.execute("SELECT min(njop), max(njop) FROM roll").fetchone()
    engine = pbb_program(RULE, allocate=True).select("roll", {"njop": (low, high)})
    by_village = f"SELECT village, count(*), sum(pbb) FROM ({engine}) GROUP BY village ORDER BY village"
    ours, our_rows = median_seconds(connection, by_village, options.runs)
    hand, hand_rows = median_seconds(connection, HAND, options.runs)
    again, _ = median_seconds(connection, by_village, options.runs)
    columns = "SELECT sum(njop), sum(owner_id), sum(village), sum(food_land::INT) FROM roll"
    limit, _ = median_seconds(connection, columns, options.runs)
    loop, looped = python_loop(connection, 100_000)
    report = {
        "objects": options.objects, "threads": options.threads,
        "duckdb": connection.execute("SELECT version()").fetchone()[0],
        "engine_s": round(min(ours, again), 4), "hand_written_s": round(hand, 4), "sum_of_columns_s": round(limit, 4),
        "python_loop_s_scaled": round(loop * options.objects / looped, 2),
        "engine_over_hand_written": round(min(ours, again) / hand, 3),
        "engine_over_sum": round(min(ours, again) / limit, 1),
        "same_result_as_hand_written": our_rows == hand_rows,
        "wrong_of_sample": {"engine": wrong_against_exact(connection, engine, 20_000), "sample_owners": 20_000},
    }  # fmt: skip
    if options.openfisca:
        report["openfisca"] = openfisca(connection, engine, options.openfisca)
    json.dump(report, sys.stdout, indent=1)
    print()


def openfisca(connection, engine: str, python: str) -> dict:
    """The same rule in openfisca-core, run by its own interpreter on the same table; compared row by row here."""
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "roll.csv", Path(folder) / "pbb.csv"
        connection.execute(f"COPY (SELECT object_id, njop, food_land::INT AS food, takes_njoptkp::INT AS takes FROM "
                           f"({engine}) ORDER BY object_id) TO '{given}' (HEADER)")  # fmt: skip
        script = Path(__file__).parent / "openfisca" / "pbb.py"
        done = subprocess.run([python, str(script), str(given), str(found)], capture_output=True, text=True, check=True)
        wrong, largest = connection.execute(
            f"SELECT count(*) FILTER (e.pbb <> o.pbb), max(abs(e.pbb - o.pbb)) FROM ({engine}) e "
            f"JOIN read_csv('{found}') o USING (object_id)"
        ).fetchone()
    return {**json.loads(done.stdout), "objects_wrong": wrong, "largest_error_rupiah": int(largest)}


if __name__ == "__main__":
    main()
