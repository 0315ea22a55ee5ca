"""The example events: every kind is there, marked as an example, made once, bound by the rules of real ones."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from sepadan.creative.models import Event, Registration, Ticket
from sepadan.demo.services.centre import ensure_centre
from sepadan.demo.services.centre_events import SCENES, ensure_events
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

from .test_centre import NOW, TODAY

pytestmark = pytest.mark.django_db


def test_a_dozen_events_with_visitors_are_made_once():
    region = Region.objects.get(code="35.73")
    assert ensure_events(region, now=NOW, today=TODAY) == 0  # no centre yet
    ensure_centre(region, now=NOW, today=TODAY, past=20, ahead=12)
    made = ensure_events(region, now=NOW, today=TODAY)
    assert ensure_events(region, now=NOW, today=TODAY) == 0
    with region_scope(region):
        events = {one.title["id"]: one for one in Event.objects.all()}
        assert len(events) == len(SCENES)
        assert all("contoh" in title for title in events)
        assert {one.state for one in events.values()} == {"draft", "published", "cancelled", "over"}
        assert Registration.objects.count() == made == sum(one.came + one.waits + one.offers for one in SCENES)
        assert all("Contoh" in name for name in Registration.objects.values_list("name", flat=True))
        full = events["Bincang film animasi Malang (contoh)"]
        taken = full.registrations.filter(state__in=["confirmed", "offered"]).aggregate(all=Sum("seats"))["all"]
        assert (taken, full.capacity) == (30, 30)
        assert full.registrations.filter(state="waiting").count() == 45
        assert events["Kelas membuat gim enam pekan (contoh)"].sessions.count() == 6
        assert not Registration.objects.filter(event__minors=True, guardian_name="").exists()
        assert Ticket.objects.count() == Registration.objects.filter(state="confirmed").count()
