"""The objects behind a figure of a dry run: who jumps, who is left out, new or gone, and what looks wrong.

Nothing of it is stored: the rows are computed again from the frozen roll and the law of the run, so they are those of
the report. Rows carry the number and the place of an object, never a name: a list that is downloaded says nothing about
a person. At most ``MOST`` rows; the report has the whole count.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from django.db import connection

from sepadan.ground.columns import Connection
from sepadan.records.public import current_region
from sepadan.tax.engine import assessment_report as report
from sepadan.tax.models import AssessmentRun, TaxableObject
from sepadan.tax.queries.runs import doubts_of, raw_connection
from sepadan.tax.services.assessment import JUMP_PERCENT
from sepadan.tax.services.assessment_columns import assessed_run, last_year, object_columns, source_of
from sepadan.tax.services.assessment_coverage import covered_source, kelurahan_of, twice_njoptkp
from sepadan.tax.services.njoptkp_holders import elsewhere, table_of_year, unfit

MOST = 10_000
CHANGES = {"up": "kind = 2", "down": "kind = 0", "new": "kind = 3", "gone": "kind = 4"}
KINDS = ("jump", *CHANGES, "left_out", "missing_area", "double_nop", "two_njoptkp", "njoptkp_elsewhere",
         "njoptkp_unfit", "njoptkp_billed")
_PEOPLE = """
    SELECT t.npwpd, dense_rank() OVER (ORDER BY t.nik_digest), count(o.id), coalesce(sum(o.njop), 0)
    FROM tax_taxpayer t JOIN tax_taxableobject o ON o.region_id = t.region_id AND o.taxpayer_id = t.id
    WHERE t.region_id = %s AND o.roll_id = %s AND t.npwpd = ANY(%s)
    GROUP BY t.npwpd, t.nik_digest ORDER BY t.nik_digest, t.npwpd
"""
REMEMBERED = 6
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowsOf:
    """The rows of one kind, largest change first where there is one; ``whole`` is how many there are in all."""

    kind: str
    rows: list[Row]
    whole: int


_kept: OrderedDict[tuple[Any, ...], RowsOf] = OrderedDict()
_lock = Lock()


def rows_behind(run: AssessmentRun, kind: str) -> RowsOf:
    """The objects of *kind* in a run that has been computed. Raises KeyError on a kind that is not in ``KINDS``.

    The last few answers are remembered, so that turning a page does not compute the roll again.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    key = (run.region_id, run.pk, run.version, run.computed_at, run.control.get("digest", ""), kind)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _behind(run, kind)
    with _lock:
        _kept[key] = found
        while len(_kept) > REMEMBERED:
            _kept.popitem(last=False)
    return found


def _behind(run: AssessmentRun, kind: str) -> RowsOf:
    if kind == "two_njoptkp":
        return _people(run)
    if kind == "missing_area":
        return _of_nops(run, kind, doubts_of(run.roll, kelurahan_of(run)).missing_area)
    if kind == "double_nop":
        columns, covered = object_columns(raw_connection(), run.roll, "kelurahan_id"), kelurahan_of(run)
        nop = columns["nop"] if covered is None else columns["nop"][np.isin(columns["kelurahan_id"], covered)]
        same = np.flatnonzero(nop[1:] // 10 == nop[:-1] // 10)
        return _of_nops(run, kind, [f"{value:018d}" for value in nop[np.unique(np.concatenate([same, same + 1]))]])
    if kind == "njoptkp_unfit":
        return _of_nops(run, kind, unfit(run.roll))
    if kind == "njoptkp_elsewhere":
        return _elsewhere(run)
    if kind == "njoptkp_billed":
        columns = object_columns(raw_connection(), run.roll, "taxpayer_id")
        with assessed_run(run) as (duck, _, _):
            numbers = twice_njoptkp(run, duck, columns["taxpayer_id"])
        return _of_nops(run, kind, [f"{value:018d}" for value in columns["nop"][numbers - 1]])
    return _of_changes(run, kind)


def _elsewhere(run: AssessmentRun) -> RowsOf:
    if not table_of_year(run.roll):
        return RowsOf("njoptkp_elsewhere", [], 0)
    nop = object_columns(raw_connection(), run.roll)["nop"]
    with assessed_run(run) as (duck, _, snapshot):
        numbers = elsewhere(duck, covered_source(source_of(snapshot), snapshot.villages, run.kecamatan))
    return _of_nops(run, "njoptkp_elsewhere", [f"{value:018d}" for value in nop[numbers - 1]])


def _of_changes(run: AssessmentRun, kind: str) -> RowsOf:
    nop = object_columns(raw_connection(), run.roll)["nop"]
    before = None if kind == "left_out" else last_year(run)
    with assessed_run(run) as (duck, _, _):
        if kind == "left_out":
            found = duck.execute("SELECT number FROM assessed WHERE pbb IS NULL ORDER BY number").fetchnumpy()
            return _of_nops(run, kind, [f"{value:018d}" for value in nop[np.asarray(found["number"]) - 1]])
        if before is None:
            return RowsOf(kind, [], 0)
        percent = int((run.report.get("before") or {}).get("jump", {}).get("percent", JUMP_PERCENT))
        report.compare(duck, nop, before[1], before[2], percent)
        wanted = report.jumps_of(percent) if kind == "jump" else CHANGES[kind]
        whole = duck.execute(f"SELECT count(*) FROM changes WHERE {wanted}").fetchone()
        rows = _changes(duck, wanted)
    assert whole is not None
    return RowsOf(kind, _placed(run, rows), int(whole[0]))


def _changes(duck: Connection, wanted: str) -> list[Row]:
    rows = duck.execute(f"SELECT nop, was, is_now FROM changes WHERE {wanted} "
                        f"ORDER BY abs(coalesce(is_now, 0) - coalesce(was, 0)) DESC, nop LIMIT {MOST}").fetchall()
    return [{"nop": f"{nop:018d}", "was": was if was is None else int(was), "is_now": now if now is None else int(now),
             "change": int(now or 0) - int(was or 0)} for nop, was, now in rows]


def _of_nops(run: AssessmentRun, kind: str, nops: Sequence[str]) -> RowsOf:
    return RowsOf(kind, _placed(run, [{"nop": nop} for nop in nops[:MOST]]), len(nops))


def _placed(run: AssessmentRun, rows: list[Row]) -> list[Row]:
    """Each row with place, areas and NJOP of its object; an object of last year alone has none."""
    fields = ("nop", "kelurahan__name", "street", "land_m2", "building_m2", "njop", "use")
    found = {one[0]: one for one in TaxableObject.objects.filter(
        roll=run.roll, nop__in=[row["nop"] for row in rows]).values_list(*fields)}
    for row in rows:
        place = found.get(row["nop"], (None,) * len(fields))
        row.update(village=place[1], street=place[2], land_m2=place[3], building_m2=place[4], njop=place[5],
                   use=place[6])
    return rows


def _people(run: AssessmentRun) -> RowsOf:
    """Numbers of taxpayers that belong to one person, with how many objects each has; a group is one person."""
    pairs = doubts_of(run.roll).two_numbers
    numbers = [number for pair in pairs for number in pair][:MOST]
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [current_region().pk, run.roll_id, numbers])
        rows = [{"npwpd": npwpd, "person": int(group), "objects": int(count), "njop": int(njop)}
                for npwpd, group, count, njop in cursor.fetchall()]
    return RowsOf("two_njoptkp", rows, len(pairs))


def largest_changes(run: AssessmentRun) -> list[Row]:
    """The hundred largest changes as the report keeps them, with their places."""
    kept = (run.report.get("before") or {}).get("largest", [])
    return _placed(run, [{**row, "change": row["is_now"] - row["was"]} for row in kept])
