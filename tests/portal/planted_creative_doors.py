"""A past event with a door, a phone, scans that need somebody and a certificate: the secret word is where people are.

What the public may see of a certificate (event, number, attendance) says nothing secret; its holder's name is secret
and not shown. Runs after ``planted_creative.py``, which builds the centre.
"""

from __future__ import annotations

from datetime import timedelta

from tests.creative.doors_event import add_visitors, build_event

from sepadan.creative.models import Certificate, Registration, Scan, Space, Ticket
from sepadan.creative.services.certificates import issue_certificates
from sepadan.creative.services.door_devices import enrol_device, invite_device, open_door
from sepadan.creative.services.doors import ScanDraft, note_scan, take_upload
from sepadan.records.names import Actor
from sepadan.records.public import now, today
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    at = now()
    start = at - timedelta(days=8)
    event = build_event(sessions=[(start, start + timedelta(hours=2))], code="kelas-lampau",
                        space=Space.objects.get(code="auditorium"))
    tickets = add_visitors(event, 3)
    Registration.objects.filter(event=event).update(name=f"{secret} Peserta")
    Ticket.objects.filter(registration__event=event).update(holder_name=f"{secret} Peserta")
    door = open_door(event, f"{secret} Utara", names=True, actor=actor, now=start)
    _, code = invite_device(door, f"{secret} ponsel", actor=actor, now=start)
    device, _ = enrol_device(code, actor=actor, now=start)
    invite_device(door, f"{secret} ponsel kedua", actor=actor, now=at)
    scans = [ScanDraft(f"nonce-{number:03}", code, start + timedelta(minutes=number), "in", how) for number, (code, how)
             in enumerate([(tickets[0].code, "qr"), (tickets[0].code, "typed"), ("K7QF29MX4TGH", "typed"),
                           (tickets[1].code, "forged")])]
    take_upload(device, scans, sent_at=start + timedelta(hours=1), received_at=start + timedelta(hours=1))
    note_scan(Scan.objects.get(how="forged"), f"{secret} disita", actor=actor, now=at)
    issue_certificates(event, site="http://example", actor=actor, now=at, today=today(region))
    made = Certificate.objects.get()
    return {"$event_doors": str(event.pk), "$certificate": str(made.pk), "$certificate_id": made.public_id}
