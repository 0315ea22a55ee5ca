"""Which object of a taxpayer takes the NJOPTKP where the office's own table names one for the year.

UU 1/2022 Art. 40(4) gives it for one object and does not say which. Where the law of the region says which, that rule
is followed and the table is only compared with it; where the choice is an assumption, the table takes its place for the
taxpayers that it names. Either way the dry run says where the two differ (``njoptkp_elsewhere``), and which rows of the
table fit no object of the roll or one of another owner (``njoptkp_unfit``): those are never followed. What if and
replay follow the same rule by ``holder_marks.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from psycopg import sql

from sepadan.ground.columns import Connection
from sepadan.tax.models import NjoptkpHolder, Roll
from sepadan.tax.queries.runs import raw_connection
from sepadan.tax.services.binary_copy import read_arrays

CHOICE = "njoptkp_choice"
_FIT = sql.SQL("""
    SELECT h.id / 16384 AS chunk, o.nop::bigint AS nop FROM tax_njoptkpholder h
    JOIN tax_taxableobject o ON o.region_id = h.region_id AND o.roll_id = {roll} AND o.nop = h.nop
                             AND o.taxpayer_id = h.taxpayer_id
    WHERE h.region_id = {region} AND h.tax_year = {year} AND h.superseded_at IS NULL
""")
_UNFIT = """
    SELECT h.nop FROM tax_njoptkpholder h
    WHERE h.region_id = %(region)s AND h.tax_year = %(year)s AND h.superseded_at IS NULL
      AND EXISTS (SELECT 1 FROM tax_taxableobject o WHERE o.region_id = h.region_id AND o.roll_id = %(roll)s
                  AND o.taxpayer_id = h.taxpayer_id)
      AND NOT EXISTS (SELECT 1 FROM tax_taxableobject o WHERE o.region_id = h.region_id AND o.roll_id = %(roll)s
                      AND o.nop = h.nop AND o.taxpayer_id = h.taxpayer_id)
    ORDER BY h.nop
"""


@dataclass(frozen=True, slots=True)
class Held:
    """Numbers of the objects that the table names and that their taxpayer owns in the roll; whether it is followed."""

    numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
    followed: bool


def held_objects(roll: Roll, nops: np.ndarray[tuple[int], np.dtype[np.int64]] | None, *,
                 followed: bool) -> Held | None:
    """What the table says about *roll*, whose NOPs in their order are *nops*; None where it says nothing."""
    if nops is None:
        return None
    query = _FIT.format(roll=sql.Literal(roll.pk), region=sql.Literal(roll.region_id), year=sql.Literal(roll.tax_year))
    found = read_arrays(raw_connection(), query, sql.Identifier("chunk"), {"nop": ">i8"})["nop"].astype(np.int64)
    return Held(np.sort(np.searchsorted(nops, found) + 1), followed)


def table_of_year(roll: Roll) -> bool:
    """Whether the region's table says anything about the tax year of *roll*."""
    return NjoptkpHolder.objects.filter(tax_year=roll.tax_year, superseded_at__isnull=True).exists()


def source_with(duck: Connection, source: str, held: Held | None) -> str:
    """*source* (a snapshot) with the objects of the table marked in the place of the usual choice, where it is
    followed. The table ``held`` stays on *duck*."""
    if held is None:
        return source
    duck.register("held", {"object_id": held.numbers})
    if not held.followed:
        return source
    return (f"(SELECT s.* REPLACE (coalesce(c.object_id = s.object_id, s.highest_of_owner) AS highest_of_owner) "
            f"FROM {source} s LEFT JOIN (SELECT o.owner_id, o.object_id FROM {source} o JOIN held h "
            f"ON h.object_id = o.object_id) c ON c.owner_id = s.owner_id)")


def elsewhere(duck: Connection, source: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Numbers of the objects that the table names and the usual choice would not, after ``source_with``."""
    rows = duck.execute(f"SELECT o.object_id FROM {source} o JOIN held h ON h.object_id = o.object_id "
                        f"WHERE NOT o.highest_of_owner ORDER BY 1").fetchnumpy()
    return np.asarray(rows["object_id"], dtype=np.int64)


def unfit(roll: Roll) -> list[str]:
    """NOPs that the table names for owners of *roll* and that are not theirs in it, or not in it at all."""
    with raw_connection().cursor() as cursor:
        cursor.execute(_UNFIT, {"region": roll.region_id, "roll": roll.pk, "year": roll.tax_year})
        return [nop for (nop,) in cursor.fetchall()]
