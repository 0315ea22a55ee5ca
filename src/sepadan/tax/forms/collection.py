"""Forms of collection: a proposal on a charge, its decision, letters, visits, sparing. Words are message keys."""

from __future__ import annotations

from typing import Any

from django import forms

from sepadan.tax.forms.deliveries import SpokenForm, say
from sepadan.tax.models import DecisionKind, SpareReason, VisitOutcome


def day(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=say(label), required=required, input_formats=["%Y-%m-%d"],
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def text(label: str, *, hint: str = "", most: int = 500, required: bool = True) -> forms.CharField:
    return forms.CharField(label=say(label), help_text=say(hint) if hint else "", max_length=most, required=required,
                           widget=forms.TextInput(attrs={"autocomplete": "off"}))


def whole(label: str, *, hint: str = "", required: bool = True) -> forms.CharField:
    """Whole rupiah or a whole number, written with or without points."""
    return forms.CharField(label=say(label), help_text=say(hint) if hint else "", max_length=20, required=required,
                           widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))


def read_whole(value: str) -> int:
    digits = value.replace(".", "").replace(" ", "").removeprefix("Rp")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 15:
        raise forms.ValidationError(say("tax.collection.form.whole"))
    return int(digits)


class WriteOffForm(SpokenForm):
    place = "hapus"
    reason = text("tax.collection.reason", hint="tax.collection.write_off.hint")


class CorrectionForm(SpokenForm):
    place = "koreksi"
    amount = whole("tax.collection.corrected", hint="tax.collection.corrected.hint")
    reason = text("tax.collection.reason")

    def clean_amount(self) -> int:
        return read_whole(self.cleaned_data["amount"])


class PlanForm(SpokenForm):
    place = "angsur"
    parts = forms.IntegerField(label=say("tax.collection.parts"), min_value=2, max_value=60,
                               widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    first_due = day("tax.collection.first_due")
    rate = text("tax.collection.rate", hint="tax.collection.rate.hint", most=12, required=False)
    reason = text("tax.collection.reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("min_value", "max_value", "invalid"):
            self.fields["parts"].error_messages[name] = say("tax.collection.form.parts")


class CreditForm(SpokenForm):
    """Use of a credit for another charge of the same object, or a refund."""

    place = "kredit"
    amount = whole("tax.collection.amount")
    other = forms.ChoiceField(label=say("tax.collection.use_for"), required=False)
    reason = text("tax.collection.reason")

    def __init__(self, others: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = [("", say("tax.collection.refund_it")), *others]  # type: ignore[attr-defined]

    def clean_amount(self) -> int:
        return read_whole(self.cleaned_data["amount"])


class GrantForm(SpokenForm):
    place = "kabul"
    document_number = text("tax.collection.document_number", most=80)
    document_on = day("tax.collection.document_on")


class ReasonForm(SpokenForm):
    place = "alasan"
    reason = text("tax.collection.reason")


class DeliverForm(SpokenForm):
    place = "sampai"
    on = day("tax.collection.delivered.on")
    to = text("tax.collection.delivered.to", hint="tax.collection.delivered.to.hint", most=120)


class VisitForm(SpokenForm):
    place = "kunjungan"
    on = day("tax.collection.visit.on")
    outcome = forms.ChoiceField(label=say("tax.collection.visit.outcome"), choices=[
        (one.value, say(f"tax.collection.outcome.{one.value}")) for one in VisitOutcome])
    promised_by = day("tax.collection.visit.promised_by", required=False)
    note = text("tax.collection.note", required=False)


class SpareForm(SpokenForm):
    place = "kecuali"
    reason = forms.ChoiceField(label=say("tax.collection.spare.reason"), choices=[
        (one.value, say(f"tax.collection.spared.{one.value}")) for one in SpareReason])
    note = text("tax.collection.note")
    since = day("tax.collection.spare.since")
    until = day("tax.collection.spare.until", required=False)


class AcknowledgeForm(SpokenForm):
    place = "akui"
    on = day("tax.collection.acknowledge.on")
    document = text("tax.collection.document_number", most=120)


FORMS: dict[str, type[SpokenForm]] = {
    DecisionKind.WRITE_OFF.value: WriteOffForm, DecisionKind.CORRECTION.value: CorrectionForm,
    DecisionKind.INSTALMENT.value: PlanForm}
