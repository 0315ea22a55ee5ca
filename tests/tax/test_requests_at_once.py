"""Two officers act on one request at the same moment, each on a connection of his own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from sepadan.ground.problems import Refused
from sepadan.records.public import Actor, Person, region_scope
from sepadan.tax.engine.requests import Act
from sepadan.tax.models import Request, RequestEvent
from sepadan.tax.models.requests import Intake
from sepadan.tax.services.requests import NewRequest, act_on, add_paper, file_request
from sepadan.territory.models import Region

NOW, TODAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC), date(2026, 11, 24)
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_two_officers_at_once_lose_nothing_and_the_second_is_told():
    region = Region.objects.get(code="35.73")
    made = [Person.objects.create_user(f"{name}@contoh.go.id", name.title()) for name in ("ani", "budi")]
    ani, budi = (Actor(name=one.name, person_id=one.pk) for one in made)
    with region_scope(region):
        seen = file_request(NewRequest("information", Intake.COUNTER, TODAY, "Warga"), actor=ani, now=NOW, today=TODAY)
        seen = add_paper(seen, "letter", version=seen.version, actor=ani, now=NOW, today=TODAY)
    start = threading.Barrier(2)

    def complete(actor: Actor) -> str:
        try:
            with region_scope(region):
                start.wait(timeout=60)
                act_on(seen, Act.COMPLETE, version=seen.version, actor=actor, now=NOW, today=TODAY)
            return "done"
        except Refused as refused:
            return refused.problem.text("id")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(complete, (ani, budi)), key=len)
    assert said[0] == "done"
    assert "mengubah permohonan ini" in said[1]
    with region_scope(region):
        assert RequestEvent.objects.filter(kind="complete").count() == 1
        assert Request.objects.get(pk=seen.pk).version == 1 + 1 + 1  # filed, one paper, one step
