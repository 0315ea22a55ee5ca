"""Forms of the page of people: grant a role, end a role."""

from __future__ import annotations

from sepadan.records.forms import words
from sepadan.records.forms.words import WordedForm
from sepadan.records.names import Role


class InviteForm(WordedForm):
    email = words.email("records.people.email", autocomplete="off")
    name = words.text("records.people.name", autocomplete="off")
    role = words.choice("records.people.role", [(role.value, words.say(f"records.role.{role.value}")) for role in Role])
    reason = words.text("records.people.reason", hint="records.people.reason.hint", most=500, required=False)


class EndRoleForm(WordedForm):
    reason = words.text("records.people.reason", hint="records.people.reason.hint", most=500)
