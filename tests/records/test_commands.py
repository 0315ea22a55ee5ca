"""``sepadan people``: the first administrator, a link, a list, an end."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.utils import translation

from sepadan.ground.problems import Refused
from sepadan.records.commands import people
from sepadan.records.models import AuditEntry
from sepadan.records.queries.people import person_by_email
from sepadan.records.tenancy import region_scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def run(*arguments, text=None):
    outcome = CliRunner().invoke(people, arguments, input=text, catch_exceptions=True)
    if outcome.exception and not isinstance(outcome.exception, SystemExit):
        raise outcome.exception
    return outcome.output


def test_the_first_administrator_gets_a_link_that_works(client, malang):
    said = run("add", "ayu@contoh.go.id", "Ayu", "--region", "35.73", "--role", "region_admin", "--reason", "SK 1")
    assert "Ayu is now Region administrator." in said
    path = said.splitlines()[-1]
    assert path.startswith("/id/undangan/")
    assert client.get(path).status_code == 200
    assert json.loads(run("list", "--region", "35.73", "--json"))[0]["role"] == "region_admin"
    with region_scope(malang):
        entry = AuditEntry.objects.get()
    assert (entry.actor_name, entry.reason) == ("sepadan people", "SK 1")


def test_a_password_comes_from_standard_input_and_follows_the_rules(malang):
    arguments = ("add", "ayu@contoh.go.id", "Ayu", "--region", "35.73", "--role", "auditor", "--password-stdin")
    with pytest.raises(Refused, match="needs 12"):
        run(*arguments, text="pendek\n")
    assert person_by_email("ayu@contoh.go.id") is None
    run(*arguments, text="kopi tubruk tanpa gula\n")
    assert person_by_email("ayu@contoh.go.id").check_password("kopi tubruk tanpa gula")


def test_a_role_ends_and_a_link_is_made(malang):
    run("add", "ayu@contoh.go.id", "Ayu", "--region", "35.73", "--role", "auditor")
    assert "/undangan/" in run("link", "ayu@contoh.go.id", "--region", "35.73")
    assert "has ended" in run("end", "ayu@contoh.go.id", "--region", "35.73", "--role", "auditor", "--reason", "pindah")
    assert "Nobody has a role" in run("list", "--region", "35.73")


@pytest.mark.parametrize(("arguments", "words"), [
    (("list", "--region", "99.99"), "no region with the code 99.99"),
    (("add", "a@b.id", "A", "--region", "35.73", "--role", "king"), "no role “king”"),
    (("add", "ab.id", "A", "--region", "35.73", "--role", "auditor"), "not an e-mail address"),
    (("link", "a@b.id", "--region", "35.73"), "No account has this address"),
    (("end", "a@b.id", "--region", "35.73", "--role", "auditor", "--reason", "x"), "sepadan people list"),
    (("add", "a@b.id", " ", "--region", "35.73", "--role", "auditor"), "The name is missing"),
    (("add", "a@b.id", "A" * 121, "--region", "35.73", "--role", "auditor"), "more than 120 letters"),
    (("add", "a@b.id", "A\nB", "--region", "35.73", "--role", "auditor"), "a control character"),
    (("add", "a" * 250 + "@b.id", "A", "--region", "35.73", "--role", "auditor"), "not an e-mail address"),
    (("add", "a@b.id", "A", "--region", "35.73", "--role", "auditor", "--reason", "x" * 501), "at most 500"),
    (("list", "--region", "35.73' OR 1=1"), "no region with the code"),
])
def test_wrong_input_says_what_and_how_to_mend_it(malang, arguments, words):
    with pytest.raises(Refused, match=words) as refused:
        run(*arguments)
    assert refused.value.problem.text("id")
    assert person_by_email("a@b.id") is None
