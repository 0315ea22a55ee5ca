"""The example doors: two past events with scans that need somebody and certificates, made once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.creative.doors_event import add_visitors, build_event

from sepadan.creative.models import Certificate, Event
from sepadan.creative.queries.doors import attendance_of, doors_of, flagged_of, readings_of
from sepadan.demo.services.centre_doors import ensure_doors
from sepadan.records.public import now, region_scope, today
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db


def test_two_past_events_have_doors_and_certificates_once():
    region = Region.objects.get(code="35.73")
    how = {"now": now(), "today": today(region)}
    assert ensure_doors(region, **how) == 0  # no event yet
    with region_scope(region):
        start = now() - timedelta(days=3)
        event = build_event(sessions=[(start, start + timedelta(hours=2))])
        add_visitors(event, 30)
        Event.objects.update(state="over")
    made = ensure_doors(region, **how)
    assert ensure_doors(region, **how) == 0
    with region_scope(region):
        assert 20 <= made == Certificate.objects.count() < 30
        assert Certificate.objects.filter(state="revoked").count() == 1
        assert not Certificate.objects.filter(name_shown=True).exists()
        readings = readings_of(event)
        found = attendance_of(event, readings=readings)
        flags = {one.why for one in flagged_of(event, found, readings, doors_of(event))}
        assert flags == {"double", "unknown"}
        assert {one.skew_seconds for door in doors_of(event) for one in door.devices.all()} == {240, -420}
