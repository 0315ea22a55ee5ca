"""Bills of which a relief programme forgives principal and penalty whole: settled by lines of relief alone.

Nobody can pay a total of 0, and a bank is told that nothing is to be paid; so without this the bill would stand open
and be owed again once the programme ends. An approver orders it for one charge or, as background work, for all of them;
the quote of the day decides for each charge, under its lock. Lines are named ``forgiven:<charge>:<day>``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sepadan.ground.problems import refuse
from sepadan.records.public import Actor, Charge, Work, current_region, forgive_dues, record, start_work
from sepadan.tax.engine.relief import Span
from sepadan.tax.services.arrears import ArrearsList, opened
from sepadan.tax.services.collection_lines import lock_charges
from sepadan.tax.services.dues import dues_law, quotes

FORGIVE_WORK = "tax.forgive_bills"
CHUNK = 500


def settle_forgiven(keys: Sequence[int], *, actor: Actor, now: datetime, today: date) -> int:
    """Settle those of the charges that the programme of *today* forgives whole; how many they are."""
    held = lock_charges(*keys)
    quoted = quotes(held.values(), today)
    count = 0
    for key, charge in held.items():
        if quoted[key].total or not quoted[key].relief:
            continue
        shares = forgive_dues(charge, quoted[key], on=today, source=f"forgiven:{key}:{today}", now=now)
        record(actor, "tax.audit.bill_forgiven", charge, now=now, after={
            "principal": shares.relief_principal, "interest": shares.relief_interest})
        count += 1
    return count


def forgive_charge(charge: Charge, *, actor: Actor, now: datetime, today: date) -> None:
    """Settle one charge. Raises Refused when the programme of *today* does not forgive it whole."""
    if not settle_forgiven([charge.pk], actor=actor, now=now, today=today):
        raise refuse("tax.collection.not_forgiven", where=str(charge), remedy="tax.collection.not_forgiven.remedy")


def forgiven_years(today: date) -> list[Span[int]]:
    """The tax years of which the programme in force on *today* forgives principal and penalty whole."""
    programme = dues_law(current_region().code, today).programme
    if programme is None or not programme.window.holds(today):
        return []
    return [row.years for row in programme.rows if row.principal_cut == row.penalty_cut == 1
            and (row.paid is None or row.paid.holds(today))]


def forgiven_charges(arrears: ArrearsList, today: date, *, after: int = 0) -> list[int]:
    """The open charges of those years on the list, by key from *after* on."""
    spans = forgiven_years(today)
    if not spans:
        return []
    years = " OR ".join(f"tax_year BETWEEN {span.first if span.first is not None else 0} AND "
                        f"{span.last if span.last is not None else 9999}" for span in spans)
    with opened(arrears) as duck:
        return [int(key) for (key,) in duck.execute(
            f"SELECT charge_id FROM owed WHERE nop > 0 AND charge_id > {after} AND ({years}) ORDER BY 1").fetchall()]


def order_forgiving(*, actor: Actor, now: datetime, today: date) -> Work:
    """Have all of them settled by a worker, once at a time."""
    return start_work(FORGIVE_WORK, action="tax.approve", actor=actor, now=now, once=today.isoformat(),
                      params={"on": today.isoformat()})
