"""Forms of delivery: handed to whom, returned why, taken back, and the lists of a kelurahan. Words are message keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy

from sepadan.ground.messages import render
from sepadan.records.public import language
from sepadan.tax.models.deliveries import Reason, Receiver

MOST_BYTES = 5_000_000


def _say(key: str) -> str:
    return render(key, language())


say: Any = lazy(_say, str)


class SpokenForm(forms.Form):
    """Errors in the product's words; *place* keeps the ids of several forms on one page apart."""

    use_required_attribute = False
    place = "f"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id=f"{self.place}-%s", **kwargs)
        for field in self.fields.values():
            field.error_messages.update({
                "required": say("tax.form.required"), "invalid": say("tax.form.invalid"),
                "invalid_choice": say("tax.form.choice")})


def _day() -> forms.DateField:
    return forms.DateField(label=say("tax.bills.day"), input_formats=["%Y-%m-%d"],
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _note(label: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=say(label), max_length=300, required=required)


class HandForm(SpokenForm):
    place = "serah"
    on = _day()
    receiver = forms.ChoiceField(label=say("tax.bills.receiver"), choices=[
        (one.value, say(f"tax.delivered.receiver.{one.value}")) for one in Receiver])
    handed_to = forms.CharField(label=say("tax.bills.handed_to"), max_length=120, required=False,
                                widget=forms.TextInput(attrs={"autocomplete": "off"}))
    note = _note("tax.bills.note")


class ReturnForm(SpokenForm):
    place = "kembali"
    on = _day()
    reason = forms.ChoiceField(label=say("tax.bills.reason"), choices=[
        (one.value, say(f"tax.delivered.reason.{one.value}")) for one in Reason])
    note = _note("tax.bills.note")


class WithdrawForm(SpokenForm):
    place = "batal"
    note = _note("tax.bills.withdraw.why", required=True)


class OutForm(SpokenForm):
    place = "bawa"
    on = _day()
    carrier = forms.CharField(label=say("tax.bills.carrier"), help_text=say("tax.bills.carrier.hint"), max_length=120)


class DoneForm(SpokenForm):
    place = "sampai"
    on = _day()
    carrier = forms.CharField(label=say("tax.bills.carrier"), help_text=say("tax.bills.carrier.hint"), max_length=120)
    returned = forms.FileField(label=say("tax.bills.returned"), help_text=say("tax.bills.returned.hint"),
                               required=False, widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}))

    def text(self) -> str:
        """The list of returned sheets as text. Raises ValidationError when it is too large or no text."""
        given = self.cleaned_data.get("returned")
        if given is None:
            return ""
        if given.size > MOST_BYTES:
            raise forms.ValidationError(say("tax.bills.returned.large"))
        content = given.read()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1252", "replace")
