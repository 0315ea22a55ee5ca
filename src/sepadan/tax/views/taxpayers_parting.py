"""A merge that was wrong: an officer proposes to part it, another person decides. The pages are those of taxpayers."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sepadan.ground.messages import Message, message
from sepadan.ground.problems import Refused
from sepadan.records.public import actor_of, language, needs, now, region_of
from sepadan.tax.access_register import merge_to_part, parting_for
from sepadan.tax.models.register_people import TaxpayerParting
from sepadan.tax.services.taxpayer_partings import approve_parting, propose_parting, refuse_parting
from sepadan.tax.views.taxpayers import doubles_page, taxpayer_page


@never_cache
@require_POST
@needs("tax.write")
def taxpayer_part(request: HttpRequest, kode: str, merge_id: int) -> HttpResponse:
    """Propose that a merge be taken back."""
    merge = merge_to_part(request.user, region_of(request), merge_id)
    reason = str(request.POST.get("reason", "")).replace("\0", "")[:500]
    try:
        with transaction.atomic():
            propose_parting(merge, reason, actor=actor_of(request), now=now())
    except Refused as refused:
        return taxpayer_page(request, merge.dropped, refused.problem)
    messages.success(request, message("tax.taxpayer.part.proposed", npwpd=merge.dropped.npwpd).text(language()))
    return redirect("tax:taxpayer", kode=kode, taxpayer_id=merge.dropped_id)


@never_cache
@require_POST
@needs("tax.approve")
def taxpayer_part_decide(request: HttpRequest, kode: str, parting_id: int) -> HttpResponse:
    """A second person approves the parting, or refuses it with a reason."""
    parting = parting_for(request.user, region_of(request), parting_id)
    try:
        with transaction.atomic():
            done = _decide(request, parting)
    except Refused as refused:
        return doubles_page(request, refused.problem)
    messages.success(request, done.text(language()))
    return redirect("tax:taxpayer", kode=kode, taxpayer_id=parting.merge.dropped_id)


def _decide(request: HttpRequest, parting: TaxpayerParting) -> Message:
    if request.POST.get("act") == "refuse":
        reason = str(request.POST.get("reason", "")).replace("\0", "")
        refuse_parting(parting, reason, actor=actor_of(request), now=now())
        return message("tax.taxpayer.part.refused")
    done = approve_parting(parting, actor=actor_of(request), now=now())
    return message("tax.taxpayer.part.approved", objects=done.objects_moved, left=done.objects_left)
