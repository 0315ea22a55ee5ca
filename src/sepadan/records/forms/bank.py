"""Forms of the bank desk: partners, their rules and numbers, settlement files and decisions about their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from sepadan.records.forms import words
from sepadan.records.forms.words import WordedForm
from sepadan.records.models.channels import POLICIES
from sepadan.records.names import Channel, SettlementAct

_MOST_LATE = 3660


def _whole(label: str, *, least: int, most: int, hint: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=words.say(label), help_text=words.say(hint) if hint else "", min_value=least, max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}), error_messages={
            "invalid": words.say("records.form.whole"), "min_value": words.say("records.form.whole"),
            "max_value": words.say("records.form.whole")})


def _networks() -> forms.CharField:
    return forms.CharField(label=words.say("records.field.networks"), required=False, max_length=2_000,
                           help_text=words.say("records.bank.networks.hint"), widget=forms.Textarea(attrs={"rows": 3}))


class RulesForm(WordedForm):
    name = words.text("records.field.name")
    policy = words.choice("records.field.policy", [(one, words.say(f"records.policy.{one}")) for one in POLICIES])
    late_days = _whole("records.field.late_days", least=0, most=_MOST_LATE, hint="records.bank.late_days.hint")
    tolerance_seconds = _whole("records.field.tolerance_seconds", least=1, most=3600)
    fee = _whole("records.field.fee", least=0, most=1_000_000, hint="records.bank.fee.hint")
    networks = _networks()
    reason = words.text("records.people.reason", hint="records.people.reason.hint", most=500)

    def rules(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: given[name] for name in ("name", "policy", "late_days", "tolerance_seconds", "fee")} | {
            "networks": given["networks"].split()}


class PartnerForm(RulesForm):
    partner_id = words.text("records.field.partner_id", hint="records.bank.partner_id.hint", most=36)
    channel = words.choice("records.bank.channel", [
        (one.value, words.say(f"records.channel.{one}")) for one in Channel if one is not Channel.COUNTER])
    field_order = ["name", "partner_id", "channel"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]


class SchemeForm(WordedForm):
    prefix = words.text("records.field.prefix", hint="records.bank.prefix.hint", most=8, inputmode="numeric")
    levy = words.choice("records.field.levy", [])
    days_after_due = forms.IntegerField(
        label=words.say("records.field.days_after_due"), help_text=words.say("records.bank.days_after_due.hint"),
        required=False, min_value=0, max_value=_MOST_LATE, error_messages={
            "invalid": words.say("records.form.whole"), "min_value": words.say("records.form.whole"),
            "max_value": words.say("records.form.whole")})

    def __init__(self, *args: Any, levies: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["levy"].choices = [(one, one.upper()) for one in levies]  # type: ignore[attr-defined]


class ReasonForm(WordedForm):
    reason = words.text("records.people.reason", hint="records.people.reason.hint", most=500)


class UploadForm(WordedForm):
    file = forms.FileField(label=words.say("records.settlement.file"), help_text=words.say(
        "records.settlement.file.hint"), error_messages={"empty": words.say("records.settlement.file.empty"),
                                                         "missing": words.say("records.settlement.file.empty"),
                                                         "invalid": words.say("records.settlement.file.empty")})


class DecisionForm(ReasonForm):
    act = words.choice("records.field.act", [])
    field_order = ["act", "reason"]

    def __init__(self, *args: Any, acts: Sequence[SettlementAct] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["act"]
        field.widget = forms.RadioSelect()
        field.choices = [(one.value, words.say(f"records.act.{one}.does")) for one in acts]  # type: ignore[attr-defined]
