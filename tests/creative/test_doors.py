"""Doors through the addresses that phones use: enrolment, roster, uploads, revocation, the desk's own entries."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from sepadan.creative.models import DoorDevice, Scan
from sepadan.creative.queries.doors import attendance_of, seats_of
from sepadan.creative.services import tickets as ticket_services
from sepadan.creative.services.door_devices import (
    CODE_GOOD,
    close_door,
    device_of_token,
    enrol_device,
    invite_device,
    open_door,
    revoke_device,
)
from sepadan.creative.services.doors import check_in_at_desk, hash_of, note_scan, short_name
from sepadan.ground.problems import Refused
from sepadan.records.public import region_scope, shifted
from sepadan.territory.models import Region

from .centre import DESK, NOW
from .doors_event import STARTS, add_visitors, build_event

pytestmark = pytest.mark.django_db
AT = "/id/35.73/pusat-kreatif/pintu/"
ACT = {"actor": DESK, "now": NOW}


@pytest.fixture
def event(django_db_setup):
    with region_scope(Region.objects.get(code="35.73")):
        yield build_event()


def phone(event, name="Utara", *, names=False, now=STARTS):
    """A door with an enrolled phone; its token."""
    door = open_door(event, name, names=names, actor=DESK, now=now)
    _, code = invite_device(door, "Ponsel 1", actor=DESK, now=now)
    return enrol_device(code, actor=DESK, now=now)


def post(path, token, body):
    return Client().post(AT + path, json.dumps(body), content_type="application/json",
                         headers={"Authorization": f"Bearer {token}"})


def scan(number, ticket, at, way="in", how="qr"):
    return {"nonce": str(UUID(int=number)), "ticket": ticket, "way": way, "how": how, "at": at.isoformat()}


def second(moment):
    """To the second: the clock of a test runs on while its request is answered."""
    return moment.replace(microsecond=0)


def upload(token, scans, *, sent_at, received_at, since=""):
    with shifted(to=received_at):
        return post("pindaian/", token, {"sent_at": sent_at.isoformat(), "since": since, "scans": scans})


def test_a_phone_is_enrolled_by_a_code_once_and_in_time(event):
    door = open_door(event, "Utara", names=False, **ACT)
    _, code = invite_device(door, "Ponsel 1", **ACT)
    with shifted(to=NOW + timedelta(minutes=1)):
        answer = Client().post(AT + "perangkat/", json.dumps({"code": code.lower()}), content_type="application/json")
        assert answer.status_code == 200
        token = answer.json()["token"]
        again = Client().post(AT + "perangkat/", json.dumps({"code": code}), content_type="application/json")
        assert again.status_code == 422
        roster = Client().get(AT + "daftar/", headers={"Authorization": f"Bearer {token}"})
        assert roster.json()["event"] == event.pk
        same = Client().get(AT + "daftar/", headers={"Authorization": f"Bearer {token}",
                                                     "If-None-Match": roster["ETag"]})
        assert same.status_code == 304
        assert Client().get(AT + "daftar/").status_code == 401
        assert post("pindaian/", "x" * 43, {"sent_at": NOW.isoformat(), "scans": []}).status_code == 401
    _, late = invite_device(door, "Ponsel 2", **ACT)
    with pytest.raises(Refused):
        enrol_device(late, actor=DESK, now=NOW + CODE_GOOD + timedelta(seconds=1))
    stored = DoorDevice.objects.get(label="Ponsel 1")
    assert token not in (stored.token_digest, stored.code_digest)


def test_the_roster_names_nobody_and_shows_no_code_unless_the_door_needs_names(event):
    tickets = add_visitors(event, 3)
    ticket_services.revoke_ticket(tickets[0], "hilang", **ACT)
    _, token = phone(event)
    _, named = phone(event, "Selatan", names=True)
    with shifted(to=STARTS):
        plain = Client().get(AT + "daftar/", headers={"Authorization": f"Bearer {token}"})
        text = plain.content.decode()
        rows = {row[0]: row[1:] for row in plain.json()["tickets"]}
        other = Client().get(AT + "daftar/", headers={"Authorization": f"Bearer {named}"}).json()["tickets"]
    assert "Peserta" not in text
    assert all(one.code not in text for one in tickets)
    assert rows == {hash_of(tickets[0].code): [0], hash_of(tickets[1].code): [1], hash_of(tickets[2].code): [1]}
    assert sorted(row[2] for row in other if len(row) > 2) == ["Peserta W.", "Peserta W."]
    assert short_name("Siti Nur Aisyah") == "Siti A."
    assert short_name("Sukarno") == "Sukarno"


def test_an_upload_is_taken_once_by_the_phones_own_clock_and_tells_what_other_doors_saw(event):
    ani, budi = add_visitors(event, 2)
    _, north = phone(event)
    _, south = phone(event, "Selatan")
    skew = timedelta(minutes=-10)
    back = STARTS + timedelta(hours=1)
    body = [scan(1, ani.code, STARTS + skew), scan(2, budi.code, STARTS + skew + timedelta(minutes=1))]
    first = upload(north, body, sent_at=back + skew, received_at=back).json()
    assert (len(first["kept"]), first["added"], first["skew"]) == (2, 2, 600)
    again = upload(north, body, sent_at=back + skew, received_at=back + timedelta(minutes=2)).json()
    assert (len(again["kept"]), again["added"]) == (2, 0)
    assert [second(one.at) for one in Scan.objects.order_by("at")] == [STARTS, STARTS + timedelta(minutes=1)]
    seen = upload(south, [scan(3, ani.code, back)], sent_at=back, received_at=back + timedelta(minutes=3)).json()
    assert {row[0] for row in seen["seen"]} == {hash_of(ani.code), hash_of(budi.code)}
    assert [row[1:] for row in seen["flagged"]] == [[ani.code, "double", "Selatan"]]
    assert seen["live"] == {"came": 2, "inside": 2}
    flagged = Scan.objects.get(ticket=ani.code, door__name="Selatan")
    note_scan(flagged, "Tiket ditunjukkan anaknya", **ACT)
    assert upload(south, [], sent_at=back, received_at=back + timedelta(minutes=4)).json()["flagged"] == []


def test_a_scan_that_cannot_be_read_is_named_and_stops_no_other(event):
    (ani,) = add_visitors(event, 1)
    _, token = phone(event)
    rows = [scan(1, ani.code, STARTS), scan(2, ani.code, STARTS + timedelta(hours=1)),
            scan(3, ani.code, STARTS - timedelta(days=31)), scan(4, "<b>", STARTS), scan(5, ani.code, STARTS, "up"),
            {"nonce": "x"}, "nothing", scan(6, ani.code, STARTS, how="desk")]
    answer = upload(token, rows, sent_at=STARTS, received_at=STARTS).json()
    assert answer["kept"] == [str(UUID(int=1))]
    assert sorted(row[0] for row in answer["problems"]) == sorted(
        ["", "x", *(str(UUID(int=number)) for number in (2, 3, 4, 5, 6))])
    assert post("pindaian/", token, {"scans": []}).status_code == 400
    assert Client().post(AT + "pindaian/", "no", content_type="application/json",
                         headers={"Authorization": f"Bearer {token}"}).status_code == 400
    with shifted(to=STARTS):
        assert post("pindaian/", token, {"sent_at": STARTS.isoformat(), "scans": [
            scan(n, ani.code, STARTS) for n in range(501)]}).status_code == 400


def test_a_revoked_phone_and_a_closed_door_take_nothing_and_what_came_stays(event):
    (ani,) = add_visitors(event, 1)
    device, token = phone(event)
    upload(token, [scan(1, ani.code, STARTS)], sent_at=STARTS, received_at=STARTS)
    revoke_device(device, reason="ponsel hilang", actor=DESK, now=STARTS)
    late = upload(token, [scan(2, ani.code, STARTS)], sent_at=STARTS, received_at=STARTS)
    assert (late.status_code, Scan.objects.count()) == (401, 1)
    other, token = phone(event, "Selatan")
    close_door(other.door, **ACT)
    assert device_of_token(token, now=STARTS) is None
    third, token = phone(event, "Timur")
    assert device_of_token(token, now=STARTS + timedelta(days=10)) == third
    assert device_of_token(token, now=STARTS + timedelta(days=15)) is None


def test_the_desk_enters_somebody_by_name_once_though_the_form_is_sent_twice(event):
    ani, _ = add_visitors(event, 2)
    door = open_door(event, "Utara", names=False, **ACT)
    seat = seats_of(event)[ani.code]
    for _ in range(2):
        made = check_in_at_desk(door, seat, "in", actor=DESK, now=STARTS, key="a" * 32, note="kartu pelajar")
    assert (Scan.objects.count(), made.by_name, made.how) == (1, DESK.name, "desk")
    assert attendance_of(event).attended == {ani.code: {1}}


def test_the_same_scan_in_two_uploads_counts_by_the_earlier_receipt_in_either_order(event):
    (ani,) = add_visitors(event, 1)
    _, token = phone(event)
    one = [scan(1, ani.code, STARTS)]
    early = {"sent_at": STARTS + timedelta(minutes=5), "received_at": STARTS + timedelta(minutes=5)}
    late = {"sent_at": STARTS + timedelta(minutes=9), "received_at": STARTS + timedelta(minutes=30)}
    upload(token, one, **late)
    upload(token, one, **early)
    assert second(Scan.objects.get().at) == STARTS
    upload(token, one, **late)
    assert second(Scan.objects.get().at) == STARTS


def evening(event, chance):
    """S6: 1,200 tickets at three doors, clocks off by ten minutes, 40 shown at two doors, 5 revoked meanwhile."""
    tickets = add_visitors(event, 1200)
    skews = [timedelta(minutes=-10), timedelta(minutes=10), timedelta(seconds=17)]
    phones = [phone(event, name, now=NOW) for name in ("Utara", "Selatan", "Timur")]
    rows, number = [[], [], []], 0
    for index, ticket in enumerate(tickets):
        at = STARTS + timedelta(seconds=chance.randrange(5400))
        shown = [(index % 3, at)]
        if index < 40:
            shown.append(((index + 1) % 3, at + timedelta(minutes=1 + index % 9)))
        elif index < 45:
            ticket_services.revoke_ticket(ticket, "dibatalkan", actor=DESK, now=at - timedelta(minutes=3))
        for gate, moment in shown:
            number += 1
            rows[gate].append(scan(number, ticket.code, moment + skews[gate]))
    back = STARTS + timedelta(hours=2)
    return [(token, part, back + skew) for (_, token), skew, some in zip(phones, skews, rows, strict=True)
            for part in (some[:250], some[200:])], back


def totals(event):
    ((_, doors),) = attendance_of(event).doors
    assert not doors.reused
    return (len(doors.first_entries), len(doors.tickets("double")), len(doors.revoked), doors.inside,
            tuple(sorted(doors.by_gate.values())), len(doors.shown),
            tuple(sorted((ticket, second(one.at), one.device) for ticket, one in doors.first_entries.items())))


def in_order(event, sent):
    """The totals after the uploads of *sent*, one by one through their address; then everything is taken back."""
    with transaction.atomic():
        for token, part, sent_at, received_at in sent:
            answer = upload(token, part, sent_at=sent_at, received_at=received_at)
            assert len(answer.json()["kept"]) == len(part)
        found = totals(event)
        transaction.set_rollback(True)
    return found


def test_three_doors_that_were_offline_for_two_hours_give_the_same_totals_in_any_order(event):
    """S6 through the real addresses, on PostgreSQL: any order of six uploads, some of them sent twice."""
    chance = Random(7)
    uploads, back = evening(event, chance)
    sent = [(token, part, sent_at + timedelta(seconds=wait), back + timedelta(seconds=wait))
            for wait, (token, part, sent_at) in enumerate(uploads)]
    twice = [(token, part, sent_at + timedelta(seconds=chance.randrange(900)), received_at + timedelta(minutes=20))
             for token, part, sent_at, received_at in chance.choices(sent, k=3)]  # later, on a clock since set right
    found = [in_order(event, order) for order in (sent, sent[::-1] + twice, chance.sample(sent + twice, k=9))]
    assert found[0][:6] == (1200, 40, 5, 1200, (400, 400, 400), 1240)
    assert found[1] == found[2] == found[0]
    assert Scan.objects.count() == 0


def test_a_time_with_offset_is_needed(event):
    _, token = phone(event)
    naive = datetime(2026, 12, 1, 9).isoformat()
    assert post("pindaian/", token, {"sent_at": naive, "scans": []}).status_code in (400, 401)
