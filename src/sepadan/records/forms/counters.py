"""Forms of counters: a new collector, a payment in cash, the count at the end of a day, a deposit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from sepadan.ground.entry import read_rupiah
from sepadan.ground.problems import Refused
from sepadan.records.desk import language
from sepadan.records.forms import words
from sepadan.records.forms.words import WordedForm
from sepadan.records.models import CashDay
from sepadan.records.names import CollectorKind


class RupiahField(forms.CharField):
    """Whole rupiah as people write it; what could mean two things is refused with a sentence."""

    def __init__(self, label: str, *, hint: str = "", required: bool = True) -> None:
        super().__init__(label=words.say(label), help_text=words.say(hint) if hint else "", max_length=24,
                         required=required, widget=forms.TextInput(attrs={"inputmode": "numeric",
                                                                          "autocomplete": "off"}))

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_rupiah(text, str(self.label))
        except Refused as refused:
            raise forms.ValidationError(refused.problem.text(language())) from refused


class CollectorForm(WordedForm):
    name = words.text("records.field.name", autocomplete="off")
    kind = words.choice("records.field.kind", [(one.value, words.say(f"records.kind.{one}")) for one in CollectorKind])
    area = words.text("records.field.area", required=False)


class FindForm(WordedForm):
    nomor = words.text("records.counter.number", hint="records.counter.number.hint", most=60, autocomplete="off",
                       inputmode="text")


class CashForm(WordedForm):
    """One payment. ``token`` makes the same form sent twice one payment."""

    amount = RupiahField("records.counter.received")
    charge = forms.IntegerField(widget=forms.HiddenInput)
    token = forms.RegexField(r"^[0-9a-f]{16}$", widget=forms.HiddenInput)


class CloseForm(WordedForm):
    counted = RupiahField("records.counter.counted.label", hint="records.counter.counted.hint")
    reason = words.text("records.counter.difference_reason", hint="records.counter.difference_reason.hint", most=500,
                        required=False)


class DepositForm(WordedForm):
    days = forms.MultipleChoiceField(label=words.say("records.field.days"), widget=forms.CheckboxSelectMultiple)
    bank_reference = words.text("records.counter.bank_reference", most=60, autocomplete="off")
    on = words.day("records.counter.deposited_on", required=True)

    def __init__(self, *args: Any, days: Sequence[tuple[CashDay, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(str(day.pk), text) for day, text in days]  # type: ignore[attr-defined]
