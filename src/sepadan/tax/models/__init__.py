from sepadan.tax.models.objects import TaxableObject
from sepadan.tax.models.rolls import Roll
from sepadan.tax.models.taxpayers import Taxpayer

__all__ = ["Roll", "TaxableObject", "Taxpayer"]
