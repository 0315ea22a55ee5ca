from sepadan.tax.models.bills import Bill
from sepadan.tax.models.objects import TaxableObject
from sepadan.tax.models.rolls import Roll
from sepadan.tax.models.runs import AssessmentRun, RunState
from sepadan.tax.models.taxpayers import Taxpayer

__all__ = ["AssessmentRun", "Bill", "Roll", "RunState", "TaxableObject", "Taxpayer"]
