"""Reading what was done about an object: letters, visits, who is spared on a day, decisions that wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from sepadan.tax.engine.requests import State
from sepadan.tax.models import (
    BatchState,
    CollectionLetter,
    DecisionState,
    DuesDecision,
    FieldVisit,
    LetterBatch,
    LetterLine,
    LetterRevision,
    LetterState,
    Request,
    Seizure,
    SeizureStep,
    Spared,
    SpareReason,
)

DISPUTES = ("objection_designation", "objection_amount", "cancellation")
PENDING = [state.value for state in (State.RECEIVED, State.INCOMPLETE, State.COMPLETE, State.EXAMINED, State.PROPOSED,
                                     State.DECIDED)]
STANDING = (LetterState.DRAFT.value, LetterState.ISSUED.value, LetterState.DELIVERED.value)


def letters() -> QuerySet[CollectionLetter]:
    return CollectionLetter.objects.select_related("kelurahan").order_by("-id")


def letters_of(nops: Iterable[str]) -> dict[str, list[CollectionLetter]]:
    """Letters that count, by object, oldest first."""
    found: dict[str, list[CollectionLetter]] = {}
    for row in CollectionLetter.objects.filter(nop__in=list(nops), state__in=STANDING).order_by("id"):
        found.setdefault(row.nop, []).append(row)
    return found


def warned_charges(nops: Iterable[str], before: date) -> dict[str, set[int]]:
    """The charges of each object that a warning named which was delivered on or before *before*."""
    rows = LetterLine.objects.filter(letter__nop__in=list(nops), letter__kind="warning", letter__state="delivered",
                                     letter__delivered_on__lte=before).values_list("letter__nop", "charge_id")
    found: dict[str, set[int]] = {}
    for nop, charge in rows:
        found.setdefault(nop, set()).add(charge)
    return found


def warnings_of(nops: Iterable[str]) -> dict[str, str]:
    """The number of the last warning of each object that stands."""
    rows = CollectionLetter.objects.filter(nop__in=list(nops), kind="warning", state__in=STANDING).exclude(number="")
    return dict(rows.order_by("id").values_list("nop", "number"))


def spared_on(day: date, nops: Iterable[str] | None = None) -> QuerySet[Spared]:
    """Who is not chased on *day*, and why."""
    rows = Spared.objects.filter(Q(until__isnull=True) | Q(until__gte=day), ended_at__isnull=True, since__lte=day)
    return rows if nops is None else rows.filter(nop__in=list(nops))


def disputed(nops: Iterable[str] | None = None) -> set[str]:
    """Objects with an objection, or a request for cancellation, on which nothing was carried out yet."""
    rows = Request.objects.filter(kind__in=DISPUTES, state__in=PENDING).exclude(nop="")
    return set((rows if nops is None else rows.filter(nop__in=list(nops))).values_list("nop", flat=True))


def not_chased(day: date, nops: Iterable[str] | None = None) -> dict[str, str]:
    """Why an object is not chased on *day*, by its NOP: what an officer entered, else a pending objection."""
    wanted = None if nops is None else list(nops)
    entered = dict(spared_on(day, wanted).values_list("nop", "reason"))
    return dict.fromkeys(disputed(wanted), SpareReason.OBJECTION.value) | entered


def lines_of_letter(letter: CollectionLetter) -> list[LetterLine]:
    return list(LetterLine.objects.filter(letter=letter).select_related("charge"))


def revisions_of(letter: CollectionLetter) -> list[LetterRevision]:
    return list(LetterRevision.objects.filter(letter=letter).select_related("replacement", "letter"))


def demands_of(charge_id: int) -> list[CollectionLetter]:
    """The demands (STPD) of a charge that were issued, newest first, withdrawn ones too."""
    return list(CollectionLetter.objects.filter(charge_id=charge_id, kind="stpd").exclude(number="").order_by("-id"))


def visits_of(nop: str) -> list[FieldVisit]:
    return list(FieldVisit.objects.filter(nop=nop))


def waiting() -> QuerySet[DuesDecision]:
    """Proposals that wait for a decision, oldest first."""
    return decisions().filter(state=DecisionState.PROPOSED.value).order_by("id")


def decisions() -> QuerySet[DuesDecision]:
    return DuesDecision.objects.select_related("charge", "other_charge").order_by("-id")


def counts(day: date) -> dict[str, int]:
    """What is to be done first: letters and batches to sign, steps of seizures and changes of demands to decide,
    letters on their way or past their answer, proposals, spared."""
    letters_now = CollectionLetter.objects.aggregate(
        to_sign=Count("id", filter=Q(state="draft", batch__isnull=True)),
        under_way=Count("id", filter=Q(state="issued")),
        overdue=Count("id", filter=Q(state="delivered", answer_by__lt=day)))
    drafted = LetterBatch.objects.filter(state=BatchState.DRAFTED.value).count()
    proposed = SeizureStep.objects.filter(state="proposed").count() + Seizure.objects.filter(state="draft").count()
    revised = LetterRevision.objects.filter(state="proposed").count()
    return {**letters_now, "batches": drafted, "seizures": proposed, "revisions": revised,
            "waiting": waiting().count(), "spared": len(not_chased(day))}
