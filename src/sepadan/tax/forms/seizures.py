"""Forms of seizure: order, minutes with the goods, announcement, proceeds, return of the excess. Words are keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from sepadan.tax.forms.collection import day, read_whole, text, whole
from sepadan.tax.forms.deliveries import SpokenForm, say
from sepadan.tax.models import SeizedGood

ROWS = 6
"""Rows for goods on the form of the minutes."""


class OrderForm(SpokenForm):
    place = "spmp"
    bailiff = text("tax.seizure.bailiff", most=120)


class MinutesForm(SpokenForm):
    place = "sita"
    on = day("tax.seizure.on")
    where = text("tax.seizure.place", most=200)
    witnesses = text("tax.seizure.witnesses_of", hint="tax.seizure.witnesses.hint")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for k in range(1, ROWS + 1):
            self.fields[f"what{k}"] = text("tax.seizure.good", most=200, required=False)
            self.fields[f"kind{k}"] = forms.ChoiceField(label=say("tax.seizure.good.kind"), required=False, choices=[
                ("movable", say("tax.letter.goods.movable")), ("immovable", say("tax.letter.goods.immovable"))])
            self.fields[f"value{k}"] = whole("tax.seizure.good.value", required=False)
            self.fields[f"guardian{k}"] = text("tax.seizure.good.guardian", most=120, required=False)

    @property
    def rows(self) -> list[list[Any]]:
        """The fields of the goods, row by row."""
        return [[self[f"{name}{k}"] for name in ("what", "kind", "value", "guardian")] for k in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        goods = []
        for k in range(1, ROWS + 1):
            what, value = data.get(f"what{k}", ""), data.get(f"value{k}", "")
            if not what and not value:
                continue
            try:
                amount = read_whole(value or "0")
            except forms.ValidationError as error:
                self.add_error(f"value{k}", error)
                continue
            goods.append((what, data.get(f"kind{k}") != "immovable", amount, data.get(f"guardian{k}", "")))
        data["goods"] = goods
        return data


class AnnounceForm(SpokenForm):
    place = "umum"
    auction = text("tax.seizure.auction", hint="tax.seizure.auction.hint", most=200)
    limit = whole("tax.seizure.limit_of", hint="tax.seizure.limit_of.hint", required=False)

    def clean_limit(self) -> int:
        return read_whole(self.cleaned_data["limit"] or "0")


class UnsoldForm(SpokenForm):
    place = "tanpa-peminat"
    on = day("tax.seizure.sold_on")
    document = text("tax.seizure.minutes_number", most=120)


class ReleaseForm(SpokenForm):
    place = "lepas"
    goods = forms.MultipleChoiceField(label=say("tax.seizure.release.which"),
                                      widget=forms.CheckboxSelectMultiple)
    reason = text("tax.collection.reason")

    def __init__(self, goods: Sequence[SeizedGood], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goods"].choices = [(str(one.pk), one.description) for one in goods]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> list[str]:
        """The goods that were chosen, as typed."""
        return [str(value) for value in self["goods"].value() or ()]


class SaleForm(SpokenForm):
    place = "hasil"
    on = day("tax.seizure.sold_on")
    document = text("tax.seizure.minutes_number", most=120)
    gross = whole("tax.seizure.gross")
    cost = whole("tax.seizure.cost_of", hint="tax.seizure.cost_of.hint")

    def clean_gross(self) -> int:
        return read_whole(self.cleaned_data["gross"])

    def clean_cost(self) -> int:
        return read_whole(self.cleaned_data["cost"])


class ReturnForm(SpokenForm):
    place = "kembali"
    document = text("tax.seizure.receipt_number", most=120)
    to = text("tax.collection.delivered.to", most=120)
