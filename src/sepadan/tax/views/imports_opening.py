"""What the page of an import shows of bills of an older system: control totals by year and kelurahan, what is odd."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sepadan.ground.messages import Message, message
from sepadan.ground.tables import Column, Listing, ListRows, Table
from sepadan.records.public import language
from sepadan.tax.engine.sismiop import BILLS, PAYMENTS
from sepadan.tax.models import ImportFile, RegisterImport
from sepadan.territory.public import Kelurahan

FIELDS = ("bills", "billed", "paid", "over", "unproved", "charges", "opened")
"""The figures of a row of totals, after year and kelurahan."""
TOTALS = Table("angka-kendali", message("tax.imports.totals"), (
    Column("year", message("tax.imports.totals.year"), choice=True),
    Column("kelurahan", message("tax.imports.village"), choice=True),
    *(Column(name, message(f"tax.imports.totals.{name}"), "integer" if name in ("bills", "charges") else "rupiah",
             summable=True) for name in FIELDS)), order="year", per_page=60, prefix="t_")


def opening_context(request: HttpRequest, one: RegisterImport, files: list[ImportFile]) -> dict[str, Any]:
    """Nothing, where the import holds no bills of an older system and no notes."""
    found = one.openings or {}
    totals, notes = found.get("totals", []), found.get("notes", {})
    places = dict(Kelurahan.objects.filter(pk__in={row[1] for row in totals}).values_list("pk", "name"))
    rows = [{"year": str(year), "kelurahan": places.get(place, str(place)), **dict(zip(FIELDS, figures, strict=True))}
            for year, place, *figures in totals]
    tables = {file.table for file in files}
    return {
        "opening_totals": Listing(TOTALS, ListRows(rows), request.GET, language()) if rows else None,
        "opened": sum(row["opened"] for row in rows), "opening_bills": sum(row["bills"] for row in rows),
        "lost": int(found.get("lost", 0)), "no_history": BILLS.name in tables and PAYMENTS.name not in tables,
        "notes": [{"what": _name(name), "remedy": Message(f"tax.imports.note.{name}.remedy", {}), "count": count}
                  for name, count in sorted(notes.items(), key=lambda item: -item[1])]}


def _name(name: str) -> Message:
    """The note of any row, without saying which."""
    return Message(f"tax.imports.note.{name}", {"what": "…"})
