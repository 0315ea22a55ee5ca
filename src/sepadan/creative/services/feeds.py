"""Secret links to calendars: made, shown once, found again by their token, revoked.

A token has 192 random bits; the table keeps its SHA-256 digest, so that neither the database nor a backup gives a link
away, and a lost one can only be replaced. A person's link covers the bookings proved by number and code. Making and
revoking leave an audit record; fetching notes the moment, at most once an hour.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import QuerySet

from sepadan.creative.models import Booking, Centre, FeedBooking, FeedLink, Space
from sepadan.creative.names import FeedKind
from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, record

NOTED = timedelta(hours=1)
MOST_LINKS = 5
"""Live links that one booking may have; the desk's own are not counted."""


def make_link(kind: FeedKind, centre: Centre, *, actor: Actor, now: datetime, space: Space | None = None,
              organiser: str = "", label: str = "", booking: Booking | None = None) -> tuple[FeedLink, str]:
    """A new link and its token, which nothing gives back later. Raises Refused when it would open nothing."""
    if kind is FeedKind.SPACE and space is None:
        raise refuse("creative.booking.no_space")
    if kind is FeedKind.ORGANISER and not organiser.strip():
        raise refuse("creative.feed.no_organiser", remedy="creative.feed.no_organiser.remedy")
    if (kind is FeedKind.PERSON) != (booking is not None):
        raise refuse("creative.feed.no_booking")
    if booking is not None and links_of(booking).count() >= MOST_LINKS:
        raise refuse("creative.feed.many", remedy="creative.feed.many.remedy", most=MOST_LINKS)
    token = secrets.token_urlsafe(24)
    link = FeedLink.objects.create(
        kind=kind.value, centre=centre, space=space if kind is FeedKind.SPACE else None,
        organiser=organiser.strip()[:120] if kind is FeedKind.ORGANISER else "", label=label.strip()[:120],
        digest=digest_of(token), made_at=now, made_by=actor.name)
    if booking is not None:
        FeedBooking.objects.create(link=link, booking=booking)
    record(actor, "creative.audit.feed_made", link, now=now, after={
        "kind": kind.value, "space": space.code if space and kind is FeedKind.SPACE else "",
        "booking": booking.number if booking else ""})
    return link, token


def add_to_link(link: FeedLink, booking: Booking, *, actor: Actor, now: datetime) -> None:
    """Let a person's link cover one more booking that he proved."""
    if link.kind != FeedKind.PERSON or link.revoked_at is not None:
        raise refuse("creative.feed.no_link")
    if FeedBooking.objects.get_or_create(link=link, booking=booking)[1]:
        record(actor, "creative.audit.feed_widened", link, now=now, after={"booking": booking.number})


def revoke_link(link: FeedLink, *, actor: Actor, now: datetime) -> None:
    """End a link at once. Ending it again changes nothing."""
    held = FeedLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if held.revoked_at is None:
        held.revoked_at, held.revoked_by = now, actor.name
        held.save(update_fields=["revoked_at", "revoked_by"])
        record(actor, "creative.audit.feed_revoked", held, now=now, after={"kind": held.kind})


def link_of(token: str) -> FeedLink | None:
    """The live link of a token, or None."""
    return FeedLink.objects.select_related("centre", "space__floor").filter(
        digest=digest_of(token), revoked_at__isnull=True).first()


def links_of(booking: Booking) -> QuerySet[FeedLink]:
    """The live links that cover *booking*."""
    return FeedLink.objects.filter(covers__booking=booking, revoked_at__isnull=True)


def note_use(link: FeedLink, now: datetime) -> None:
    """Remember that the link is still fetched, at most once an hour."""
    if link.used_at is None or now - link.used_at >= NOTED:
        FeedLink.objects.filter(pk=link.pk).update(used_at=now)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
