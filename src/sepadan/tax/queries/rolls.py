"""Reading rolls of the region in scope. Nothing here shows a roll that is not ready, except what loads it."""

from __future__ import annotations

from sepadan.records.public import Work, WorkState
from sepadan.tax.models import Roll
from sepadan.tax.names import RollState

LOAD_WORK = "tax.load_roll"
"""The kind of background work that loads a roll."""


def ready_rolls() -> list[Roll]:
    """All rolls that can be computed with, newest last."""
    return list(Roll.objects.filter(state=RollState.READY.value).order_by("tax_year", "loaded_at", "id"))


def current_roll() -> Roll | None:
    """The roll that a study or an assessment uses when none is named: that of the newest tax year, then loaded last.

    A roll of a part of the region never stands for the region.
    """
    ready = Roll.objects.filter(state=RollState.READY.value, part="")
    return ready.order_by("-tax_year", "-loaded_at", "-id").first()


def roll_by_hash(content_hash: str) -> Roll | None:
    """A ready roll with this content."""
    return Roll.objects.filter(state=RollState.READY.value, content_hash=content_hash).order_by("-id").first()


def roll_by_recipe(recipe: str) -> Roll | None:
    """The ready roll that was made from this recipe."""
    return Roll.objects.filter(state=RollState.READY.value, recipe=recipe).order_by("-id").first()


def loading_work() -> Work | None:
    """The work that is loading a roll now, with its progress; None when none is."""
    return Work.objects.filter(kind=LOAD_WORK, state__in=[WorkState.QUEUED, WorkState.RUNNING]).order_by("-id").first()
