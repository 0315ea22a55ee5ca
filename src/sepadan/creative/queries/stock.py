"""Equipment read: what of an item is free at a time, what is missing, when there is enough again.

What is promised lies in ``StockUse``, which the database derives; here its sums over time are taken. One query for the
uses of all items that are asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from sepadan.creative.engine.opening import Span
from sepadan.creative.engine.stock import Promise, free_throughout
from sepadan.creative.fairness_names import StockAct
from sepadan.creative.models import Centre, StockItem, StockMove, StockUse


def items_of(centre: Centre) -> list[StockItem]:
    return list(StockItem.objects.filter(centre=centre).order_by("code"))


def promises(items: Iterable[int], since: datetime, until: datetime, *, but: Sequence[int] = ()
             ) -> Mapping[int, list[Promise]]:
    """What is promised of each item between *since* and *until*, by its id; the dates *but* are left out."""
    found: dict[int, list[Promise]] = defaultdict(list)
    rows = StockUse.objects.filter(item__in=list(items), during__overlap=(since, until)).exclude(date__in=list(but))
    for item, during, quantity in rows.values_list("item", "during", "quantity"):
        found[item].append(Promise(Span(during.lower, during.upper), quantity))
    return found


def free_of(items: Sequence[StockItem], since: datetime, until: datetime) -> dict[int, int]:
    """How many pieces of each item nobody has between *since* and *until*, throughout."""
    taken = promises([one.pk for one in items], since, until)
    return {one.pk: free_throughout(one.quantity, taken.get(one.pk, ()), Span(since, until)) for one in items}


def moves_of(item: StockItem) -> QuerySet[StockMove]:
    return StockMove.objects.filter(item=item).select_related("from_space", "to_space", "date__booking").order_by("-id")


def out_by_date(dates: Iterable[int]) -> Mapping[tuple[int, int], int]:
    """How many pieces parties have in hand, by item and date; one query."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    rows = StockMove.objects.filter(date__in=set(dates), act__in=[StockAct.HAND_OUT.value, StockAct.RETURN.value])
    for item, date, act, quantity in rows.order_by().values_list("item", "date", "act", "quantity"):
        found[item, date] += quantity if act == StockAct.HAND_OUT else -quantity
    return found
