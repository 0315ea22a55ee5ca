"""Mass assessment: the PBB of every object of a frozen roll, and the totals by which a posting is checked.

    bills   = the levy's own program (``pbb.py``) over the columns of the roll
    control = counts and exact sums over the bills, and a check sum that no exchange of two values leaves as it is:
              sum of number x (3 njop + 5 deduction + 7 taxable + 11 rate + 13 pbb + 17 payable + ...) mod 2^31 - 1

``CHECK`` is one text in whole numbers that DuckDB and PostgreSQL read alike, so that the dry run computes it over
columns and the database over what it holds. It finds lost, doubled, exchanged and altered bills; it is no signature.
The law is that of one region on one day. An assumption only fills what the law leaves open, and the run names it.
``number`` counts the objects from 1 in the order of NOP. Money is whole rupiah.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sepadan.ground.assumptions import AssumptionSet
from sepadan.ground.columns import Connection
from sepadan.ground.problems import refuse
from sepadan.ground.statutes import Book, Law, canonical
from sepadan.tax.engine.parameters import Assumed, Sources
from sepadan.tax.engine.pbb import PbbRule, allocation, pbb_program
from sepadan.tax.engine.pbb_rule import PARAMETERS, read_pbb_rule

LEVY = "pbb"
PRIME = 2**31 - 1
LARGEST = 2**62
_WEIGHTS = {"njop": 3, "deduction": 5, "taxable_units": 7, "coalesce(rate_units, 0)": 11, "pbb": 13, "payable": 17,
            "due_day": 19}  # fmt: skip
_MIXED = " + ".join(f"({name} % {PRIME}) * {weight}" for name, weight in _WEIGHTS.items())
CHECK = (f"sum(number * (({_MIXED} + CASE WHEN waived THEN 23 ELSE 0 END + CASE WHEN takes_njoptkp THEN 29 ELSE 0 END "
         f"+ CASE WHEN rate_units IS NULL THEN 31 ELSE 0 END) % {PRIME}))")  # fmt: skip
CONTROL = {
    "bills": "count(*)", "charged": "count(*) FILTER (WHERE payable > 0)", "waived": "count(*) FILTER (WHERE waived)",
    "njop": "coalesce(sum(njop), 0)", "deduction": "coalesce(sum(deduction), 0)", "pbb": "coalesce(sum(pbb), 0)",
    "payable": "coalesce(sum(payable), 0)", "check_sum": f"coalesce({CHECK}, 0)",
}
"""The totals, each as SQL over ``number, njop, ... due_day``: one text for the dry run and for PostgreSQL."""


@dataclass(frozen=True)
class AssessmentLaw:
    """PBB of one region on one day, filled up by *assumptions* where the law is open."""

    law: Law
    assumptions: AssumptionSet | None
    rule: PbbRule
    classes: str = ""
    """The digest of a region's own class table that the roll is valued by; empty for a national one."""

    def fingerprint(self) -> str:
        """sha256 over the provisions in force, the assumptions that were used and a region's own class table."""
        values = {} if self.assumptions is None else self.assumptions.values[LEVY]
        used = {name: canonical(values.get(name)) for name in self.rule.assumed}
        parts = [self.law.fingerprint(), self.assumptions.name if self.assumptions else "", used]
        text = json.dumps([*parts, self.classes] if self.classes else parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def read_assessment_law(book: Book, region: str, on: date, assumptions: AssumptionSet | None) -> AssessmentLaw:
    """The law of *region* on *on*. Raises Refused where a parameter is neither in the law nor assumed."""
    return assessment_law(book.law(region, LEVY, on), assumptions)


def assessment_law(law: Law, assumptions: AssumptionSet | None) -> AssessmentLaw:
    """*law*, perhaps with a draft laid over it, as a rule. Raises Refused as ``read_assessment_law``."""
    law.require("tiers")
    assumed = {} if assumptions is None else {
        name: Assumed(value, assumptions.why(LEVY, name)) for name, value in assumptions.values[LEVY].items()
        if name in PARAMETERS or name == "food_land"}
    rule = read_pbb_rule(Sources(law=law, assumed=assumed, where=f"{law.region} {LEVY} {law.on}"))
    return AssessmentLaw(law, assumptions, rule)


@cache
def engine_fingerprint() -> str:
    """sha256 over the source of what computes a bill: exact columns and money, the levy's engine, this one."""
    root = Path(str(files("sepadan")))
    paths = [root / "ground" / name for name in ("columns.py", "money.py")] + [root / "tax" / "names.py"]
    paths += sorted([*(root / "tax" / "engine").glob("pbb*.py"), *(root / "tax" / "engine").glob("assessment*.py"),
                     root / "tax" / "engine" / "parameters.py"])
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class DueDate:
    """Bills of up to and including *to* rupiah (None: no limit) are due on *on*."""

    to: int | None
    on: date


def read_due_dates(rows: Sequence[Mapping[str, Any]]) -> tuple[DueDate, ...]:
    """Due dates by band of what is payable, rising and ending without a limit. Raises Refused on anything else."""
    found = tuple(DueDate(row["to"], date.fromisoformat(row["on"])) for row in rows)
    limits = [one.to for one in found[:-1]]
    known = [limit for limit in limits if limit is not None]
    if not found or found[-1].to is not None or len(known) != len(limits) or known != sorted(set(known)):
        raise refuse("tax.run.due_dates", remedy="tax.run.due_dates.remedy")
    return found


@dataclass(frozen=True, slots=True)
class Denominators:
    """What the whole numbers ``taxable_units`` and ``rate_units`` are to be divided by."""

    taxable: int
    rate: int


def make_bills(connection: Connection, source: str, rule: PbbRule, due: Iterable[DueDate],
               njop_max: int) -> Denominators:
    """The temporary table ``assessed``: every object of *source* with its steps; ``pbb`` is NULL where not known.

    *source* is a query of a roll's snapshot: ``object_id, village, owner_id, njop, food_land, highest_of_owner``.
    """
    allocation(rule)  # the mark of the snapshot is this very choice; a rule without one is refused
    program = pbb_program(rule)
    marginal = all(step.name != "rate" for step in program.steps)
    taxable_den = program.step("taxable").expr.den
    if njop_max * taxable_den >= LARGEST:
        raise refuse("tax.run.too_fine", njop=njop_max, den=taxable_den)
    steps = program.select(f"(SELECT *, highest_of_owner AS takes_njoptkp FROM {source})", {"njop": (0, njop_max)})
    days = list(due)
    bands = " ".join(f"WHEN payable <= {one.to} THEN {one.on.toordinal()}" for one in days[:-1])
    due_day = f"CASE {bands} ELSE {days[-1].on.toordinal()} END" if bands else str(days[-1].on.toordinal())
    rate = "NULL::BIGINT" if marginal else "rate::BIGINT"
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE assessed AS
        SELECT object_id::BIGINT AS number, village, owner_id, food_land, njop::BIGINT AS njop, takes_njoptkp,
            deduction::BIGINT AS deduction, taxable::BIGINT AS taxable_units, {rate} AS rate_units,
            pbb::BIGINT AS pbb, waived, payable::BIGINT AS payable, ({due_day})::BIGINT AS due_day
        FROM ({steps})""")
    return Denominators(taxable_den, 1 if marginal else program.step("rate").expr.den)


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """Counts, sums in rupiah and the check sum of bills; ``digest`` is one word for all of them."""

    bills: int
    charged: int
    waived: int
    njop: int
    deduction: int
    pbb: int
    payable: int
    check_sum: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "digest": self.digest}

    def differences(self, other: ControlTotals) -> list[str]:
        """The names of the totals that differ."""
        mine, theirs = asdict(self), asdict(other)
        return [name for name in mine if mine[name] != theirs[name]]


def control_totals(row: Sequence[Any]) -> ControlTotals:
    """From one row of the expressions ``CONTROL`` in their order, whatever kind of number the database gives."""
    return ControlTotals(**{name: int(value) for name, value in zip(CONTROL, row, strict=True)})


def read_control(plain: Mapping[str, Any]) -> ControlTotals:
    """The totals as a run keeps them. Raises Refused when their digest is not theirs: somebody changed the row."""
    found = ControlTotals(**{name: int(plain[name]) for name in CONTROL})
    if plain.get("digest") != found.digest:
        raise refuse("tax.run.control_altered", remedy="tax.run.control_altered.remedy")
    return found


def control_of_assessed(connection: Connection) -> ControlTotals:
    """The totals over the table ``assessed``, of the objects whose tax is known."""
    row = connection.execute(f"SELECT {', '.join(CONTROL.values())} FROM assessed WHERE pbb IS NOT NULL").fetchone()
    assert row is not None
    return control_totals(row)
