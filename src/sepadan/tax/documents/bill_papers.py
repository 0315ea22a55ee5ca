"""Papers about a bill that the desk hands out: copy, receipts, certificates. Each is kept as a numbered document.

A certificate of no arrears is refused while something of the object is overdue, with the years and amounts; what is
open but not due yet is named on it. A receipt is made once for each payment. What a paper says is what the bill and the
ledger say on that day. Personal data stand on the paper alone: titles of documents name the NOP.
"""

from __future__ import annotations

from datetime import date, datetime

from sepadan.ground import figures
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    Document,
    Draft,
    NumberPeriod,
    Office,
    Payment,
    Transfer,
    current_region,
    open_series,
    store_document,
    take_number,
    today,
)
from sepadan.tax.documents.letter import Addressee, LetterFacts, LetterTable
from sepadan.tax.documents.letter_layout import letter_pdf
from sepadan.tax.documents.mass_print import bill_pdf
from sepadan.tax.documents.offices import letter_office, signer_of, site_of
from sepadan.tax.documents.sheet_feed import sheet_of
from sepadan.tax.models import Bill
from sepadan.tax.queries.bill_search import open_of_object, years_of_object

SERIES = {
    "copy": ("tax.copy", "Salinan SPPT", "SAL-{number:6}/{year}"),
    "njop": ("tax.njop", "Surat keterangan NJOP", "NJOP-{number:6}/{year}"),
    "no_arrears": ("tax.no_arrears", "Surat keterangan tidak ada tunggakan", "SKTT-{number:6}/{year}"),
    "sspd": ("tax.sspd", "Surat setoran pajak daerah", "SSPD-{number:6}/{year}"),
}
KINDS = ("copy", "njop", "no_arrears")
_SHARES = {"": "principal", ":interest": "interest", ":over": "over"}  # endings of the lines that a payment books


def written_nop(nop: str) -> str:
    return f"{nop[:2]}.{nop[2:4]}.{nop[4:7]}.{nop[7:10]}.{nop[10:13]}-{nop[13:17]}.{nop[17:]}"


def make_paper(kind: str, bill: Bill, *, actor: Actor, now: datetime, on: date) -> Document:
    """A copy or certificate of *bill*, kept with its number. Raises Refused on arrears and on an unknown kind."""
    if kind not in KINDS:
        raise refuse("tax.paper.unknown", where=kind, kinds=", ".join(KINDS), remedy="tax.paper.unknown.remedy")
    if kind == "no_arrears":
        _refuse_arrears(bill, on)
    number = _number(kind, on)
    content = bill_pdf(sheet_of(bill))[0] if kind == "copy" else letter_pdf(kind, _certificate(kind, bill, number, on))
    return _kept(kind, bill, content, number, actor, now)


def make_receipt(payment: Payment, bill: Bill, *, actor: Actor, now: datetime, on: date) -> Document:
    """The receipt (SSPD) of a payment of *bill*: the one made before, or a new one."""
    title = _receipt_title(payment, bill)
    known = Document.objects.filter(kind="tax.sspd", title=title, voided_at__isnull=True).first()
    if known is not None:
        return known
    number = _number("sspd", on)
    return _kept("sspd", bill, letter_pdf("sspd", receipt_facts(payment, bill, number, on)), number, actor, now, title)


def receipt_facts(payment: Payment, bill: Bill, number: str, on: date) -> LetterFacts:
    """What the receipt of a payment says: what it paid, by the lines it booked."""
    region = current_region()
    base = f"payment:{payment.channel}:{payment.reference}"
    booked = dict(Transfer.objects.filter(charge_id=bill.charge_id, source__in=[
        base + ending for ending in _SHARES]).values_list("source", "amount"))
    rows = tuple((message(f"tax.paper.share.{name}").text("id"), figures.number(booked[base + ending], "id"))
                 for ending, name in _SHARES.items() if base + ending in booked)
    return LetterFacts(
        letter_office(region), on, Addressee(bill.taxpayer.name), number, _lines(bill),
        LetterTable((message("tax.paper.what").text("id"), ">" + message("tax.paper.amount").text("id")), rows,
                    (message("tax.paper.sum").text("id"), figures.number(payment.amount, "id"))),
        {"paid_on": today(region, payment.paid_at), "amount": payment.amount,
         "channel": message(f"tax.paper.channel.{payment.channel}").text("id"), "reference": payment.reference},
        signer=signer_of(region), synthetic=bill.run.roll.synthetic)


def _certificate(kind: str, bill: Bill, number: str, on: date) -> LetterFacts:
    region = current_region()
    params: dict[str, object] = {"tax_year": str(bill.tax_year), "njop": bill.njop}
    paragraphs: tuple[str, ...] = ()
    if kind == "no_arrears":
        years = [row.bill.tax_year for row in years_of_object(bill.nop)]
        params = {"counted_on": on, "years": f"{min(years)}–{max(years)}" if len(set(years)) > 1 else str(years[0])}
        paragraphs = tuple(
            message("tax.paper.not_due", year=str(one.tax_year), amount=one.open, day=one.due_on).text("id")
            for one in open_of_object(bill.nop))
    return LetterFacts(
        letter_office(region), on, Addressee(bill.taxpayer.name), number, _lines(bill),
        _values(bill) if kind == "njop" else None, params, paragraphs=paragraphs, signer=signer_of(region),
        url=f"{site_of(region)}/id/{region.code}/sppt/", synthetic=bill.run.roll.synthetic)


def _lines(bill: Bill) -> tuple[tuple[str, str], ...]:
    place = ", ".join(part for part in (bill.taxable_object.street, bill.kelurahan.name) if part)
    told = {"nop": written_nop(bill.nop), "place": place, "year": str(bill.tax_year)}
    return tuple((message(f"tax.paper.{name}").text("id"), value) for name, value in told.items())


def _values(bill: Bill) -> LetterTable:
    one = bill.taxable_object
    heads = tuple(message(f"tax.paper.head.{name}").text("id") for name in ("part", "area", "per_m2", "njop"))
    parts = (("land", one.land_m2, one.njop_land), ("building", one.building_m2, one.njop_building))
    rows = [(message(f"tax.sheet.{name}").text("id"), figures.number(area, "id"),
             figures.number(value // area if area else 0, "id"), figures.number(value, "id"))
            for name, area, value in parts]
    return LetterTable((heads[0], *(f">{head}" for head in heads[1:])), tuple(rows),
                       (message("tax.paper.sum").text("id"), "", "", figures.number(bill.njop, "id")))


def _refuse_arrears(bill: Bill, on: date) -> None:
    late = [one for one in open_of_object(bill.nop) if one.due_on < on]
    if late:
        told = ", ".join(f"{one.tax_year} ({figures.rupiah(one.open, 'id')})" for one in late)
        raise refuse("tax.paper.arrears", where=written_nop(bill.nop), years=told, total=sum(one.open for one in late),
                     remedy="tax.paper.arrears.remedy")


def _number(kind: str, on: date) -> str:
    code, title, pattern = SERIES[kind]
    open_series(code, title, pattern, NumberPeriod.YEAR)
    return take_number(current_region(), code, on)


def _receipt_title(payment: Payment, bill: Bill) -> str:
    return message("tax.paper.title.sspd", nop=written_nop(bill.nop), year=str(bill.tax_year),
                   reference=payment.reference).text("id")


def _kept(kind: str, bill: Bill, content: bytes, number: str, actor: Actor, now: datetime, title: str = "") -> Document:
    named = title or message(f"tax.paper.title.{kind}", nop=written_nop(bill.nop), year=str(bill.tax_year)).text("id")
    return store_document(Draft(f"tax.{kind}", named, content, f"{kind}-{bill.nop}-{bill.tax_year}.pdf", Office.TAX,
                                about=bill), actor=actor, now=now, number=number)
