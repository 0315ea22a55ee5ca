"""What one tax bill (SPPT) says, as plain values: whatever makes a sheet builds on this, whoever supplies it.

Money is whole rupiah, areas square metres, texts as the register holds them. Delivery order is street, then block, then
number: in a NOP block and number follow the kelurahan, so ``(street, nop)``. A database gives it with
``ORDER BY object_street COLLATE "C", nop``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Payment = Literal["paid", "part", "open", "none"]
_UNITS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_SCALES = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun")


@dataclass(frozen=True, slots=True)
class Part:
    """Land or building: area, class (empty: none), rupiah per square metre, value."""

    area: int
    value_class: str
    per_m2: int
    value: int


@dataclass(frozen=True, slots=True)
class SheetStep:
    """One step of the computation: name, amount as written, how it follows, the article it rests on."""

    label: str
    value: str
    how: str
    basis: str


@dataclass(frozen=True, slots=True)
class PastYear:
    """A year of the history: what was charged (None: no bill that year) and how it was paid."""

    year: int
    pbb: int | None
    payment: Payment


@dataclass(frozen=True, slots=True)
class Office:
    """What all sheets of a run share."""

    region: str
    office: str
    address: str
    tax_year: int
    pay_at: tuple[str, ...]
    objections: str


@dataclass(frozen=True, slots=True)
class BillSheet:
    """One bill. ``qris`` None: the region has no merchant number. ``synthetic``: not a bill, and says so."""

    office: Office
    nop: str
    object_street: str
    object_place: str
    kelurahan: str
    kecamatan: str
    payer: str
    payer_address: str
    land: Part
    building: Part
    njop: int
    steps: tuple[SheetStep, ...]
    history: tuple[PastYear, ...]
    due: date
    payable: int
    virtual_account: str | None
    qris: str | None
    bill_url: str
    bill_code: str
    assumptions: tuple[str, ...] = ()
    synthetic: bool = False

    @property
    def nop_written(self) -> str:
        n = self.nop
        return f"{n[:2]}.{n[2:4]}.{n[4:7]}.{n[7:10]}.{n[10:13]}-{n[13:17]}.{n[17:]}"

    @property
    def delivery_key(self) -> tuple[str, str]:
        return self.object_street, self.nop


def amount_in_words(amount: int) -> str:
    """*amount* in Indonesian: 1.250 is ``seribu dua ratus lima puluh rupiah``. Up to 10**18 less one."""
    if not 0 <= amount < 1000 ** len(_SCALES):
        raise ValueError(f"no words for {amount}")
    groups: list[str] = []
    rest, scale = amount, 0
    while rest:
        rest, group = divmod(rest, 1000)
        if group:
            words = "seribu" if scale == 1 and group == 1 else f"{_below_thousand(group)} {_SCALES[scale]}".rstrip()
            groups.append(words)
        scale += 1
    return " ".join([*reversed(groups), "rupiah"]) if groups else "nol rupiah"


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    head = "" if not hundreds else "seratus" if hundreds == 1 else f"{_UNITS[hundreds]} ratus"
    if rest < 12:
        tail = _UNITS[rest]
    elif rest < 20:
        tail = f"{_UNITS[rest - 10]} belas"
    else:
        tail = f"{_UNITS[rest // 10]} puluh {_UNITS[rest % 10]}".rstrip()
    return f"{head} {tail}".strip()
