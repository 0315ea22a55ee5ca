"""Reading requests of the region in scope: the inbox, one request with what happened to it, changes of a bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from sepadan.records.public import Document
from sepadan.tax.engine.requests import ENDED, UNDECIDED
from sepadan.tax.models import Bill, BillChange, Request, RequestEvent, TaxableObject, Taxpayer
from sepadan.tax.queries.register import find_object


def requests() -> QuerySet[Request]:
    """All requests. Persons are not joined: one who cannot be seen any more must not hide a request."""
    return Request.objects.select_related("region", "bill", "bill__run", "bill__taxable_object", "bill__taxpayer",
                                          "taxpayer", "letter")


def inbox(on: date, *, officer_id: int | None = None, ended: bool = False) -> QuerySet[Request]:
    """Open requests: overdue first, then by their deadline, those without a known one after, oldest first."""
    rows = requests().exclude(state__in=[s.value for s in ENDED]) if not ended else requests().filter(
        state__in=[s.value for s in ENDED])
    if officer_id is not None:
        rows = rows.filter(officer_id=officer_id)
    undecided = Q(state__in=[s.value for s in UNDECIDED])
    return rows.annotate(urgency=Case(
        When(undecided & Q(decide_by__lt=on), then=Value(0)),
        When(undecided & Q(decide_by__isnull=False), then=Value(1)),
        When(undecided, then=Value(2)), default=Value(3), output_field=IntegerField(),
    )).order_by("urgency", "decide_by", "received_on", "id")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests are open, overdue and waiting for a decision or to be carried out."""

    open: int
    overdue: int
    waiting: int
    to_carry_out: int


def counts(on: date) -> Counts:
    rows = Request.objects.exclude(state__in=[s.value for s in ENDED])
    undecided = [s.value for s in UNDECIDED]
    return Counts(
        rows.count(), rows.filter(state__in=undecided, decide_by__lt=on).count(),
        rows.filter(state="proposed").count(), rows.filter(state="decided").exclude(outcome="refused").count())


def events_of(request: Request) -> list[RequestEvent]:
    """Everything that happened to a request, oldest first."""
    return list(RequestEvent.objects.filter(request=request).select_related("document").order_by("id"))


def papers_of(events: Iterable[RequestEvent]) -> dict[str, RequestEvent]:
    """The papers that lie before the officer by their code, the newest of each."""
    return {event.data["code"]: event for event in events if event.kind == "paper"}


def changes_of(bill: Bill) -> list[BillChange]:
    """What changed a bill, oldest first. The bill itself stays as it was posted."""
    return list(BillChange.objects.filter(bill=bill).select_related("request", "document").order_by("id"))


def changes_by(request: Request) -> list[BillChange]:
    return list(BillChange.objects.filter(request=request).select_related("bill", "document").order_by("id"))


def by_number(number: str) -> Request | None:
    return requests().filter(number=number).first()


def known_nop(nop: str) -> bool:
    """Whether the register or a roll holds this object."""
    return find_object(nop) is not None or TaxableObject.objects.filter(nop=nop).exists()


def taxpayer_of_number(npwpd: str) -> Taxpayer | None:
    return Taxpayer.objects.filter(npwpd=npwpd.strip()).first() if npwpd.strip() else None


def documents_by_id(keys: Iterable[int]) -> dict[int, Document]:
    return {one.pk: one for one in Document.objects.filter(pk__in=list(keys))}
