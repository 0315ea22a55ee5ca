"""Pages of banks and counters through the whole stack: who may do what, a key shown once, a day at the counter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sepadan.records import clock
from sepadan.records.engine.settlement_csv import FileLine, write_settlement
from sepadan.records.models import (
    AuditEntry,
    BankMessage,
    CashDay,
    CashDeposit,
    CashReceipt,
    ChannelPartner,
    Collector,
    Payment,
    SettlementFile,
)
from sepadan.records.names import Role
from sepadan.records.queries.ledger import balances, open_amount
from sepadan.records.services.bank_messages import receive_message
from sepadan.records.services.channel_partners import secret_of
from sepadan.records.tasks import finish_bank_messages
from sepadan.records.tenancy import account_scope, region_scope
from sepadan.records.views.money_frame import LINKS
from sepadan.tax.desk import LINKS as TAX_LINKS

from .bank_trial import open_bank, raise_bill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.SECOND_FACTOR_ROLES = []


@pytest.fixture
def bank(malang):
    return open_bank(malang)


@pytest.fixture
def signed(client, malang, make_person):
    """The client with somebody of a role signed in."""

    def sign(role, name=""):
        person = make_person(name or role.value.replace("_", ""), (malang, role))
        with account_scope(person_id=person.pk):
            client.force_login(person)
        return client

    return sign


def test_the_navigation_is_that_of_the_tax_desk():
    assert LINKS == TAX_LINKS


def test_a_new_partners_key_is_shown_once_and_kept_nowhere(bank, malang, signed):
    client = signed(Role.REGION_ADMIN)
    rules = {"name": "Bank Jatim", "policy": "exact", "late_days": "7", "tolerance_seconds": "300", "fee": "1500",
             "networks": "10.0.0.0/8\n192.168.1.1"}
    faulty = client.post("/id/35.73/bank/mitra/tambah/", {**rules, "partner_id": "BANK-1", "channel": "bank"})
    assert (faulty.status_code, "sudah dipakai" in faulty.content.decode()) == (422, True)
    page = client.post("/id/35.73/bank/mitra/tambah/", {**rules, "partner_id": "JATIM", "channel": "va"})
    with region_scope(malang):
        partner = ChannelPartner.objects.get(partner_id="JATIM")
        secret = secret_of(partner)
        assert (partner.late_days, partner.fee, partner.networks) == (7, 1_500, ["10.0.0.0/8", "192.168.1.1"])
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    where = f"/id/35.73/bank/mitra/{partner.pk}/"
    assert secret not in client.get(where).content.decode()
    again = client.post(f"{where}kunci/", {"reason": "pergantian petugas"}).content.decode()
    with region_scope(malang):
        partner.refresh_from_db()
        new = secret_of(partner)
        assert (new in again, secret in again, partner.generation) == (True, False, 2)
        kept = str(list(AuditEntry.objects.values()))
        assert secret not in kept
        assert new not in kept
    assert client.post(f"{where}akhiri/", {"reason": "kontrak habis"}).status_code == 302
    with region_scope(malang):
        assert not ChannelPartner.objects.get(pk=partner.pk).is_active


def test_who_keeps_keys_does_not_touch_money_and_the_other_way_round(bank, malang, signed):
    with region_scope(malang):
        partner = bank.partner.pk
    keys = (f"/id/35.73/bank/mitra/{partner}/kunci/", "/id/35.73/bank/mitra/tambah/")
    money = ("/id/35.73/bank/selesaikan/", "/id/35.73/loket/tambah/")
    for role, may_keys, may_money, may_read in (
        (Role.REGION_ADMIN, True, False, True), (Role.TAX_OFFICER, False, True, True),
        (Role.TAX_APPROVER, True, True, True), (Role.AUDITOR, False, False, True),
        (Role.WASTE_OFFICER, False, False, False), (Role.VISITOR, False, False, False)):
        client = signed(role)
        assert client.get("/id/35.73/bank/").status_code == (200 if may_read else 403), role
        assert {client.get(where).status_code for where in keys} == {200 if may_keys else 403}, role
        found = {client.post(where).status_code for where in money}
        assert (403 not in found) == may_money, role


def test_a_desk_sees_messages_without_the_payers_number_and_finishes_what_is_stuck(bank, malang, signed):
    charge, number = raise_bill(malang, bank.partner, "1")
    body = bank.body("payment", number, "p1", 100_000, at=clock.now().isoformat())

    def stop(step):
        if step == "locked":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        receive_message(malang, bank.partner, "payment", external_id="e1", body=body, now=clock.now(), steps=stop)
    client = signed(Role.TAX_OFFICER)
    assert "1 pesan bank tersimpan" in client.get("/id/35.73/bank/").content.decode()
    page = client.get(f"/id/35.73/bank/mitra/{bank.partner.pk}/").content.decode()
    assert "belum dijawab" in page
    assert number[5:] not in page
    assert f"•••• {number[-4:]}" in page
    assert client.post("/id/35.73/bank/selesaikan/").status_code == 302
    with region_scope(malang):
        assert open_amount(charge) == 0
    assert "berhasil" in client.get(f"/id/35.73/bank/mitra/{bank.partner.pk}/").content.decode()


def test_the_worker_finishes_what_a_crash_left_in_every_region(bank, malang, bekasi):
    other = open_bank(bekasi, partner_id="BANK-2")
    charges = []
    for one in (bank, other):
        charge, number = raise_bill(one.region, one.partner, "1")
        charges.append((one.region, charge))

        def stop(step):
            if step == "stored":
                raise InterruptedError

        with pytest.raises(InterruptedError):
            one.send("payment", number, "p1", 100_000, steps=stop)
    assert finish_bank_messages(0) == 2
    assert finish_bank_messages(0) == 0
    for region, charge in charges:
        with region_scope(region):
            assert (open_amount(charge), BankMessage.objects.count()) == (0, 1)


def test_a_file_is_tried_taken_decided_and_settled_on_its_pages(bank, malang, signed):
    charge, number = raise_bill(malang, bank.partner, "1")
    at, day = clock.now(), clock.today(malang)
    content = write_settlement("BANK-1", "F1", day, [FileLine(2, "p1", number, 100_000, 0, at)])
    client = signed(Role.TAX_OFFICER)

    def upload(data, **more):
        return client.post("/id/35.73/bank/rekonsiliasi/", {"file": SimpleUploadedFile("f.csv", data), **more})

    tried = upload(content, uji="1")
    assert (tried.status_code, "tidak ada di sini" in tried.content.decode()) == (200, True)
    bad = upload(content.replace(b"T,1,", b"T,2,"))
    assert (bad.status_code, "4 (count)" in bad.content.decode() or "3 (count)" in bad.content.decode()) == (422, True)
    with region_scope(malang):
        assert SettlementFile.objects.count() == 0
    where = upload(content)["Location"]
    assert upload(content)["Location"] == where
    page = client.get(where).content.decode()
    row = re.search(r'href="(/id/35\.73/bank/rekonsiliasi/\d+/baris/\d+/)"', page).group(1)
    assert number[5:] not in page
    own = "tidak membukukan barisnya sendiri"  # who took the file is told, and has no form for it
    assert (own in page, f"{where}bukukan/" in page) == (True, False)
    page = client.get(row).content.decode()
    assert (own in page, 'value="book_late"' in page, 'value="ask"' in page) == (True, False, True)
    assert client.post(row, {"act": "book_late", "reason": "jawaban hilang"}).status_code == 422
    refused = client.post(f"{where}bukukan/", {"reason": "gangguan jaringan"}, follow=True)
    assert (refused.status_code, "Minta petugas lain membukukannya" in refused.content.decode()) == (200, True)
    with region_scope(malang):
        assert Payment.objects.count() == 0
    client = signed(Role.TAX_OFFICER, "budi")
    page = client.get(where).content.decode()
    assert (own in page, f"{where}bukukan/" in page) == (False, True)
    assert client.post(row, {"act": "correct", "reason": "x"}).status_code == 422
    assert client.post(row, {"act": "book_late", "reason": ""}).status_code == 422
    assert client.post(row, {"act": "book_late", "reason": "jawaban hilang"}).status_code == 302
    assert client.post(f"{where}selesaikan/").status_code == 302
    assert "masuk kas" in client.get(where).content.decode()
    with region_scope(malang):
        assert (open_amount(charge), balances()["1.1"]) == (0, 100_000)
    downloaded = client.get(f"{where}?format=csv")
    assert downloaded["Content-Type"].startswith("text/csv")
    assert b"p1,matched" in downloaded.content


def test_only_an_approver_takes_money_off_an_account(bank, malang, signed):
    charge, number = raise_bill(malang, bank.partner, "1")
    other, _ = raise_bill(malang, bank.partner, "2")
    now, day = clock.now(), clock.today(malang)
    for name, one in (("p1", number), ("p2", None)):
        if one:
            bank.send("payment", one, name, 100_000, at=(now - timedelta(minutes=5)).isoformat(), now=now)
    with region_scope(malang):
        payment = Payment.objects.get()
    content = write_settlement("BANK-1", "F1", day, [FileLine(2, "px", number, 100_000, 0, now)])
    client = signed(Role.TAX_OFFICER)
    where = client.post("/id/35.73/bank/rekonsiliasi/", {"file": SimpleUploadedFile("f.csv", content)})["Location"]
    surplus = f"{where}kurang/{payment.pk}/"
    assert "memerlukan penyetuju pajak" in client.get(surplus).content.decode()
    assert client.post(surplus, {"act": "take_back", "reason": "batal"}).status_code == 422
    assert client.post(surplus, {"act": "carry", "reason": "besok"}).status_code == 302
    client = signed(Role.TAX_APPROVER)
    assert client.post(surplus, {"act": "take_back", "reason": "bank membatalkan"}).status_code == 302
    with region_scope(malang):
        assert (open_amount(charge), open_amount(other)) == (100_000, 100_000)
    assert client.get(surplus).status_code == 404


def test_a_day_at_the_counter_from_the_bill_to_the_deposit_slip(bank, malang, signed):
    charge, _ = raise_bill(malang, bank.partner, "INV-7")
    client = signed(Role.TAX_OFFICER)
    assert client.post("/id/35.73/loket/tambah/", {"name": "Loket 1", "kind": "counter"}).status_code == 302
    with region_scope(malang):
        collector = Collector.objects.get()
    book = f"/id/35.73/loket/{collector.pk}/"
    page = client.get(f"{book}?nomor=INV-7").content.decode()
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1)
            for name in ("amount", "charge", "token", "hari")}
    assert form["amount"] == "100000"
    refused = client.post(f"{book}terima/", {**form, "amount": "100.001", "nomor": "INV-7"})
    assert (refused.status_code, "tidak dapat diterima" in refused.content.decode()) == (422, True)
    first, again = (client.post(f"{book}terima/", form)["Location"] for _ in range(2))
    assert first == again
    assert "Rp100.000" in client.get(first).content.decode()
    assert "sudah lunas" in client.get(f"{book}?nomor=INV-7").content.decode()
    assert client.post(f"{book}tutup/", {"counted": "99.000", "hari": form["hari"]}).status_code == 422
    assert client.post(f"{book}tutup/", {"counted": "99.000", "hari": form["hari"],
                                         "reason": "salah kembalian"}).status_code == 302
    with region_scope(malang):
        day = CashDay.objects.get()
    slip = client.post(f"{book}setor/", {"days": [day.pk], "bank_reference": "BJ-1", "on": form["hari"]})["Location"]
    text = client.get(slip).content.decode()
    assert "Rp99.000" in text
    assert "salah kembalian" in text
    with region_scope(malang):
        assert (open_amount(charge), balances()["1.1"], balances()["1.2.8"]) == (0, 99_000, 1_000)
        assert (CashReceipt.objects.count(), CashDeposit.objects.count()) == (1, 1)
    assert "kurang setor Rp1.000" in client.get("/id/35.73/loket/").content.decode()
    assert client.post(f"/id/35.73/loket/hari/{day.pk}/kurang/", {"reason": "dibayar kasir"}).status_code == 302
    with region_scope(malang):
        assert balances()["1.2.8"] == 0
