"""Who may see banks, settlement files and cash books of a region: getters that answer 404 for absent and not yours."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from sepadan.records.access import Viewer, permitted
from sepadan.records.models import (
    CashDay,
    CashDeposit,
    CashReceipt,
    ChannelPartner,
    Charge,
    Collector,
    Payment,
    SettlementFile,
    SettlementRow,
)
from sepadan.territory.public import Region


def _one(person: Viewer, region: Region, rows: Any) -> Any:
    found = rows.first() if permitted(person, region, "ledger.read") else None
    if found is None:
        raise Http404
    return found


def partner_for(person: Viewer, region: Region, partner_id: int) -> ChannelPartner:
    return _one(person, region, ChannelPartner.objects.filter(pk=partner_id))


def settlement_file_for(person: Viewer, region: Region, file_id: int) -> SettlementFile:
    return _one(person, region, SettlementFile.objects.select_related("partner").filter(pk=file_id))


def settlement_row_for(person: Viewer, region: Region, file_id: int, row_id: int) -> SettlementRow:
    return _one(person, region, SettlementRow.objects.select_related("file__partner").filter(pk=row_id, file=file_id))


def payment_for(person: Viewer, region: Region, payment_id: int) -> Payment:
    return _one(person, region, Payment.objects.select_related("charge").filter(pk=payment_id))


def charge_for(person: Viewer, region: Region, charge_id: int) -> Charge:
    return _one(person, region, Charge.objects.filter(pk=charge_id))


def collector_for(person: Viewer, region: Region, collector_id: int) -> Collector:
    return _one(person, region, Collector.objects.filter(pk=collector_id))


def cash_day_for(person: Viewer, region: Region, day_id: int) -> CashDay:
    return _one(person, region, CashDay.objects.select_related("collector", "deposit").filter(pk=day_id))


def receipt_for(person: Viewer, region: Region, receipt_id: int) -> CashReceipt:
    rows = CashReceipt.objects.select_related("payment__charge", "cash_day__collector")
    return _one(person, region, rows.filter(pk=receipt_id))


def deposit_for(person: Viewer, region: Region, deposit_id: int) -> CashDeposit:
    return _one(person, region, CashDeposit.objects.select_related("collector").filter(pk=deposit_id))
