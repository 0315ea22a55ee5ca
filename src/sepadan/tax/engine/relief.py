"""Relief programmes: cuts of principal and penalties for those who pay within a window.

    payable = principal x (1 - principal cut) + penalty x (1 - penalty cut), each rounded by itself
    cut     = principal - principal after the cut    (a line of the ledger of its own; the principal itself stays)

A programme is data, set by decree: a window and rows by tax year, each perhaps with its own days of payment. The first
row that fits a bill decides; outside the window or without a row nothing is cut. All bounds are inclusive, an open one
is None. A penalty is late interest computed on the day of payment (``late_interest``) or an amount already fixed.

The power to grant relief is UU 1/2022 Art. 96 and 101. It does not decide who may ask, nor post anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Generic, TypeVar

from sepadan.ground.money import Rounding, Rupiah, round_rupiah
from sepadan.ground.problems import refuse
from sepadan.ground.steps import Basis
from sepadan.tax.engine.late_interest import LateCharge
from sepadan.tax.engine.parameters import Sources
from sepadan.tax.engine.pbb_rule import share

PARAMETERS = ("window", "programme")
_ROW = {"years", "principal_cut", "penalty_cut"}
Bound = TypeVar("Bound", int, date)


@dataclass(frozen=True, slots=True)
class Span(Generic[Bound]):
    """From and to, both inclusive; None is open."""

    first: Bound | None
    last: Bound | None

    def holds(self, value: Bound) -> bool:
        return (self.first is None or self.first <= value) and (self.last is None or value <= self.last)


@dataclass(frozen=True, slots=True)
class ReliefRow:
    """Cuts for the bills of some tax years; ``paid`` None: on every day of the window."""

    years: Span[int]
    principal_cut: Fraction
    penalty_cut: Fraction
    paid: Span[date] | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """A relief programme and what it rests on."""

    window: Span[date]
    rows: tuple[ReliefRow, ...]
    bases: tuple[Basis, ...] = ()

    def row_for(self, tax_year: int, paid: date) -> ReliefRow | None:
        """The first row that fits a bill of *tax_year* paid on *paid*, or None."""
        if not self.window.holds(paid):
            return None
        fits = (row for row in self.rows if row.years.holds(tax_year) and (row.paid is None or row.paid.holds(paid)))
        return next(fits, None)


@dataclass(frozen=True, slots=True)
class OwedBill:
    """What is open of one tax year: principal and penalty in rupiah; ``charge`` when the penalty is late interest."""

    tax_year: int
    principal: Rupiah
    penalty: Rupiah
    charge: LateCharge | None = None


@dataclass(frozen=True, slots=True)
class RelievedBill:
    """A bill with what is payable of it, and the row of the programme that fitted (None: none)."""

    bill: OwedBill
    row: ReliefRow | None
    principal_payable: Rupiah
    penalty_payable: Rupiah

    @property
    def payable(self) -> Rupiah:
        return self.principal_payable + self.penalty_payable

    @property
    def cut(self) -> Rupiah:
        return self.bill.principal - self.principal_payable

    @property
    def penalty_waived(self) -> Rupiah:
        return self.bill.penalty - self.penalty_payable


def relieve(programme: Programme, bill: OwedBill, paid: date, rounding: Rounding) -> RelievedBill:
    """What *bill* costs when it is paid on *paid*."""
    row = programme.row_for(bill.tax_year, paid)
    if row is None:
        return RelievedBill(bill, None, bill.principal, bill.penalty)
    principal = round_rupiah(bill.principal * (1 - row.principal_cut), rounding)
    return RelievedBill(bill, row, principal, round_rupiah(bill.penalty * (1 - row.penalty_cut), rounding))


# --- reading --------------------------------------------------------------------------------------------------------


def read_programme(sources: Sources) -> Programme:
    """The programme of *sources*: ``window`` and ``programme`` where given, else those of ``relief_programme`` by law.

    Raises Refused when neither knows a programme, or one is malformed (cuts from 0 to 1, spans in order).
    """
    given = [name for name in PARAMETERS if sources.given.get(name) is not None]
    if len(given) == len(PARAMETERS):
        values, bases = {name: sources.given[name] for name in given}, tuple(Basis("given", name) for name in given)
    else:
        value, basis = sources.need("relief_programme") if not given else _law_beside(sources, given)
        values = {**value, **{name: sources.given[name] for name in given}}
        bases = (basis, *(Basis("given", name) for name in given))
    rows = values["programme"]
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise _not_table(sources.where)
    window = _span(values["window"], "window", date, sources.where)
    return Programme(window, tuple(_row(row, sources.where) for row in rows), bases)


def _law_beside(sources: Sources, given: Sequence[str]) -> tuple[Any, Basis]:
    """The programme by law, when only one of window and programme is given."""
    found = sources.find("relief_programme")
    if found is None:
        name = next(name for name in PARAMETERS if name not in given)
        raise refuse("tax.parameter.unknown", where=sources.where, remedy="tax.parameter.unknown.remedy", name=name)
    return found


def _row(row: Mapping[str, Any], where: str) -> ReliefRow:
    if not set(row) >= _ROW or set(row) - _ROW - {"paid"}:
        raise _not_table(where)
    return ReliefRow(
        _span(row["years"], "programme.years", int, where),
        share(row["principal_cut"], "principal_cut", where),
        share(row["penalty_cut"], "penalty_cut", where),
        _span(row["paid"], "programme.paid", date, where) if row.get("paid") is not None else None,
    )


def _not_table(where: str) -> Exception:
    return refuse("tax.parameter.not_table", where=where, name="programme", keys=", ".join([*sorted(_ROW), "paid"]))


def _span(value: Any, name: str, kind: type[Bound], where: str) -> Span[Bound]:
    ends = [_bound(one, kind) for one in value] if isinstance(value, list | tuple) and len(value) == 2 else []
    if not ends or not all(one is None or type(one) is kind for one in ends):
        raise _not_span(value, name, where)
    first, last = ends
    if first is not None and last is not None and first > last:
        raise _not_span(value, name, where)
    return Span(first, last)


def _bound(value: Any, kind: type[Bound]) -> Any:
    """*value*, a day written in quotes as a day."""
    try:
        return date.fromisoformat(value) if kind is date and isinstance(value, str) else value
    except ValueError:
        return value


def _not_span(value: Any, name: str, where: str) -> Exception:
    text = " .. ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
    return refuse("tax.relief.not_span", where=where, remedy="tax.relief.not_span.remedy", name=name, value=text)
