from sepadan.tax.models.bills import Bill
from sepadan.tax.models.deliveries import DeliveryEvent, DeliveryList
from sepadan.tax.models.objects import TaxableObject
from sepadan.tax.models.register import (
    BuildingVersion,
    LandZone,
    NopPlace,
    ObjectVersion,
    RegisterObject,
)
from sepadan.tax.models.register_people import ObjectLink, SharedPart, TaxpayerVersion
from sepadan.tax.models.register_values import (
    RegionClass,
    RegionClassTable,
    RollOmission,
    Sale,
    ZoneValue,
)
from sepadan.tax.models.rolls import Roll
from sepadan.tax.models.runs import AssessmentRun, RunState
from sepadan.tax.models.targets import RevenueTarget, TargetState
from sepadan.tax.models.taxpayers import Taxpayer

__all__ = [
    "AssessmentRun", "Bill", "BuildingVersion", "DeliveryEvent", "DeliveryList", "LandZone", "NopPlace",
    "ObjectLink", "ObjectVersion", "RegionClass", "RegionClassTable", "RegisterObject", "RevenueTarget", "Roll",
    "RollOmission", "RunState", "Sale", "SharedPart", "TargetState", "TaxableObject", "Taxpayer",
    "TaxpayerVersion", "ZoneValue",
]
