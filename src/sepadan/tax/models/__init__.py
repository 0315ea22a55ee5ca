from sepadan.tax.models.bills import Bill
from sepadan.tax.models.collection import (
    Claim,
    ClaimOrigin,
    DecisionKind,
    DecisionState,
    DuesDecision,
    Evidence,
    Instalment,
)
from sepadan.tax.models.collection_steps import (
    SIGNED,
    CollectionLetter,
    FieldVisit,
    Interrupt,
    InterruptKind,
    LetterKind,
    LetterLine,
    LetterState,
    Spared,
    SpareReason,
    VisitOutcome,
)
from sepadan.tax.models.deliveries import DeliveryEvent, DeliveryList
from sepadan.tax.models.imports import ImportFile, ImportProblem, ImportState, RegisterImport
from sepadan.tax.models.letter_batches import BatchOmission, BatchState, LetterBatch
from sepadan.tax.models.letter_revisions import LetterRevision, RevisionKind
from sepadan.tax.models.objects import TaxableObject
from sepadan.tax.models.opening import (
    NjoptkpHolder,
    OpeningBill,
    OpeningKind,
    OpeningPayment,
    OpeningProposal,
    OpeningState,
)
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
from sepadan.tax.models.requests import BillChange, Request, RequestEvent
from sepadan.tax.models.rolls import Roll
from sepadan.tax.models.runs import AssessmentRun, RunState
from sepadan.tax.models.seizures import SeizedGood, Seizure, SeizureAct, SeizureState, SeizureStep
from sepadan.tax.models.targets import RevenueTarget, TargetState
from sepadan.tax.models.taxpayers import Taxpayer

__all__ = [
    "SIGNED", "AssessmentRun", "BatchOmission", "BatchState", "Bill", "BillChange", "BuildingVersion", "Claim",
    "ClaimOrigin", "CollectionLetter", "DecisionKind", "DecisionState", "DeliveryEvent", "DeliveryList", "DuesDecision",
    "Evidence", "FieldVisit", "ImportFile", "ImportProblem", "ImportState", "Instalment", "Interrupt", "InterruptKind",
    "LandZone", "LetterBatch", "LetterKind", "LetterLine", "LetterRevision", "LetterState", "NjoptkpHolder", "NopPlace",
    "ObjectLink", "ObjectVersion", "OpeningBill", "OpeningKind", "OpeningPayment", "OpeningProposal", "OpeningState",
    "RegionClass", "RegionClassTable", "RegisterImport", "RegisterObject", "Request", "RequestEvent", "RevenueTarget",
    "RevisionKind", "Roll", "RollOmission", "RunState", "Sale", "SeizedGood", "Seizure", "SeizureAct", "SeizureState",
    "SeizureStep", "SharedPart", "SpareReason", "Spared", "TargetState", "TaxableObject", "Taxpayer", "TaxpayerVersion",
    "VisitOutcome", "ZoneValue",
]
