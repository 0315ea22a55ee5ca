"""The list of objects as they stand on a day, and what is searched in it: number, name, street.

A search that is nothing but digits and separators is one by number from its beginning (an index serves it); words are
looked for at the beginnings of words in the name of the taxpayer or in the street (``register_search.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from sepadan.ground.tables import QueryRows
from sepadan.tax.models import NopPlace, ObjectVersion
from sepadan.tax.queries.register import holding, known
from sepadan.tax.queries.register_search import versions_found

KEYS = ("register_object__nop", "taxpayer__name", "street", "block_number", "register_object__place__kelurahan__name",
        "land_m2", "use", "state", "exemption")
_DIGITS = re.compile(r"[0-9][0-9.\- ]*")


def objects_on(on: date) -> QuerySet[ObjectVersion]:
    """One row for each object as it stands on *on*, as known now."""
    return known(ObjectVersion.objects.filter(holding(on)))


def kelurahan_names() -> list[str]:
    """The kelurahan in which the register has places."""
    rows = NopPlace.objects.order_by("kelurahan__name").values_list("kelurahan__name", flat=True)
    return list(dict.fromkeys(rows))


def kecamatan_held() -> list[tuple[str, str]]:
    """Code and name of the kecamatan in which the register has places."""
    rows = NopPlace.objects.order_by("kelurahan__kecamatan__code").values_list(
        "kelurahan__kecamatan__code", "kelurahan__kecamatan__name")
    return list(dict.fromkeys(rows))


@dataclass(frozen=True)
class ObjectRows(QueryRows):
    """Rows of ``objects_on`` for a table: choices without a walk through a million rows, numbers and words by their
    indexes. ``more`` is filled once a search found more than is shown."""

    picks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    more: list[int] = field(default_factory=list)

    def _with(self, queryset: Any) -> ObjectRows:
        return ObjectRows(queryset, self.models, self.keys, self.shape, self.picks, self.more)

    def choices(self, key: str) -> list[Any]:
        return list(dict(self.picks).get(key, ()))

    def narrow(self, search: Sequence[str], text: str, picked: Any) -> QueryRows:
        digits = re.sub(r"\D", "", text)
        if text and _DIGITS.fullmatch(text.strip()) and len(digits) <= 18:
            found = self.queryset.filter(
                register_object__nop__gte=digits.ljust(18, "0"), register_object__nop__lte=digits.ljust(18, "9"))
            return super(ObjectRows, self._with(found)).narrow((), "", picked)
        if text:
            by_words = versions_found(text)
            if by_words.more:
                self.more.append(len(by_words.ids))
            ids = RawSQL("SELECT unnest(%s::bigint[])", [by_words.ids])
            return super(ObjectRows, self._with(self.queryset.filter(pk__in=ids))).narrow((), "", picked)
        return super().narrow(search, text, picked)


def object_rows(on: date, shape: Any, kelurahan: Sequence[str], states: Sequence[str],
                exemptions: Sequence[str]) -> ObjectRows:
    return ObjectRows(objects_on(on), models, KEYS, shape, (
        ("register_object__place__kelurahan__name", tuple(kelurahan)), ("state", tuple(states)),
        ("exemption", tuple(exemptions))))
