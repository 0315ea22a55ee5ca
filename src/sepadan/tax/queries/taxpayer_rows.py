"""The list of taxpayers of the region in scope: searched by number and by the words of a name.

A NIK is not looked up here: what is searched stands in an address, and a NIK never does (``entry_of_nik``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL

from sepadan.ground.tables import QueryRows
from sepadan.tax.models import Taxpayer
from sepadan.tax.queries.register_search import taxpayers_named

KEYS = ("id", "npwpd", "name", "nik_last4")
_NUMBER = re.compile(r"[A-Za-z]{0,3}\.?[0-9][0-9.\-]*")
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class TaxpayerRows(QueryRows):
    """A number is looked up by its beginning, words in the name. ``more`` is filled once a search found more than is
    shown."""

    more: list[int] = field(default_factory=list)

    def _with(self, queryset: Any) -> TaxpayerRows:
        return TaxpayerRows(queryset, self.models, self.keys, self.shape, self.more)

    def narrow(self, search: Any, text: str, picked: Any) -> QueryRows:
        typed = text.replace("\0", "").strip()
        if not typed:
            return super().narrow((), "", picked)
        found = self.queryset.filter(npwpd__gte=typed, npwpd__lt=typed + _LAST) if _NUMBER.fullmatch(typed) else None
        if found is None:
            by_words = taxpayers_named(typed)
            if by_words.more:
                self.more.append(len(by_words.ids))
            found = self.queryset.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [by_words.ids]))
        return super(TaxpayerRows, self._with(found)).narrow((), "", picked)


def entry_of_nik(digest: str) -> Taxpayer | None:
    """The oldest entry with the digest of a NIK."""
    return Taxpayer.objects.filter(nik_digest=digest).order_by("id").first()


def taxpayer_rows(shape: Any) -> TaxpayerRows:
    return TaxpayerRows(Taxpayer.objects.all(), models, KEYS, shape)
