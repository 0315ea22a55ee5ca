"""Reading seizures: those of a warrant, their steps, the goods of their minutes."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from sepadan.tax.models import CollectionLetter, SeizedGood, Seizure, SeizureAct, SeizureStep


def seizures() -> QuerySet[Seizure]:
    return Seizure.objects.select_related("warrant").order_by("-id")


def seizures_of(warrant: CollectionLetter) -> list[Seizure]:
    return list(Seizure.objects.filter(warrant=warrant))


def steps_of(seizure: Seizure) -> list[SeizureStep]:
    """What was done and what waits, oldest first."""
    return list(SeizureStep.objects.filter(seizure=seizure).order_by("id"))


def goods_of(seizure: Seizure) -> list[SeizedGood]:
    """Everything in the minutes, given back since or not."""
    return list(SeizedGood.objects.filter(step__seizure=seizure, step__state="done").order_by("id"))


def released(seizure: Seizure, before: int | None = None) -> set[int]:
    """Keys of the goods that were given back, by steps before the one with the key *before* if it is given."""
    rows = SeizureStep.objects.filter(seizure=seizure, kind=SeizureAct.RELEASED.value, state="done")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return {int(key) for details in rows.values_list("details", flat=True) for key in details.get("goods", ())}


def limit_of(seizure: Seizure) -> int:
    """The limit of the auction that is announced; 0 where none was set."""
    found = SeizureStep.objects.filter(seizure=seizure, kind=SeizureAct.ANNOUNCED.value, state="done").last()
    return 0 if found is None else int(found.amount)


def limit_unsold(seizure: Seizure) -> int | None:
    """The limit of the last auction at which nobody bid, which the next one may not exceed; None where there is none,
    or it had no limit."""
    unsold = SeizureStep.objects.filter(seizure=seizure, kind=SeizureAct.UNSOLD.value, state="done").last()
    return int(unsold.amount) or None if unsold is not None else None


def day_of(seizure: Seizure, kind: SeizureAct) -> date:
    """The day of the document of a step that was done."""
    found: date = SeizureStep.objects.filter(seizure=seizure, kind=kind.value, state="done").latest("id").happened_on
    return found
