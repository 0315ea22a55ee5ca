"""The list of receivables as one file of columns, made from the ledger, that every page of arrears reads.

Adding up millions of transfers takes seconds, reading the file milliseconds. The file names the state of the books it
was made from (``Mark``). A page gets the newest file at once and asks for a newer one behind it (``arrears_refresh``);
``arrears_list`` makes one of this moment where a step must not act on an old one. A new file takes over what did not
change from the newest one before it and reads only the charges that moved; list and ledger are compared in the very
statement that reads them, and where they differ, or a transfer was committed late, everything is read anew.
``difference`` is zero, or something is wrong and the page says so. No names, no addresses. Money is whole rupiah.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from psycopg import sql

from sepadan.ground.columns import Connection, connect
from sepadan.ground.money import Rupiah
from sepadan.records.public import current_region, region_folder
from sepadan.tax.engine.collection import AgeBand, allowance_of, band_edges, read_age_bands
from sepadan.tax.queries.arrears import (
    COLUMNS,
    Mark,
    ledger_mark_now,
    ledger_query,
    open_query,
    read_mark,
    touched_query,
    whole_region,
)
from sepadan.tax.services.binary_copy import read_arrays
from sepadan.tax.services.dues import procedure_sources
from sepadan.tax.services.snapshots import sole_writer

Columns = dict[str, npt.NDArray[np.int64]]
MOST_MOVED = 300_000
"""Transfers since the last list beyond which everything is read anew."""
MEMORY = "64MB"
"""For each hash of the statement that reads everything: with four times as much it takes twice as long."""
_CHUNK = sql.SQL("charge_id / 16384")
_LISTED = tuple(name for name in COLUMNS if name != "ledger")
_MERGE = """
    COPY (SELECT * FROM read_parquet($old) WHERE charge_id NOT IN (SELECT charge_id FROM made)
          UNION ALL SELECT * FROM made WHERE principal <> 0 OR interest <> 0
          ORDER BY nop, tax_year, charge_id) TO $path (FORMAT parquet)"""
SIZES = (100_000, 500_000, 2_000_000, 10_000_000)
"""Upper bounds of the bands of size, by what one object owes altogether; the last band has none."""


@dataclass(frozen=True, slots=True)
class ArrearsList:
    """What is open at the end of *on*, as of ``made_at``. ``moved`` says whether the books have moved since, ``mark``
    what they were; ``read_anew`` that nothing was taken over from an older list."""

    path: Path
    on: date
    made_at: datetime
    total: Rupiah
    ledger: Rupiah
    mark: Mark
    moved: bool = False
    read_anew: bool = True

    @property
    def difference(self) -> Rupiah:
        """The list against the ledger."""
        return self.total - self.ledger


def arrears_list(on: date, *, now: datetime, anew: bool = False) -> ArrearsList:
    """The list of the region in scope by the books of this moment; *anew* takes nothing over from an older one."""
    folder, mark = arrears_folder(), ledger_mark_now()
    found = None if anew else found_list(folder, on, mark)
    if found is not None and not found.moved:
        return found
    with sole_writer(folder):
        found = None if anew else found_list(folder, on, mark)
        if found is not None and not found.moved:
            return found
        return _make(folder, on, mark, now, None if anew else newest_list(folder, on, mark))


def arrears_folder() -> Path:
    return region_folder(current_region(), "arrears")


def found_list(folder: Path, on: date, mark: Mark) -> ArrearsList | None:
    """The list of *on* as it was last made, whatever has happened since; None when it was never made."""
    path = folder / f"{on}.parquet"
    try:
        facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        made, was = datetime.fromisoformat(facts["made_at"]), read_mark(facts["version"])
        total, ledger, read_anew = facts["total"], facts["ledger"], facts["anew"]
    except (OSError, ValueError, KeyError):
        return None
    if not path.exists():
        return None
    return ArrearsList(path, on, made, total, ledger, was, was != mark, read_anew)


def newest_list(folder: Path, on: date, mark: Mark) -> ArrearsList | None:
    """The list of *on*, or of the last day before it, that was made last."""
    days = sorted((_day(path) for path in folder.glob("*.parquet")), reverse=True)
    return next((found for day in days if day <= on and (found := found_list(folder, day, mark))), None)


def _day(path: Path) -> date:
    try:
        return date.fromisoformat(path.stem)
    except ValueError:
        return date.max


def _make(folder: Path, on: date, mark: Mark, now: datetime, old: ArrearsList | None) -> ArrearsList:
    """The list of *on*, with what did not change since *old* taken over where the sums prove that it may be."""
    began = time.monotonic()
    made = _renewed(folder, on, mark, old) if old is not None else None
    draft, total, ledger = made or _read_anew(folder, on)
    path = folder / f"{on}.parquet"
    draft.chmod(0o600)
    facts = {"version": str(mark), "made_at": now.isoformat(), "total": total, "ledger": ledger, "anew": made is None,
             "seconds": round(time.monotonic() - began, 3)}
    _drop_old(folder, on)
    draft.replace(path)
    path.with_suffix(".json").write_text(json.dumps(facts), encoding="utf-8")
    return ArrearsList(path, on, now, total, ledger, mark, read_anew=made is None)


def _renewed(folder: Path, on: date, mark: Mark, old: ArrearsList) -> tuple[Path, Rupiah, Rupiah] | None:
    """File, sum and ledger of the list from *old*; None when too much moved, a transfer was committed late, or the sum
    is not the ledger's."""
    if not 0 <= mark.rows - old.mark.rows <= MOST_MOVED or old.difference:
        return None
    with connection.cursor() as cursor:
        cursor.execute(touched_query(on, old.mark, old.on))
        rows = cursor.fetchall()
    ledger, count, newer = rows[0][len(_LISTED):]
    if count - newer != old.mark.rows:
        return None
    rows = [row for row in rows if row[0] is not None]
    if not rows:
        if old.total != ledger:
            return None
        draft = folder / f".{on}.parquet"
        draft.write_bytes(old.path.read_bytes())
        return draft, old.total, ledger
    table = {name: np.array([row[k] for row in rows], dtype=np.int64) for k, name in enumerate(_LISTED)}
    draft = _written(folder, on, table, _MERGE, old=str(old.path))
    with connect() as duck:
        found = duck.execute("SELECT coalesce(sum(principal + interest), 0)::BIGINT FROM read_parquet($path)",
                             {"path": str(draft)}).fetchone()
    total = int(found[0]) if found else 0
    return (draft, total, ledger) if total == ledger else None


def _read_anew(folder: Path, on: date) -> tuple[Path, Rupiah, Rupiah]:
    with whole_region() as raw:
        columns = read_arrays(raw, open_query(on), _CHUNK, COLUMNS, memory=MEMORY)
    with connection.cursor() as cursor:
        if not len(columns["charge_id"]):
            cursor.execute(ledger_query(on))
        ledger = int(columns["ledger"][0]) if len(columns["charge_id"]) else int(cursor.fetchone()[0])
    total = int(columns["principal"].sum(dtype=np.int64) + columns["interest"].sum(dtype=np.int64))
    table = {name: columns[name].astype(np.int64) for name in _LISTED}
    return _written(folder, on, table, "COPY (SELECT * FROM made ORDER BY nop, tax_year, charge_id) TO $path "
                                       "(FORMAT parquet)"), total, ledger


def _written(folder: Path, on: date, table: Columns, query: str, **given: str) -> Path:
    draft = folder / f".{on}.parquet"
    with connect() as duck:
        duck.register("made", table)
        duck.execute(query, {"path": str(draft), **given})
    return draft


def _drop_old(folder: Path, on: date, kept: int = 6) -> None:
    """Keep the files of a few days; a list is made again when it is asked for."""
    files = sorted(folder.glob("*.parquet"), key=lambda one: one.stat().st_mtime)
    for old in files[:-kept]:
        if old.stem != on.isoformat():
            old.unlink(missing_ok=True)
            old.with_suffix(".json").unlink(missing_ok=True)


# --- groups -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """One group of arrears: charges, objects, principal and charged interest still open."""

    key: int
    charges: int = 0
    objects: int = 0
    principal: Rupiah = 0
    interest: Rupiah = 0

    @property
    def total(self) -> Rupiah:
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Aged:
    """A band of age with its arrears and the part of them that is expected to be lost."""

    band: AgeBand
    group: Group
    allowance: Rupiah


@dataclass(frozen=True, slots=True)
class Summary:
    """Arrears by age (youngest first, every band), size (smallest first, every band), kelurahan and tax year.

    ``strays`` are charges of the ledger that neither bill nor claim stands behind, due or not."""

    ages: tuple[Aged, ...]
    sizes: tuple[Group, ...]
    kelurahan: tuple[Group, ...]
    years: tuple[Group, ...]
    late: Group
    not_due: Group
    strays: Group


def age_bands(on: date) -> tuple[AgeBand, ...]:
    """The bands of age by the law or the assumption set, youngest first."""
    return read_age_bands(procedure_sources(current_region().code, "procedure", on))


@contextmanager
def opened(arrears: ArrearsList) -> Iterator[Connection]:
    """A DuckDB connection whose view ``owed`` is the list, ``late`` what is past its due day, both with ``age`` (the
    band, 0 the youngest) and ``total``."""
    path = str(arrears.path).replace("'", "''")  # the path comes from the server alone
    edges = [edge.toordinal() for edge in band_edges(age_bands(arrears.on), arrears.on)]
    age = " + ".join(f"(due_day <= {edge})::INT" for edge in edges) or "0"
    with connect() as duck:
        duck.execute(f"CREATE VIEW owed AS SELECT *, {age} AS age, principal + interest AS total "
                     f"FROM read_parquet('{path}')")
        duck.execute(f"CREATE VIEW late AS SELECT * FROM owed WHERE due_day < {arrears.on.toordinal()}")
        yield duck


SUMS = "count(*), count(DISTINCT nop), coalesce(sum(principal), 0)::BIGINT, coalesce(sum(interest), 0)::BIGINT"


def size_case(total: str) -> str:
    """SQL: the band of size of an amount, 0 the smallest."""
    return " + ".join(f"({total} > {bound})::INT" for bound in SIZES)


def summarise(arrears: ArrearsList) -> Summary:
    bands = age_bands(arrears.on)
    with opened(arrears) as duck:
        ages = _by(duck, f"SELECT age, {SUMS} FROM late GROUP BY ALL")
        sizes = _by(duck, f"""
            SELECT {size_case("total")} AS size, sum(charges)::BIGINT, count(*), sum(principal)::BIGINT,
                   sum(interest)::BIGINT
            FROM (SELECT nop, count(*) AS charges, sum(total) AS total, sum(principal) AS principal,
                         sum(interest) AS interest FROM late GROUP BY nop) GROUP BY 1""")
        places = _by(duck, f"SELECT kelurahan_id, {SUMS} FROM late GROUP BY ALL")
        years = _by(duck, f"SELECT tax_year, {SUMS} FROM late GROUP BY ALL")
        whole = _by(duck, f"SELECT 0, {SUMS} FROM late UNION ALL "
                          f"SELECT 1, {SUMS} FROM owed WHERE due_day >= {arrears.on.toordinal()} UNION ALL "
                          f"SELECT 2, {SUMS} FROM owed WHERE nop = 0")
    return Summary(
        tuple(Aged(band, ages.get(k, Group(k)), allowance_of(band, ages.get(k, Group(k)).total))
              for k, band in enumerate(bands)),
        tuple(sizes.get(k, Group(k)) for k in range(len(SIZES) + 1)), _largest(places.values()),
        tuple(sorted(years.values(), key=lambda one: one.key)), whole[0], whole[1], whole[2])


def _largest(groups: Any) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda one: (-one.total, one.key)))


def _by(duck: Connection, query: str) -> dict[int, Group]:
    rows: Sequence[Sequence[Any]] = duck.execute(query).fetchall()
    return {int(key): Group(int(key), *(int(value) for value in values)) for key, *values in rows}
