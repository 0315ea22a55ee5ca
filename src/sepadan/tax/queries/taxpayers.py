"""One taxpayer of the region in scope: his entries, what he owns and owned, his bills, requests and letters.

One person may stand in the register under several entries; once they were merged (``TaxpayerMerge``) his page shows
what is written under any of them. Money is whole rupiah; ``open`` is what the ledger holds open on a day. Payers of old
claims have no entry and are not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from sepadan.ground.money import Rupiah
from sepadan.records.public import Transfer, current_region, open_amounts
from sepadan.tax.models import (
    Bill,
    Claim,
    ObjectVersion,
    RegisterObject,
    Request,
    SharedPart,
    Taxpayer,
    TaxpayerVersion,
)
from sepadan.tax.models.collection_steps import CollectionLetter
from sepadan.tax.models.register import ObjectState
from sepadan.tax.models.register_people import NOT_MERGED, MergeState, TaxpayerMerge, TaxpayerParting
from sepadan.tax.queries.accounts import facts_of
from sepadan.tax.queries.register import known
from sepadan.tax.queries.register_search import taxpayers_named

MOST_OBJECTS = 200
MOST_BILLS = 400
MOST_PAPERS = 50
MOST_ALIKE = 20
MOST_NAMED = 2_000


def find_taxpayer(key: int) -> Taxpayer | None:
    return Taxpayer.objects.filter(pk=key).first()


def taxpayer_numbered(npwpd: str) -> Taxpayer | None:
    """The entry of a number; where it was merged, the one that stands for it."""
    found = Taxpayer.objects.filter(npwpd=npwpd.strip()).first() if npwpd.strip() else None
    return None if found is None else survivor(found)


def survivor(one: Taxpayer) -> Taxpayer:
    """The entry under which this person is carried today."""
    merged = merge_of(one)
    return one if merged is None or merged.state != MergeState.APPROVED else merged.into


def merge_of(one: Taxpayer) -> TaxpayerMerge | None:
    """The merge, proposed or approved, by which *one* is dropped."""
    return TaxpayerMerge.objects.select_related("kept", "dropped", "into").exclude(
        state__in=NOT_MERGED).filter(dropped=one).first()


def merges_about(one: Taxpayer) -> list[TaxpayerMerge]:
    """All merges that name *one* or stand for it, newest first. Persons are not joined (see ``runs``)."""
    return list(TaxpayerMerge.objects.select_related("kept", "dropped", "into").filter(
        Q(kept=one) | Q(dropped=one) | Q(into=one)))


def waiting_merges() -> QuerySet[TaxpayerMerge]:
    return TaxpayerMerge.objects.select_related("kept", "dropped").filter(
        state=MergeState.PROPOSED.value).order_by("id")


def partings_about(one: Taxpayer) -> list[TaxpayerParting]:
    """What was asked of parting merges that name *one*, newest first."""
    return list(TaxpayerParting.objects.select_related("merge__kept", "merge__dropped").filter(
        Q(merge__kept=one) | Q(merge__dropped=one)))


def waiting_partings() -> QuerySet[TaxpayerParting]:
    return TaxpayerParting.objects.select_related("merge__kept", "merge__dropped").filter(
        state=MergeState.PROPOSED.value).order_by("id")


def entries_of(one: Taxpayer) -> list[Taxpayer]:
    """*one* and the entries that were merged into it."""
    merged = TaxpayerMerge.objects.select_related("dropped").filter(
        into=one, state=MergeState.APPROVED.value).order_by("id")
    return [one, *(row.dropped for row in merged)]


def address_of(one: Taxpayer, on: date) -> TaxpayerVersion | None:
    """Name and address as known of *on*; the newest where that day has none."""
    rows = list(known(TaxpayerVersion.objects.filter(taxpayer=one)).order_by("-valid_from"))
    return next((row for row in rows if row.valid_from <= on), rows[0] if rows else None)


def address_line(version: TaxpayerVersion | None) -> str:
    if version is None:
        return ""
    parts = (version.street, version.block_number, f"RT {version.rt}" if version.rt else "",
             f"RW {version.rw}" if version.rw else "", version.village, version.city, version.postal_code)
    return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Holding:
    """An object that a taxpayer holds or held, from which day until before which (None: still)."""

    register_object: RegisterObject
    version: ObjectVersion
    valid_from: date
    valid_to: date | None
    shares: tuple[SharedPart, ...] = ()

    def today(self, on: date) -> bool:
        return (self.valid_from <= on and (self.valid_to is None or self.valid_to > on)
                and self.version.state == ObjectState.ACTIVE)


def holdings_of(entries: Sequence[Taxpayer], on: date, *, most: int = MOST_OBJECTS) -> tuple[list[Holding], bool]:
    """What is held and was held by NOP, newest span first; whether there is more than is shown.

    Neighbouring versions of one owner are one span; the version is the last one of it.
    """
    rows = known(ObjectVersion.objects.select_related("register_object__place__kelurahan", "taxpayer").filter(
        taxpayer__in=entries)).order_by("register_object__nop", "valid_from")[:most * 4 + 1]
    found: list[Holding] = []
    for row in rows:
        last = found[-1] if found else None
        if last is not None and last.register_object.pk == row.register_object_id and last.valid_to == row.valid_from:
            found[-1] = Holding(row.register_object, row, last.valid_from, row.valid_to)
        else:
            found.append(Holding(row.register_object, row, row.valid_from, row.valid_to))
    more = len(rows) > most * 4 or len(found) > most
    ordered = sorted(found[:most], key=lambda one: (
        not one.today(on), one.register_object.nop, -one.valid_from.toordinal()))
    parts: dict[int, list[SharedPart]] = {}
    keys = [one.register_object.pk for one in ordered]
    for part in SharedPart.objects.select_related("parent", "member").filter(
            Q(parent__in=keys) | Q(member__in=keys), Q(valid_to__isnull=True) | Q(valid_to__gt=on),
            superseded_at__isnull=True, valid_from__lte=on).order_by("parent__nop", "member__nop"):
        for key in {part.parent_id, part.member_id} & set(keys):
            parts.setdefault(key, []).append(part)
    return [Holding(one.register_object, one.version, one.valid_from, one.valid_to,
                    tuple(parts.get(one.register_object.pk, ()))) for one in ordered], more


def co_owners(parts: Sequence[SharedPart], on: date) -> dict[int, Taxpayer]:
    """Who is liable for the members of shared objects on *on*, by object."""
    keys = {part.member_id for part in parts} | {part.parent_id for part in parts}
    rows = known(ObjectVersion.objects.select_related("taxpayer").filter(register_object__in=keys))
    return {row.register_object_id: row.taxpayer for row in rows.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)}


@dataclass(frozen=True, slots=True)
class BillOf:
    """A bill in force, under which entry it was written, and what is open on it."""

    bill: Bill
    open: Rupiah


@dataclass(frozen=True, slots=True)
class YearOf:
    """All bills of one tax year: how much, how much is open, which objects took the NJOPTKP."""

    tax_year: int
    bills: int
    payable: Rupiah
    open: Rupiah
    takers: tuple[Bill, ...]


def bills_of(entries: Sequence[Taxpayer], on: date, *, most: int = MOST_BILLS) -> tuple[list[BillOf], bool]:
    """The bills in force, newest year first; whether there are more."""
    rows = list(Bill.objects.select_related("taxpayer", "kelurahan").filter(
        taxpayer__in=entries, live=True).order_by("-tax_year", "nop")[:most + 1])
    owed = open_amounts([row.charge_id for row in rows[:most] if row.charge_id], on=on)
    return [BillOf(row, owed.get(row.charge_id or 0, 0)) for row in rows[:most]], len(rows) > most


def by_year(bills: Sequence[BillOf]) -> list[YearOf]:
    """The same by year, newest first."""
    found = []
    for year in sorted({row.bill.tax_year for row in bills}, reverse=True):
        rows = [row for row in bills if row.bill.tax_year == year]
        found.append(YearOf(year, len(rows), sum(row.bill.payable for row in rows), sum(row.open for row in rows),
                            tuple(row.bill for row in rows if row.bill.takes_njoptkp)))
    return found


@dataclass(frozen=True, slots=True)
class CreditOf:
    """What the region owes on a charge: of which object and year, and who paid it."""

    charge_id: int
    nop: str
    tax_year: int
    payer: str
    amount: Rupiah
    inherited: bool


def credits_of(bills: Sequence[BillOf], nops: Sequence[str]) -> list[CreditOf]:
    """Credits on his bills, and on bills of an older system of the objects that he holds or held, oldest year first.
    The payer of an old bill may be somebody else, so his name stands beside it."""
    charges = {int(row.bill.charge_id) for row in bills if row.bill.charge_id}
    charges |= set(Claim.objects.filter(nop__in=list(nops)).values_list("charge_id", flat=True))
    sums: dict[int, int] = {}
    rows = Transfer.objects.filter(charge_id__in=list(charges)).filter(
        Q(debit__purpose="overpaid") | Q(credit__purpose="overpaid"))
    for key, purpose, amount in rows.values_list("charge_id", "credit__purpose", "amount"):
        sums[key] = sums.get(key, 0) + (amount if purpose == "overpaid" else -amount)
    facts = facts_of(key for key, amount in sums.items() if amount > 0)
    return sorted((CreditOf(key, one.nop, one.tax_year, one.payer, sums[key], one.credit)
                   for key, one in facts.items()), key=lambda one: (one.tax_year, one.nop))


def requests_about(entries: Sequence[Taxpayer], nops: Sequence[str]) -> list[Request]:
    """Requests in his name, or about an object while he holds it, newest first."""
    rows = Request.objects.filter(Q(taxpayer__in=entries) | Q(bill__taxpayer__in=entries) |
                                  Q(taxpayer__isnull=True, bill__isnull=True, nop__in=nops))
    return list(rows.order_by("-received_on", "-id")[:MOST_PAPERS])


def letters_about(bills: Sequence[BillOf]) -> list[CollectionLetter]:
    """Letters of collection that ask for these bills, newest first."""
    charges = [row.bill.charge_id for row in bills if row.bill.charge_id]
    rows = CollectionLetter.objects.filter(Q(lines__charge__in=charges) | Q(charge__in=charges)).distinct()
    return list(rows.order_by("-issued_on", "-id")[:MOST_PAPERS])


@dataclass(frozen=True, slots=True)
class Alike:
    """Another entry that may be the same person, and by what: the NIK, or name and address."""

    taxpayer: Taxpayer
    ground: str
    address: str


def alike(one: Taxpayer, on: date) -> list[Alike]:
    """Other entries with the same NIK, or the same name at the same address; those merged already are left out."""
    merged = set(TaxpayerMerge.objects.filter(state=MergeState.APPROVED.value).filter(
        Q(into=one) | Q(dropped=one)).values_list("dropped_id", flat=True))
    found: dict[int, Alike] = {}
    if one.nik_digest:
        same = list(Taxpayer.objects.filter(nik_digest=one.nik_digest).exclude(pk=one.pk)[:MOST_ALIKE])
        lines = _lines(same, on)
        found = {other.pk: Alike(other, "nik", lines.get(other.pk, "")) for other in same}
    here = _folded(address_line(address_of(one, on)))
    if here:
        named = Taxpayer.objects.filter(pk__in=taxpayers_named(one.name, most=MOST_NAMED).ids)
        name, seen = _folded(one.name), {one.pk, *found}
        same = [other for other in named if _folded(other.name) == name and other.pk not in seen]
        lines = _lines(same, on)
        for other in same:
            there = lines.get(other.pk, "")
            if _folded(there) == here and (not one.nik_digest or not other.nik_digest):
                found[other.pk] = Alike(other, "address", there)
    return [row for row in found.values() if row.taxpayer.pk not in merged][:MOST_ALIKE]


def _lines(entries: Sequence[Taxpayer], on: date) -> dict[int, str]:
    """The addresses of many entries on a day, by their ids."""
    rows = known(TaxpayerVersion.objects.filter(taxpayer__in=entries)).order_by("taxpayer_id", "valid_from")
    found: dict[int, TaxpayerVersion] = {}
    for row in rows:
        if row.valid_from <= on or row.taxpayer_id not in found:
            found[row.taxpayer_id] = row
    return {key: address_line(row) for key, row in found.items()}


def _folded(text: str) -> str:
    return " ".join(text.upper().replace(".", " ").replace(",", " ").split())


_FREE = """NOT EXISTS (SELECT 1 FROM tax_taxpayermerge m WHERE m.region_id = {0}.region_id
    AND m.dropped_id = {0}.{1} AND m.state NOT IN ('refused', 'parted'))"""
_SAME_NIK = f"""
    SELECT array_agg(t.id ORDER BY t.id) FROM tax_taxpayer t
    WHERE t.region_id = %s AND t.nik_digest IS NOT NULL AND {_FREE.format("t", "id")}
    GROUP BY t.nik_digest HAVING count(*) > 1 ORDER BY t.nik_digest LIMIT %s
"""
_ENTRY = "concat_ws('|', v.name, v.street, v.block_number, v.rt, v.rw, v.village, v.city)"
_SAME_ADDRESS = f"""
    SELECT array_agg(v.taxpayer_id ORDER BY v.taxpayer_id) FROM tax_taxpayerversion v
    JOIN (
        SELECT hashtextextended({_ENTRY}, 0) AS entry FROM tax_taxpayerversion v
        WHERE v.region_id = %s AND v.superseded_at IS NULL AND v.valid_to IS NULL AND v.street <> ''
        GROUP BY 1 HAVING count(*) > 1 AND count(v.nik_digest) < count(*) ORDER BY min(v.taxpayer_id) LIMIT %s
    ) twice ON twice.entry = hashtextextended({_ENTRY}, 0)
    WHERE v.region_id = %s AND v.superseded_at IS NULL AND v.valid_to IS NULL AND v.street <> ''
      AND {_FREE.format("v", "taxpayer_id")}
    GROUP BY {_ENTRY}
    HAVING count(*) > 1 AND count(DISTINCT v.nik_digest) < 2 AND count(v.nik_digest) < count(*)
    ORDER BY 1 LIMIT %s
"""
"""Narrowed by a hash first, which fits into memory for a million entries; equal hashes are compared in full."""


@dataclass(frozen=True, slots=True)
class Double:
    """Entries that may be one person, by what, the oldest first."""

    ground: str
    entries: tuple[Taxpayer, ...]


def doubles(ground: str, *, most: int = 100) -> list[Double]:
    """Entries of one NIK (*ground* ``nik``), or of one name at one address where no two NIKs speak against it. The
    latter reads every entry: seconds in a register of a million."""
    region = current_region().pk
    with connection.cursor() as cursor:
        if ground == "nik":
            cursor.execute(_SAME_NIK, [region, most])
        else:
            cursor.execute("SET LOCAL work_mem = '96MB'")
            cursor.execute(_SAME_ADDRESS, [region, most * 10, region, most])
        groups = [keys for (keys,) in cursor.fetchall()]
    rows = Taxpayer.objects.in_bulk([key for keys in groups for key in keys])
    return [Double(ground, tuple(rows[key] for key in keys)) for keys in groups]
