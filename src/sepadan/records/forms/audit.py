"""The filter of the audit page. It is sent by GET, so that the address holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from sepadan.records.forms import words
from sepadan.records.forms.words import WordedForm
from sepadan.records.queries.audit import AuditFilter


class AuditFilterForm(WordedForm):
    actor = words.choice("records.audit.who", [], required=False)
    object_type = words.choice("records.audit.on", [], required=False)
    action = words.choice("records.audit.what", [], required=False)
    first = words.day("records.audit.filter.first")
    last = words.day("records.audit.filter.last")

    def __init__(self, data: Any, offered: Mapping[str, list[tuple[str, str]]]) -> None:
        super().__init__(data)
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", words.say("records.audit.filter.any")), *choices]

    def wanted(self) -> AuditFilter:
        """What is asked for; a field with an error does not filter (its error is shown)."""
        self.is_valid()
        given = self.cleaned_data
        return AuditFilter(actor_id=int(given["actor"]) if given.get("actor") else None,
                           object_type=given.get("object_type") or "", action=given.get("action") or "",
                           first=given.get("first"), last=given.get("last"))
