"""Reading the bank channel: which charge a number leads to, and which messages wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from sepadan.ground.problems import refuse
from sepadan.records.engine.bank_signature import check_digit
from sepadan.records.models import BankMessage, ChannelPartner, Charge, NumberScheme, Payment
from sepadan.records.tenancy import RegionalModel, current_region

_Row = TypeVar("_Row", bound=RegionalModel)
_CHARGE, _SCHEME, _PAYMENT = (tuple(one.attname for one in model._meta.concrete_fields)
                              for model in (Charge, NumberScheme, Payment))


def _named(letter: str, names: Sequence[str]) -> str:
    return ", ".join(f"{letter}.{name}" for name in names)


_SCHEME_BY = f"""
    SELECT {", ".join(_SCHEME)} FROM records_numberscheme WHERE region_id = %s AND partner_id = %s AND prefix = %s
"""
_CHARGE_BY = {name: f"""
    SELECT {", ".join(_CHARGE)} FROM records_charge WHERE region_id = %s AND {name} = %s AND levy = %s
""" for name in ("id", "number")}
_KNOWN = f"""
    SELECT EXISTS (SELECT 1 FROM records_earlyreversal
                   WHERE region_id = %s AND partner_id = %s AND request_id = %s),
           EXISTS (SELECT 1 FROM records_paymentreversal r WHERE r.region_id = p.region_id AND r.payment_id = p.id),
           {_named("p", _PAYMENT)}
    FROM (SELECT) one
    LEFT JOIN records_payment p ON p.region_id = %s AND p.channel = %s AND p.reference = %s
"""


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
    until the transaction ends. Written in SQL, because every message of a bank asks it."""
    region_id = current_region().pk
    with connection.cursor() as cursor:
        cursor.execute(_SCHEME_BY, [region_id, partner.pk, prefix])
        row = cursor.fetchone()
        if row is None:
            return None
        scheme = _made(NumberScheme, _SCHEME, row)
        by, wanted = ("number", customer) if scheme.source == "number" else ("id", _key(scheme, customer))
        if wanted is None:
            return None
        cursor.execute(_CHARGE_BY[by] + (" FOR UPDATE" if hold else ""), [region_id, wanted, scheme.levy])
        row = cursor.fetchone()
    return None if row is None else (_made(Charge, _CHARGE, row), scheme)


def _key(scheme: NumberScheme, customer: str) -> int | None:
    """The key of a charge in a number with a check digit; None where it is no such number."""
    sound = len(customer) == scheme.digits + 1 and check_digit(customer[:-1]) == customer[-1]
    return int(customer[:-1]) if sound else None


def _made(model: type[_Row], names: Sequence[str], values: Sequence[Any]) -> _Row:
    """A row of *model* as the database gave it."""
    return model.from_db(DEFAULT_DB_ALIAS, names, values)


@dataclass(frozen=True, slots=True)
class Known:
    """What the books know of a bank's request: its payment, whether that was taken back, whether a reversal came
    before it."""

    payment: Payment | None
    is_taken_back: bool
    is_reversed_early: bool


def known_of_request(partner: ChannelPartner, request_id: str, reference: str) -> Known:
    """What is known of the payment *reference*, which *partner* calls *request_id*; in one statement."""
    region_id = current_region().pk
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [region_id, partner.pk, request_id, region_id, partner.channel, reference])
        early, taken_back, *values = cursor.fetchone()
    payment = None if values[0] is None else _made(Payment, _PAYMENT, values)
    return Known(payment, taken_back, early)


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
