"""The desk's work of the example centre: requests on every step, one asked, one displaced with an open offer, keys."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sepadan.creative.models import AgendaEntry, Booking, Displacement, Disposition, Handover
from sepadan.creative.services.step_rules import current_step
from sepadan.demo.services.centre import ensure_centre
from sepadan.demo.services.centre_desk import ensure_desk_work
from sepadan.demo.services.people import ensure_accounts
from sepadan.records.public import region_scope, today
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # two in the afternoon in Malang


def test_the_example_desk_has_work_of_every_kind_and_is_made_once(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    region = Region.objects.get(code="35.73")
    on = today(region, at=NOW)
    ensure_accounts("35.73", now=NOW, today=on)
    ensure_centre(region, now=NOW, today=on, past=2, ahead=3)
    assert ensure_desk_work(region, now=NOW, today=on) == 7
    assert ensure_desk_work(region, now=NOW, today=on) == 0
    with region_scope(region):
        made = Booking.objects.filter(received_at__gte=NOW.replace(day=22), title__endswith="(contoh)")
        steps = {current_step(one).code for one in made.filter(state="review").select_related("space", "centre")}
        assert steps == {"curation", "questions", "site_check", "decision"}
        assert made.filter(state="asked").count() == 1
        assert (AgendaEntry.objects.count(), Disposition.objects.count()) == (1, 1)
        notice = Displacement.objects.get()
        assert (notice.state, notice.offers.count(), notice.letter is not None) == ("offered", 2, True)
        assert Handover.objects.exists()
        assert Handover.objects.filter(late_minutes__gt=0).exclude(damage="").count() <= 1
