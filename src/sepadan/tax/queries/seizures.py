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
    return list(SeizedGood.objects.filter(step__seizure=seizure, step__state="done").order_by("id"))


def day_of(seizure: Seizure, kind: SeizureAct) -> date:
    """The day of the document of a step that was done."""
    found: date = SeizureStep.objects.filter(seizure=seizure, kind=kind.value, state="done").latest("id").happened_on
    return found
