"""Forms of a recorded visit and its lessons: shape only; labels are message keys that the page turns into words."""

from __future__ import annotations

from typing import Any

from django import forms

from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.ground.problems import Problem
from sepadan.study.facts import load_indicators
from sepadan.study.names import DECISIONS, SERVICES

_AREA = {"rows": "4"}


class _Form(forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="f-%s", label_suffix="", **kwargs)
        self.lang = lang
        for field in self.fields.values():
            field.error_messages |= {"required": render("study.visit.form.required", lang),
                                     "invalid": render("study.visit.form.bad_day", lang),
                                     "invalid_choice": render("study.visit.form.bad_choice", lang)}

    def add_problem(self, problem: Problem) -> None:
        """Show a refusal of the service at the field it names, else above the form."""
        parts = [problem.what.text(self.lang), problem.remedy.text(self.lang) if problem.remedy else ""]
        where = problem.where if problem.where in self.fields else None
        self.add_error(where, ". ".join(part for part in parts if part))


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, input_formats=["%Y-%m-%d"],
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _long(label: str, hint: str, *, required: bool = True, most: int = 2000) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, required=required,
                           widget=forms.Textarea(attrs=_AREA))


class VisitForm(_Form):
    role = forms.ChoiceField(label="study.visit.form.role")
    other = forms.CharField(label="study.visit.form.other", help_text="study.visit.form.other.hint", max_length=5)
    title = forms.CharField(label="study.visit.form.title", max_length=160)
    place = forms.CharField(label="study.visit.form.place", max_length=160, required=False)
    first_day = _day("study.visit.form.first_day")
    last_day = _day("study.visit.form.last_day")
    purpose = _long("study.visit.form.purpose", "study.visit.form.line")
    offices = _long("study.visit.form.offices", "study.visit.form.offices.hint")
    agenda = _long("study.visit.form.agenda", "study.visit.form.line", required=False, most=4000)
    topics = forms.MultipleChoiceField(label="study.visit.form.topics", widget=forms.CheckboxSelectMultiple)
    unknown = _long("study.visit.form.unknown", "study.visit.form.unknown.hint", required=False)

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        _choose(self.fields["role"], [(one, render(f"study.visit.form.role.{one}", lang)) for one in ("host", "guest")])
        _choose(self.fields["topics"], [(one, render(f"study.visit.service.{one}", lang)) for one in SERVICES])


class LessonForm(_Form):
    service = forms.ChoiceField(label="study.visit.form.service")
    decision = forms.ChoiceField(label="study.visit.form.decision")
    text = forms.CharField(label="study.visit.form.lesson", max_length=400)
    owner = forms.CharField(label="study.visit.form.owner", help_text="study.visit.form.owner.hint", max_length=160)
    due = _day("study.visit.form.due")
    indicator = forms.ChoiceField(label="study.visit.form.indicator")

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        _choose(self.fields["service"], [(one, render(f"study.visit.service.{one}", lang)) for one in SERVICES])
        _choose(self.fields["decision"], [(one, render(f"study.visit.decision.{one}", lang)) for one in DECISIONS])
        names = ((one.id, one.name.text(lang)) for one in load_indicators().indicators.values())
        _choose(self.fields["indicator"], sorted(names, key=lambda one: one[1]))


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    field.choices = choices  # type: ignore[attr-defined]
