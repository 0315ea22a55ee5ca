"""What the page of a refused objection shows of its fine and of an appeal."""

from __future__ import annotations

from typing import Any

from sepadan.ground.messages import Message, message
from sepadan.records.public import Appeal, Ruling
from sepadan.tax.models import Request
from sepadan.tax.services.appeals import appeal_by, appeal_of, holds
from sepadan.tax.services.fines import fines_of
from sepadan.tax.views.fines_shown import fine_rows


def fines_shown(found: Request, person_id: int | None) -> dict[str, Any] | None:
    """What the page says of fines and an appeal to the person; None for what is no refused objection."""
    if found.type.refusal_fine is None or found.outcome != "refused" or found.decided_on is None:
        return None
    rows = fine_rows(fines_of(found), found.region)
    appeal, last = appeal_of(found), appeal_by(found)
    confirmed = appeal is not None and appeal.confirmed_at is not None
    return {"fines": rows, "appeal": appeal, "last": last, "confirmed": confirmed, "holds": holds(appeal),
            "mine": appeal is not None and appeal.recorded_by_id == person_id, "ruled": _ruled(appeal),
            "unfined": confirmed and appeal is not None and appeal.outcome == "refused"
            and not any(row.kind == "appeal_fine" for row in fines_of(found)),
            "outcomes": [(one.value, f"tax.appeal.outcome.{one.value}") for one in Ruling]}


def _ruled(appeal: Appeal | None) -> Message | None:
    if appeal is None or not appeal.outcome:
        return None
    return message("tax.appeal.ruled", ruling=appeal.ruling, on=appeal.ruled_on, payable=appeal.payable,
                   outcome=message(f"tax.appeal.outcome.{appeal.outcome}"))
