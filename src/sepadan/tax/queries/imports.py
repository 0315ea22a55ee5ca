"""Reads of imports: the list, one with its files, the faults of its rows as a table has them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sepadan.records.public import Work
from sepadan.tax.models import ImportFile, ImportProblem, ImportState, RegisterImport

VERDICTS = ("new", "changed", "same", "bad")


def imports() -> Any:
    """All imports of the region in scope."""
    return RegisterImport.objects.all()


def open_imports() -> int:
    """How many wait to be applied or discarded."""
    return RegisterImport.objects.filter(state__in=[ImportState.RECEIVED.value, ImportState.CHECKED.value]).count()


def files_of(one: RegisterImport) -> list[ImportFile]:
    """Its files and sheets, in the order in which they came."""
    return list(one.files.order_by("number"))


def totals_of(files: list[ImportFile]) -> dict[str, int]:
    """Rows by verdict over all files."""
    found: Counter[str] = Counter()
    for file in files:
        found.update({name: int(file.counts.get(name, 0)) for name in VERDICTS})
    return {name: found[name] for name in VERDICTS}


def problems_of(one: RegisterImport) -> list[ImportProblem]:
    """The faults that were kept, by file and line."""
    rows = ImportProblem.objects.filter(file__register_import_id=one.pk).select_related("file")
    return list(rows.order_by("file__number", "line", "id"))


def last_work(one: RegisterImport) -> Work | None:
    """The background work done last for it."""
    return None if one.work is None else Work.objects.filter(pk=one.work).first()
