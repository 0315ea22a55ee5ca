"""Forms of opening balances: one bill of an older system, another grade of evidence. Words are message keys."""

from __future__ import annotations

from typing import Any

from django import forms

from sepadan.tax.engine.opening import GRADES
from sepadan.tax.forms.collection import day, read_whole, text, whole
from sepadan.tax.forms.deliveries import SpokenForm, say


def _grade() -> forms.ChoiceField:
    return forms.ChoiceField(label=say("tax.opening.grade"), choices=[
        (name, say(f"tax.opening.grade.{name}")) for name in reversed(GRADES)])


class EntryForm(SpokenForm):
    place = "catat"
    nop = text("tax.opening.nop", hint="tax.opening.nop.hint", most=30)
    tax_year = whole("tax.opening.year.label")
    payer_name = text("tax.opening.payer", most=120)
    principal = whole("tax.opening.billed.label", hint="tax.opening.billed.hint")
    paid = whole("tax.opening.paid", hint="tax.opening.paid.hint")
    due_on = day("tax.opening.due_on")
    grade = _grade()
    document = text("tax.opening.document", hint="tax.opening.document.hint", most=200, required=False)
    reason = text("tax.opening.reason")

    def clean_principal(self) -> int:
        return read_whole(self.cleaned_data["principal"])

    def clean_paid(self) -> int:
        return read_whole(self.cleaned_data["paid"])

    def clean_tax_year(self) -> int:
        return read_whole(self.cleaned_data["tax_year"])


class GradeForm(SpokenForm):
    place = "tingkat"
    grade = _grade()
    document = text("tax.opening.document", hint="tax.opening.document.hint", most=200, required=False)
    reason = text("tax.opening.reason")


def entry_form(*args: Any) -> EntryForm:
    return EntryForm(*args, initial={"paid": "0"})
