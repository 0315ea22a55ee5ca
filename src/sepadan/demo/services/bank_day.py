"""The region's side of the demonstration's bank: a partner marked as an example, and bills that it may pay.

The partner is made once; its secret is read from the installation, as the demonstration has no bank to keep it.
"""

from __future__ import annotations

from datetime import datetime

from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    Channel,
    ChannelPartner,
    Charge,
    account_number,
    add_partner,
    add_scheme,
    current_region,
    open_chart,
    quote,
    secret_of,
    today,
)

ACTOR = Actor(name="sepadan demo")
PARTNER, NAME, PREFIX, LEVY = "BANK-CONTOH", "Bank Contoh", "88001", "pbb"
MOST = 200


def example_partner(now: datetime) -> tuple[ChannelPartner, str]:
    """The example bank of the region in scope and its secret, made when absent."""
    partner = ChannelPartner.objects.filter(partner_id=PARTNER).first()
    if partner is None:
        open_chart([LEVY])
        partner, _ = add_partner(PARTNER, NAME, channel=Channel.BANK, actor=ACTOR, now=now, policy="exact")
        add_scheme(partner, PREFIX, LEVY, actor=ACTOR, now=now)
    return partner, secret_of(partner)


def payable_numbers(partner: ChannelPartner, count: int, now: datetime) -> list[str]:
    """Numbers of at most *count* bills on which something is to be paid, the newest first. Raises Refused when there
    is none."""
    region = current_region()
    scheme, found = partner.schemes.get(prefix=PREFIX), []
    for charge in Charge.objects.filter(levy=LEVY).order_by("-id")[: 20 * count].iterator(chunk_size=count):
        if quote(charge, today(region, now)).total > 0:
            found.append(account_number(scheme, charge))
        if len(found) == count:
            break
    if not found:
        raise refuse("demo.bank.no_bills", where=region.code, remedy="demo.bank.no_bills.remedy")
    return found
