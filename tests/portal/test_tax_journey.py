"""A house from the register to the ledger, in a browser, in both languages: four people and a bank work on it.

An officer registers the house and its building, freezes the register and assesses; an approver approves; the officer
posts and prints; a bank asks and pays after the due date, with interest; an objection that came in time is granted; an
auditor follows the money from the receivable account to every record. Amounts are worked out here:

    old tax = (200 x 2,013,000 + 60 x 968,000 - 10,000,000) x 0.00055
    new tax = (150 x 2,013,000 + 60 x 968,000 - 10,000,000) x 0.00055     rounded half up

where 2,013,000 and 968,000 are the values of the classes that hold 2,000,000 and 1,000,000 a m2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request as Asked
from urllib.request import urlopen

import pytest

from sepadan.demo.public import ensure_accounts
from sepadan.ground.figures import rupiah
from sepadan.ground.messages import render
from sepadan.records.engine.bank_signature import signature
from sepadan.records.models import ChannelPartner, NumberScheme
from sepadan.records.names import Actor, Channel
from sepadan.records.public import now, open_chart, region_scope, run_worker, standing, today
from sepadan.records.queries.payments import account_number
from sepadan.records.services.channel_partners import add_partner, add_scheme
from sepadan.tax.engine.late_interest import charge_late
from sepadan.tax.models import AssessmentRun, Bill, Request, Roll, RunState
from sepadan.tax.services.dues import dues_law
from sepadan.tax.services.register_values import open_place, open_zone, set_nir
from sepadan.territory.public import Region, region_of_code, villages_in

from .two_regions import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]
CODE = "35.73"
RATE = Fraction(55, 100_000)
OLD = int((200 * 2_013_000 + 60 * 968_000 - 10_000_000) * RATE)
NEW = int((150 * 2_013_000 + 60 * 968_000 - 10_000_000) * RATE + Fraction(1, 2))
YEAR = 2025
ACTOR = Actor("Persiapan")


@dataclass(frozen=True, slots=True)
class Desk:
    """The region with a zone that has a value, a bank that may send messages, and sessions by role."""

    region: Region
    place: str
    secret: str
    keys: dict[str, str]


@pytest.fixture
def desk(transactional_db: None, settings: Any, tmp_path: Path) -> Desk:
    """Made anew for each walk, so that a walk that is tried again begins where the first one did."""
    settings.DATA_DIR, settings.SECOND_FACTOR_ROLES = tmp_path, []
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    region = region_of_code(CODE)
    ensure_accounts(CODE, now=now(), today=today(region))
    with region_scope(region):
        open_chart(["pbb"])
        village = villages_in(region)[0]
        place = open_place("3573999901", int(village.code.replace(".", "")), actor=ACTOR, now=now())
        zone = open_zone(place, "AA", "Zona contoh", actor=ACTOR, now=now())
        set_nir(zone, YEAR, 2_000_000, seen=None, document="Keputusan contoh", actor=ACTOR, now=now())
        partner, secret = add_partner("BANK-1", "Bank Contoh", channel=Channel.BANK, actor=ACTOR, now=now())
        add_scheme(partner, "88001", "pbb", actor=ACTOR, now=now())
    keys = {role: signed_in(CODE, role).cookies["sepadan"].value
            for role in ("tax_officer", "tax_approver", "auditor")}
    return Desk(region, place.code, secret, keys)


@dataclass
class Walk:
    """Who walks in which language; pages by role."""

    site: str
    lang: Any
    desk: Desk
    pages: dict[str, Any]

    def open(self, role: str, path: str) -> Any:
        page = self.pages[role]
        answer = page.goto(f"{self.site}/{self.lang}/{CODE}/pajak/{path}")
        assert answer.status == 200, (answer.status, path)
        return page

    def say(self, key: str, **values: Any) -> str:
        return render(key, self.lang, values)

    def rupiah(self, amount: int) -> str:
        return rupiah(amount, self.lang)


@pytest.fixture(params=["id", "en"])
def walk(request: pytest.FixtureRequest, site: str, browser: Any, desk: Desk) -> Iterator[Walk]:
    contexts, pages, faults = [], {}, []
    for role, key in desk.keys.items():
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "sepadan", "value": key, "url": site}])
        pages[role] = context.new_page()
        pages[role].on("pageerror", lambda error: faults.append(str(error)))
        contexts.append(context)
    yield Walk(site, request.param, desk, pages)
    for context in contexts:
        context.close()
    assert faults == []


def fill(page: Any, fields: dict[str, str], button: str = "main form button.btn.main") -> None:
    """Fill the fields of the page by their names and press its main button."""
    for name, value in fields.items():
        one = page.locator(f"main [name='{name}']").first
        if one.evaluate("one => one.tagName") == "SELECT":
            one.select_option(value)
        else:
            one.fill(value)
    page.locator(button).first.click()


def work_off() -> None:
    """What was asked for in the background is done, in a thread: this one runs the loop of the browser."""
    faults: list[BaseException] = []

    def work() -> None:
        from django.db import connections
        try:
            run_worker(until_empty=True)
        except BaseException as fault:  # told below: a thread keeps it to itself
            faults.append(fault)
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert faults == []


def text(page: Any) -> str:
    return str(page.locator("main").inner_text()).replace("\xa0", " ")


def test_a_house_from_the_register_to_the_ledger(walk: Walk) -> None:
    nop = _registers_a_house(walk)
    bill = _assesses_and_posts(walk, nop)
    _prints(walk, bill)
    interest = _bank_asks_and_pays_late(walk, bill)
    _objection_is_granted(walk, bill, interest)
    _auditor_traces(walk, bill, interest)


def _registers_a_house(walk: Walk) -> str:
    nop = f"{walk.desk.place}00100010"
    page = walk.open("tax_officer", "objek/baru/")
    fill(page, {"nop": nop, "name": f"Warga Contoh {walk.lang}", "street": "Jalan Contoh", "land_m2": "200",
                "zone_code": "AA", "on": f"{YEAR}-01-01"})
    assert page.url.endswith(f"/objek/{nop}/"), text(page)[:400]
    page = walk.open("tax_officer", f"objek/{nop}/bangunan/")
    fill(page, {"jpb": "01", "area_m2": "60", "storeys": "1", "value": "60000000", "on": f"{YEAR}-01-01"})
    assert page.url.endswith(f"/objek/{nop}/"), text(page)[:400]
    return nop


def _assesses_and_posts(walk: Walk, nop: str) -> Bill:
    page = walk.open("tax_officer", "objek/bekukan/")
    fill(page, {"year": str(YEAR)})
    work_off()
    with region_scope(walk.desk.region):
        roll = Roll.objects.filter(tax_year=YEAR).latest("id")
    page = walk.open("tax_officer", "penetapan/baru/")
    fill(page, {"roll": str(roll.pk), "law_on": f"{YEAR}-01-01", "issued_on": f"{YEAR}-02-03",
                "due_on1": f"{YEAR}-08-31", "due_decree": "Perwal contoh 1", "assumptions": "default",
                "assumptions_decree": "Perwal contoh 2"}, "main form .actions button.btn.main")
    with region_scope(walk.desk.region):
        run = AssessmentRun.objects.get(roll=roll)
    at = f"penetapan/{run.pk}/"
    walk.open("tax_officer", at).locator("#langkah form button.btn").first.click()
    work_off()
    assert walk.say("tax.runs.approve") not in text(walk.open("tax_officer", at)), "who computed may not approve"
    page = walk.open("tax_approver", at)
    assert walk.rupiah(OLD) in text(page)
    page.locator("#langkah form button.btn.main", has_text=walk.say("tax.runs.approve")).click()
    walk.open("tax_officer", at).locator("#langkah form button.btn.main").click()
    work_off()
    with region_scope(walk.desk.region):
        assert AssessmentRun.objects.get(pk=run.pk).state == RunState.POSTED
        bill = Bill.objects.select_related("charge", "run").get(nop=nop, tax_year=YEAR)
    assert bill.payable == OLD
    return bill


def _prints(walk: Walk, bill: Bill) -> None:
    page = walk.open("tax_officer", f"sppt/cetak/{bill.run_id}/")
    page.locator("#cetak-form button").click()
    work_off()
    page = walk.open("tax_officer", f"sppt/{bill.pk}/")
    assert walk.rupiah(OLD) in text(page)
    sheet = page.request.get(f"{walk.site}/{walk.lang}/{CODE}/pajak/sppt/{bill.pk}/sppt.pdf")
    assert sheet.body().startswith(b"%PDF-")


def _bank_asks_and_pays_late(walk: Walk, bill: Bill) -> int:
    """The bank is told principal and interest, pays just that, and the bill is settled. The interest it paid."""
    day = today(walk.desk.region)
    interest = charge_late(dues_law(CODE, day).interest, OLD, bill.due_on, day).interest
    assert interest > 0
    with region_scope(walk.desk.region):
        scheme = NumberScheme.objects.get(partner=ChannelPartner.objects.get(partner_id="BANK-1"))
        number = account_number(scheme, bill.charge)
    told = _bank(walk, "inquiry", number, inquiryRequestId=f"i-{walk.lang}")
    assert told["virtualAccountData"]["totalAmount"]["value"] == f"{OLD + interest}.00"
    paid = _bank(walk, "payment", number, paymentRequestId=f"p-{walk.lang}", trxDateTime=now().isoformat(),
                 paidAmount={"value": f"{OLD + interest}.00", "currency": "IDR"})
    assert paid["responseCode"].startswith("200")
    with region_scope(walk.desk.region):
        held = standing(bill.charge)
    assert (held.principal, held.interest, held.interest_charged) == (0, 0, interest)
    page = walk.open("tax_officer", f"realisasi/hari/{day}/")
    assert walk.rupiah(OLD + interest).removeprefix("Rp") in text(page)
    return interest


def _bank(walk: Walk, kind: str, number: str, **more: Any) -> dict[str, Any]:
    body = json.dumps({"partnerServiceId": number[:5], "customerNo": number[5:], "virtualAccountNo": number,
                       **more}).encode()
    stamp, path = now().isoformat(), f"/api/v1/{CODE}/bank/{kind}"
    asked = Asked(walk.site + path, body, {
        "Content-Type": "application/json", "X-PARTNER-ID": "BANK-1", "X-EXTERNAL-ID": f"{kind}-{walk.lang}",
        "X-TIMESTAMP": stamp, "X-SIGNATURE": signature(walk.desk.secret, "POST", path, body, stamp)})
    with urlopen(asked, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _objection_is_granted(walk: Walk, bill: Bill, interest: int) -> None:
    """150 m2 instead of 200: the letter came in time; what was paid too much becomes a credit."""
    page = walk.open("tax_officer", "pelayanan/baru/objection_amount/")
    fill(page, {"received_on": f"{bill.tax_year}-04-01", "channel": "counter", "applicant_name": "Warga Contoh",
                "nop": bill.nop, "tax_year": str(bill.tax_year), "statement": "Luasnya 150 m2.", "land_m2": "150"})
    with region_scope(walk.desk.region):
        made = Request.objects.latest("id")
    at = f"pelayanan/{made.pk}/"
    for paper in made.type.papers:
        if paper.needed:
            page = walk.open("tax_officer", at)
            page.locator("#paper-code").select_option(paper.code)
            page.locator("#berkas form button.btn").first.click()
    for act in ("complete", "examine"):
        page = walk.open("tax_officer", at)
        form = page.locator(f"#langkah form:has(input[name=act][value={act}])").first
        if act == "examine":
            form.locator("[name=looked]").check()
            form.locator("[name=note]").fill("Diukur: 150 m2.")
        form.locator("button.btn").first.click()
    page = walk.open("tax_officer", f"{at}usul/")
    page.locator("#f-outcome-granted").check()
    fill(page, {"land_m2": "150", "reasons": "Luas 150 m2 menurut ukuran."}, "main button[value=preview]")
    assert walk.rupiah(NEW) in text(page)
    page.locator("main button[value=propose]").click()
    walk.open("tax_approver", at).locator("#langkah button[value=decide]").click()
    page = walk.open("tax_officer", at)
    page.locator("#langkah form:has(input[name=act][value=carry_out]) button.btn").first.click()
    with region_scope(walk.desk.region):
        credit = standing(bill.charge).credit
    day = today(walk.desk.region)
    late = charge_late(dues_law(CODE, day).interest, NEW, bill.due_on, day).interest
    assert credit == (OLD + interest) - (NEW + late), "what was paid less what the new tax costs on that day"
    assert walk.rupiah(credit) in text(walk.open("tax_officer", at))


def _auditor_traces(walk: Walk, bill: Bill, interest: int) -> None:
    """From the balances by clicks to the account, the entry, the charge and the records; every check agrees."""
    page = walk.open("auditor", "realisasi/jejak/")
    assert page.locator("#pemeriksaan .tick").count() == page.locator("#pemeriksaan .tick:not(.bad)").count() == 4
    page.locator("#akun a", has_text="1.3.pbb").first.click()
    assert page.url.endswith("/realisasi/jejak/akun/1.3.pbb/")
    page.locator("main [name=q]").fill(f"assessment:{bill.run_id}:{bill.nop}")
    page.locator("main [name=q]").press("Enter")
    page.wait_for_url("**q=assessment**")
    page.locator("main table a", has_text=bill.nop).first.click()
    assert page.url.endswith(f"/realisasi/jejak/ketetapan/{bill.charge_id}/")
    seen = text(page)
    for wanted in (bill.nop, walk.rupiah(OLD).removeprefix("Rp"), walk.rupiah(interest).removeprefix("Rp"),
                   walk.say("tax.trail.to_run")):
        assert wanted in seen, wanted
    page.locator("main a", has_text=walk.say("tax.trail.to_run")).click()
    assert page.url.endswith(f"/penetapan/{bill.run_id}/")
    page.goto(f"{walk.site}/{walk.lang}/{CODE}/pajak/objek/baru/")
    assert page.locator("main form [name=nop]").count() == 0, "an auditor changes nothing"
