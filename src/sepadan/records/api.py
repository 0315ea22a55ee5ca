"""The bank's side of the HTTP API: inquiry, payment, reversal and status, ``POST /api/v1/<kode>/bank/<kind>``.

Headers in the style of SNAP BI: ``X-PARTNER-ID``, ``X-EXTERNAL-ID``, ``X-TIMESTAMP``, ``X-SIGNATURE``
(``engine/bank_signature.py``). An unknown region, an unknown or closed partner, an address outside the allowed networks
and a wrong signature get the same answer, so that nothing can be probed. These addresses stand outside the transaction
around a request (``ScopeMiddleware``): a message is stored for good before it is worked on.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router

from sepadan.ground.problems import Refused
from sepadan.records import clock
from sepadan.records.desk import address_of
from sepadan.records.engine.bank_codes import Answer, answer
from sepadan.records.engine.bank_signature import is_allowed, is_signed, is_timely
from sepadan.records.models import ChannelPartner
from sepadan.records.services.bank_messages import answer_stored, store_message
from sepadan.records.services.channel_partners import valid_secrets
from sepadan.records.tenancy import region_scope
from sepadan.territory.public import Region

LARGEST_BODY = 16_384
KEPT_HEADERS = ("Content-Type", "X-Timestamp", "X-Partner-Id", "Channel-Id")
_PARTNER, _EXTERNAL = re.compile(r"[A-Za-z0-9-]{1,36}"), re.compile(r"[A-Za-z0-9_-]{1,36}")
_KODE = re.compile(r"\d{2}\.\d{2}", re.ASCII)
_regions: dict[str, Region] = {}
router = Router()
_log = logging.getLogger("sepadan.bank")


@router.post("/v1/{kode}/bank/inquiry", summary="Bank: what is open under a virtual account number")
def bank_inquiry(request: HttpRequest, kode: str) -> HttpResponse:
    return _answer(request, kode, "inquiry")


@router.post("/v1/{kode}/bank/payment", summary="Bank: a payment was made; booked once")
def bank_payment(request: HttpRequest, kode: str) -> HttpResponse:
    return _answer(request, kode, "payment")


@router.post("/v1/{kode}/bank/reversal", summary="Bank: a payment is taken back; undone once")
def bank_reversal(request: HttpRequest, kode: str) -> HttpResponse:
    return _answer(request, kode, "reversal")


@router.post("/v1/{kode}/bank/status", summary="Bank: what became of a payment whose answer was lost")
def bank_status(request: HttpRequest, kode: str) -> HttpResponse:
    return _answer(request, kode, "status")


def _answer(request: HttpRequest, kode: str, kind: str) -> HttpResponse:
    size = request.headers.get("Content-Length", "")
    if not size.isdecimal() or len(size) > 12 or int(size) > LARGEST_BODY:
        return _sent(answer(kind, "too_large"))
    now, region = clock.now(), _region(kode)
    if region is None:
        _is_signed(request, ["nobody"])
        return _sent(answer(kind, "unauthorized"))
    with region_scope(region):  # whose message it is, and the message itself, in one transaction
        partner = _partner(request, now)
        if partner is None:
            return _sent(answer(kind, "unauthorized"))
        fault = _fault(request, kind, partner, now)
        if fault is not None:
            return _sent(fault)
        external_id = request.headers["X-External-Id"]
        stored = store_message(partner, kind, external_id=external_id, body=request.body, now=now,
                               headers=_kept(request))
    try:
        found = answer_stored(region, stored, kind, now=now)
    except Refused as refused:  # stored, not answered: the bank's repetition or finish_messages works on it again
        _log.error("bank message %s of %s in %s waits: %s", external_id, partner.partner_id, region.code, refused)
        found = answer(kind, "failed")
    return _sent(found)


def _fault(request: HttpRequest, kind: str, partner: ChannelPartner, now: datetime) -> Answer | None:
    """What is wrong with the headers of a signed message."""
    external_id = request.headers.get("X-External-Id", "")
    if not is_timely(request.headers.get("X-Timestamp", ""), now, partner.tolerance_seconds):
        return answer(kind, "bad_field", field="X-TIMESTAMP")
    if not _EXTERNAL.fullmatch(external_id):
        return answer(kind, "bad_field" if external_id else "no_field", field="X-EXTERNAL-ID")
    return None


def _kept(request: HttpRequest) -> dict[str, str]:
    kept = {name: request.headers[name][:200] for name in KEPT_HEADERS if name in request.headers}
    return {**kept, "ip": address_of(request) or ""}


def _region(kode: str) -> Region | None:
    """The region of an address. One that is known is not asked for again: regions change by a new installation only."""
    if kode not in _regions:
        found = Region.objects.filter(code=kode).first() if _KODE.fullmatch(kode) else None
        if found is None:
            return None
        _regions[kode] = found
    return _regions[kode]


def _partner(request: HttpRequest, now: datetime) -> ChannelPartner | None:
    """Who signed this message. Whoever it is not costs the same work: a signature is computed in any case."""
    name = request.headers.get("X-Partner-Id", "")
    partner = ChannelPartner.objects.filter(partner_id=name, is_active=True).first() \
        if _PARTNER.fullmatch(name) else None
    signed = _is_signed(request, valid_secrets(partner, now) if partner else ["nobody"])
    if partner is None or not signed or not is_allowed(address_of(request), partner.networks):
        return None
    return partner


def _is_signed(request: HttpRequest, secrets: list[str]) -> bool:
    return is_signed(request.headers.get("X-Signature", ""), secrets, request.method or "", request.get_full_path(),
                     request.body, request.headers.get("X-Timestamp", ""))


def _sent(found: Answer) -> HttpResponse:
    return HttpResponse(found.body, status=found.status, content_type="application/json",
                        headers={"Cache-Control": "no-store"})
