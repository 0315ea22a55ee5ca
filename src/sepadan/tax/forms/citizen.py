"""The two fields of the citizen's page, read as people write them."""

from __future__ import annotations

import re

from django import forms

from sepadan.tax.forms.deliveries import SpokenForm, say


class SheetForm(SpokenForm):
    place = "sppt"
    nop = forms.CharField(label=say("tax.citizen.nop"), help_text=say("tax.citizen.nop.hint"), max_length=40,
                          widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
    code = forms.CharField(label=say("tax.citizen.code"), help_text=say("tax.citizen.code.hint"), max_length=40,
                           widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters",
                                                         "spellcheck": "false"}))

    def clean_nop(self) -> str:
        """Eighteen digits, however they are parted."""
        digits = re.sub(r"[\s.\-]", "", self.cleaned_data["nop"])
        if not re.fullmatch(r"[0-9]{18}", digits):
            raise forms.ValidationError(say("tax.citizen.nop.form"))
        return digits
