from sepadan.records.models.account import AccountEvent, SignInThrottle
from sepadan.records.models.audit import AuditEntry
from sepadan.records.models.channels import (
    BankConflict,
    BankMessage,
    BankOutcome,
    ChannelPartner,
    EarlyReversal,
    NumberScheme,
)
from sepadan.records.models.counters import CashDay, CashDeposit, CashReceipt, Collector
from sepadan.records.models.documents import Document, Number, NumberCounter, NumberSeries
from sepadan.records.models.factors import RecoveryCode, RecoveryDevice
from sepadan.records.models.ledger import Account, Charge, Transfer
from sepadan.records.models.memberships import Membership
from sepadan.records.models.payments import Payment, PaymentReversal, Settlement, SettlementLine
from sepadan.records.models.people import Person
from sepadan.records.models.sanctions import Appeal, Sanction
from sepadan.records.models.settlement_files import SettlementAnswer, SettlementFile, SettlementRow
from sepadan.records.models.work import Work

__all__ = [
    "Account", "AccountEvent", "Appeal", "AuditEntry", "BankConflict", "BankMessage", "BankOutcome", "CashDay",
    "CashDeposit", "CashReceipt", "ChannelPartner", "Charge", "Collector", "Document", "EarlyReversal", "Membership",
    "Number", "NumberCounter", "NumberScheme", "NumberSeries", "Payment", "PaymentReversal", "Person", "RecoveryCode",
    "RecoveryDevice", "Sanction", "Settlement", "SettlementAnswer", "SettlementFile", "SettlementLine", "SettlementRow",
    "SignInThrottle", "Transfer", "Work",
]
