"""Targets: entered with a decree, approved by another person, the latest decree counts; who may do what."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from tests.tax.test_assessment_access import person
from tests.tax.test_realisation import signed_in

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, AuditEntry, Role, region_scope
from sepadan.tax.models import RevenueTarget
from sepadan.tax.queries.targets import target_of
from sepadan.tax.services.targets import NewTarget, approve_target, propose_target, withdraw_target
from sepadan.territory.models import Region

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NEW = NewTarget("pbb", 2025, 73_000_000_000, "Perda uji 9/2024", date(2024, 12, 20))
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def key(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problem.what.key


def test_a_target_counts_once_another_person_approved_it_and_the_latest_decree_wins():
    malang = Region.objects.get(code="35.73")
    ani, budi = (Actor(name=one.name, person_id=one.pk) for one in (person("ani"), person("budi")))
    with region_scope(malang):
        target = propose_target(NEW, actor=ani, now=NOW)
        assert target_of("pbb", 2025) is None
        with pytest.raises(Refused) as refused:
            approve_target(target, actor=ani, now=NOW)
        assert key(refused) == "tax.target.same_person"
        approve_target(target, actor=budi, now=NOW)
        assert target_of("pbb", 2025).amount == 73_000_000_000
        with pytest.raises(Refused) as refused:
            propose_target(NEW, actor=ani, now=NOW)
        assert key(refused) == "tax.target.known"
        change = propose_target(NewTarget("pbb", 2025, 75_000_000_000, "Perda uji 5/2025", date(2025, 8, 1)), actor=ani,
                                now=NOW)
        waiting, change = change, approve_target(change, actor=budi, now=NOW)
        assert target_of("pbb", 2025).amount == 75_000_000_000
        with pytest.raises(Refused) as refused:  # approved since it was read: who may withdraw it is another question
            withdraw_target(waiting, reason="salah salin", actor=ani, now=NOW)
        assert key(refused) == "tax.target.decided"
        withdraw_target(change, reason="salah salin", actor=budi, now=NOW)
        assert target_of("pbb", 2025).amount == 73_000_000_000
        with pytest.raises(Refused) as refused:
            withdraw_target(change, reason="lagi", actor=budi, now=NOW)
        assert key(refused) == "tax.target.decided"
        assert AuditEntry.objects.filter(action__startswith="tax.audit.target_").count() == 5


def test_targets_of_parts_add_up_until_there_is_one_for_the_region():
    malang = Region.objects.get(code="35.73")
    ani, budi = (Actor(name=one.name, person_id=one.pk) for one in (person("ani"), person("budi")))
    with region_scope(malang):
        for part, amount in (("35.73.02", 20), ("35.73.01", 15)):
            approve_target(propose_target(NewTarget("pbb", 2025, amount, "Perkada", date(2024, 12, 20), part=part),
                                          actor=ani, now=NOW), actor=budi, now=NOW)
        found = target_of("pbb", 2025)
        assert (found.amount, found.is_partial) == (20 + 15, True)
        approve_target(propose_target(NEW, actor=ani, now=NOW), actor=budi, now=NOW)
        assert (target_of("pbb", 2025).amount, target_of("pbb", 2025).is_partial) == (73_000_000_000, False)


@pytest.mark.parametrize(("fault", "wanted"), [
    ({"amount": 0}, "tax.target.amount"), ({"year": 1999}, "tax.target.year"),
    ({"decree": "  "}, "tax.target.no_decree"), ({"part": "32.16.01"}, "tax.target.part")])
def test_a_target_that_nobody_could_trace_is_refused(fault, wanted):
    malang = Region.objects.get(code="35.73")
    with region_scope(malang), pytest.raises(Refused) as refused:
        propose_target(NewTarget(**{"levy": "pbb", "year": 2025, "amount": 5, "decree": "Perda",
                                    "decreed_on": date(2024, 12, 20)} | fault),
                       actor=Actor(name="x", person_id=person("ani").pk), now=NOW)
    assert key(refused) == wanted


def test_the_database_keeps_what_was_entered_and_wants_two_persons():
    malang = Region.objects.get(code="35.73")
    ani = person("ani")
    with region_scope(malang):
        target = propose_target(NEW, actor=Actor(name="Ani", person_id=ani.pk), now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            RevenueTarget.objects.filter(pk=target.pk).update(state="approved", decided_at=NOW, decided_by=ani)
        with pytest.raises(DatabaseError), transaction.atomic():
            RevenueTarget.objects.filter(pk=target.pk).update(amount=1)


def test_an_officer_enters_an_approver_approves_and_an_auditor_only_reads(settings):
    settings.SECOND_FACTOR_ROLES = frozenset()
    malang = Region.objects.get(code="35.73")
    officer, approver, auditor = (signed_in(person(name, malang, role)) for name, role in (
        ("dewi", Role.TAX_OFFICER), ("eko", Role.TAX_APPROVER), ("fitri", Role.AUDITOR)))
    path = "/id/35.73/pajak/realisasi/target/"
    form = {"year": "2025", "part": "", "amount": "Rp73.000.000.000", "decree": "Perda uji 9/2024",
            "decreed_on": "2024-12-20", "source": ""}
    auditor.post(path, form)
    with region_scope(malang):
        assert not RevenueTarget.objects.exists()
    assert officer.post(path, {**form, "amount": "banyak"}).status_code == 400
    assert officer.post(path, form).status_code == 302
    with region_scope(malang):
        target = RevenueTarget.objects.get()
    assert target.amount == 73_000_000_000
    one = f"{path}{target.pk}/"
    assert officer.post(one, {"act": "approve"}).status_code == 404
    assert auditor.post(one, {"act": "approve"}).status_code == 403
    assert approver.post(one, {"act": "approve"}).status_code == 302
    with region_scope(malang):
        target.refresh_from_db()
    assert target.state == "approved"
    assert "Perda uji 9/2024" in auditor.get(path).content.decode()
    for client, may in ((approver, True), (officer, False), (auditor, False)):  # one that counts
        assert (f'action="{one}"' in client.get(path).content.decode()) == may
    assert officer.post(one, {"act": "withdraw", "reason": "salah salin"}).status_code == 404
    with region_scope(malang):
        target.refresh_from_db()
        assert target.state == "approved"
    assert approver.post(one, {"act": "withdraw", "reason": " "}).status_code == 422
    assert approver.post(one, {"act": "withdraw", "reason": "salah salin"}).status_code == 302
    assert officer.post(path, form).status_code == 302
    with region_scope(malang):
        target.refresh_from_db()
        assert target.state == "withdrawn"
        waiting = RevenueTarget.objects.get(state="proposed")
    assert f'action="{path}{waiting.pk}/"' in officer.get(path).content.decode()
    assert officer.post(f"{path}{waiting.pk}/", {"act": "withdraw", "reason": "salah salin"}).status_code == 302
    with region_scope(malang):
        waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
