"""Charges of Kota Malang that the tax desk knows, without a whole assessment: inherited receivables, one for a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sepadan.records.public import Actor, Channel, Charge, Person, Received, open_chart, receive_payment
from sepadan.tax.models import Evidence
from sepadan.tax.services.opening import OpeningRow, open_receivables

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
WIB = ZoneInfo("Asia/Jakarta")
NOP = "357301000100200340"


def two_actors() -> tuple[Actor, Actor]:
    """Whoever proposes, and whoever decides."""
    made = [Person.objects.create_user(f"{name}@contoh.go.id", name.title()) for name in ("ani", "budi")]
    return Actor(made[0].name, made[0].pk), Actor(made[1].name, made[1].pk)


def owe(principal: int, due: date, *, nop: str = NOP, tax_year: int | None = None) -> Charge:
    """A charge of *principal*, due on *due*, of the tax year in which it is due unless said otherwise."""
    open_chart(["pbb"])
    year = tax_year or due.year
    row = OpeningRow(1, nop, year, principal, due, "Siti", Evidence.FULL)
    accepted, problems = open_receivables([row], cut_off=date(year, 2, 1), source="Daftar lama",
                                          actor=Actor("Uji"), now=NOW)
    assert (accepted, problems) == (1, [])
    return Charge.objects.get(number=f"{nop}-{year}-awal")


def pay(charge: Charge, on: date, amount: int, reference: str = "") -> Received:
    """A payment at the bank at noon of a local day."""
    return receive_payment(charge, channel=Channel.BANK, reference=reference or f"{charge.pk}-{on}-{amount}",
                           amount=amount, paid_at=datetime.combine(on, time(12), tzinfo=WIB), now=NOW)
