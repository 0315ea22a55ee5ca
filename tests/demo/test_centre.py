"""The demonstration's creative centre: once, without an overlap, marked as synthetic, the same for one seed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from tests.creative.booking_trial import OVERLAPS

from sepadan.creative.public import Booking, BookingDate, Centre
from sepadan.demo.services.centre import ensure_centre
from sepadan.records.public import region_scope
from sepadan.territory.models import Region

NOW, TODAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC), date(2026, 11, 24)
pytestmark = pytest.mark.django_db


def test_a_fortnight_of_bookings_once_and_without_overlap():
    region = Region.objects.get(code="35.73")
    made = ensure_centre(region, now=NOW, today=TODAY, past=10, ahead=4)
    assert made > 14 * 20
    assert ensure_centre(region, now=NOW, today=TODAY) == 0
    assert ensure_centre(Region.objects.get(code="32.16"), now=NOW, today=TODAY) == 0  # no published centre
    with region_scope(region):
        assert Centre.objects.get().synthetic
        assert Booking.objects.count() == BookingDate.objects.count() == made
        with connection.cursor() as cursor:
            cursor.execute(OVERLAPS)
            assert cursor.fetchall() == []
        assert not Booking.objects.filter(published_at__isnull=False).exclude(state="confirmed").exists()
        assert all("contoh" in title for title in Booking.objects.values_list("title", flat=True)[:50])
