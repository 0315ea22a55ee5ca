"""When a paid use must be paid, by the rules of its centre.

    payment: {when: before_confirmation, days: 3, decide_days: 3}      a slot is kept until the payment is due
    payment: {when: after_confirmation, days: 14}                      confirmed first, paid by a day
    appeal_days: 14                                                    until when one may appeal (optional)

``days`` counts from the day of the letter. Before confirmation the due day is at the latest the day before the first
date, as far as there is one between, so that nobody comes unpaid; ``decide_days`` is how long a slot is kept after the
due day, for the payment to be seen and the confirmation to be signed. These are rules of a centre, not of a law: a
centre without them cannot charge anybody. Pure: days in, days out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, cast, get_args

from sepadan.ground.problems import refuse

When = Literal["before_confirmation", "after_confirmation"]
KEYS = ("when", "days", "decide_days")
MOST_DAYS = 180


@dataclass(frozen=True, slots=True)
class PaymentRules:
    when: When
    days: int
    decide_days: int = 3

    @property
    def before_confirmation(self) -> bool:
        return self.when == "before_confirmation"

    def due_on(self, issued_on: date, first: date | None) -> date:
        """The last day of payment of a letter of *issued_on* for a use that begins on *first* (None: it is over)."""
        due = issued_on + timedelta(days=self.days)
        if self.before_confirmation and first is not None and first > issued_on:
            return min(due, first - timedelta(days=1))
        return due

    def kept_until(self, due_on: date) -> date:
        """The last day on which a slot is kept for a payment that is due on *due_on*."""
        return due_on + timedelta(days=self.decide_days)


def read_payment(rules: Mapping[str, Any]) -> PaymentRules | None:
    """The rules of payment among the rules of a centre; None where it has none. Raises Refused on an unsound one."""
    given = rules.get("payment")
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise refuse("creative.payment.shape", where="payment", remedy="creative.payment.shape.remedy")
    for key in given:
        if key not in KEYS:
            raise refuse("creative.payment.key", where=f"payment.{key}", key=str(key), known=", ".join(KEYS))
    when = given.get("when")
    if when not in get_args(When):
        raise refuse("creative.payment.when", where="payment.when", value=str(when), known=", ".join(get_args(When)))
    return PaymentRules(cast(When, when), *(_days(given, name, fallback) for name, fallback in (
        ("days", None), ("decide_days", 3))))


def read_appeal_days(rules: Mapping[str, Any]) -> int | None:
    """Within how many days of its letter a difference may be appealed; None: the centre sets no end."""
    return None if rules.get("appeal_days") is None else _days(rules, "appeal_days", None)


def _days(given: Mapping[str, Any], name: str, fallback: int | None) -> int:
    value = given.get(name, fallback)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
        raise refuse("creative.payment.days", where=name, value=str(value), most=MOST_DAYS)
    return value
