"""The explanation of a relief: per bill what was owed and what is cut, then the sum payable."""

from __future__ import annotations

from collections.abc import Sequence

from sepadan.ground.messages import message
from sepadan.ground.steps import Explained
from sepadan.tax.engine.late_interest import InterestRule
from sepadan.tax.engine.late_interest_steps import explain_interest
from sepadan.tax.engine.relief import Programme, RelievedBill


def explain_relief(
    programme: Programme, results: Sequence[RelievedBill], interest: InterestRule | None = None
) -> list[Explained]:
    """Principal, cut, penalty and penalty waived of each bill; the total payable closes the account.

    With *interest* a penalty that is late interest says how it was counted.
    """
    steps = [step for result in results for step in _bill(programme, result, interest)]
    return [*steps, Explained(message("tax.relief.step.total"), sum(one.payable for one in results), is_sum=True)]


def _bill(programme: Programme, result: RelievedBill, interest: InterestRule | None) -> list[Explained]:
    bill, row, year = result.bill, result.row, str(result.bill.tax_year)  # a year is written without separators
    steps = [Explained(message("tax.relief.step.principal", year=year), bill.principal)]
    if row is None:
        how = message("tax.relief.step.cut.none")
        steps.append(Explained(message("tax.relief.step.cut", year=year), 0, how=how))
    else:
        how = message("tax.relief.step.cut.how", amount=bill.principal, share=row.principal_cut)
        steps.append(Explained(message("tax.relief.step.cut", year=year), -result.cut, how=how,
                               bases=programme.bases))
    if interest is not None and bill.charge is not None:
        steps += explain_interest(interest, bill.charge)
    steps.append(Explained(message("tax.relief.step.penalty", year=year), bill.penalty))
    if row is not None and bill.penalty:
        how = message("tax.relief.step.cut.how", amount=bill.penalty, share=row.penalty_cut)
        steps.append(Explained(message("tax.relief.step.waived", year=year), -result.penalty_waived, how=how,
                               bases=programme.bases))
    return steps
