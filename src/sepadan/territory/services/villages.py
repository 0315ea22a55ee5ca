"""Importing the hierarchy of a region: its kecamatan, kelurahan and desa, and the hexagon layout computed from them.

All or nothing: one fault in the file and nothing is written, but every fault is told. The same file twice changes
nothing. The file holds the whole hierarchy: what the database has and the file has not is a fault, unless the caller
asks to remove it. Runs as the owner of the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connections, transaction

from sepadan.ground.problems import Problem, problem, refuse
from sepadan.territory.engine.codes import key_of
from sepadan.territory.engine.hexagons import Place, layout
from sepadan.territory.engine.hierarchy import Reading, Village, read_villages
from sepadan.territory.models import Fact, Kecamatan, Kelurahan, Region
from sepadan.territory.queries.regions import region_of_code
from sepadan.territory.services.reference import OWNER

MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do (``dry_run``); with any problem it did nothing.

    ``unplaced`` counts areas without a centroid: while there is one, the region has no hexagon layout. ``laid_out``
    says that a new layout was computed and stored.
    """

    region: str
    rows: int
    added: int
    changed: int
    removed: int
    kecamatan_added: int
    unplaced: int
    laid_out: bool
    dry_run: bool
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]


def import_villages(region_code: str, text: str, *, file_name: str, dry_run: bool = False,
                    remove_absent: bool = False, using: str = OWNER) -> Imported:
    """Import the table *text* (see ``engine/hierarchy.py``) as the hierarchy of a region.

    Raises Refused on an unknown region, and when an area to be removed is still in use.
    """
    region = region_of_code(region_code, where="--region", using=using)
    reading = read_villages(text, region.code, file_name=file_name)
    with transaction.atomic(using=using):
        Region.objects.using(using).select_for_update().get(pk=region.pk)
        stored = {v.code: v for v in Kelurahan.objects.using(using).filter(region=region)}
        districts = dict(Kecamatan.objects.using(using).filter(region=region).values_list("code", "name"))
        faults = [*reading.problems, *_faults_against(reading, stored, districts, file_name, remove_absent)]
        if faults:
            return _report(region, reading, {}, faults=faults, dry_run=dry_run)
        names = {**districts, **{v.kecamatan: v.district for v in reading.villages if v.district}}
        wanted = {v.code: _wanted(v, stored.get(v.code)) for v in reading.villages}
        new = [code for code in wanted if code not in stored]
        changed = [code for code, fields in wanted.items() if code in stored
                   and any(getattr(stored[code], name) != value for name, value in fields.items())]
        gone = sorted(set(stored) - set(wanted))
        counts = {
            "added": len(new), "changed": len(changed) + _renamed(districts, names), "removed": len(gone),
            "kecamatan_added": len(set(names) - set(districts)),
            "unplaced": sum(fields["lat"] is None for fields in wanted.values()),
        }
        if dry_run:
            return _report(region, reading, counts, dry_run=True)
        _write(region, names, {code: wanted[code] for code in (*new, *changed)}, gone, using)
        laid_out = _lay_out(region, using, moved=bool(new or changed or gone))
    return _report(region, reading, counts, laid_out=laid_out)


def _faults_against(reading: Reading, stored: dict[str, Kelurahan], districts: dict[str, str], file_name: str,
                    remove_absent: bool) -> list[Problem]:
    """What the file lacks, seen from the database: names of kecamatan, and areas that it leaves out."""
    stated = {v.kecamatan for v in reading.villages if v.district} | set(districts)
    faults = []
    for village in reading.villages:
        if village.kecamatan not in stated:
            stated.add(village.kecamatan)
            faults.append(problem("territory.import.no_district", where=f"{file_name}:{village.line}",
                                  remedy="territory.import.no_district.remedy", kecamatan=village.kecamatan))
    absent = [f"{code} {stored[code].name}" for code in sorted(set(stored) - {v.code for v in reading.villages})]
    if absent and not remove_absent and not reading.problems:
        more = f" ... (+{len(absent) - MOST_NAMED})" if len(absent) > MOST_NAMED else ""
        faults.append(problem("territory.import.absent", where=file_name, remedy="territory.import.absent.remedy",
                              count=len(absent), codes=", ".join(absent[:MOST_NAMED]) + more))
    return faults


def _wanted(village: Village, stored: Kelurahan | None) -> dict[str, Any]:
    """The fields of a row; what the file does not state stays as it is stored."""
    known = stored if stored is not None else Kelurahan()
    return {
        "name": village.name, "kind": village.kind.value, "postal_code": village.postal_code or known.postal_code,
        "lat": known.lat if village.lat is None else village.lat,
        "lon": known.lon if village.lon is None else village.lon, "kecamatan_id": key_of(village.kecamatan),
    }


def _renamed(old: dict[str, str], new: dict[str, str]) -> int:
    return sum(1 for code, name in old.items() if new[code] != name)


def _write(region: Region, names: dict[str, str], fields: dict[str, dict[str, Any]], gone: list[str],
           using: str) -> None:
    Kecamatan.objects.using(using).bulk_create(
        [Kecamatan(id=key_of(code), code=code, name=name, region=region) for code, name in sorted(names.items())],
        update_conflicts=True, unique_fields=["id"], update_fields=["name"])
    Kelurahan.objects.using(using).bulk_create(
        [Kelurahan(id=key_of(code), code=code, region=region, **row) for code, row in sorted(fields.items())],
        update_conflicts=True, unique_fields=["id"],
        update_fields=["name", "kind", "postal_code", "lat", "lon", "kecamatan_id"])
    if gone:
        _remove(region, gone, using)


def _remove(region: Region, gone: list[str], using: str) -> None:
    """Remove areas with their facts, and kecamatan left empty. The foreign keys of other tables have the last word."""
    keys = [key_of(code) for code in gone]
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            Fact.objects.using(using).filter(kelurahan_id__in=keys)._raw_delete(using)
            Kelurahan.objects.using(using).filter(pk__in=keys)._raw_delete(using)
            empty = Kecamatan.objects.using(using).filter(region=region, kelurahan=None)
            keys = list(empty.values_list("pk", flat=True))
            Fact.objects.using(using).filter(kecamatan_id__in=keys)._raw_delete(using)
            Kecamatan.objects.using(using).filter(pk__in=keys)._raw_delete(using)
    except IntegrityError as error:
        raise refuse("territory.import.in_use", where=", ".join(gone[:MOST_NAMED]),
                     remedy="territory.import.in_use.remedy", table=_table_of(error)) from error


def _table_of(error: IntegrityError) -> str:
    found = getattr(getattr(error.__cause__, "diag", None), "table_name", None)
    return str(found or error)


def _lay_out(region: Region, using: str, *, moved: bool) -> bool:
    """Compute and store the hexagons anew when an area moved, came or went, or when one has none yet."""
    rows = list(Kelurahan.objects.using(using).filter(region=region).select_related("kecamatan").order_by("id"))
    if not moved and all(row.hex_q is not None for row in rows):
        return False
    places = [Place(row.code, row.kecamatan.code, float(row.lat), float(row.lon)) for row in rows
              if row.lat is not None and row.lon is not None]
    if len(places) < len(rows):
        Kelurahan.objects.using(using).filter(region=region).update(hex_q=None, hex_r=None)
        return False
    cells = layout(places).cells
    fresh = [row for row in rows if (row.hex_q, row.hex_r) != cells[row.code]]
    for row in fresh:
        row.hex_q, row.hex_r = cells[row.code]
    Kelurahan.objects.using(using).bulk_update(fresh, ["hex_q", "hex_r"])
    return bool(fresh)


def _report(region: Region, reading: Reading, counts: dict[str, int], *, faults: Sequence[Problem] = (),
            dry_run: bool = False, laid_out: bool = False) -> Imported:
    numbers = {name: counts.get(name, 0) for name in ("added", "changed", "removed", "kecamatan_added", "unplaced")}
    return Imported(region=region.code, rows=len(reading.villages), laid_out=laid_out, dry_run=dry_run,
                    ignored=reading.ignored, problems=tuple(faults), **numbers)
