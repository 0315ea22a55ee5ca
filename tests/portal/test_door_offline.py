"""A door on a phone in a real browser: enrolled, then without a network, closed and opened again, and back online."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

import pytest
from tests.creative.centre import DESK
from tests.creative.doors_event import add_visitors, build_event

from sepadan.creative.models import Door, DoorDevice, Event, Scan
from sepadan.creative.queries.doors import attendance_of, seats_of
from sepadan.creative.services.door_devices import invite_device, open_door, revoke_device
from sepadan.creative.services.doors import check_in_at_desk
from sepadan.creative.services.ticket_signing import ticket_text
from sepadan.creative.services.tickets import revoke_ticket
from sepadan.records.public import now, region_scope
from sepadan.territory.models import Region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WIDE = "document.documentElement.scrollWidth - window.innerWidth"
AT = "/id/35.73/pusat-kreatif/pintu/"


@pytest.fixture
def region():
    return Region.objects.get(code="35.73")


@pytest.fixture
def evening(region):
    """An event of now with four tickets, the first let in at another door ten minutes ago, the last revoked; a door,
    and the code of its phone.
    """
    with region_scope(region):
        start = now() - timedelta(minutes=30)
        event = build_event(sessions=[(start, start + timedelta(hours=2))])
        tickets = add_visitors(event, 4)
        revoke_ticket(tickets[3], "dibatalkan", actor=DESK, now=now())
        desk = open_door(event, "Meja", names=False, actor=DESK, now=now())
        check_in_at_desk(desk, seats_of(event)[tickets[0].code], "in", actor=DESK, now=now() - timedelta(minutes=10),
                         key="a" * 32)
        door = open_door(event, "Pintu utara", names=False, actor=DESK, now=now())
        _, code = invite_device(door, "Ponsel Sari", actor=DESK, now=now())
        return [(one.code, ticket_text(one, now=now())) for one in tickets], code


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    context.add_init_script(AXE)
    yield context
    context.close()


def opened(phone, site):
    page = phone.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(site + AT)
    page.locator("#pintu[data-ready=yes]").wait_for(state="attached")
    return page, faults


def show(page, text, *, way="in"):
    """Show a ticket to the phone; the word of its verdict."""
    page.evaluate("document.getElementById('putusan-kata').textContent = ''")
    page.locator(f"input[name=arah][value={way}]").check()
    page.locator("#kode-tiket").fill(text)
    page.locator("#kode-tiket").press("Enter")
    page.wait_for_function("() => document.getElementById('putusan-kata').textContent")
    return page.locator("#putusan-kata").inner_text()


def online(page):
    """The network is back; wait until nothing waits any more."""
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("Semua pindaian terkirim", exact=True).wait_for()


def enrol(page, code):
    page.locator("#kode-perangkat").fill(code)
    page.locator("#kode-perangkat").press("Enter")
    page.locator("#jaga").wait_for()


def ready_for_offline(page):
    """The service worker has kept the page."""
    assert page.evaluate("navigator.serviceWorker.ready.then((one) => one.scope)").endswith(AT)
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")


def judged_offline(page, tickets):
    """Eleven tickets shown without a network: each verdict at once."""
    (_, ani), (citra, citra_text), (budi_text, revoked_text) = tickets[0], tickets[2], (tickets[1][1], tickets[3][1])
    middle = len(citra_text) - 40
    forged = citra_text[:middle] + ("A" if citra_text[middle] != "A" else "B") + citra_text[middle + 1:]
    for text, way, word in (
            (ani, "in", "SUDAH MASUK"), (budi_text, "in", "MASUK"),
            (f"{citra[:4]}-{citra[4:8]}-{citra[8:]}".lower(), "in", "MASUK"), (budi_text, "out", "KELUAR"),
            (budi_text, "in", "MASUK LAGI"), (forged, "in", "PALSU"), ("AAAA-AAAA-AAAA", "in", "TIDAK DIKENAL"),
            (ani.replace("35.73", "32.75"), "in", "ACARA LAIN"), (revoked_text, "in", "DICABUT")):
        assert show(page, text, way=way) == word, text
    assert page.locator("#putusan").get_attribute("class") == "verdict bad"
    assert show(page, ani) == "SUDAH MASUK"
    page.locator("#izinkan").click()
    page.get_by_text("DIIZINKAN", exact=True).wait_for()


def test_a_door_works_without_a_network_and_loses_nothing(site, phone, region, evening):
    tickets, code = evening
    page, faults = opened(phone, site)
    enrol(page, code.lower())
    assert show(page, tickets[0][1]) == "SUDAH MASUK"  # as the other door told
    online(page)
    ready_for_offline(page)
    phone.set_offline(True)
    page.close()
    page, faults = opened(phone, site)  # the page comes from the phone
    judged_offline(page, tickets)
    assert page.evaluate(WIDE) <= 0
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found] == []
    page.close()
    page, faults = opened(phone, site)  # nothing was lost by closing it
    assert "11 pindaian menunggu dikirim" in page.locator("#antrean").inner_text()
    with region_scope(region):
        assert Scan.objects.filter(door__name="Pintu utara").count() == 1
    phone.set_offline(False)
    online(page)
    page.locator("#bentrok").get_by_text("dua kali ditunjukkan").wait_for()
    assert page.locator("#datang").inner_text() == "3"
    with region_scope(region):
        ((_, doors),) = attendance_of(Event.objects.get()).doors
        assert sorted(doors.first_entries) == sorted(code for code, _ in tickets[:3])
        assert doors.tickets("double") == [tickets[0][0]]
        assert Scan.objects.filter(door__name="Pintu utara").count() == 12
    assert faults == []


def test_a_revoked_phone_goes_off_duty_and_what_it_still_holds_goes_out_once_it_is_enrolled_again(
        site, phone, region, evening):
    tickets, code = evening
    page, faults = opened(phone, site)
    enrol(page, code)
    ready_for_offline(page)
    online(page)
    phone.set_offline(True)
    assert show(page, tickets[1][1]) == "MASUK"
    with region_scope(region):
        revoke_device(DoorDevice.objects.get(kind="phone"), reason="uji", actor=DESK, now=now())
    phone.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator("#dicabut").wait_for()
    assert page.locator("#jaga").is_hidden()
    with region_scope(region):
        assert Scan.objects.filter(ticket=tickets[1][0]).count() == 0
        _, again = invite_device(Door.objects.get(name="Pintu utara"), "Ponsel Sari", actor=DESK, now=now())
    enrol(page, again)
    online(page)
    with region_scope(region):
        assert Scan.objects.filter(ticket=tickets[1][0]).count() == 1
    assert faults == []
