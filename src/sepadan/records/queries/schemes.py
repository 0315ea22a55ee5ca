"""Which banks take payments of a levy, and under which numbers: what a printed bill says of its payment."""

from __future__ import annotations

from collections.abc import Callable

from sepadan.records.engine.bank_signature import check_digit
from sepadan.records.models import ChannelPartner, NumberScheme


def paying_partners(levy: str) -> list[str]:
    """Names of the active partners of the region in scope that take payments of *levy*."""
    rows = ChannelPartner.objects.filter(is_active=True, schemes__levy=levy).order_by("name")
    return list(rows.values_list("name", flat=True).distinct())


def account_numbers(levy: str) -> Callable[[int], str] | None:
    """What gives a charge of *levy*, by its key, its virtual-account number; None where no bank has such numbers.

    Of several schemes the one whose prefix comes first counts. A key of more digits than the scheme has gets no number.
    """
    scheme = NumberScheme.objects.filter(levy=levy, source="key", partner__is_active=True).order_by("prefix").first()
    if scheme is None:
        return None
    prefix, digits = scheme.prefix, scheme.digits

    def number(key: int) -> str:
        rest = f"{key:0{digits}d}"
        return f"{prefix}{rest}{check_digit(rest)}" if len(rest) == digits else ""

    return number
