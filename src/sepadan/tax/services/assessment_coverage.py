"""Which kecamatan of its roll a run bills: the whole roll, or a choice of them.

    covered = objects whose kelurahan lies in a chosen kecamatan; nothing chosen: every object of the roll

Only what is billed is narrowed. Who takes the one NJOPTKP of a taxpayer is still decided over the whole roll, so that
two runs of one roll never give it twice. Where bills of another roll stand already, ``njoptkp_billed`` names the
objects whose taxpayer has it there. A kecamatan is *free* while no object of the roll in it has a bill in force of the
year, nor one that was taken over from an older system; a choice that holds another one is refused before anything is
computed, and the posting looks once more, object by object. Everything is of the region in scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from django.db import connection

from sepadan.ground.columns import Connection
from sepadan.ground.problems import refuse
from sepadan.records.public import current_region
from sepadan.tax.models import AssessmentRun, Bill, Roll
from sepadan.tax.services.snapshots import ensure_snapshot
from sepadan.territory.public import kecamatan_of, villages_in

_TAKEN = """
    SELECT o.kelurahan_id, count(*) FROM (
        SELECT nop FROM tax_bill WHERE region_id = %(region)s AND tax_year = %(year)s AND live
        UNION SELECT nop FROM tax_openingbill WHERE region_id = %(region)s AND tax_year = %(year)s
        UNION SELECT nop FROM tax_claim WHERE region_id = %(region)s AND tax_year = %(year)s AND origin = 'opening') k
    JOIN tax_taxableobject o ON o.region_id = %(region)s AND o.roll_id = %(roll)s AND o.nop = k.nop
    GROUP BY o.kelurahan_id
"""


def kecamatan_of_roll(roll: Roll) -> list[str]:
    """Codes of the kecamatan in which *roll* has objects, in their order."""
    return sorted({kecamatan_of(code) for code in ensure_snapshot(roll).villages})


def taken_kecamatan(roll: Roll) -> dict[str, int]:
    """Codes of the kecamatan of *roll* that are not free, with how many objects are charged for its year already."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, {"region": roll.region_id, "roll": roll.pk, "year": roll.tax_year})
        counts: dict[int, int] = dict(cursor.fetchall())
    found: dict[str, int] = {}
    for row in villages_in(current_region()):
        if row.id in counts:
            found[row.kecamatan_code] = found.get(row.kecamatan_code, 0) + counts[row.id]
    return found


def free_kecamatan(roll: Roll) -> list[str]:
    """Codes of the kecamatan of *roll* of which no object is charged for its year."""
    taken = taken_kecamatan(roll)
    return [code for code in kecamatan_of_roll(roll) if code not in taken]


def checked_choice(roll: Roll, kecamatan: Iterable[str]) -> list[str]:
    """The choice in its order. Raises Refused on a kecamatan outside the roll, and on one that is not free."""
    chosen = sorted(set(kecamatan))
    if not chosen:
        return []
    names = dict(current_region().kecamatan.values_list("code", "name"))
    outside = [code for code in chosen if code not in kecamatan_of_roll(roll)]
    if outside:
        raise refuse("tax.run.kecamatan.outside", where=str(roll), remedy="tax.run.kecamatan.outside.remedy",
                     names=", ".join(names.get(code, code) for code in outside))
    taken = taken_kecamatan(roll)
    double = [code for code in chosen if code in taken]
    if double:
        raise refuse("tax.run.kecamatan.taken", where=str(roll), remedy="tax.run.kecamatan.taken.remedy",
                     names=", ".join(names.get(code, code) for code in double), year=str(roll.tax_year),
                     count=sum(taken[code] for code in double))
    return chosen


def kelurahan_of(run: AssessmentRun) -> list[int] | None:
    """Keys of the kelurahan that a run covers; None where nothing was chosen: all of them."""
    if not run.kecamatan:
        return None
    return [row.id for row in villages_in(current_region()) if row.kecamatan_code in run.kecamatan]


def covered_source(source: str, villages: Sequence[str], kecamatan: Sequence[str]) -> str:
    """*source* (a snapshot, its NJOPTKP marked) narrowed to the objects that are covered."""
    if not kecamatan:
        return source
    places = [str(place) for place, code in enumerate(villages) if kecamatan_of(code) in kecamatan]
    return f"(SELECT * FROM {source} WHERE village IN ({', '.join(places) or '-1'}))"


def twice_njoptkp(run: AssessmentRun, duck: Connection, taxpayers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Numbers of the objects in ``assessed`` that take an NJOPTKP which their taxpayer has on a bill in force of
    another run. *taxpayers*: the keys of the taxpayers of the whole roll, in the order of NOP."""
    found = duck.execute("SELECT number FROM assessed WHERE deduction > 0 AND pbb IS NOT NULL ORDER BY 1").fetchnumpy()
    numbers = np.asarray(found["number"], dtype=np.int64)
    return numbers[np.isin(taxpayers[numbers - 1], _taking_elsewhere(run))]


def _taking_elsewhere(run: AssessmentRun) -> npt.NDArray[np.int64]:
    """Keys of taxpayers who take the NJOPTKP of the run's year on a bill in force of another run."""
    found = Bill.objects.filter(tax_year=run.tax_year, live=True, deduction__gt=0).exclude(
        run_id=run.pk).values_list("taxpayer_id", flat=True)
    return np.unique(np.fromiter(found.iterator(50_000), dtype=np.int64))
