"""A letter of the tax office as plain values: what every kind says by itself, and what its writer gives.

    letter_pdf("teguran", LetterFacts(office=..., number="...", dated=..., to=Addressee(...), table=..., params={...}))

Kinds and what their standing words need (``params``, typed as messages take them):

    sspd        receipt of a payment            paid_on (date), amount (rupiah), channel (str), reference (str)
    stpd        demand (tax and late interest)  due_on (date), amount (rupiah), counted_on (date)
    stpd_ubah   withdrawal, correction of one   demand (str: its number), demand_on (date), reason (str)
    reminder    what is not paid yet            counted_on (date), amount (rupiah)
    teguran     warning                         counted_on (date), amount (rupiah), days (number of days given)
    paksa       distress warrant                amount (rupiah), hours (number), warning (number of the teguran)
    spmp        order of seizure                amount (rupiah), warrant (str: its number), bailiff (str)
    sita        minutes of seizure              order (str: number of the SPMP), bailiff (str), place, witnesses (str)
    lelang      announcement of an auction      order (str), auction (str: when and where)
    minta_lelang request of an auction          order (str), amount (rupiah)
    cabut_sita  lifting of a seizure            order (str), reason (str)
    lepas_sita  release of some seized goods    order (str), reason (str)
    batal_lelang an auction is not held         order (str), reason (str)
    antaran     list of letters to be carried   kind (str), place (str), count (number)
    decision    decision on a request           about (str: what the request asks for)
    njop        certificate of the NJOP         tax_year (str), njop (rupiah)
    no_arrears  certificate of no arrears       counted_on (date), years (str: "2021-2026")
    information answer to a question            about (str)

``table`` holds the figures (``LetterTable``), ``lines`` facts beside their names, ``considerations`` and ``rulings``
the "Menimbang" and "Memutuskan" of a decision, ``bases`` the law as it is printed, ``paragraphs`` what else is said.
Every text of the register is printed whole, on as many lines and pages as it takes. Standing words lie in
``messages_letters.yaml``; what the law gives (days, months, articles) comes from the caller, never from a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sepadan.ground.problems import refuse

LetterKind = Literal["sspd", "stpd", "stpd_ubah", "reminder", "teguran", "paksa", "spmp", "sita", "lelang",
                     "minta_lelang", "cabut_sita", "lepas_sita", "batal_lelang", "antaran", "decision", "njop",
                     "no_arrears", "information"]
NEEDS: dict[str, tuple[str, ...]] = {
    "sspd": ("paid_on", "amount", "channel", "reference"),
    "stpd": ("due_on", "amount", "counted_on"),
    "stpd_ubah": ("demand", "demand_on", "reason"),
    "reminder": ("counted_on", "amount"),
    "teguran": ("counted_on", "amount", "days"),
    "paksa": ("amount", "hours", "warning"),
    "spmp": ("amount", "warrant", "bailiff"),
    "sita": ("order", "bailiff", "place", "witnesses"),
    "lelang": ("order", "auction"),
    "minta_lelang": ("order", "amount"),
    "cabut_sita": ("order", "reason"),
    "lepas_sita": ("order", "reason"),
    "batal_lelang": ("order", "reason"),
    "antaran": ("kind", "place", "count"),
    "decision": ("about",),
    "njop": ("tax_year", "njop"),
    "no_arrears": ("counted_on", "years"),
    "information": ("about",),
}


@dataclass(frozen=True, slots=True)
class LetterOffice:
    """Who writes; ``offices.letter_office(region)`` reads a region's own. Empty: not known, not printed."""

    region: str
    office: str
    address: str = ""
    place: str = ""
    pay_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addressee:
    name: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs. Without one the letter leaves room for name and number."""

    position: str
    name: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class LetterTable:
    """Heads and rows of text as written; a head that begins with ``>`` stands at the right. ``total`` closes it."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterFacts:
    office: LetterOffice
    dated: date
    to: Addressee
    number: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    table: LetterTable | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    considerations: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    rulings: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    signer: Signer | None = None
    copies: tuple[str, ...] = ()
    url: str = ""
    synthetic: bool = False


def check_facts(kind: str, facts: LetterFacts) -> None:
    """Raise Refused on a kind that nobody writes, or when its standing words need more than *facts* has."""
    if kind not in NEEDS:
        raise refuse("tax.letter.unknown", where=kind, kinds=", ".join(NEEDS), remedy="tax.letter.unknown.remedy")
    lacking = [name for name in NEEDS[kind] if name not in facts.params]
    if lacking:
        raise refuse("tax.letter.lacking", where=kind, names=", ".join(lacking), remedy="tax.letter.lacking.remedy")
    if facts.table is not None and any(
        len(row) != len(facts.table.heads)
        for row in (*facts.table.rows, *([facts.table.total] if facts.table.total else []))
    ):
        raise refuse("tax.letter.uneven", where=kind, heads=len(facts.table.heads), remedy="tax.letter.uneven.remedy")
