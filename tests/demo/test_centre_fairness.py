"""The demonstration's line, equipment and refusals: made by the same services, once."""

from __future__ import annotations

import pytest

from sepadan.creative.models import RefusedWish, SpaceOffer, StockMove, StockUse
from sepadan.demo.public import ensure_accounts
from sepadan.demo.services.centre import ensure_centre
from sepadan.demo.services.centre_fairness import ensure_fairness
from sepadan.records.public import now, region_scope, today
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db


def test_a_live_offer_a_line_equipment_and_refusals_are_there_once(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    region = Region.objects.get(code="35.73")
    ensure_accounts("35.73", now=now(), today=today(region))
    ensure_centre(region, now=now(), today=today(region), past=3, ahead=3)
    assert ensure_fairness(region, now=now(), today=today(region)) == 4 + 3 + 3
    assert ensure_fairness(region, now=now(), today=today(region)) == 0
    with region_scope(region):
        assert SpaceOffer.objects.filter(state="open").count() == 1
        assert StockUse.objects.exists()
        assert {"move", "break"} <= set(StockMove.objects.values_list("act", flat=True))
        assert RefusedWish.objects.count() > 100
