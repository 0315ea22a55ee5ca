"""Form fields whose labels, hints and errors are message keys, shown in the language of the request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy

from sepadan.ground.messages import render
from sepadan.ground.problems import Problem
from sepadan.records.desk import language


def _say(key: str) -> str:
    return render(key, language())


say: Any = lazy(_say, str)


class WordedForm(forms.Form):
    """A form of this product: errors in its own words, no colon after labels, no attribute the pages do not style."""

    required_css_class = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("auto_id", "f-%s")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages.update({
                "required": say("records.form.required"), "invalid_choice": say("records.form.bad_choice")})

    def add_problem(self, field: str | None, problem: Problem) -> None:
        """Show a problem of a service at its field, or above the form."""
        self.add_error(field, problem.text(language()))


def text(label: str, *, hint: str = "", most: int = 120, required: bool = True, **attrs: str) -> forms.CharField:
    return forms.CharField(label=say(label), help_text=say(hint) if hint else "", max_length=most, required=required,
                           widget=forms.TextInput(attrs=attrs))


def email(label: str, **attrs: str) -> forms.EmailField:
    return forms.EmailField(label=say(label), widget=forms.EmailInput(attrs={"autocomplete": "email", **attrs}),
                            error_messages={"invalid": say("records.form.bad_email")})


def password(label: str, *, autocomplete: str, hint: str = "") -> forms.CharField:
    """Paste and password managers are welcome; what was typed is not sent back."""
    return forms.CharField(label=say(label), help_text=say(hint) if hint else "", strip=False,
                           widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}))


def code(label: str) -> forms.CharField:
    return forms.CharField(label=say(label), max_length=20, widget=forms.TextInput(attrs={
        "autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false", "inputmode": "text"}))


def choice(label: str, choices: list[tuple[str, Any]], *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=say(label), choices=choices, required=required)


def day(label: str, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=say(label), required=required, input_formats=["%Y-%m-%d"],
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                           error_messages={"invalid": say("records.form.bad_date")})
