"""Reading assessment runs of the region in scope, and the columns of a roll or of last year's bills by NOP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from django.db import connection
from django.db.models import Count, QuerySet

from sepadan.records.public import current_region
from sepadan.tax.models import AssessmentRun, Bill, Roll
from sepadan.tax.names import RollState
from sepadan.territory.public import Kelurahan

SAMPLE = 20
_CHUNK = "id / 16384"
_TWO_NJOPTKP = """
    SELECT t.nik_digest, array_agg(t.npwpd ORDER BY t.npwpd)
    FROM tax_taxpayer t WHERE t.region_id = %s AND t.nik_digest IS NOT NULL
      AND EXISTS (SELECT 1 FROM tax_taxableobject o
                  WHERE o.region_id = t.region_id AND o.taxpayer_id = t.id AND o.roll_id = %s)
    GROUP BY t.nik_digest HAVING count(*) > 1 ORDER BY 2
"""
_MISSING_AREA = """
    SELECT nop FROM tax_taxableobject
    WHERE region_id = %s AND roll_id = %s
      AND (%s::bigint[] IS NULL OR kelurahan_id = ANY(%s::bigint[]))
      AND (land_m2 = 0 OR (building_m2 = 0 AND (building_class IS NOT NULL OR njop_building > 0)))
    ORDER BY nop
"""


def runs() -> QuerySet[AssessmentRun]:
    """All runs, newest first. Persons are not joined: one who cannot be seen any more must not hide a run."""
    return AssessmentRun.objects.select_related("region", "roll").order_by("-id")


def roll_before(roll: Roll) -> Roll | None:
    """The ready roll of the tax year before that of *roll*, of the same part; of several the one loaded last."""
    return Roll.objects.filter(state=RollState.READY.value, tax_year=roll.tax_year - 1, part=roll.part).order_by(
        "-loaded_at", "-id").first()


def live_bills(tax_year: int) -> QuerySet[Bill]:
    """The bills in force of one tax year."""
    return Bill.objects.filter(tax_year=tax_year, live=True)


def billed_elsewhere(run: AssessmentRun) -> dict[str, int]:
    """By code of kelurahan, how many bills of the run's year are in force from other runs."""
    rows = live_bills(run.tax_year).exclude(run=run).order_by().values_list("kelurahan_id").annotate(Count("id"))
    found = {key: count for key, count in rows if key is not None}
    names = dict(Kelurahan.objects.filter(pk__in=list(found)).values_list("pk", "code"))
    return {names[key]: count for key, count in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class Doubts:
    """What looks wrong in a register: NOPs without an area, and people (same NIK) under several numbers."""

    missing_area: list[str]
    two_numbers: list[list[str]]


def doubts_of(roll: Roll, kelurahan: list[int] | None = None) -> Doubts:
    """Objects of *roll* with a value or a class but no area, within the *kelurahan* with these keys if any are given;
    taxpayers of one NIK who would each take an NJOPTKP, over the whole roll."""
    region = current_region().pk
    with connection.cursor() as cursor:
        cursor.execute(_MISSING_AREA, [region, roll.pk, kelurahan, kelurahan])
        missing = [nop for (nop,) in cursor.fetchall()]
        cursor.execute(_TWO_NJOPTKP, [region, roll.pk])
        return Doubts(missing, [numbers for _, numbers in cursor.fetchall()])


def raw_connection() -> psycopg.Connection[Any]:
    """The connection of the region in scope, for reading columns; it sees no other region."""
    connection.ensure_connection()
    return connection.connection


def sorted_by(values: dict[str, npt.NDArray[Any]], name: str) -> dict[str, npt.NDArray[np.int64]]:
    """All columns as 64-bit integers, in the rising order of one of them."""
    order = np.argsort(values[name].astype(np.int64), kind="stable")
    return {key: column[order].astype(np.int64) for key, column in values.items()}
