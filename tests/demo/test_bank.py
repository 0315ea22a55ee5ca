"""The bank of the demonstration, over HTTP at a real server: every answer is the documented one, and its settlement
file agrees with the books line by line."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from sepadan.demo.commands import demo
from sepadan.demo.services.bank import BankClient, play
from sepadan.ground.problems import Refused
from sepadan.records.commands_bank import bank as bank_commands
from sepadan.records.names import Actor, Channel
from sepadan.records.public import (
    account_number,
    add_partner,
    add_scheme,
    now,
    open_chart,
    raise_charge,
    region_scope,
)
from sepadan.records.queries.bank_files import compare_file
from sepadan.records.services.settlement_files import settle_file, take_file
from sepadan.territory.models import Province, Region

ACTOR = Actor("Uji")


@pytest.mark.django_db(transaction=True)
def test_a_day_of_the_bank_is_answered_as_documented_and_its_file_settles(live_server, tmp_path):
    province, _ = Province.objects.get_or_create(id=35, defaults={
        "code": "35", "name": "Jawa Timur", "timezone": "Asia/Jakarta"})
    region, _ = Region.objects.get_or_create(id=3573, defaults={
        "code": "35.73", "name": "Kota Malang", "kind": "kota", "province": province, "timezone": "Asia/Jakarta"})
    with region_scope(region):
        open_chart(["sewa"])
        partner, secret = add_partner("BANK-1", "Bank Uji", channel=Channel.BANK, actor=ACTOR, now=now(), fee=1_500)
        scheme = add_scheme(partner, "88002", "sewa", actor=ACTOR, now=now())
        numbers = [account_number(scheme, raise_charge(
            levy="sewa", number=f"s{k}", payer="p", due_on=date(2030, 1, 1), amount=10_000 + k,
            effective_on=date(2026, 1, 1), now=now())) for k in range(12)]
    bank = BankClient(live_server.url, "35.73", "BANK-1", secret, now, fee=1_500)
    scenes = play(bank, numbers)
    bank.close()
    assert [scene.name for scene in scenes if not scene.as_agreed] == []
    assert {scene.name for scene in scenes} == {
        "inquiry", "payment", "status", "duplicate", "paid_twice", "reversal", "wrong_amount", "late", "early_reversal",
        "cancelled"}
    assert len(bank.paid) == 12 - 2 - 2  # two of twelve were taken back, two reversed before they came
    with region_scope(region):
        file, _ = take_file(bank.settlement_file("F1"), "f.csv", actor=ACTOR, now=now())
        found = compare_file(file)
        assert (found.is_ready, {line.state.value for line in found.lines}, found.surplus) == (True, {"matched"}, ())
        assert settle_file(file, actor=ACTOR, now=now())[1] == []
    with region_scope(region):
        open_chart(["pbb"])
        for k in range(6):
            raise_charge(levy="pbb", number=f"b{k}", payer="p", due_on=date(2030, 1, 1), amount=50_000,
                         effective_on=date(2026, 1, 1), now=now())
    target = tmp_path / "hari.csv"
    ran = CliRunner().invoke(demo, ["bank", "--server", live_server.url, "--count", "6", "--out", str(target),
                                    "--json"])
    said = json.loads(ran.stdout)
    assert (ran.exit_code, said["bills"], said["paid"], said["surprises"]) == (0, 6, 6 - 1 - 1, 0)
    tried = CliRunner().invoke(bank_commands, ["settlement", str(target), "--region", "35.73", "--dry-run", "--json"])
    found = json.loads(tried.stdout)
    assert (tried.exit_code, found["kept"], found["states"]["matched"], found["states"]["missing"]) == (0, False, 4, 0)
    target.write_bytes(target.read_bytes().replace(b"T,4,", b"T,5,"))
    assert CliRunner().invoke(bank_commands, ["settlement", str(target), "--region", "35.73"]).exit_code == 1


def test_the_bank_speaks_to_this_machine_only():
    BankClient("http://127.0.0.1:8000", "35.73", "B", "s", now)
    for elsewhere in ("http://192.0.2.7:8000", "https://127.0.0.1", "ftp://127.0.0.1"):
        with pytest.raises(Refused, match="on this machine"):
            BankClient(elsewhere, "35.73", "B", "s", now)
