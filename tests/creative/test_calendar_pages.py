"""The calendar's pages: month, week, plan, search, one space; what they show to whom, and what they cost."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sepadan.creative.models import Booking, BookingDate, Closure, OpeningHours, Space
from sepadan.creative.services.bookings import file_booking
from sepadan.creative.services.decisions import confirm_booking
from sepadan.creative.services.holding import Meeting
from sepadan.records.public import now, region_scope, today

from .centre import DESK, wish
from .series_scene import WIB
from .test_pages import ASK, fields, region, signed  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
HOME = "/id/35.73/pusat-kreatif/mcc/"


def meeting(region, days, hour, hours=2):  # noqa: F811
    start = datetime.combine(today(region) + timedelta(days=days), time(hour), WIB)
    return Meeting(start, start + timedelta(hours=hours))


def file(region, space, *meetings, published=False):  # noqa: F811
    with region_scope(region):
        made = file_booking(wish(space, *meetings), actor=DESK, now=now(), today=today(region))
        if published:
            made = confirm_booking(made, version=1, actor=DESK, now=now(), today=today(region))
            Booking.objects.filter(pk=made.pk).update(published_at=now())
    return made


def text(address):
    answer = Client().get(HOME + address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_month_names_what_is_published_and_counts_the_rest(region):  # noqa: F811
    file(region, "hall-a", meeting(region, 1, 9), published=True)
    file(region, "studio-1", meeting(region, 1, 9))
    month = f"bulan/?bulan={(today(region) + timedelta(days=1)):%Y-%m}"
    page = text(month)
    assert "Kelas gim, Hall-A" in page
    assert "0 terpakai, 1 dikunci sementara" in page
    assert "Kelas gim" not in text(month + "&ruang=studio-1")
    assert "Kelas gim" in text(month + "&ruang=hall-a")
    assert "Maret 2026" in text("bulan/?bulan=2026-03")
    assert "Hari Suci Nyepi" in text("bulan/?bulan=2026-03")
    for wrong in ("bulan/?bulan=2026-13", "bulan/?bulan=9999-01", "bulan/?lantai=x&ruang=../x", "pekan/?hari=x",
                  "denah/?jam=99:99&lantai=999", "cari/?dari=10:00&sampai=09:00", "cari/?hari=x"):
        text(wrong)


def test_a_month_of_many_meetings_costs_as_many_queries_as_one_of_few(region):  # noqa: F811
    def cost(address):
        with CaptureQueriesContext(connection) as caught:
            text(address)
        return len(caught)

    first = today(region).replace(day=28) + timedelta(days=10)
    month = f"bulan/?bulan={first:%Y-%m}"
    addresses = (month, f"pekan/?hari={first}", f"denah/?hari={first}&jam=09:30",
                 f"cari/?hari={first}&dari=09:00&sampai=10:00", "studio-1/")
    [cost(one) for one in addresses]
    few = [cost(one) for one in addresses]
    days = (first - today(region)).days
    for number in range(15):
        file(region, ("studio-1", "studio-2")[number % 2], meeting(region, days + number // 2, 9, 1),
             published=number % 2 == 0)
    assert [cost(one) for one in addresses] == few


def test_the_week_and_the_plan_show_halves_of_a_hall(region):  # noqa: F811
    file(region, "hall-a", meeting(region, 2, 9), published=True)
    day = today(region) + timedelta(days=2)
    assert text(f"pekan/?hari={day}").count("1 pemakaian") == 2  # hall A, and the hall that needs it
    with region_scope(region):
        plans = {"hall": [[2, 2], [24, 2], [24, 14], [2, 14]], "hall-a": [[2, 2], [13, 2], [13, 14], [2, 14]],
                 "hall-b": [[13, 2], [24, 2], [24, 14], [13, 14]]}
        for code, plan in plans.items():
            Space.objects.filter(code=code).update(plan=plan)
    page = text(f"denah/?hari={day}&jam=10:00")
    labels = re.findall(r'class="(\w+)(?: around)?" href="[^"]+" aria-label="\d+\. ([\w-]+): ', page)
    assert {name: state for state, name in labels} == {"Hall": "taken", "Hall-A": "taken", "Hall-B": "free"}
    assert "sampai 11.00" in page
    assert "Kelas gim, sampai" in page
    assert "taken" not in re.findall(r'<a class="(\w+)', text(f"denah/?hari={day}&jam=12:00"))


def test_closed_hours_are_shown_with_their_reason(region):  # noqa: F811
    day = today(region) + timedelta(days=3)
    with region_scope(region):
        one = Space.objects.select_related("floor__centre").get(code="studio-1")
        OpeningHours.objects.bulk_create(OpeningHours(
            centre=one.floor.centre, weekday=weekday, opens=time(8), closes=time(22)) for weekday in range(7))
        Closure.objects.create(centre=one.floor.centre, space=one, first=day, last=day, reason="Pengecatan",
                               announced_at=now())
    page = text("studio-1/")
    assert "Pengecatan" in page
    assert "08.00–22.00" in page
    plan = text(f"denah/?hari={day}&jam=10:00")
    assert "Pengecatan" in plan
    found = text(f"cari/?hari={day}&dari=09:00&sampai=11:00&orang=90")
    assert "space=studio-2" in found
    row = found[found.index("Studio-1"):found.index("Studio-1") + 900]
    assert "Waktu terdekat" in row
    assert f"day={day}" not in row


def test_the_search_asks_for_equipment_access_and_kind(region):  # noqa: F811
    with region_scope(region):
        Space.objects.filter(code="studio-2").update(equipment=["proyektor"], step_free=True)
    day = today(region) + timedelta(days=3)
    base = f"cari/?hari={day}&dari=09:00&sampai=11:00"
    assert set(re.findall(r"space=([\w-]+)&", text(base + "&alat=proyektor"))) == {"studio-2"}
    assert set(re.findall(r"space=([\w-]+)&", text(base + "&akses=ya"))) == {"studio-2"}
    assert set(re.findall(r"space=([\w-]+)&", text(base + "&jenis=auditorium"))) == {"auditorium"}
    assert "Bebas tangga" in text("studio-2/")
    assert "Belum diketahui apakah bebas tangga" in text("studio-1/")


def test_a_series_is_filed_as_it_was_seen(region):  # noqa: F811
    file(region, "studio-1", meeting(region, 14, 9))
    day = today(region) + timedelta(days=7)
    wanted = fields(region, space="studio-1", day=day.isoformat(), repeat="weekly", count="4", on_clash="skip",
                    since="09:00", until="10:00")
    seen = Client().post(ASK, wanted).content.decode()
    assert "1 sudah terpakai" in seen
    mark = re.search(r'name="seen" value="(\w+)"', seen)[1]
    moved = Client().post(ASK, wanted | {"seen": mark, "since": "08:30"}).content.decode()
    assert 'name="seen"' in moved  # another pattern is shown again
    out = (day + timedelta(days=14)).isoformat()
    assert "MCC-" in Client().post(ASK, wanted | {"seen": mark, "leave_out": out}).content.decode()
    with region_scope(region):
        made = Booking.objects.order_by("-id")[0]
        rows = [(one.state, one.cause) for one in made.dates.order_by("ordinal")]
    assert rows[1:3] == [("skipped", "clash"), ("skipped", "wish")]
    assert {rows[0][0], rows[3][0]} <= {"held", "skipped"}


@pytest.mark.parametrize(("wrong", "says"), [
    ({"repeat": "weekly"}, "jumlah pertemuan"), ({"repeat": "weekly", "count": "x"}, "dengan angka"),
    ({"repeat": "weekly", "count": "3", "every": "99"}, "1 sampai 52"),
    ({"repeat": "weekly", "count": "3", "last": "2030-01-01"}, "salah satu saja"),
    ({"repeat": "monthly", "count": "999"}, "hari"), ({"repeat": "weekly", "count": "9" * 4000}, "dengan angka")])
def test_a_series_that_cannot_be_is_said_in_words(region, wrong, says):  # noqa: F811
    answer = Client().post(ASK, fields(region, **wrong))
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_the_desk_changes_a_series_and_sees_decree_changes(region):  # noqa: F811
    officer = signed("creative_officer")
    made = file(region, "studio-1", meeting(region, 9, 9), meeting(region, 16, 9))
    page = f"/id/35.73/ruang/{made.pk}/rangkaian/"
    assert "Ubah rangkaian" in officer.get(page).content.decode()
    day = (today(region) + timedelta(days=10)).isoformat()
    moved = officer.post(page, {"act": "move", "ordinal": "1", "scope": "rest", "version": "1", "day": day,
                                "since": "13:00", "until": "14:00", "note": "atas permintaan"})
    assert moved.status_code == 302
    with region_scope(region):
        starts = [one.starts_at.astimezone(WIB) for one in BookingDate.objects.filter(booking=made)]
    assert [one.hour for one in starts] == [13, 13]
    late = officer.post(page, {"act": "drop", "ordinal": "2", "scope": "one", "version": "1", "note": "x"})
    assert late.status_code == 409
    assert officer.post(page, {"act": "drop", "ordinal": "2", "scope": "one", "version": "2", "note": "x"}
                        ).status_code == 302
    assert Client().get(page).status_code in (302, 404)
    decrees = officer.get("/id/35.73/ruang/hari-libur/").content.decode()
    assert "Tidak ada rangkaian yang terkena" in decrees
    assert Client().get("/id/35.73/ruang/hari-libur/").status_code in (302, 404)
