"""Signing certificates as credentials, checking them, and the list of those that were revoked.

A certificate is signed by the region's current key of the purpose ``certificate``; the list on which its place lies is
signed by the same key for as long as it is asked for, also after that key was retired. A list is made when it is asked
for, good for ``LIST_GOOD``; who checks offline keeps a copy no longer than that. If the installation's secret was lost,
lists of older keys can be signed no more: certificates stay readable, and the page of each tells its state.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings

from sepadan.creative.engine import status_list
from sepadan.creative.engine.credential import (
    Award,
    credential,
    did_key,
    name_hash,
    read_jwt,
    write_jwt,
    written,
)
from sepadan.creative.models import Certificate, Event, SigningKey, StatusList
from sepadan.creative.services.signing import Signer, is_signed, signer, signer_of
from sepadan.records.public import current_region, paper_code

PURPOSE = "certificate"
LIST_GOOD = timedelta(days=7)
Finding = Literal["valid", "revoked", "replaced", "unreadable", "foreign", "forged", "void", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a credential found. ``certificate``: the row it belongs to, where its signature is sound."""

    finding: Finding
    certificate: Certificate | None = None


def certificate_key(now: datetime) -> tuple[Signer, SigningKey]:
    """The key that signs certificates now, and its row."""
    found = signer(PURPOSE, now=now)
    return found, SigningKey.objects.get(kid=found.kid)


def status_url(site: str, ordinal: int) -> str:
    return f"{site}/id/{current_region().code}/pusat-kreatif/sertifikat/status/{ordinal}/"


def page_url(site: str, public_id: str) -> str:
    return f"{site}/id/{current_region().code}/pusat-kreatif/sertifikat/{public_id}/"


def name_key(public_id: str) -> str:
    """With the name it opens the hash in the credential; only the holder is told it."""
    return paper_code("certificate-name", current_region().code, public_id)


def certificate_code(certificate: Certificate) -> str:
    """The holder's code, on his sheet beside the certificate: opens downloads and whether the name is shown."""
    return paper_code("certificate", certificate.region.code, certificate.public_id)


def list_key(ordinal: int) -> bytes:
    """What scatters the places of a list; outside the database."""
    said = f"sepadan.status:{current_region().code}:{ordinal}".encode()
    return hmac.digest(settings.BILL_KEY, said, hashlib.sha256)


def sign_award(event: Event, key: Signer, issuer: str, *, public_id: str, number: str, name: str, criteria: str,
               issued_at: datetime, list_ordinal: int, place: int, site: str) -> str:
    """The credential of one certificate as a JWT. *site*: the address under which this installation is reached."""
    base = f"{site}/id/{current_region().code}/pusat-kreatif/{event.centre.code}/"
    title = event.title_in("id")
    award = Award(
        public_id=public_id, title=title, about=str(event.about.get("id") or title)[:1000], criteria=criteria,
        event_page=f"{base}acara/{event.code}/", issuer_name=f"{event.centre.name}, {current_region().name}",
        issuer_page=base, issued_at=issued_at,
        identity=name_hash(name or number, name_key(public_id)), identity_type="name" if name else "systemId")
    status = status_list.entry(status_url(site, list_ordinal), place)
    return write_jwt(credential(award, issuer, status), issuer, key.sign)


def check_credential(text: str) -> Verdict:
    """What a JWT is: by its signature, by the keys of the region in scope, and by the state of its certificate."""
    found = read_jwt(text)
    if found is None:
        return Verdict("unreadable")
    keys = {did_key(one.public): one for one in SigningKey.objects.filter(purpose=PURPOSE)}
    key = keys.get(found.kid)
    if key is None:
        return Verdict("foreign")
    if not is_signed(key.public, found.signature, found.signed):
        return Verdict("forged")
    if key.void_at is not None:
        return Verdict("void")
    jti = str(found.payload.get("jti", ""))
    row = Certificate.objects.select_related("event__centre", "registration", "key", "status_list").filter(
        key=key, public_id=jti.removeprefix("urn:uuid:")).first()
    if row is None:
        return Verdict("unknown")
    finding: Finding = "valid" if row.state == "valid" else "replaced" if row.state == "replaced" else "revoked"
    return Verdict(finding, row)


def status_jwt(ordinal: int, *, site: str, now: datetime) -> str | None:
    """The list *ordinal* as a signed credential; None where there is none, or its key can sign no more."""
    row = StatusList.objects.select_related("key__region").filter(ordinal=ordinal).first()
    key = signer_of(row.key) if row is not None else None
    if row is None or key is None:
        return None
    ended = Certificate.objects.filter(status_list=row).exclude(state="valid").values_list("status_index", flat=True)
    issuer, url = did_key(row.key.public), status_url(site, ordinal)
    payload = status_list.list_credential(url, issuer, ended, since=written(now), until=written(now + LIST_GOOD))
    return write_jwt({**payload, "iss": issuer, "jti": url, "nbf": int(now.timestamp()),
                      "exp": int((now + LIST_GOOD).timestamp())}, issuer, key.sign)


def next_places(key: SigningKey, count: int, *, now: datetime) -> list[tuple[StatusList, int]]:
    """Places for *count* further certificates signed by *key*; a list that is full is followed by another.

    The last list is locked until the transaction ends.
    """
    found: list[tuple[StatusList, int]] = []
    row = StatusList.objects.select_for_update(of=("self",)).filter(key=key).order_by("-ordinal").first()
    while len(found) < count:
        if row is None or row.used >= status_list.MOST:
            last = StatusList.objects.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
            row = StatusList.objects.create(key=key, ordinal=last + 1, made_at=now)
        take = min(count - len(found), status_list.MOST - row.used)
        scatter = list_key(row.ordinal)
        found += [(row, status_list.place_of(row.used + step, scatter)) for step in range(take)]
        row.used += take
        row.save(update_fields=["used"])
    return found
