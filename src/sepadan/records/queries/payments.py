"""Reading the bank channel: which charge a number leads to, and which messages wait for an answer."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from sepadan.ground.problems import refuse
from sepadan.records.engine.bank_signature import check_digit
from sepadan.records.models import BankMessage, ChannelPartner, Charge, NumberScheme


def account_number(scheme: NumberScheme, charge: Charge) -> str:
    """The number under which *charge* is paid: prefix, then its key with a check digit, or its own number.

    Raises Refused when the charge is of another levy or its number is no plain number.
    """
    rest = charge.number if scheme.source == "number" else _keyed(scheme, charge.pk)
    if charge.levy != scheme.levy or not rest.isascii() or not rest.isdigit() or len(rest) > 28:
        raise refuse("records.bank.scheme.no_number", where=str(charge), prefix=scheme.prefix, levy=scheme.levy,
                     remedy="records.bank.scheme.no_number.remedy")
    return scheme.prefix + rest


def charge_of_number(partner: ChannelPartner, prefix: str, customer: str, *,
                     hold: bool = False) -> tuple[Charge, NumberScheme] | None:
    """The charge behind a number of this partner, and the scheme that led there. With *hold* the charge is locked
    until the transaction ends."""
    scheme = NumberScheme.objects.filter(partner=partner, prefix=prefix).first()
    if scheme is None:
        return None
    rows = Charge.objects.filter(levy=scheme.levy)
    rows = rows.select_for_update(of=("self",)) if hold else rows
    if scheme.source == "number":
        charge = rows.filter(number=customer).first()
    else:
        sound = len(customer) == scheme.digits + 1 and check_digit(customer[:-1]) == customer[-1]
        charge = rows.filter(pk=int(customer[:-1])).first() if sound else None
    return None if charge is None else (charge, scheme)


def charge_of_whole_number(partner: ChannelPartner, number: str) -> Charge | None:
    """The charge behind a number as a settlement file writes it, prefix and all. The longest prefix that leads to a
    charge counts."""
    schemes = NumberScheme.objects.filter(partner=partner).values_list("prefix", flat=True)
    for prefix in sorted((one for one in schemes if number.startswith(one)), key=len, reverse=True):
        found = charge_of_number(partner, prefix, number[len(prefix):])
        if found is not None:
            return found[0]
    return None


def last_day(scheme: NumberScheme, charge: Charge) -> date | None:
    """The last local day on which the channel takes a payment of *charge*; None without an end."""
    return None if scheme.days_after_due is None else charge.due_on + timedelta(days=scheme.days_after_due)


def unanswered() -> QuerySet[BankMessage]:
    """Messages of the region in scope that a crash left without an outcome, oldest first."""
    return BankMessage.objects.filter(outcomes__isnull=True).select_related("partner").order_by("id")


def _keyed(scheme: NumberScheme, key: int) -> str:
    digits = f"{key:0{scheme.digits}d}"
    return digits + check_digit(digits) if len(digits) == scheme.digits else ""
