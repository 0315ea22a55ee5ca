"""What another class table would do to the region's own register: a dry run before anybody approves it.

Land: m2 x class value of the NIR of the zone; buildings: m2 x class value of sum of values / sum of areas, as in
``freezing.py`` (value per m2 rounded up, for bounds are whole). Objects in force on 1 January of the tax year; where a
zone has no NIR of that year its newest one stands in, and how many objects that concerns is told. Whole rupiah. Shared
parts, exemptions and relief are left out: it shows the direction and size of a change, not the roll.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from sepadan.ground.money import Rupiah
from sepadan.records.public import current_region
from sepadan.tax.engine.njop import ClassTable, PartKind

_LAND = """
    SELECT z.nir, sum(v.land_m2)::bigint, count(*), count(*) FILTER (WHERE z.tax_year <> %(year)s)
    FROM tax_objectversion v
    LEFT JOIN (
        SELECT DISTINCT ON (zone_id) zone_id, nir, tax_year FROM tax_zonevalue
        WHERE region_id = %(region)s AND superseded_at IS NULL AND tax_year <= %(year)s
        ORDER BY zone_id, tax_year DESC
    ) z ON z.zone_id = v.zone_id
    WHERE v.region_id = %(region)s AND v.superseded_at IS NULL AND v.valid_from <= %(on)s
      AND (v.valid_to IS NULL OR v.valid_to > %(on)s) AND v.state = 'active' AND v.exemption = '' AND v.land_m2 > 0
    GROUP BY z.nir
"""
_BUILDINGS = """
    SELECT (value + m2 - 1) / m2, sum(m2)::bigint, count(*) FROM (
        SELECT sum(b.area_m2)::bigint AS m2, sum(b.value)::bigint AS value
        FROM tax_buildingversion b
        WHERE b.region_id = %(region)s AND b.superseded_at IS NULL AND NOT b.removed AND b.valid_from <= %(on)s
          AND (b.valid_to IS NULL OR b.valid_to > %(on)s)
        GROUP BY b.register_object_id HAVING count(*) = count(b.value)
    ) o GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class PartTrial:
    """Land or buildings: objects that were compared, those that rise and fall, NJOP by both tables, and what neither
    or only the old one has a class for."""

    kind: PartKind
    objects: int
    up: int
    down: int
    before: Rupiah
    after: Rupiah
    lost: int
    unclassed: int

    @property
    def same(self) -> int:
        return self.objects - self.up - self.down


@dataclass(frozen=True, slots=True)
class Trial:
    """Both parts; ``without_nir`` objects have no NIR at all, ``older_nir`` that of an earlier year."""

    land: PartTrial
    building: PartTrial
    without_nir: int
    older_nir: int


class _Lookup:
    """Class values by rising upper bound."""

    def __init__(self, table: ClassTable, kind: PartKind) -> None:
        self.rows = sorted(table.of(kind), key=lambda row: row.over)
        self.bounds = [row.to if row.to is not None else 2**62 for row in self.rows]

    def value(self, per_m2: int) -> int | None:
        place = bisect_left(self.bounds, per_m2)
        if place == len(self.rows) or per_m2 <= self.rows[place].over:
            return None
        return self.rows[place].value


def try_classes(old: ClassTable, new: ClassTable, tax_year: int) -> Trial:
    """The register of the region in scope by two tables."""
    params: dict[str, Any] = {"region": current_region().pk, "year": tax_year, "on": date(tax_year, 1, 1)}
    with connection.cursor() as cursor:
        cursor.execute(_LAND, params)
        land = cursor.fetchall()
        cursor.execute(_BUILDINGS, params)
        building = cursor.fetchall()
    return Trial(_part("land", old, new, [row[:3] for row in land if row[0] is not None]),
                 _part("building", old, new, building),
                 sum(int(row[2]) for row in land if row[0] is None),
                 sum(int(row[3]) for row in land if row[0] is not None))


def _part(kind: PartKind, old: ClassTable, new: ClassTable, rows: Sequence[Sequence[Any]]) -> PartTrial:
    was, becomes = _Lookup(old, kind), _Lookup(new, kind)
    objects = up = down = before = after = lost = unclassed = 0
    for per_m2, m2, count in rows:
        one, two = was.value(int(per_m2)), becomes.value(int(per_m2))
        if one is None or two is None:
            unclassed += int(count) if two is None and one is None else 0
            lost += int(count) if two is None and one is not None else 0
            continue
        objects += int(count)
        before, after = before + one * int(m2), after + two * int(m2)
        up, down = up + (int(count) if two > one else 0), down + (int(count) if two < one else 0)
    return PartTrial(kind, objects, up, down, before, after, lost, unclassed)
