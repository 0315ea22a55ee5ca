"""Forms of a recorded visit: its head, a lesson, a follow-up. Shape only; labels are message keys.

What fields say together is checked below (``engine.recorded_faults``, ``services.visits``) and shown by
``add_problem`` at the field that it names. The rows of a visit are in ``visit_rows``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.ground.problems import Problem
from sepadan.study.engine.recorded import RecordedLesson
from sepadan.study.facts import load_indicators
from sepadan.study.models import VisitRecord
from sepadan.study.names import DECISIONS, LESSON_STATES, SERVICES

_AREA = {"rows": "4"}


class WordsForm(forms.Form):
    """A form whose own messages are the product's, in the language of the page."""

    use_required_attribute = False

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="f-%s", label_suffix="", **kwargs)
        self.lang = lang
        for field in self.fields.values():
            field.error_messages |= {"required": render("study.visit.form.required", lang),
                                     "invalid": render("study.visit.form.bad_day", lang),
                                     "invalid_choice": render("study.visit.form.bad_choice", lang)}
            most = getattr(field, "max_length", None)
            if most:
                field.validators = [one for one in field.validators if not hasattr(one, "limit_value")]
                field.validators.append(_shorter(most, lang))

    def add_problem(self, problem: Problem) -> None:
        """Show a refusal of the service at the field it names, else above the form."""
        where = problem.where if problem.where in self.fields else None
        self.add_error(where, said(problem, self.lang))


def said(problem: Problem, lang: Language) -> str:
    """What is wrong and how to mend it, as one text."""
    parts = [problem.what.text(lang), problem.remedy.text(lang) if problem.remedy else ""]
    return ". ".join(part for part in parts if part)


def day_field(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, input_formats=["%Y-%m-%d"], required=required,
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def long_field(label: str, hint: str, *, required: bool = True, most: int = 2000) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, required=required,
                           widget=forms.Textarea(attrs=_AREA))


def choose(field: forms.Field, choices: Iterable[tuple[str, str]], *, none: str = "") -> None:
    """Give a field its choices; *none* is the text of the empty one in front, if there is one."""
    field.choices = [*([("", none)] if none else []), *choices]  # type: ignore[attr-defined]


def worded(start: str, values: Iterable[str], lang: Language) -> list[tuple[str, str]]:
    """Values with the words of their keys, *start* and value."""
    return [(one, render(start + one, lang)) for one in values]


def indicator_choices(lang: Language, *, numbers: bool = False) -> list[tuple[str, str]]:
    """Indicators of the book by name; those of which a figure can be stated, with their unit, if *numbers*."""
    found = []
    for one in load_indicators().indicators.values():
        unit = render(f"study.unit.{one.unit}", lang)
        if not numbers:
            found.append((one.id, one.name.text(lang)))
        elif one.unit not in ("text", "category"):
            found.append((one.id, f"{one.name.text(lang)} ({unit})"))
    return sorted(found, key=lambda one: one[1])


class VisitForm(WordsForm):
    """The head of a visit."""

    role = forms.ChoiceField(label="study.visit.form.role")
    other = forms.CharField(label="study.visit.form.other", help_text="study.visit.form.other.hint", max_length=5)
    title = forms.CharField(label="study.visit.form.title", max_length=160)
    place = forms.CharField(label="study.visit.form.place", max_length=160, required=False)
    first_day = day_field("study.visit.form.first_day")
    last_day = day_field("study.visit.form.last_day")
    purpose = long_field("study.visit.form.purpose", "study.visit.form.line")

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        choose(self.fields["role"], worded("study.visit.form.role.", ("host", "guest"), lang))


class LessonForm(WordsForm):
    direction = forms.ChoiceField(label="study.visit.form.direction", help_text="study.visit.form.direction.hint")
    service = forms.ChoiceField(label="study.visit.form.service")
    decision = forms.ChoiceField(label="study.visit.form.decision")
    text = forms.CharField(label="study.visit.form.lesson", max_length=400)
    because = forms.CharField(label="study.visit.form.because", help_text="study.visit.form.because.hint",
                              max_length=400, required=False)
    owner = forms.CharField(label="study.visit.form.owner", help_text="study.visit.form.owner.hint", max_length=160)
    due = day_field("study.visit.form.due")
    indicator = forms.ChoiceField(label="study.visit.form.indicator")

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        choose(self.fields["direction"], worded("study.visit.form.side.", ("guest", "host"), lang))
        choose(self.fields["service"], worded("study.visit.service.", SERVICES, lang))
        choose(self.fields["decision"], worded("study.visit.decision.", DECISIONS, lang))
        choose(self.fields["indicator"], indicator_choices(lang))


class FollowUpForm(WordsForm):
    """What happened; the lesson is chosen with the version that the page showed (``lesson:version``)."""

    on = day_field("study.visit.form.on")
    text = forms.CharField(label="study.visit.form.happened", help_text="study.visit.form.happened.hint",
                           max_length=400)
    lesson = forms.ChoiceField(label="study.visit.form.of_lesson", required=False)
    state = forms.ChoiceField(label="study.visit.form.state", help_text="study.visit.form.state.hint", required=False)

    def __init__(self, *args: Any, lang: Language, lessons: Iterable[RecordedLesson], **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        choose(self.fields["lesson"], [(str(one.id), one.text[:80]) for one in lessons],
               none=render("study.visit.form.no_lesson", lang))
        choose(self.fields["state"], worded("study.visit.state.", LESSON_STATES, lang),
               none=render("study.visit.form.same_state", lang))


def head_of(visit: VisitRecord) -> dict[str, Any]:
    """The head of a saved visit as its form shows it."""
    return {"role": visit.role, "other": visit.other.code, "title": visit.title, "place": visit.place,
            "first_day": visit.first_day, "last_day": visit.last_day,
            "purpose": "\n".join(visit.content.get("purpose", ()))}


def _shorter(most: int, lang: Language) -> Any:
    def check(value: str) -> None:
        if len(value) > most:
            raise forms.ValidationError(render("study.visit.form.too_long", lang, {"most": most, "given": len(value)}))

    return check
