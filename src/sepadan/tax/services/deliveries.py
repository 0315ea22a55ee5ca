"""Writing down how bills were delivered: one by one, or by the lists of a kelurahan. Everything is only added to.

A list of returned sheets is a CSV with the columns ``nop``, ``tanggal``, ``alasan`` and ``catatan`` (or the delivery
list itself, filled in by hand in a spreadsheet: ``NOP``, ``Tanggal terima``, ``Diterima oleh``, ``Kembali karena``).
Each row is looked at by itself; a bad one is told with its line and the remedy, good ones are kept, and the same list
again adds nothing. Days are local days; none lies before the day of issue or in the future.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sepadan.ground.messages import catalogue
from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.records.public import Actor, record
from sepadan.tax.models import AssessmentRun, Bill, DeliveryEvent, DeliveryList
from sepadan.tax.models.deliveries import EventKind, ListKind, Reason, Receiver

MOST_ROWS = 50_000
_HEADS = {
    "nop": "nop", "tanggal": "on", "tanggal terima": "on", "tanggal kembali": "on", "date": "on", "handed on": "on",
    "alasan": "reason", "kembali karena": "reason", "returned because": "reason", "reason": "reason",
    "catatan": "note", "note": "note", "diterima oleh": "handed_to", "handed to": "handed_to",
}


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What came of a list: rows kept, rows that were known already, and what is wrong with the others."""

    kept: int
    known: int
    problems: list[Problem]


def hand_over(bill: Bill, *, on: date, receiver: Receiver, handed_to: str, note: str, actor: Actor, now: datetime,
              today: date) -> DeliveryEvent:
    """*bill* was handed to somebody on a day. Raises Refused on a day that cannot be."""
    _check_day(bill.run, on, today, str(bill))
    return _added(bill, actor, now, kind=EventKind.HANDED, on=on, receiver=receiver.value, handed_to=handed_to.strip(),
                  note=note.strip())


def take_return(bill: Bill, *, on: date, reason: Reason, note: str, actor: Actor, now: datetime,
                today: date) -> DeliveryEvent:
    """*bill* came back on a day, and why."""
    _check_day(bill.run, on, today, str(bill))
    return _added(bill, actor, now, kind=EventKind.RETURNED, on=on, reason=reason.value, note=note.strip())


def withdraw_event(event: DeliveryEvent, *, note: str, actor: Actor, now: datetime, today: date) -> DeliveryEvent:
    """Take an entry back, with the reason. Raises Refused when it is one itself, or was taken back before."""
    held = Bill.objects.select_for_update(of=("self",)).select_related("run").get(pk=event.bill_id)
    if not note.strip():
        raise refuse("tax.delivered.no_reason", where=str(held), remedy="tax.delivered.no_reason.remedy")
    if event.kind == EventKind.WITHDRAWN or DeliveryEvent.objects.filter(withdraws=event).exists():
        raise refuse("tax.delivered.withdrawn", where=str(held), remedy="tax.delivered.withdrawn.remedy")
    return _added(held, actor, now, kind=EventKind.WITHDRAWN, on=today, withdraws=event, note=note.strip())


def send_out(run: AssessmentRun, kelurahan_id: int, *, on: date, carrier: str, sheets: int, actor: Actor,
             now: datetime, today: date) -> DeliveryList:
    """The sheets of a kelurahan went out with *carrier*."""
    return _listed(run, kelurahan_id, ListKind.OUT, on, carrier, sheets, 0, actor, now, today)


def report_delivered(run: AssessmentRun, kelurahan_id: int, *, on: date, carrier: str, sheets: int, returned: str,
                     actor: Actor, now: datetime, today: date) -> tuple[DeliveryList | None, ListOutcome]:
    """The sheets of a kelurahan are delivered by *on*, but for those of the CSV *returned*.

    With a fault in the list of returned ones nothing is reported: those would else count as delivered.
    """
    outcome = read_list(run, kelurahan_id, returned, on=on, today=today, actor=actor, now=now) if returned.strip() \
        else ListOutcome(0, 0, [])
    if outcome.problems:
        return None, outcome
    made = _listed(run, kelurahan_id, ListKind.DONE, on, carrier, sheets, outcome.kept + outcome.known, actor, now,
                   today)
    return made, outcome


def withdraw_list(made: DeliveryList, *, note: str, actor: Actor, now: datetime, today: date) -> DeliveryList:
    """Take a list back, with the reason."""
    AssessmentRun.objects.select_for_update(of=("self",)).get(pk=made.run_id)
    if not note.strip():
        raise refuse("tax.delivered.no_reason", where=str(made), remedy="tax.delivered.no_reason.remedy")
    if made.kind == ListKind.WITHDRAWN or DeliveryList.objects.filter(withdraws=made).exists():
        raise refuse("tax.delivered.withdrawn", where=str(made), remedy="tax.delivered.withdrawn.remedy")
    back = DeliveryList.objects.create(run_id=made.run_id, kelurahan_id=made.kelurahan_id, on=today, withdraws=made,
                                       kind=ListKind.WITHDRAWN.value, note=note.strip(), recorded_at=now,
                                       recorded_by_id=actor.person_id)
    record(actor, "tax.audit.delivery_withdrawn", back, now=now, reason=note.strip())
    return back


def read_list(run: AssessmentRun, kelurahan_id: int, text: str, *, on: date, today: date, actor: Actor,
              now: datetime) -> ListOutcome:
    """Rows of a CSV as events of the bills of a kelurahan. A row without a day takes *on*."""
    rows, problems = _rows(text)
    known_bills = {bill.nop: bill for bill in Bill.objects.filter(
        run=run, kelurahan_id=kelurahan_id, nop__in=[row["nop"] for _, row in rows])}
    events, seen = [], _standing(run, kelurahan_id)
    known = 0
    for line, row in rows:
        try:
            event = _event_of_row(run, known_bills.get(row["nop"]), row, on, today, line)
        except Refused as refused:
            problems.append(refused.problem)
            continue
        if event is None:
            continue
        if (event.bill_id, event.kind, event.on, event.reason) in seen:
            known += 1
            continue
        seen.add((event.bill_id, event.kind, event.on, event.reason))
        event.recorded_at, event.recorded_by_id = now, actor.person_id
        events.append(event)
    DeliveryEvent.objects.bulk_create(events, batch_size=1_000)
    if events:
        record(actor, "tax.audit.delivery_list_read", run, now=now, after={"rows": len(events)})
    return ListOutcome(len(events), known, problems)


def _standing(run: AssessmentRun, kelurahan_id: int) -> set[tuple[int, str, date, str]]:
    rows = DeliveryEvent.objects.filter(bill__run=run, bill__kelurahan_id=kelurahan_id, withdrawn_by__isnull=True)
    return set(rows.values_list("bill_id", "kind", "on", "reason"))


def _rows(text: str) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """The rows by line, with the names of ``_HEADS``, and what keeps the whole from being read."""
    plain = text.removeprefix("\ufeff").replace("\0", "")
    first = plain.partition("\n")[0]
    reader = csv.reader(io.StringIO(plain), delimiter=";" if first.count(";") > first.count(",") else ",")
    heads = [_HEADS.get(head.strip().lower(), "") for head in next(reader, [])]
    if "nop" not in heads:
        return [], [problem("tax.delivered.no_nop_column", remedy="tax.delivered.no_nop_column.remedy")]
    found: list[tuple[int, dict[str, str]]] = []
    for cells in reader:
        row = {head: cell.strip().removeprefix("'") for head, cell in zip(heads, cells, strict=False) if head}
        if any(row.values()):
            found.append((reader.line_num, {"nop": "", **row} | {"nop": re.sub(r"\D", "", row.get("nop", ""))}))
        if len(found) > MOST_ROWS:
            return [], [problem("tax.delivered.too_long", most=MOST_ROWS, remedy="tax.delivered.too_long.remedy")]
    return found, []


def _event_of_row(run: AssessmentRun, bill: Bill | None, row: Mapping[str, str], on: date, today: date,
                  line: int) -> DeliveryEvent | None:
    where = str(line)
    reason, handed_to = row.get("reason", ""), row.get("handed_to", "")
    if not reason and not handed_to and "handed_to" in row:
        return None  # a line of the delivery list that nobody filled in
    if bill is None:
        raise refuse("tax.delivered.unknown_nop", where=where, nop=row["nop"],
                     remedy="tax.delivered.unknown_nop.remedy")
    day = _day(row.get("on", ""), on, where)
    _check_day(run, day, today, where)
    if handed_to and not reason:
        return DeliveryEvent(bill=bill, kind=EventKind.HANDED.value, on=day, receiver=Receiver.OTHER.value,
                             handed_to=handed_to[:120], note=row.get("note", "")[:300])
    kind = reason_of(reason)
    note = row.get("note", "") or (reason if kind is Reason.OTHER else "")
    return DeliveryEvent(bill=bill, kind=EventKind.RETURNED.value, on=day, reason=kind.value, note=note[:300])


def reason_of(text: str) -> Reason:
    """The reason that *text* names, by its word in either language; else ``other``."""
    plain = " ".join(text.lower().split())
    for one in Reason:
        words = catalogue()[f"tax.delivered.reason.{one.value}"]
        if plain in (one.value, words["id"].lower(), words["en"].lower()):
            return one
    return Reason.OTHER


def _day(text: str, otherwise: date, where: str) -> date:
    if not text:
        return otherwise
    parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text)
    if parts is not None:
        year, month, day = parts.group(1, 2, 3) if parts.group(1) else parts.group(6, 5, 4)
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            pass
    raise refuse("tax.delivered.bad_day", where=where, text=text, remedy="tax.delivered.bad_day.remedy")


def _check_day(run: AssessmentRun, on: date, today: date, where: str) -> None:
    if not run.issued_on <= on <= today:
        raise refuse("tax.delivered.day_range", where=where, day=on, first=run.issued_on, last=today,
                     remedy="tax.delivered.day_range.remedy")


def _added(bill: Bill, actor: Actor, now: datetime, *, kind: EventKind, **fields: object) -> DeliveryEvent:
    event = DeliveryEvent.objects.create(bill=bill, kind=kind.value, recorded_at=now, recorded_by_id=actor.person_id,
                                         **fields)
    record(actor, f"tax.audit.delivery_{kind.value}", bill, now=now, reason=event.note,
           after={"on": event.on, "receiver": event.receiver, "reason": event.reason})
    return event


def _listed(run: AssessmentRun, kelurahan_id: int, kind: ListKind, on: date, carrier: str, sheets: int, returned: int,
            actor: Actor, now: datetime, today: date) -> DeliveryList:
    _check_day(run, on, today, str(run))
    if not carrier.strip():
        raise refuse("tax.delivered.no_carrier", where=str(run), remedy="tax.delivered.no_carrier.remedy")
    made = DeliveryList.objects.create(run=run, kelurahan_id=kelurahan_id, kind=kind.value, on=on, sheets=sheets,
                                       carrier=carrier.strip(), returned=returned, recorded_at=now,
                                       recorded_by_id=actor.person_id)
    record(actor, f"tax.audit.delivery_list_{kind.value}", run, now=now,
           after={"on": on, "carrier": made.carrier, "sheets": sheets, "kelurahan": kelurahan_id})
    return made
