"""The lists of a recorded visit as rows of a form that works without a script: another row is another submit.

Idea: ``name-n`` says how many rows of a list stand on the page, ``name-k-field`` are their fields. The buttons
``rows=add:name`` and ``rows=drop:name:k`` answer with the same page, everything as it was typed, one row more or less;
nothing is checked or saved by them. A row without any text is none. ``VisitEntry`` is head and rows together; it turns
into the parts of a visit, and shows every fault at the row and field that it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django import forms

from sepadan.ground.figures import Language
from sepadan.ground.messages import render
from sepadan.ground.problems import Problem, Refused
from sepadan.study.engine import recorded
from sepadan.study.engine.recorded import VisitParts
from sepadan.study.engine.recorded_faults import SIDES, TOPICS, read_figure
from sepadan.study.forms.visits import VisitForm, WordsForm, choose, day_field, indicator_choices, said, worded
from sepadan.study.names import SERVICES

WITHIN = ("0", "0.5", "1", "5")


class RowForm(WordsForm):
    """A row. ``typed`` are the fields that make it one: choices alone do not."""

    typed: tuple[str, ...] = ()


class AttendeeForm(RowForm):
    typed = ("office", "role")
    side = forms.ChoiceField(label="study.visit.form.of_side")
    office = forms.CharField(label="study.visit.form.office", help_text="study.visit.form.office.hint", max_length=160)
    role = forms.CharField(label="study.visit.form.office_role", max_length=160, required=False)

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        choose(self.fields["side"], worded("study.visit.form.side.", ("guest", "host"), lang))


class AppointmentForm(RowForm):
    typed = ("on", "at", "item")
    on = day_field("study.visit.form.on")
    at = forms.CharField(label="study.visit.form.at", help_text="study.visit.form.at.hint", max_length=20,
                         required=False)
    item = forms.CharField(label="study.visit.form.item", max_length=300)


class SubjectForm(RowForm):
    typed = ("service", "title")
    service = forms.ChoiceField(label="study.visit.form.service")
    title = forms.CharField(label="study.visit.form.subject", max_length=200, required=False)

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        choose(self.fields["service"], worded("study.visit.service.", SERVICES, lang),
               none=render("study.visit.form.none", lang))


class ReferenceForm(RowForm):
    typed = ("title", "url", "published")
    title = forms.CharField(label="study.visit.form.source_title", max_length=200)
    url = forms.CharField(label="study.visit.form.url", help_text="study.visit.form.url.hint", max_length=400,
                          required=False)
    published = forms.CharField(label="study.visit.form.published", help_text="study.visit.form.published.hint",
                                max_length=10, required=False)


class GapForm(RowForm):
    typed = ("what", "why")
    what = forms.CharField(label="study.visit.form.what", max_length=200)
    why = forms.CharField(label="study.visit.form.why", max_length=300, required=False)


class StatementForm(RowForm):
    typed = ("text", "office", "indicator", "figure", "unit", "period", "source")
    text = forms.CharField(label="study.visit.form.claim", max_length=400)
    topic = forms.ChoiceField(label="study.visit.form.topic")
    side = forms.ChoiceField(label="study.visit.form.said_side")
    office = forms.CharField(label="study.visit.form.said_by", help_text="study.visit.form.owner.hint", max_length=160)
    about = forms.ChoiceField(label="study.visit.form.about")
    indicator = forms.ChoiceField(label="study.visit.form.measured", required=False,
                                  help_text="study.visit.form.measured.hint")
    figure = forms.CharField(label="study.visit.form.figure", help_text="study.visit.form.figure.hint", max_length=30,
                             required=False)
    unit = forms.CharField(label="study.visit.form.unit", help_text="study.visit.form.unit.hint", max_length=40,
                           required=False)
    period = forms.CharField(label="study.visit.form.period", help_text="study.visit.form.period.hint", max_length=20,
                             required=False)
    within_pct = forms.ChoiceField(label="study.visit.form.within", help_text="study.visit.form.within.hint",
                                   initial="1")
    source = forms.IntegerField(label="study.visit.form.source", help_text="study.visit.form.source.hint",
                                required=False)

    def __init__(self, *args: Any, lang: Language, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        self.fields["source"].error_messages |= {"invalid": render("study.visit.form.bad_number", lang)}
        choose(self.fields["topic"], worded("study.visit.service.", TOPICS, lang))
        for name in ("side", "about"):
            choose(self.fields[name], worded("study.visit.form.side.", SIDES, lang))
        choose(self.fields["within_pct"], worded("study.visit.form.within.", WITHIN, lang))
        choose(self.fields["indicator"], indicator_choices(lang, numbers=True),
               none=render("study.visit.form.none", lang))

    def clean_figure(self) -> Decimal | None:
        text = self.cleaned_data["figure"].strip()
        try:
            return read_figure(text, "figure") if text else None
        except Refused as refused:
            raise forms.ValidationError(said(refused.problem, self.lang)) from refused


@dataclass(frozen=True, slots=True)
class RowKind:
    """A list: its form, the value it makes, how many rows at most."""

    form: type[RowForm]
    value: type[Any]
    most: int


KINDS = {
    "attendees": RowKind(AttendeeForm, recorded.Attendee, 40),
    "agenda": RowKind(AppointmentForm, recorded.Appointment, 40),
    "subjects": RowKind(SubjectForm, recorded.Subject, 12),
    "references": RowKind(ReferenceForm, recorded.Reference, 40),
    "statements": RowKind(StatementForm, recorded.Statement, 30),
    "gaps": RowKind(GapForm, recorded.Gap, 20),
}
_ANCHORS = {"attendees": "jabatan", "agenda": "acara", "subjects": "topik", "references": "sumber",
            "statements": "klaim", "gaps": "belum-diketahui"}  # fmt: skip


class Rows:
    """One list on the page: its rows, of which those without text count for nothing."""

    def __init__(self, name: str, data: Mapping[str, Any] | None, initial: Sequence[Any], lang: Language) -> None:
        self.name, self.kind, self.lang, self.anchor = name, KINDS[name], lang, _ANCHORS[name]
        if data is None:
            self.forms = [self._blank(k, _initial(row)) for k, row in enumerate(initial)]
            self.forms = self.forms or [self._blank(0, {})]
            return
        self.forms = []
        for k in range(_count(data, name, self.kind.most)):
            filled = any(str(data.get(f"{name}-{k}-{field}", "")).strip() for field in self.kind.form.typed)
            self.forms.append(self._bound(k, data) if filled else self._blank(k, _typed(data, name, k, self.kind)))

    @property
    def filled(self) -> list[RowForm]:
        return [one for one in self.forms if one.is_bound]

    @property
    def title(self) -> str:
        return render(f"study.visit.form.{self.name}", self.lang)

    @property
    def hint(self) -> str:
        return render(f"study.visit.form.{self.name}.hint", self.lang)

    @property
    def more(self) -> str:
        return render(f"study.visit.form.{self.name}.add", self.lang)

    @property
    def columns(self) -> str:
        return "c2" if len(self.kind.form.base_fields) == 2 else "c3"

    @property
    def full(self) -> bool:
        return len(self.forms) >= self.kind.most

    def values(self) -> tuple[Any, ...]:
        """The values of the filled rows, once they are valid."""
        return tuple(self.kind.value(**_plain(one.cleaned_data)) for one in self.filled)

    def row_title(self, form: RowForm) -> str:
        return render(f"study.visit.form.{self.name}.row", self.lang, {"n": self.forms.index(form) + 1})

    @property
    def shown(self) -> list[tuple[str, str, RowForm]]:
        """``(heading, number of the row, form)``."""
        return [(self.row_title(one), str(k), one) for k, one in enumerate(self.forms)]

    def _bound(self, k: int, data: Mapping[str, Any]) -> RowForm:
        return self.kind.form(data, lang=self.lang, prefix=f"{self.name}-{k}")

    def _blank(self, k: int, initial: Mapping[str, Any]) -> RowForm:
        return self.kind.form(lang=self.lang, prefix=f"{self.name}-{k}", initial=dict(initial))


class VisitEntry:
    """Head and rows of a visit as one form."""

    def __init__(self, data: Mapping[str, Any] | None, *, lang: Language, head: Mapping[str, Any] | None = None,
                 parts: VisitParts = VisitParts()) -> None:  # noqa: B008 - an immutable value
        self.lang, self.command = lang, str(data.get("rows", "")) if data else ""
        data = None if data is None else _rearranged(data, self.command)
        unchecked = self.command and data is not None
        self.head = VisitForm(initial=_head_typed(data), lang=lang) if unchecked and data is not None else VisitForm(
            data, lang=lang, initial=dict(head or {}))
        self.rows = {name: Rows(name, data, getattr(parts, name), lang) for name in KINDS}
        if unchecked:
            for rows in self.rows.values():
                rows.forms = [_unchecked(one, lang) for one in rows.forms]

    def is_valid(self) -> bool:
        """Whether every field is well formed. A request for another row is never saved."""
        checked = [self.head.is_valid(), *(one.is_valid() for rows in self.rows.values() for one in rows.filled)]
        return not self.command and all(checked)

    def parts(self) -> VisitParts:
        """What was typed, once it is valid."""
        purpose = tuple(line.strip() for line in self.head.cleaned_data["purpose"].splitlines() if line.strip())
        return VisitParts(purpose=purpose, **{name: rows.values() for name, rows in self.rows.items()})

    def head_values(self) -> dict[str, Any]:
        return {name: value for name, value in self.head.cleaned_data.items() if name != "purpose"}

    def add_problem(self, problem: Problem) -> None:
        """Show a fault at the row and field that it names, else at the head or above it."""
        name, _, rest = problem.where.partition(":")
        number, _, field = rest.partition(":")
        filled = self.rows[name].filled if name in self.rows else []
        if number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(filled):
            row = filled[int(number) - 1]
            row.add_problem(replace(problem, where=field))
        else:
            self.head.add_problem(problem)

    def faults(self) -> list[tuple[str, str, str]]:
        """``(field id, label, text)`` of everything that is wrong, in the order of the page."""
        found = [("", "", str(text)) for text in self.head.non_field_errors()] if self.head.is_bound else []
        found += _field_faults(self.head, "", self.lang)
        for rows in self.rows.values():
            for title, _, form in rows.shown:
                found += _field_faults(form, f"{title}: ", self.lang)
        return found


def _field_faults(form: WordsForm, start: str, lang: Language) -> list[tuple[str, str, str]]:
    if not form.is_bound:
        return []
    return [(bound.id_for_label, start + render(str(bound.label), lang), " ".join(map(str, bound.errors)))
            for bound in form if bound.errors]


def _rearranged(data: Mapping[str, Any], command: str) -> dict[str, Any]:
    """What was typed with one row more or less, when that was asked for."""
    found = {name: data.get(name) for name in data}
    verb, _, rest = command.partition(":")
    name, _, number = rest.partition(":")
    if name not in KINDS:
        return found
    count = _count(data, name, KINDS[name].most)
    if verb == "add":
        found[f"{name}-n"] = str(min(count + 1, KINDS[name].most))
    elif verb == "drop" and number.isdecimal() and len(number) < 4 and int(number) < count:
        fields = list(KINDS[name].form.base_fields)
        for k in range(int(number), count):
            for field in fields:
                found[f"{name}-{k}-{field}"] = data.get(f"{name}-{k + 1}-{field}", "")
        found[f"{name}-n"] = str(max(count - 1, 1))
    return found


def _unchecked(form: RowForm, lang: Language) -> RowForm:
    """The row as it was typed, without faults: nobody asked for it to be saved yet."""
    if not form.is_bound:
        return form
    typed = {name: form.data.get(f"{form.prefix}-{name}", "") for name in form.fields}
    return type(form)(lang=lang, prefix=form.prefix, initial=typed)


def _head_typed(data: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: (data or {}).get(name, "") for name in VisitForm.base_fields}


def _typed(data: Mapping[str, Any], name: str, k: int, kind: RowKind) -> dict[str, Any]:
    found = {field: data.get(f"{name}-{k}-{field}") for field in kind.form.base_fields}
    return {field: value for field, value in found.items() if value}


def _count(data: Mapping[str, Any], name: str, most: int) -> int:
    text = str(data.get(f"{name}-n", ""))
    return min(int(text), most) if text.isdecimal() and len(text) < 4 else 0


def _initial(row: Any) -> dict[str, Any]:
    """A saved value as its row shows it."""
    values = {name: getattr(row, name) for name in row.__slots__}
    for name, value in values.items():
        if name == "within_pct":
            values[name] = next((one for one in WITHIN if Decimal(one) == value), "1")
        elif isinstance(value, Decimal):
            values[name] = f"{value:f}"
    return values | ({"source": values["source"] or ""} if "source" in values else {})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    if "within_pct" in found:
        found["within_pct"] = Decimal(found["within_pct"])
    if "source" in found:
        found["source"] = found["source"] or 0
    return {name: value.strip() if isinstance(value, str) else value for name, value in found.items()}
