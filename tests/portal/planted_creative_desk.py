"""A confirmed booking of today with its letter, key, agenda and disposition, and an official event that would take the
time of another: with the secret word, for the tests of the pages of the creative desk."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sepadan.creative.documents.letters import issue_confirmation, letter_code
from sepadan.creative.models import Booking
from sepadan.creative.names import Intake
from sepadan.creative.services.bookings import Wish, file_booking
from sepadan.creative.services.decisions import confirm_booking
from sepadan.creative.services.handover import hand_out
from sepadan.creative.services.holding import Meeting
from sepadan.creative.services.papers import Letter, give_disposition, note_letter
from sepadan.creative.services.step_rules import rules_of
from sepadan.records.names import Actor
from sepadan.records.public import now, today, zone_of
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    day = today(region)
    start = datetime.combine(day, time(0, 0), zone_of(region)).astimezone(UTC)
    # The page that checks its letter is for everybody: what it says is not secret.
    whole = Meeting(start, start + timedelta(hours=24))
    made = file_booking(Wish("studio-1", "Studio terbuka", "Komunitas terbuka", [whole],
                             contact=f"{secret} 0341"), actor=actor, now=start, today=day)
    made = confirm_booking(made, version=made.version, actor=actor, now=start, today=day)
    issue_confirmation(made, address=lambda code: f"http://example/{code}", actor=actor, now=start)
    note_letter(made, Letter(f"{secret} Pengirim", f"{secret} Perihal", day), actor=actor, now=start, today=day)
    told = give_disposition(made, to_name=f"{secret} Petugas", instruction=f"{secret} siapkan", due=day, actor=actor,
                            now=start, today=day)
    made = Booking.objects.get(pk=made.pk)
    hand_out(made, 1, version=made.version, to=f"{secret} Orang", actor=actor, now=now(),
             condition={item.code: True for item in rules_of(made.centre).condition})
    later = Meeting(start + timedelta(days=3), start + timedelta(days=3, hours=4))
    granted = file_booking(Wish("studio-2", f"{secret} Rapat", f"{secret} Komunitas", [later],
                                contact=f"{secret} 0341"), actor=actor, now=start, today=day)
    confirm_booking(granted, version=granted.version, actor=actor, now=start, today=day)
    official = file_booking(Wish("studio-2", f"{secret} Upacara", f"{secret} Dinas", [later], intake=Intake.OFFICIAL,
                                 contact=f"{secret} 0341", waits=True), actor=actor, now=start, today=day)
    made = Booking.objects.select_related("region").get(pk=made.pk)
    return {"$granted": str(made.pk), "$letter_code": letter_code(made), "$disposition": str(told.pk),
            "$official": str(official.pk)}
