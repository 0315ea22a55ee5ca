"""``sepadan tax assess``: the figures of the dry run on the desk, and nothing kept."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.tax.test_assessment import FORM, NOW, _data, malang, people  # noqa: F401
from tests.tax.test_rolls import columns, load

from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope
from sepadan.tax.commands import tax
from sepadan.tax.models import AssessmentRun
from sepadan.tax.services.assessment import compute_run, draft_run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_the_command_says_what_a_dry_run_on_the_desk_says_and_keeps_nothing(malang, people):  # noqa: F811
    roll = load(malang, columns())
    said = CliRunner().invoke(tax, ["assess", "--region", "35.73", "--on", "2025-01-01", "--json"])
    assert said.exit_code == 0
    found = json.loads(said.output)
    with region_scope(malang):
        assert not AssessmentRun.objects.exists()
        run = draft_run(roll, FORM, actor=people[0], now=NOW)
        run = compute_run(run, version=run.version, actor=people[0], now=NOW)
    due = {"check_sum", "digest"}  # which cover due dates; a command knows none
    assert {name: value for name, value in found["control"].items() if name not in due} == {
        name: value for name, value in run.control.items() if name not in due}
    assert found["report"]["villages"] == run.report["villages"]
    assert CliRunner().invoke(tax, ["assess", "--region", "35.73"]).exit_code == 0
    missing = CliRunner().invoke(tax, ["assess", "--region", "32.16"])
    assert isinstance(missing.exception, Refused)
    assert missing.exception.problem.what.key == "tax.what_if.no_roll"
