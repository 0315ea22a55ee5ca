"""How a bill was delivered: one by one or by the list of its kelurahan; what was wrong is taken back, never removed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import InternalError, ProgrammingError, transaction
from tests.tax.bill_years import NOW, TODAY, officers, posted_years

from sepadan.ground.problems import Refused
from sepadan.records.public import history_of, region_scope
from sepadan.tax.models import DeliveryEvent
from sepadan.tax.models.deliveries import Reason, Receiver
from sepadan.tax.queries.bills import bills
from sepadan.tax.queries.deliveries import (
    delivered_on,
    deliveries_of,
    delivery_counts,
    events_of,
    lists_of,
    returned_of,
)
from sepadan.tax.services.deliveries import (
    hand_over,
    reason_of,
    report_delivered,
    send_out,
    take_return,
    withdraw_event,
    withdraw_list,
)
from sepadan.territory.models import Region

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
ONE, TWO, THREE = date(2025, 3, 1), date(2025, 3, 8), date(2025, 3, 20)


@pytest.fixture(autouse=True)
def _data(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def test_the_day_of_delivery_follows_from_events_and_lists(transactional_db):
    malang, actors = Region.objects.get(code="35.73"), officers()
    _, run = posted_years(malang, actors)
    who = {"actor": actors[0], "now": NOW, "today": TODAY}
    with region_scope(malang):
        bill, other, third = bills().filter(run=run, kelurahan__code="35.73.02.1001").order_by("nop")[:3]
        assert delivered_on(bill) is None
        first = hand_over(bill, on=ONE, receiver=Receiver.FAMILY, handed_to="Rina", note="", **who)
        assert delivered_on(bill) == ONE
        take_return(bill, on=TWO, reason=Reason.MOVED, note="", **who)
        assert delivered_on(bill) is None
        assert [event.bill_id for event in returned_of(run, bill.kelurahan_id)] == [bill.pk]
        again = hand_over(bill, on=THREE, receiver=Receiver.SELF, handed_to="", note="", **who)
        assert delivered_on(bill) == THREE
        withdraw_event(again, note="salah NOP", **who)
        assert delivered_on(bill) is None  # the return stands again
        with pytest.raises(Refused, match="withdrawn already"):
            withdraw_event(again, note="lagi", **who)
        assert [event.kind for event in events_of(bill)] == ["handed", "returned", "handed", "withdrawn"]

        made, outcome = report_delivered(run, bill.kelurahan_id, on=THREE, carrier="Kelurahan Klojen", sheets=6,
                                         returned=f"nop;tanggal;alasan\n{other.nop};08-03-2025;rumah kosong\n", **who)
        assert (outcome.kept, outcome.problems) == (1, [])
        assert {key: (one.on, one.by_list) for key, one in
                deliveries_of([bill.pk, other.pk, third.pk]).items()} == {third.pk: (THREE, True)}
        counts = delivery_counts(run)[bill.kelurahan_id]
        assert (counts.handed, counts.returned, counts.reported_on) == (0, 2, THREE)
        withdraw_list(made, note="daftar tertukar", **who)
        assert delivered_on(third) is None
        assert lists_of(run) == []
        send_out(run, bill.kelurahan_id, on=ONE, carrier="Pak RT", sheets=6, **who)
        assert [one.carrier for one in lists_of(run, bill.kelurahan_id)] == ["Pak RT"]
        assert {entry.action for entry in history_of(bill)} == {
            "tax.audit.delivery_handed", "tax.audit.delivery_returned", "tax.audit.delivery_withdrawn"}
        for change in (lambda: DeliveryEvent.objects.filter(pk=first.pk).update(on=TWO), first.delete):
            with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
                change()


def test_a_list_of_returned_sheets_keeps_good_rows_once_and_tells_bad_ones_by_line(transactional_db):
    malang, actors = Region.objects.get(code="35.73"), officers()
    _, run = posted_years(malang, actors)
    who = {"actor": actors[0], "now": NOW, "today": TODAY}
    with region_scope(malang):
        here = list(bills().filter(run=run, kelurahan__code="35.73.02.1001").order_by("nop"))
        away = bills().filter(run=run, kelurahan__code="35.73.02.1002").first()
        kelurahan = here[0].kelurahan_id
        head = "Lembar,Jalan,NOP,Diterima oleh,Tanggal terima,Kembali karena\r\n"
        n = here[0].nop
        written = f"{n[:2]}.{n[2:4]}.{n[4:7]}.{n[7:10]}.{n[10:13]}-{n[13:17]}.{n[17:]}"
        rows = [f"1,Jl,{written},,2025-03-05,menolak menerima", f"2,Jl,{here[1].nop},Ibu Sri,5/3/2025,",
                f"3,Jl,{here[2].nop},,,", f"4,Jl,{here[3].nop},,2025-03-05,digigit anjing",
                f"5,Jl,{away.nop},,2025-03-05,pindah", f"6,Jl,{here[4].nop},,31-02-2025,address not found",
                f"7,Jl,{here[5].nop},,2031-01-01,address not found", "8,Jl,123,,2025-03-05,x"]
        text = "\ufeff" + head + "\r\n".join(rows)
        made, outcome = report_delivered(run, kelurahan, on=TWO, carrier="Kelurahan", sheets=6, returned=text, **who)
        assert made is None  # nothing is reported as delivered while rows are wrong
        assert (outcome.kept, outcome.known) == (3, 0)
        assert [one.where for one in outcome.problems] == ["6", "7", "8", "9"]
        assert all(one.remedy is not None for one in outcome.problems)
        assert [(event.kind, event.reason, event.handed_to, event.note) for event in DeliveryEvent.objects.all()] == [
            ("returned", "refused", "", ""), ("handed", "", "Ibu Sri", ""),
            ("returned", "other", "", "digigit anjing")]
        good = "\ufeff" + head + "\r\n".join(rows[:4])
        made, outcome = report_delivered(run, kelurahan, on=TWO, carrier="Kelurahan", sheets=6, returned=good, **who)
        assert (outcome.kept, outcome.known, made is not None) == (0, 3, True)
        _, outcome = report_delivered(run, kelurahan, on=TWO, carrier="Kelurahan", sheets=6, returned="nama\nx", **who)
        assert "nop" in outcome.problems[0].text("id")
        for day in (date(2025, 2, 2), date(2026, 11, 25)):  # before the issue; tomorrow
            with pytest.raises(Refused, match="outside"):
                hand_over(here[0], on=day, receiver=Receiver.SELF, handed_to="", note="", **who)
        with pytest.raises(Refused, match="carrier"):
            send_out(run, kelurahan, on=ONE, carrier=" ", sheets=6, **who)


def test_reasons_are_read_in_both_languages():
    assert [reason_of(text) for text in ("Rumah  kosong", "house empty", "empty", "apa saja")] == [
        Reason.EMPTY, Reason.EMPTY, Reason.EMPTY, Reason.OTHER]
