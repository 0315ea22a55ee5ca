"""The explanation of a bill: its stored values, with the sentences and articles of the law it was computed by.

Nothing is computed again. The law is that of the run's day, and only when it still is the very version whose
fingerprint the run carries; otherwise the bill's values stand, but no article is put beside them.
"""

from __future__ import annotations

from sepadan.ground.problems import refuse
from sepadan.ground.steps import Explained
from sepadan.tax.engine.pbb import Assessment
from sepadan.tax.engine.pbb_steps import explain
from sepadan.tax.models import Bill
from sepadan.tax.names import Use
from sepadan.tax.services.assessment_columns import law_of


def explain_bill(bill: Bill) -> list[Explained]:
    """The steps of *bill* in the order in which it prints them. Raises Refused when the law on file is another one."""
    law = law_of(bill.run)
    if law.fingerprint() != bill.run.law_fingerprint:
        raise refuse("tax.bill.other_law", where=str(bill), remedy="tax.bill.other_law.remedy")
    stored = Assessment(bill.njop, bill.deduction, bill.taxable, bill.rate, bill.pbb, bill.waived, bill.payable)
    return explain(law.rule, stored, takes_njoptkp=bill.takes_njoptkp, use=Use(bill.taxable_object.use))
