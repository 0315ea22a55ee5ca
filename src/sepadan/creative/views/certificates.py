"""Certificates for the public: each one's page, its holder's part, checking a credential, the status lists, the keys.

Whoever has the address of a certificate sees that it is one, of which event, and whether it still counts; a name only
while its holder wishes. The holder opens his part with the code on his own sheet, sent with each of his wishes: nothing
is kept in the browser. A credential that is pasted or uploaded is looked at and not kept.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sepadan.creative.access_doors import public_certificate
from sepadan.creative.documents.certificate_paper import certificate_pdf
from sepadan.creative.engine.credential import LARGEST, did_key, name_hash
from sepadan.creative.models import Certificate, SigningKey, StatusList
from sepadan.creative.services.certificates import opens_certificate, percent, show_name
from sepadan.creative.services.credentials import (
    PURPOSE,
    certificate_code,
    check_credential,
    name_key,
    status_jwt,
    status_url,
)
from sepadan.creative.views.shown import sample_of
from sepadan.ground.messages import message
from sepadan.ground.messages import render as words
from sepadan.ground.problems import Problem, Refused, problem
from sepadan.records.public import (
    Actor,
    address_of,
    begin_attempt,
    forgive_attempt,
    grouped,
    language,
    now,
    plain_code,
    region_of,
    zone_of,
)

JWT_TYPE = "application/vc+jwt"
TONES = {"valid": "ok", "revoked": "bad", "replaced": "care"}
FINDING_TONES = {**TONES, "unreadable": "bad", "foreign": "bad", "forged": "bad", "void": "bad", "unknown": "bad"}


def site_of(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, kode: str, public_id: str) -> HttpResponse:
    """One certificate: what it says, whether it counts; for its holder downloads and his name."""
    found, status = public_certificate(public_id), 200
    refusal: Problem | None = None
    opened = False
    if request.method == "POST":
        typed = request.POST.get("code", "")[:60]
        attempt = begin_attempt("certificate", f"{region_of(request).code}:{public_id}", address_of(request), now=now())
        if attempt.seconds:
            refusal, status = problem("creative.ask.wait", seconds=attempt.seconds), 429
        elif not opens_certificate(found, typed):
            refusal, status = problem("creative.certificate.wrong_code"), 422
        else:
            forgive_attempt(attempt)
            opened, act = True, request.POST.get("act", "")
            if act in ("pdf", "jwt"):
                return file_of(request, found, act)
            if act in ("show", "hide"):
                try:
                    with transaction.atomic():
                        show_name(found, shown=act == "show", actor=_holder(request), now=now())
                except Refused as refused:
                    refusal, status = refused.problem, 409
                found = public_certificate(public_id)
    return render(request, "creative/certificate.html", {
        **told(found), "region": region_of(request), "opened": opened, "refusal": refusal,
        "code": certificate_code(found) if opened else "",
        "name_key": grouped(name_key(public_id)) if opened and found.holder_name else "",
        "own_name": found.holder_name if opened else "", "sample": sample_of(found.event.centre)}, status=status)


def told(found: Certificate) -> dict[str, Any]:
    """What anybody may know of a certificate."""
    zone = zone_of(found.region)
    return {"found": found, "title": found.event.title_in(language()), "tone": TONES[found.state],
            "name": found.holder_name if found.name_shown and found.state == "valid" else "",
            "issued": found.issued_at.astimezone(zone).date(), "share": percent(found.share_needed),
            "ended": found.ended_at.astimezone(zone).date() if found.ended_at else None}


def file_of(request: HttpRequest, found: Certificate, form: str) -> HttpResponse:
    """The holder's files: the certificate as PDF, the credential as JWT."""
    content: bytes | str = found.jwt if form == "jwt" else certificate_pdf(found, language(), site=site_of(request))
    return HttpResponse(content, content_type=JWT_TYPE if form == "jwt" else "application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{found.number.lower()}.{form}"'})


def _holder(request: HttpRequest) -> Actor:
    return Actor(name=words("creative.certificate.holder_actor", "id"), ip=address_of(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, kode: str) -> HttpResponse:
    """Check a credential that is pasted or uploaded; with name and key also whose it is."""
    context: dict[str, Any] = {"region": region_of(request), "keys": reverse("creative:certificate_keys", args=[kode]),
                               "text": ""}
    if request.method == "POST":
        upload = request.FILES.get("file")
        raw = upload.read(LARGEST + 1) if upload else b""
        text = raw.decode("ascii", "replace") if raw else request.POST.get("text", "")[:LARGEST + 1]
        verdict = check_credential(text.strip())
        row = verdict.certificate
        name, key = (request.POST.get(one, "").replace("\0", "")[:120] for one in ("name", "key"))
        context |= {"finding": message(f"creative.certificate.finding.{verdict.finding}"), "typed_name": name,
                    "tone": FINDING_TONES[verdict.finding], "typed_key": key, "text": "" if raw else text[:LARGEST]}
        if row is not None:
            context |= {**told(row), "named": _is_named(row, name, key), "sample": sample_of(row.event.centre)}
    return render(request, "creative/certificate_check.html", context)


def _is_named(row: Certificate, name: str, key: str) -> bool | None:
    """Whether the credential is that of *name*, as its key says; None when nobody asked."""
    if not (name.strip() and key.strip()):
        return None
    return bool(row.holder_name) and name_hash(name, plain_code(key)) == name_hash(
        row.holder_name, name_key(row.public_id))


@cache_control(public=True, max_age=3600)
@require_safe
def status(request: HttpRequest, kode: str, ordinal: int) -> HttpResponse:
    """A status list as a signed credential; its address is the same in every language."""
    text = status_jwt(ordinal, site=site_of(request), now=now())
    if text is None:
        if StatusList.objects.filter(ordinal=ordinal).exists():
            return HttpResponse(words("creative.certificate.list_gone", language()), status=410,
                                content_type="text/plain; charset=utf-8")
        raise Http404
    return HttpResponse(text, content_type=JWT_TYPE)


@cache_control(public=True, max_age=3600)
@require_safe
def keys(request: HttpRequest, kode: str) -> HttpResponse:
    """The keys that this region signs certificates with, for whoever checks them without asking here again."""
    region = region_of(request)
    rows = SigningKey.objects.filter(purpose=PURPOSE).order_by("ordinal")
    return JsonResponse({
        "issuer": region.name, "region": region.code, "method": "did:key", "algorithm": "EdDSA (Ed25519)",
        "keys": [{"did": did_key(one.public), "kid": one.kid, "opened_at": one.opened_at, "retired_at": one.retired_at,
                  "void_at": one.void_at} for one in rows],
        "status_lists": [status_url(site_of(request), number) for number in StatusList.objects.order_by(
            "ordinal").values_list("ordinal", flat=True)]})
