"""Loading the tables that the product ships: provinces, regions, two full hierarchies, sourced facts.

Runs as the owner of the tables, after the migrations (see ``apps.py``), and by ``sepadan territory load``. Loading
twice changes nothing. A row that an installation added by import stays; a shipped row that someone changed is set back
to what is shipped. A hexagon layout stored for a shipped region is replaced by the shipped one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import models, transaction

from sepadan.territory.engine.codes import kecamatan_of, key_of, kind_of, level_of, region_of
from sepadan.territory.models import Fact, Kecamatan, Kelurahan, Province, Region
from sepadan.territory.names import Level

OWNER = "owner"
TABLES = ("provinces", "regions", "kecamatan", "kelurahan", "facts")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each kind are shipped, and how many of all rows were new or different."""

    provinces: int
    regions: int
    kecamatan: int
    kelurahan: int
    facts: int
    written: int


@cache
def edition() -> dict[str, dict[str, Any]]:
    """Edition, source and licence of the shipped tables, for a page that shows them."""
    text = files("sepadan.territory").joinpath("data", "edition.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return found


def shipped(table: str) -> list[Row]:
    """The rows of one shipped table."""
    text = files("sepadan.territory").joinpath("data", f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def load_reference(*, using: str = OWNER) -> Loaded:
    """Bring the reference tables to the shipped edition, in one transaction. Idempotent; needs the owner's rights."""
    tables = {name: shipped(name) for name in TABLES}
    with transaction.atomic(using=using):
        written = _upsert(Province, using, [
            {"id": key_of(row["code"]), "code": row["code"], "name": row["name"], "timezone": row["timezone"]}
            for row in tables["provinces"]])
        zones = {row["code"]: row["timezone"] for row in tables["provinces"]}
        written += _upsert(Region, using, [
            {"id": key_of(row["code"]), "code": row["code"], "bps_code": row["bps_code"] or None, "name": row["name"],
             "kind": row["kind"], "province_id": key_of(row["code"][:2]), "timezone": zones[row["code"][:2]]}
            for row in tables["regions"]])
        written += _upsert(Kecamatan, using, [
            {"id": key_of(row["code"]), "code": row["code"], "name": row["name"],
             "region_id": key_of(region_of(row["code"]))} for row in tables["kecamatan"]])
        written += _upsert(Kelurahan, using, [_kelurahan(row) for row in tables["kelurahan"]])
        written += _load_facts(tables["facts"], using)
    return Loaded(**{name: len(tables[name]) for name in TABLES}, written=written)


def _kelurahan(row: Row) -> dict[str, Any]:
    return {
        "id": key_of(row["code"]), "code": row["code"], "name": row["name"], "kind": kind_of(row["code"]).value,
        "postal_code": row["postal_code"], "lat": Decimal(row["lat"]), "lon": Decimal(row["lon"]),
        "hex_q": int(row["hex_q"]), "hex_r": int(row["hex_r"]), "kecamatan_id": key_of(kecamatan_of(row["code"])),
        "region_id": key_of(region_of(row["code"])),
    }


def _upsert(model: type[models.Model], using: str, rows: list[dict[str, Any]]) -> int:
    """Write the rows that are new or differ from what is stored; returns how many those are."""
    manager = model._default_manager.using(using)
    names = [name for name in rows[0] if name != "id"]
    stored = {row["id"]: row for row in manager.filter(pk__in=[row["id"] for row in rows]).values("id", *names)}
    changed = [row for row in rows if stored.get(row["id"]) != row]
    manager.bulk_create([model(**row) for row in changed], update_conflicts=True, unique_fields=["id"],
                        update_fields=names)
    return len(changed)


def _load_facts(rows: list[Row], using: str) -> int:
    """Replace the facts of the shipped sources; facts of other sources stay."""
    wanted = {tuple(sorted(_fact(row).items())) for row in rows}
    sources = {row["source"] for row in rows}
    names = [name for name, _ in next(iter(wanted))]
    stored = {tuple((name, row[name]) for name in names): row["id"]
              for row in Fact.objects.using(using).filter(source__in=sources).values("id", *names)}
    gone = [pk for fact, pk in stored.items() if fact not in wanted]
    fresh = [fact for fact in sorted(wanted, key=str) if fact not in stored]
    Fact.objects.using(using).filter(pk__in=gone).delete()
    Fact.objects.using(using).bulk_create([Fact(**dict(fact)) for fact in fresh])
    return len(gone) + len(fresh)


def _fact(row: Row) -> dict[str, Any]:
    code, level = row["code"], level_of(row["code"])
    return {
        "region_id": key_of(region_of(code)),
        "kecamatan_id": None if level is Level.REGION else key_of(kecamatan_of(code)),
        "kelurahan_id": key_of(code) if level is Level.KELURAHAN else None,
        "measure": row["measure"], "value": Decimal(row["value"]).quantize(Decimal("0.0001")), "unit": row["unit"],
        "period": row["period"], "kind": row["kind"], "source": row["source"], "confidence": row["confidence"],
        "note_key": row["note_key"],
    }
