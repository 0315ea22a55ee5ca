"""A region's own classes of land and buildings: put before a second person, used from the tax year that they state.

A table names its decree and its first tax year. Approved, rolls of that year and later are valued by it until a later
table replaces it; without any the national one stays. What was approved is what is used: its rows have a ``digest``,
which the rolls that are valued by it keep and the fingerprint of a run covers. A table is never altered, and none can
be approved for a year whose bills stand: these were computed by another one.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.db import transaction

from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.ground.statutes import load_book
from sepadan.records.public import Actor, record
from sepadan.tax.engine.njop import ClassTable, PartKind, ValueClass
from sepadan.tax.models import AssessmentRun, RegionClass, RegionClassTable, Roll, RunState
from sepadan.tax.models.register_values import ClassTableState
from sepadan.tax.services.class_files import ClassFile

NATIONAL = "national-2011"
YEARS = range(1990, 2100)
KINDS: tuple[PartKind, ...] = ("land", "building")


def rows_of(table: RegionClassTable) -> ClassTable:
    """The classes of a region's table, as the engine takes them."""
    rows = list(RegionClass.objects.filter(table=table).order_by("kind", "over"))
    land, building = (tuple(ValueClass(row.number, row.over, row.to, row.value) for row in rows if row.kind == kind)
                      for kind in KINDS)
    return ClassTable(table.name, land, building)


def national_table(name: str = NATIONAL) -> ClassTable:
    """A national table by name. Raises Refused on one that nobody knows."""
    found = load_book().class_table(name)
    land, building = (tuple(ValueClass(row.number, row.over, row.to, row.value) for row in rows)
                      for rows in (found.land, found.building))
    return ClassTable(found.name, land, building)


def approved_tables(tax_year: int) -> list[RegionClassTable]:
    """The region's tables that a roll of *tax_year* may rest on, the one that counts first."""
    rows = RegionClassTable.objects.filter(state=ClassTableState.APPROVED.value, from_year__lte=tax_year)
    return list(rows.order_by("-from_year", "-id"))


def digest_of(table: ClassTable) -> str:
    """sha256 over the rows of a table, in the order of their bounds."""
    rows = {kind: [[int(row.name), row.over, row.to, row.value] for row in sorted(table.of(kind), key=lambda r: r.over)]
            for kind in KINDS}
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def propose_class_table(name: str, decree: str, from_year: int, found: ClassFile, *, actor: Actor,
                        now: datetime) -> RegionClassTable:
    """A table of a decree, kept until a second person approves it. Raises Refused on any fault of its file, without a
    decree, and on a name that is taken."""
    if actor.person_id is None:
        raise ValueError("a table is proposed by a person, so that another one can approve it")
    title, paper = name.strip()[:40], decree.strip()[:120]
    if not title or not paper:
        raise refuse("tax.register.no_document", where=title, remedy="tax.register.no_document.remedy")
    if from_year not in YEARS:
        raise refuse("tax.register.year", where=str(from_year), remedy="tax.register.year.remedy")
    if found.problems:
        raise refuse("tax.classes.faults", where=title, remedy="tax.classes.faults.remedy", count=len(found.problems))
    if RegionClassTable.objects.filter(name=title).exists() or title == NATIONAL:
        raise refuse("tax.register.table_taken", where=title, remedy="tax.register.table_taken.remedy")
    rows = ClassTable(title, found.land, found.building)
    made = RegionClassTable.objects.create(
        name=title, decree=paper, from_year=from_year, recorded_at=now, proposed_by_id=actor.person_id,
        digest=digest_of(rows))
    _keep(made, rows)
    record(actor, "tax.audit.classes_proposed", made, now=now, after={
        "decree": paper, "from_year": str(from_year), "land": len(found.land), "building": len(found.building),
        "digest": made.digest[:16]})
    return made


def _keep(table: RegionClassTable, rows: ClassTable) -> None:
    RegionClass.objects.bulk_create([
        RegionClass(table=table, kind=kind, number=int(row.name), over=row.over, to=row.to, value=row.value)
        for kind in KINDS for row in rows.of(kind)])


@transaction.atomic
def approve_class_table(table: RegionClassTable, *, actor: Actor, now: datetime) -> RegionClassTable:
    """A second person puts it in force. Raises Refused to the one who proposed it, once it was decided, when its rows
    are not those that were proposed, and where bills of its first year or later stand."""
    held = _waiting(table, actor)
    if digest_of(rows_of(held)) != held.digest:
        raise refuse("tax.classes.altered", where=held.name, remedy="tax.classes.altered.remedy")
    years = sorted(set(AssessmentRun.objects.filter(
        state=RunState.POSTED.value, tax_year__gte=held.from_year).values_list("tax_year", flat=True)))
    if years:
        raise refuse("tax.classes.billed", where=held.name, remedy="tax.classes.billed.remedy", year=str(years[-1]))
    _decide(held, ClassTableState.APPROVED, "", actor, now)
    record(actor, "tax.audit.classes_set", held, now=now, after={
        "decree": held.decree, "from_year": str(held.from_year), "digest": held.digest[:16]})
    return held


@transaction.atomic
def refuse_class_table(table: RegionClassTable, why: str, *, actor: Actor, now: datetime) -> RegionClassTable:
    """A second person does not approve it, with the reason; it stays as proposed and never counts."""
    held = _waiting(table, actor)
    if not why.strip():
        raise refuse("tax.register.no_reason", where=held.name, remedy="tax.register.no_reason.remedy")
    _decide(held, ClassTableState.REFUSED, why.strip()[:300], actor, now)
    record(actor, "tax.audit.classes_refused", held, now=now, reason=held.decided_why, after={"decree": held.decree})
    return held


def _waiting(table: RegionClassTable, actor: Actor) -> RegionClassTable:
    held = RegionClassTable.objects.select_for_update(of=("self",)).get(pk=table.pk)
    if held.state != ClassTableState.PROPOSED:
        raise refuse("tax.classes.decided", where=held.name, remedy="tax.classes.decided.remedy")
    if actor.person_id is None or actor.person_id == held.proposed_by_id:
        raise refuse("tax.classes.same_person", where=held.name, remedy="tax.classes.same_person.remedy")
    return held


def _decide(held: RegionClassTable, state: ClassTableState, why: str, actor: Actor, now: datetime) -> None:
    held.state, held.decided_at, held.decided_by_id, held.decided_why = state.value, now, actor.person_id, why
    held.save(update_fields=["state", "decided_at", "decided_by", "decided_why"])


def other_classes(roll: Roll) -> Problem | None:
    """That a roll is valued by another table than the region's one for its tax year. Example rolls are excepted: they
    are made with the national table and say so."""
    tables = [] if roll.synthetic else approved_tables(roll.tax_year)
    if not tables or tables[0].name == roll.class_table:
        return None
    return problem("tax.classes.other", where=str(roll), remedy="tax.classes.other.remedy", used=roll.class_table,
                   decreed=tables[0].name, decree=tables[0].decree)


def refuse_other_classes(roll: Roll) -> None:
    """Raise Refused where ``other_classes`` finds one."""
    found = other_classes(roll)
    if found is not None:
        raise Refused(found)
