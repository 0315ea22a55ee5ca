"""The demonstration's centre closes its months: two people, one opened again, reports after a closing."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

import pytest

from sepadan.creative.models import MonthClose
from sepadan.creative.services.months import difference_of
from sepadan.demo.public import ensure_accounts
from sepadan.demo.services.centre import ensure_centre
from sepadan.demo.services.centre_months import ensure_months
from sepadan.records.public import now, region_scope, today
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db


def test_months_are_closed_once_and_later_reports_are_their_difference(settings, measured):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    region = Region.objects.get(code="35.73")
    at, day = now(), today(region)
    ensure_accounts("35.73", now=at, today=day)
    ensure_centre(region, now=at, today=day, past=110, ahead=2)
    start = perf_counter()
    closed = ensure_months(region, now=at, today=day)
    measured(f"{closed} months of the example centre closed: {perf_counter() - start:.1f} s")
    assert ensure_months(region, now=at, today=day) == 0
    with region_scope(region):
        rows = list(MonthClose.objects.order_by("month", "ordinal"))
        standing = [one for one in rows if one.opened_at is None]
        assert sum(one.closed for one in standing) == closed
        assert all(one.closed_by_id != one.prepared_by_id for one in rows if one.closed)
        assert [one.reason for one in rows if one.opened_at] != [""]
        assert standing[-1].closed_at is None
        found = difference_of(standing[-2], at + timedelta(minutes=1))
        assert found.whole
        assert len(found.rows) == 3
