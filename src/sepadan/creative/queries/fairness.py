"""What the pages of sharing tell, read from bookings, refusals, offers and exceptions of some months.

A meeting counts in the month of its local day when it was given: confirmed, or nobody came to it. A refusal counts in
the month in which it was made: a wish that was not filed (``RefusedWish``) or a booking that the desk refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, QuerySet

from sepadan.creative.engine.fairness import Grant
from sepadan.creative.models import Booking, BookingDate, Centre, Override, RefusedWish, SpaceOffer
from sepadan.creative.names import BookingState, DateState
from sepadan.creative.queries.groups import with_newcomer
from sepadan.records.public import current_region, zone_of

GIVEN = (DateState.CONFIRMED, DateState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Months:
    """From the first day to before another, local."""

    first: date
    after: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        zone = zone_of(current_region())
        return datetime.combine(self.first, time(), zone), datetime.combine(self.after, time(), zone)


def given_dates(centre: Centre, months: Months) -> QuerySet[BookingDate]:
    since, until = months.moments
    return BookingDate.objects.filter(booking__centre=centre, state__in=[one.value for one in GIVEN],
                                      starts_at__gte=since, starts_at__lt=until)


def grants(centre: Centre, months: Months) -> list[Grant]:
    """Every meeting that was given. Two queries."""
    dates = list(given_dates(centre, months).values_list("booking", "starts_at", "ends_at"))
    rows = with_newcomer(Booking.objects.filter(pk__in={one for one, _, _ in dates})).values_list(
        "pk", "organiser_key", "organiser_kind", "subsector", "kecamatan", "disability", "newcomer")
    facts = {row[0]: row[1:] for row in rows}
    return [Grant(booking, facts[booking][0], end - start, *facts[booking][1:]) for booking, start, end in dates]


def refused_wishes(centre: Centre, months: Months) -> QuerySet[RefusedWish]:
    since, until = months.moments
    return RefusedWish.objects.filter(centre=centre, at__gte=since, at__lt=until).select_related("space")


def refused_bookings(centre: Centre, months: Months) -> QuerySet[Booking]:
    since, until = months.moments
    return Booking.objects.filter(centre=centre, state=BookingState.REFUSED.value, decided_at__gte=since,
                                  decided_at__lt=until).select_related("space")


def reason_of(key: str, rule: str) -> str:
    """A refusal's reason as it is counted: the rule of the centre where one refused, else the last words of its key."""
    return f"rule:{rule}" if rule else ".".join(key.split(".")[-2:])


def refusals(centre: Centre, months: Months) -> dict[str, int]:
    """How many wishes were refused for which reason, the most first; ``desk``: bookings that the desk refused."""
    counts: Counter[str] = Counter()
    for row in refused_wishes(centre, months).order_by().values("key", "rule").annotate(many=Count("id")):
        counts[reason_of(row["key"], row["rule"])] += row["many"]
    desk = refused_bookings(centre, months).count()
    if desk:
        counts["desk"] = desk
    return dict(counts.most_common())


def offers(centre: Centre, months: Months) -> dict[str, int]:
    """What became of the offers that were made in these months, by state."""
    since, until = months.moments
    rows = SpaceOffer.objects.filter(date__booking__centre=centre, made_at__gte=since, made_at__lt=until)
    return {row["state"]: row["many"] for row in rows.order_by().values("state").annotate(many=Count("id"))}


def overrides(centre: Centre, months: Months) -> QuerySet[Override]:
    since, until = months.moments
    return Override.objects.filter(booking__centre=centre, at__gte=since, at__lt=until).select_related("booking")


def bookings_behind(centre: Centre, months: Months, trait: str, value: str) -> list[tuple[Booking, int, float]]:
    """The bookings of a cell, with their meetings and hours in these months: the rows behind a number."""
    meetings: dict[int, list[float]] = defaultdict(list)
    for booking, start, end in given_dates(centre, months).values_list("booking", "starts_at", "ends_at"):
        meetings[booking].append((end - start).total_seconds() / 3600)
    rows = with_newcomer(Booking.objects.filter(pk__in=list(meetings)).select_related("space"))
    columns = {"kind": "organiser_kind", "subsector": "subsector", "kecamatan": "kecamatan",
               "organiser": "organiser_key"}
    if trait in columns:
        rows = rows.filter(**{columns[trait]: value})
    elif trait in ("newcomer", "disability"):
        rows = rows.filter(**{trait: value == "yes"})
    return [(one, len(meetings[one.pk]), sum(meetings[one.pk])) for one in rows.order_by("id")]


def often(rows: Sequence[Grant], most: int = 20) -> list[tuple[str, int, float]]:
    """Organisers with most hours: (key, bookings, hours)."""
    bookings: dict[str, set[int]] = defaultdict(set)
    hours: dict[str, float] = defaultdict(float)
    for one in rows:
        bookings[one.organiser].add(one.booking)
        hours[one.organiser] += one.length.total_seconds() / 3600
    top = sorted(hours, key=lambda key: (-hours[key], key))[:most]
    return [(key, len(bookings[key]), hours[key]) for key in top]
