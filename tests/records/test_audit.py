"""The audit record: changed fields, in words, for ever."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, connections, transaction

from sepadan.records.models import Account, AuditEntry
from sepadan.records.names import Actor
from sepadan.records.queries.audit import AuditFilter, entries, history_of
from sepadan.records.services.audit import Thing, fields_of, record
from sepadan.records.shown import history_shown, shown_entries
from sepadan.records.tenancy import NoRegion, region_scope

from .conftest import NOW

pytestmark = pytest.mark.django_db
ACTOR = Actor("Ayu", ip="10.0.0.1", agent="Firefox 130, Linux")
WIB = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def account(malang):
    with region_scope(malang):
        yield Account.objects.create(code="1", name="Kas", kind="cash")


def test_a_change_is_kept_and_shown_on_its_object(account):
    before = fields_of(account, "name", "kind")
    account.name = "Kas daerah"
    account.save()
    record(ACTOR, "records.audit.document_stored", account, now=NOW, before=before, reason="SK 1/2026",
           after=fields_of(account, "name", "kind"))
    other = Account.objects.create(code="2", name="Lain", kind="cash")
    record(ACTOR, "records.audit.document_stored", other, now=NOW)
    (entry,) = history_of(account)
    assert (entry.before, entry.after) == ({"name": "Kas"}, {"name": "Kas daerah"})
    (shown,) = history_shown(account, WIB, "id")
    assert shown.when == "24 Nov 2026, 10.00 WIB"
    assert (shown.what, shown.who, shown.why) == ("Menyimpan dokumen “1 Kas daerah”", "Ayu", "SK 1/2026")
    assert shown.place == "10.0.0.1, Firefox 130, Linux"
    assert [(c.field, c.before, c.after) for c in shown.changes] == [("Nama", "Kas", "Kas daerah")]
    assert history_shown(account, WIB, "en")[0].what == "Stored the document “1 Kas daerah”"


def test_an_action_without_words_is_refused_and_an_old_one_shows_its_key(account):
    with pytest.raises(ValueError, match="no text for the action"):
        record(ACTOR, "records.audit.dreamt", account, now=NOW)
    record(ACTOR, "records.audit.exported", Thing("x.y", "1", "z"), now=NOW, after={"count": 1_200, "list": [1, 2]})
    AuditEntry.objects.create(at=NOW, actor_name="x", action="gone.away", object_type="x.y", object_id="1",
                              object_label="z")
    shown = shown_entries(entries(AuditFilter(), WIB), WIB, "en")
    assert [e.what for e in shown] == ["gone.away: z", "Downloaded z"]
    assert {c.field: c.after for c in shown[1].changes} == {"count": "1,200", "list": "1, 2"}


@pytest.mark.parametrize(("alias", "statement"), [
    ("default", "UPDATE records_auditentry SET reason = 'x'"), ("owner", "UPDATE records_auditentry SET reason = 'x'"),
    ("default", "DELETE FROM records_auditentry"), ("owner", "DELETE FROM records_auditentry"),
    ("default", "TRUNCATE records_auditentry")])
def test_nobody_changes_the_record(account, alias, statement):
    record(ACTOR, "records.audit.exported", account, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def test_filters_work_on_local_days(account):
    record(ACTOR, "records.audit.exported", account, now=NOW.replace(hour=16, minute=59))   # 24 Nov 23.59 WIB
    record(Actor("Budi"), "records.audit.work_started", account, now=NOW.replace(hour=17))  # 25 Nov 00.00 WIB
    first, second = date(2026, 11, 24), date(2026, 11, 25)
    assert [e.actor_name for e in entries(AuditFilter(first=first, last=first), WIB)] == ["Ayu"]
    assert [e.actor_name for e in entries(AuditFilter(first=second), WIB)] == ["Budi"]
    assert entries(AuditFilter(action="records.audit.exported"), WIB).count() == 1
    assert entries(AuditFilter(object_type="records.account"), WIB).count() == 2
    assert entries(AuditFilter(object_type="records.charge"), WIB).count() == 0


def test_without_a_region_nothing_is_recorded(db):
    with pytest.raises(NoRegion):
        record(ACTOR, "records.audit.exported", Thing("x", "1", "z"), now=NOW)


def test_the_trigger_speaks(account):
    record(ACTOR, "records.audit.exported", account, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger "
                       "WHERE tgrelid = 'records_auditentry'::regclass AND NOT tgisinternal")
        assert cursor.fetchall() == [("append_only",)]
