"""Keeping wishes that were refused, so that refusals can be counted by reason and by group.

No contact and no text of the applicant's is kept but the organiser's name, which officers need to see who is refused
again and again; the public sees counts alone. A row is written whatever the refusal, and never changed.
"""

from __future__ import annotations

from datetime import datetime

from sepadan.creative.models import Centre, RefusedWish, Space
from sepadan.creative.queries.groups import is_newcomer
from sepadan.creative.services.bookings import Wish
from sepadan.ground.problems import Problem


def note_refusal(centre: Centre, space: Space | None, wish: Wish, refusal: Problem, *, now: datetime) -> RefusedWish:
    """One row of what was asked for and why it was refused."""
    first = min(wish.meetings, key=lambda one: one.starts_at, default=None)
    return RefusedWish.objects.create(
        centre=centre, space=space, at=now, key=refusal.what.key[:60],
        rule=str(refusal.what.params.get("rule", ""))[:40],
        said=refusal.text("id")[:500], intake=wish.intake.value, organiser=wish.organiser.strip()[:120],
        organiser_kind=wish.organiser_kind, subsector=wish.subsector, kecamatan=wish.kecamatan,
        disability=wish.disability, newcomer=is_newcomer(wish.organiser, wish.contact, now), people=wish.people,
        starts_at=first.starts_at if first else None, ends_at=first.ends_at if first else None)
