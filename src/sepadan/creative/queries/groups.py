"""To which groups an organiser belongs, from his bookings: newcomers are derived from history, never asked.

A newcomer has had no booking confirmed when he files: no earlier booking of the same name (letters and digits alone,
``models/bookings.py``) carries a letter number. A name written otherwise is another organiser; the contact is compared
as well where it is given. Both are what an applicant writes, so that these numbers are as good as that.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from sepadan.creative.engine.quota_rules import Groups, groups_of
from sepadan.creative.models import Booking
from sepadan.creative.models.bookings import contact_key, name_key


def same_organiser(organiser: str, contact: str) -> Q:
    """Bookings of the same name, or of the same contact where one is given."""
    same = Q(organiser_key=name_key(Value(organiser)))  # type: ignore[arg-type]
    if sum(one.isalnum() for one in contact) >= 4:
        same |= Q(contact_key=contact_key(Value(contact)))  # type: ignore[arg-type]
    return same


def is_newcomer(organiser: str, contact: str, before: datetime) -> bool:
    """Whether no booking of the organiser was confirmed that had been filed before *before*."""
    return not Booking.objects.filter(same_organiser(organiser, contact), received_at__lt=before).exclude(
        letter_number="").exists()


def with_newcomer(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    """*rows* with ``newcomer``: whether no booking of that name was confirmed which had been filed before."""
    earlier = Booking.objects.filter(region=OuterRef("region"), organiser_key=OuterRef("organiser_key"),
                                     received_at__lt=OuterRef("received_at")).exclude(letter_number="")
    return rows.annotate(newcomer=~Exists(earlier))


def groups_of_booking(booking: Booking, *, newcomer: bool) -> Groups:
    return groups_of(booking.organiser_kind, newcomer=newcomer, disability=booking.disability,
                     subsector=booking.subsector, kecamatan=booking.kecamatan)
