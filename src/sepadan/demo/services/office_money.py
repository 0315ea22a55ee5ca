"""The example bank with the files of three working days, and the example counter and village collector.

Bank: one file is settled, one has a line that we lack and lacks one that we have, and one waits. Counter: a day closed
and deposited, a day closed with a shortage, the day of today open. Payments go through the bank's own messages and the
counter's receipts, so they earn interest and stand in the books like any other.
"""

from __future__ import annotations

import json

from sepadan.demo.services.bank_day import PREFIX, example_partner
from sepadan.demo.services.office_scene import EXAMPLE, Scene, weekdays_back
from sepadan.records.engine.settlement_csv import FileLine, write_settlement
from sepadan.records.names import CollectorKind
from sepadan.records.public import (
    CashDay,
    Charge,
    Collector,
    account_number,
    add_collector,
    close_day,
    deposit_days,
    quote,
    receive_message,
    settle_file,
    take_cash,
    take_file,
)

A_DAY = 6
SHORT = 5_000


def open_example_bank(scene: Scene) -> None:
    """The partner, the payments of three working days, and the file of each."""
    scene.start(0)
    partner, _ = example_partner(scene.at(30))
    scheme = partner.schemes.get(prefix=PREFIX)
    for place, back in enumerate(weekdays_back(scene.today, 3)):
        name = f"CONTOH-{scene.day(back):%Y%m%d}"
        charges = scene.take_open(A_DAY, scene.day(back))
        lines = [_pay(scene, charge, account_number(scheme, charge), f"{name}-{k}", back, k)
                 for k, charge in enumerate(charges, start=1)]
        if not lines:
            continue
        if place == 1:
            lines = _unlike(scene, lines, account_number(scheme, scene.take_open(1, scene.day(back))[0]), back)
        content = write_settlement(partner.partner_id, name, scene.day(back), [
            FileLine(k, one.request_id, one.number, one.amount, partner.fee, one.at)
            for k, one in enumerate(lines, start=2)])
        file, _ = take_file(content, f"{name}.csv", actor=scene.officer, now=scene.at(back - 1, 8))
        if place == 0:
            settle_file(file, actor=scene.approver, now=scene.at(back - 1, 9))


def _unlike(scene: Scene, lines: list[FileLine], other: str, back: int) -> list[FileLine]:
    """A file that differs: our last payment is not in it, and one of a bill that we know nothing of is."""
    stranger = FileLine(0, f"{lines[0].request_id}-x", other, lines[0].amount, 0, scene.at(back, 15))
    return [*lines[:-1], stranger]


def _pay(scene: Scene, charge: Charge, number: str, request: str, back: int, place: int) -> FileLine:
    """One bill inquired and paid in full by the bank's messages."""
    partner, _ = example_partner(scene.now)
    at, amount = scene.at(back, 9 + place % 6, 7 * place % 60), quote(charge, scene.day(back)).total
    said = {"partnerServiceId": PREFIX.rjust(8), "customerNo": number[len(PREFIX):],
            "virtualAccountNo": PREFIX.rjust(8) + number[len(PREFIX):]}
    money = {"paidAmount": {"value": f"{amount}.00", "currency": "IDR"}, "trxDateTime": at.isoformat()}
    for kind, more in (("inquiry", {"inquiryRequestId": request}), ("payment", {**money, "paymentRequestId": request})):
        receive_message(scene.region, partner, kind, external_id=f"{request}-{kind[:3]}",
                        body=json.dumps({**said, **more}).encode(), now=at)
    return FileLine(0, request, number, amount, 0, at)


def open_example_counter(scene: Scene) -> None:
    """A counter with the books of three days, and a village collector with a list of last week."""
    scene.start(250)
    counter = add_collector("Loket Contoh", CollectorKind.COUNTER, "Kantor", actor=scene.officer, now=scene.at(30))
    village = add_collector("Kolektor Contoh", CollectorKind.VILLAGE, "Klojen", actor=scene.officer, now=scene.at(30))
    older, newer = weekdays_back(scene.today, 2)
    day = _day_of(scene, counter, older, 5)
    if day is not None:
        closed = close_day(day, _taken(day), actor=scene.officer, now=scene.at(older, 16))
        deposit_days(counter, [closed], bank_reference=f"CONTOH-{scene.day(older):%Y%m%d}", on=scene.day(older),
                     actor=scene.officer, now=scene.at(older, 16, 30))
    day = _day_of(scene, counter, newer, 4)
    if day is not None:
        close_day(day, _taken(day) - SHORT, actor=scene.officer, now=scene.at(newer, 16),
                  reason=f"{EXAMPLE}: kurang kembalian")
    _day_of(scene, counter, 0, 3)
    for k, charge in enumerate(scene.take_open(3, scene.day(older))):
        owed = quote(charge, scene.day(older)).total
        take_cash(village, charge, owed, on=scene.day(older), token=f"contoh-{k}", actor=scene.officer, now=scene.now)


def _day_of(scene: Scene, collector: Collector, back: int, count: int) -> CashDay | None:
    """The receipts of one day at the counter: the book, or None where nothing was left to pay."""
    book = None
    for k, charge in enumerate(scene.take_open(count, scene.day(back))):
        owed = quote(charge, scene.day(back)).total
        receipt = take_cash(collector, charge, owed, on=scene.day(back), token=f"contoh-{back}-{k}",
                            actor=scene.officer, now=scene.at(back, 9 + k))
        book = receipt.cash_day
    return book


def _taken(day: CashDay) -> int:
    return sum(receipt.payment.amount for receipt in day.receipts.select_related("payment"))
