"""Reading the letters of a batch in the order in which they are carried: kelurahan, street, NOP."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Max, Prefetch, QuerySet, Sum
from django.db.models.functions import Collate

from sepadan.tax.models import BatchOmission, CollectionLetter, LetterBatch, LetterLine, LetterState

NUMBERED = (LetterState.ISSUED.value, LetterState.DELIVERED.value, LetterState.RETURNED.value)


@dataclass(frozen=True, slots=True)
class LetterPart:
    """The letters of a batch in one kelurahan (``code`` empty where it is not known); ``mark`` changes with them."""

    kelurahan_id: int | None
    code: str
    name: str
    letters: int
    total: int
    mark: str


def batches() -> QuerySet[LetterBatch]:
    return LetterBatch.objects.order_by("-id")


def _ordered(rows: QuerySet[CollectionLetter]) -> QuerySet[CollectionLetter]:
    lines = Prefetch("lines", LetterLine.objects.select_related("charge"))
    return rows.select_related("kelurahan", "replaces").prefetch_related(lines).order_by(
        F("kelurahan__code").asc(nulls_last=True), Collate("address", "C"), "nop", "id")


def drafts_in_order(batch: LetterBatch, most: int) -> list[CollectionLetter]:
    """The next drafts, all of one kelurahan, so that no more than its drafts are sorted each time."""
    drafts = CollectionLetter.objects.filter(batch=batch, state=LetterState.DRAFT.value)
    first = drafts.order_by(F("kelurahan__code").asc(nulls_last=True)).values_list("kelurahan_id", flat=True)[:1]
    return [one for place in first for one in _ordered(drafts.filter(kelurahan_id=place))[:most]]


def reasons_of(batch: LetterBatch) -> list[tuple[str, int]]:
    """Why objects got nothing, as message keys, the most frequent first."""
    rows = BatchOmission.objects.filter(batch=batch).order_by().values_list("reason").annotate(count=Count("id"))
    return sorted(((reason, count) for reason, count in rows), key=lambda one: (-one[1], one[0]))


def parts_of(batch: LetterBatch) -> list[LetterPart]:
    """The kelurahan of the numbered letters of a batch."""
    rows = CollectionLetter.objects.filter(batch=batch, state__in=NUMBERED).order_by().values(
        "kelurahan_id", "kelurahan__code", "kelurahan__name").annotate(
        letters=Count("id"), sum=Sum("total"), last=Max("id"))
    found = [LetterPart(row["kelurahan_id"], row["kelurahan__code"] or "", row["kelurahan__name"] or "",
                        row["letters"], row["sum"], f"{row['letters']}-{row['sum']}-{row['last']}") for row in rows]
    return sorted(found, key=lambda part: (not part.code, part.code))


def letters_of_part(batch: LetterBatch, part: LetterPart, start: int, stop: int) -> list[CollectionLetter]:
    """Letters *start* to *stop* of a part in the order in which they are carried, with their lines."""
    rows = CollectionLetter.objects.filter(batch=batch, state__in=NUMBERED, kelurahan_id=part.kelurahan_id)
    return list(_ordered(rows)[start:stop])
