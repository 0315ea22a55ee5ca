"""Certificates of attendance: issued to all who are entitled, revoked, issued anew under another name, shown or hidden.

Entitled is whoever attended at least the share that the event asks for of the sessions that count, computed from scans
as an exact fraction (``queries/certificates.py``); nobody is entitled before the last of these has ended. Issuing again
issues to those who still lack one. A certificate that was revoked is not issued again by itself. The name is that of
the seat where its visitor agreed to be named on certificates; it is shown to the public only once the holder wishes.
Locks: the event, then the status list, then the number series.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sepadan.creative.engine.credential import did_key
from sepadan.creative.event_names import TicketState
from sepadan.creative.models import Certificate, Event, Registration, Ticket
from sepadan.creative.queries.certificates import Standing, last_counted, standings_of
from sepadan.creative.services.credentials import certificate_code, certificate_key, next_places, sign_award
from sepadan.ground.figures import number as figure
from sepadan.ground.messages import message
from sepadan.ground.problems import refuse
from sepadan.records.public import (
    Actor,
    NumberPeriod,
    code_opens,
    current_region,
    open_series,
    record,
    take_numbers,
)

CERTIFICATES = ("creative.certificate", "Sertifikat kehadiran", "SERT-{year}-{number:6}", NumberPeriod.YEAR)
LONGEST_NAME = 120


def issue_certificates(event: Event, *, site: str, actor: Actor, now: datetime, today: date,
                       most: int | None = None) -> int:
    """Issue to all of *event* who are entitled and have none, at most *most* of them. Returns how many.

    Raises Refused while a session that counts is still to come, or where none counts.
    """
    held = Event.objects.select_for_update(of=("self",)).select_related("centre", "region").get(pk=event.pk)
    ends = last_counted(held)
    if ends is None:
        raise refuse("creative.certificate.nothing_counts", where=held.code,
                     remedy="creative.certificate.nothing_counts.remedy")
    if ends > now:
        raise refuse("creative.certificate.not_over", where=held.code, day=ends.date())
    due = [one for one in standings_of(held) if one.due][:most]
    if due:
        _issue(held, due, site, actor, now, today)
    return len(due)


def _issue(event: Event, due: Sequence[Standing], site: str, actor: Actor, now: datetime, today: date) -> None:
    people = {one.pk: one for one in Registration.objects.filter(pk__in={one.registration_id for one in due})}
    holders = {(registration, ordinal): name for registration, ordinal, name in Ticket.objects.filter(
        registration__in=people, state=TicketState.VALID.value).values_list("registration", "ordinal", "holder_name")}
    drafts = []
    for one in due:
        person = people[one.registration_id]
        named = person.name_on_certificate and person.anonymised_at is None
        name = (one.name or holders.get((person.pk, one.ordinal)) or person.name) if named else ""
        drafts.append(Certificate(
            event=event, registration=person, ordinal=one.ordinal, holder_name=name, minor=person.minor,
            attended=one.attended, counted=one.counted, share_needed=event.share_needed))
    sign_certificates(event, drafts, site=site, actor=actor, now=now, today=today)
    record(actor, "creative.audit.certificates_issued", event, now=now, after={
        "event": event.code, "certificates": len(drafts), "share_needed": str(event.share_needed)})


def sign_certificates(event: Event, drafts: Sequence[Certificate], *, site: str, actor: Actor, now: datetime,
                      today: date) -> None:
    """Give *drafts* numbers, places and signatures, and keep them."""
    key, row = certificate_key(now)
    issuer, places = did_key(row.public), next_places(row, len(drafts), now=now)
    open_series(*CERTIFICATES)
    numbers = take_numbers(current_region(), CERTIFICATES[0], today, len(drafts))
    for draft, (listed, place), number in zip(drafts, places, numbers, strict=True):
        draft.number, draft.public_id = number, str(uuid.uuid4())
        draft.issued_at, draft.issued_by, draft.key = now, actor.name, row
        draft.status_list, draft.status_index = listed, place
        draft.jwt = sign_award(
            event, key, issuer, public_id=draft.public_id, number=number, name=draft.holder_name,
            criteria=criteria_of(draft), issued_at=now, list_ordinal=listed.ordinal, place=place, site=site)
    Certificate.objects.bulk_create(drafts, batch_size=500)


def criteria_of(one: Certificate) -> str:
    """What had to be done for it, in Indonesian."""
    return message("creative.certificate.criteria", share=percent(one.share_needed), attended=one.attended,
                   counted=one.counted).text("id")


def percent(share: Decimal) -> str:
    """A share as it is said: 0.800 is 80, 0.665 is 66,5."""
    whole = share * 100
    return figure(int(whole), "id") if whole == int(whole) else f"{whole.normalize():f}".replace(".", ",")


def revoke_certificate(certificate: Certificate, *, reason: str, actor: Actor, now: datetime) -> Certificate:
    """It no longer counts, from the next reading of its status list on."""
    held = _held(certificate)
    _end(held, "revoked", reason, now)
    record(actor, "creative.audit.certificate_revoked", held, now=now, after={"number": held.number},
           reason=held.reason)
    return held


def reissue_certificate(certificate: Certificate, name: str, *, reason: str, site: str, actor: Actor, now: datetime,
                        today: date) -> Certificate:
    """A new certificate under *name* in place of a valid one, or of one that was revoked by mistake."""
    plain = " ".join(name.split())[:LONGEST_NAME]
    if not plain:
        raise refuse("creative.certificate.no_name", where=certificate.number)
    held = _held(certificate, "valid", "revoked")
    if held.state == "valid":
        _end(held, "replaced", reason, now)
    elif not reason.strip():
        raise refuse("creative.certificate.no_reason", where=held.number)
    elif Certificate.objects.filter(event=held.event_id, registration=held.registration_id, ordinal=held.ordinal,
                                    state="valid").exists():
        raise refuse("creative.certificate.has_another", where=held.number)
    draft = Certificate(
        event_id=held.event_id, registration_id=held.registration_id, ordinal=held.ordinal, holder_name=plain,
        minor=held.minor, attended=held.attended, counted=held.counted, share_needed=held.share_needed, replaces=held)
    event = Event.objects.select_related("centre", "region").get(pk=held.event_id)
    sign_certificates(event, [draft], site=site, actor=actor, now=now, today=today)
    record(actor, "creative.audit.certificate_reissued", draft, now=now, after={
        "number": draft.number, "replaces": held.number}, reason=reason.strip()[:300])
    return draft


def show_name(certificate: Certificate, *, shown: bool, actor: Actor, now: datetime) -> Certificate:
    """The holder wishes his name to be shown to whoever has the address, or no longer."""
    held = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if shown and (held.minor or not held.holder_name):
        raise refuse("creative.certificate.no_name_to_show", where=held.number)
    if held.name_shown != shown:
        held.name_shown = shown
        held.save(update_fields=["name_shown"])
        record(actor, "creative.audit.name_shown" if shown else "creative.audit.name_hidden", held, now=now)
    return held


def opens_certificate(certificate: Certificate | None, typed: str) -> bool:
    """Whether *typed* is the holder's code; takes the same time whatever was typed."""
    return code_opens(None if certificate is None else certificate_code(certificate), typed)


def own_certificates(registration: Registration) -> list[tuple[Certificate, str]]:
    """The valid certificates of a registration's seats, each with its holder's code, for who opened the registration.
    """
    rows = Certificate.objects.select_related("region").filter(registration=registration, state="valid")
    return [(one, certificate_code(one)) for one in rows.order_by("ordinal")]


def _held(certificate: Certificate, *states: str) -> Certificate:
    held = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if held.state not in (states or ("valid",)):
        raise refuse("creative.certificate.ended", where=held.number, state=held.state_label)
    return held


def _end(held: Certificate, state: str, reason: str, now: datetime) -> None:
    if not reason.strip():
        raise refuse("creative.certificate.no_reason", where=held.number)
    held.state, held.reason, held.ended_at, held.name_shown = state, reason.strip()[:300], now, False
    held.save(update_fields=["state", "reason", "ended_at", "name_shown"])
