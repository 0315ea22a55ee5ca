"""The day's settlement file of a bank: take it, compare it, decide what differs, settle.

A file is taken once: its control totals are right, it is of a known partner, and the same file again is the one taken
before. Taking it books nothing. Each line that does not agree waits for a decision with a reason; when none waits, the
file is settled in one transaction (``payments.settle``): cash less the fee comes out of clearing, and money that nobody
could assign stands apart as a liability until it is assigned.

    line                              way to settle                  in the ledger
    missing: the bank has, we lack    book late                      a payment with the bank's time
                                      set aside                      cash -> unassigned (liability)
    differing amount                  correct                        our payment taken back, the bank's booked
    taken back by the bank before     book late, set aside           as above
    settled before                    set aside                      as above
    surplus: we have, the bank lacks  carry (a later file has it)    nothing
                                      take back                      counter-transfers of the payment
    fee other than agreed             accept                         as the file says

``ask`` records that the bank was asked; the line goes on waiting. The locks of all that an act may book are taken
before its first booking, in the order of ``payments.py``, and the file is compared again under them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from sepadan.ground.problems import Problem, Refused, problem, refuse
from sepadan.records import clock
from sepadan.records.engine.settlement import ACTS, BOOKS, State
from sepadan.records.engine.settlement_csv import FileRead, read_settlement
from sepadan.records.models import (
    ChannelPartner,
    Charge,
    Payment,
    Settlement,
    SettlementAnswer,
    SettlementFile,
    SettlementLine,
    SettlementRow,
    Transfer,
)
from sepadan.records.names import AccountKind, Actor, Channel, SettlementAct
from sepadan.records.queries.bank_files import (
    Compared,
    Comparison,
    compare_file,
    file_reference,
    settlement_of,
)
from sepadan.records.queries.ledger import account_for
from sepadan.records.queries.payments import charge_of_whole_number
from sepadan.records.services.audit import record
from sepadan.records.services.ledger import TransferDraft, open_account, post_transfers
from sepadan.records.services.payments import hold, lock_name, receive_payment, settle, take_back_payment
from sepadan.records.tenancy import current_region

CHUNK = 5_000


def read_file(content: bytes, *, today: date) -> tuple[FileRead | None, ChannelPartner | None, list[Problem]]:
    """A file that may be taken, with its partner, or what is wrong with it. Books and stores nothing: the dry run."""
    read, problems = read_settlement(content)
    if read is None:
        return None, None, problems
    partner = ChannelPartner.objects.filter(partner_id=read.partner_id).first()
    if partner is None:
        return None, None, [problem("records.settlement.no_partner", where="1", partner=read.partner_id,
                                    remedy="records.settlement.no_partner.remedy")]
    if read.day > today:
        return None, partner, [problem("records.settlement.future", where="1", day=read.day)]
    return read, partner, []


def take_file(content: bytes, name: str, *, actor: Actor, now: datetime) -> tuple[SettlementFile, bool]:
    """Store the file; whether it is new. The same content again is the file taken before.

    Raises Refused with the first fault of a file that cannot be taken, and when its name was used for another content.
    """
    read, partner, problems = read_file(content, today=clock.today(current_region(), now))
    if read is None or partner is None:
        raise Refused(problems[0])
    digest = hashlib.sha256(content).hexdigest()
    lock_name(f"settlement_file:{partner.pk}:{read.reference}")
    known = SettlementFile.objects.filter(partner=partner, reference=read.reference).first()
    if known is not None:
        if known.sha256 != digest:
            raise refuse("records.settlement.name_used", where=read.reference,
                         remedy="records.settlement.name_used.remedy")
        return known, False
    file = SettlementFile.objects.create(
        partner=partner, reference=read.reference, name=name[:120] or read.reference, day=read.day, sha256=digest,
        count=len(read.lines), gross=read.gross, fee=read.fee, received_at=now, received_by_id=actor.person_id)
    SettlementRow.objects.bulk_create([SettlementRow(
        file=file, line=one.line, request_id=one.request_id, number=one.number, amount=one.amount, fee=one.fee,
        paid_at=one.at) for one in read.lines], batch_size=CHUNK)
    record(actor, "records.audit.settlement_taken", file, now=now, after={
        "day": file.day, "count": file.count, "gross": file.gross, "fee": file.fee})
    return file, True


class _TriedOut(Exception):
    """Carries a comparison out of a transaction that is taken back."""

    def __init__(self, found: Comparison):
        super().__init__()
        self.found = found


def try_file(content: bytes, name: str, *, actor: Actor, now: datetime) -> tuple[Comparison | None, list[Problem]]:
    """The dry run: what the file would show beside the books, or every fault of it. Nothing is kept."""
    read, _, problems = read_file(content, today=clock.today(current_region(), now))
    if read is None:
        return None, problems
    try:
        with transaction.atomic():
            file, _ = take_file(content, name, actor=actor, now=now)
            raise _TriedOut(compare_file(file))
    except _TriedOut as tried:
        return tried.found, []
    except Refused as refused:
        return None, [refused.problem]


def answer_row(row: SettlementRow, act: SettlementAct, *, actor: Actor, now: datetime, reason: str) -> SettlementAnswer:
    """Decide what becomes of a line that does not agree.

    Raises Refused when it agrees, when the act does not fit it, and to who took the file where the act books money.
    """
    file = SettlementFile.objects.select_related("partner").get(pk=row.file_id)
    if act in BOOKS:
        _check_other_person(file, actor)
    lock_name(f"settlement_file:{file.pk}")
    line = _line_of(file, row)
    if act in BOOKS:
        _hold(file, [line], settles=act is SettlementAct.CORRECT)
        line = _line_of(file, row)  # what came while this waited counts
    is_settled = settlement_of(file) is not None
    booked = _answer(file, line, act, is_settled=is_settled, now=now, reason=reason)
    return _decide(file, act, actor=actor, now=now, reason=reason, row=row, booked=booked)


def answer_surplus(file: SettlementFile, payment: Payment, act: SettlementAct, *, actor: Actor, now: datetime,
                   reason: str) -> SettlementAnswer:
    """Decide about a payment that the file lacks: a later file has it, ask the bank, or take it back."""
    lock_name(f"settlement_file:{file.pk}")
    line = next((one for one in compare_file(file).surplus if one.payment is not None and one.payment.pk == payment.pk),
                None)
    if line is None:
        raise refuse("records.settlement.no_surplus", where=payment.reference)
    _check(payment, line, act, reason)
    if act is SettlementAct.TAKE_BACK:
        take_back_payment(payment, reference=f"file:{file.pk}", reason=reason,
                          effective_on=clock.today(current_region(), now), now=now)
    return _decide(file, act, actor=actor, now=now, reason=reason, payment=payment)


def answer_fee(file: SettlementFile, act: SettlementAct, *, actor: Actor, now: datetime,
               reason: str) -> SettlementAnswer:
    """Accept a fee other than agreed, or ask the bank about it."""
    if act not in ACTS[State.FEE]:
        raise refuse("records.settlement.act", where=file.reference, remedy="records.settlement.act.remedy")
    if not reason.strip():
        raise refuse("records.settlement.no_reason", where=file.reference)
    return _decide(file, act, actor=actor, now=now, reason=reason)


def book_missing(file: SettlementFile, *, actor: Actor, now: datetime, reason: str) -> tuple[int, list[Problem]]:
    """Book late every line that the books lack: how many, and why others could not be. Raises Refused to who took the
    file."""
    _check_other_person(file, actor)
    lock_name(f"settlement_file:{file.pk}")
    found = compare_file(file)
    _hold(file, [line for line in found.open if line.state is State.MISSING])
    found = compare_file(file)  # what came while this waited counts
    booked, problems = 0, []
    for line in found.open:
        if line.state is not State.MISSING or line.row is None:
            continue
        try:
            with transaction.atomic():
                payment = _answer(file, line, SettlementAct.BOOK_LATE, is_settled=found.settlement is not None, now=now,
                                  reason=reason)
        except Refused as refused:
            problems.append(refused.problem)
            continue
        SettlementAnswer.objects.create(file=file, row=line.row, act=SettlementAct.BOOK_LATE.value, booked=payment,
                                        reason=reason.strip(), at=now, by_name=actor.name)
        booked += 1
    if booked:
        record(actor, "records.audit.settlement_booked", file, now=now, reason=reason.strip(), after={"count": booked})
    return booked, problems


def settle_file(file: SettlementFile, *, actor: Actor, now: datetime) -> tuple[Settlement | None, list[Problem]]:
    """Bring the file's money into cash. Nothing is booked while a line waits for a decision; a file settled before is
    returned as it is."""
    partner = ChannelPartner.objects.get(pk=file.partner_id)
    lock_name(f"settlement_file:{file.pk}")
    lock_name(f"settlement:{partner.channel}")  # no payment is taken back between the comparison and the settlement
    found = compare_file(file)
    if found.settlement is not None:
        return found.settlement, []
    problems = _waiting(found)
    if problems:
        return None, problems
    payments = [line.payment for line in found.lines if line.payment is not None and line.state is State.MATCHED]
    if not payments:
        return None, [problem("records.settlement.nothing", where=file.reference,
                              remedy="records.settlement.ask.remedy")]
    settlement, problems = settle(
        Channel(partner.channel), file_reference(partner, file.reference), [p.reference for p in payments],
        gross=sum(p.amount for p in payments), fee=file.fee, settled_on=file.day, now=now)
    if settlement is None:
        return None, problems
    _put_aside(file, [line for line in found.lines if line.state is not State.MATCHED], now)
    record(actor, "records.audit.settlement_settled", file, now=now, after={
        "gross": settlement.gross, "fee": settlement.fee, "count": len(payments)})
    return settlement, []


def _check_other_person(file: SettlementFile, actor: Actor) -> None:
    """A file is typed text: who brings it in may not turn its lines into payments himself. Raises Refused.

    A file that the command line took has no person, and neither has the command line's actor.
    """
    if file.received_by_id is not None and file.received_by_id == actor.person_id:
        raise refuse("records.settlement.same_person", where=file.reference,
                     remedy="records.settlement.same_person.remedy")


def _line_of(file: SettlementFile, row: SettlementRow) -> Compared:
    return next(one for one in compare_file(file).lines if one.row is not None and one.row.pk == row.pk)


def _hold(file: SettlementFile, lines: Sequence[Compared], *, settles: bool = False) -> None:
    """The locks of every payment and charge that booking the *lines* touches. A line may name another charge than the
    payment that stands under its reference."""
    partner = file.partner
    references, charges = set[str](), set[int]()
    for line in lines:
        if line.row is None:
            continue
        reference = f"{partner.partner_id}:{line.row.request_id}"
        references.add(reference)
        if line.payment is not None:
            charges.add(line.payment.charge_id)
            references.add(_next_reference(reference, partner))
        charge = charge_of_whole_number(partner, line.row.number)
        if charge is not None:
            charges.add(charge.pk)
    hold(Channel(partner.channel), references, charges, settles=settles)


def _answer(file: SettlementFile, line: Compared, act: SettlementAct, *, is_settled: bool, now: datetime,
            reason: str) -> Payment | None:
    """Check that *act* fits the line and do what it says: the payment that it booked, if it books one."""
    _check(line.row, line, act, reason)
    late = line.is_set_aside and act in (SettlementAct.BOOK_LATE, SettlementAct.ASK)
    if is_settled and not late:
        raise refuse("records.settlement.settled_already", where=file.reference)
    if act not in BOOKS:
        return None
    return _book(file, line, act, now=now, reason=reason)


def _waiting(found: Comparison) -> list[Problem]:
    problems = [problem("records.settlement.waits", where=f"{line.row.line}", request=line.row.request_id,
                        remedy="records.settlement.waits.remedy") for line in found.open[:20] if line.row is not None]
    if found.fee_is_open:
        problems.append(problem("records.settlement.fee_waits", where=found.file.reference, fee=found.file.fee,
                                agreed=found.agreed_fee * found.file.count,
                                remedy="records.settlement.waits.remedy"))
    return problems


def _put_aside(file: SettlementFile, lines: list[Compared], now: datetime) -> None:
    """The money of lines that nobody could assign: in cash, owed to whoever it belongs to."""
    if not lines:
        return
    cash, clearing, apart = account_for("cash").pk, account_for(f"clearing:{file.partner.channel}").pk, _unassigned()
    post_transfers([
        TransferDraft(debit=debit, credit=credit, amount=line.amount, effective_on=file.day,
                      source=f"aside:{line.row.pk}{ending}")
        for line in lines if line.row is not None
        for debit, credit, ending in ((clearing, apart, ""), (cash, clearing, ":cash"))], now=now)


def _book(file: SettlementFile, line: Compared, act: SettlementAct, *, now: datetime, reason: str) -> Payment:
    """The payment of a line with the bank's time and amount; ours is taken back first when it differs. Of money that
    was set aside in a settlement, the payment becomes a line of that settlement."""
    row, partner = line.row, file.partner
    if row is None:
        raise ValueError("a surplus is not booked")
    charge = _charge_of(partner, row)
    reference = f"{partner.partner_id}:{row.request_id}"
    if act is SettlementAct.CORRECT and line.payment is not None:
        take_back_payment(line.payment, reference=f"file:{file.pk}", reason=reason,
                          effective_on=clock.today(current_region(), line.payment.paid_at), now=now)
    if line.payment is not None and line.state in (State.DIFFERS, State.TAKEN_BACK):
        reference = _next_reference(reference, partner)
    payment = receive_payment(charge, channel=Channel(partner.channel), reference=reference, amount=row.amount,
                              paid_at=row.paid_at, now=now).payment
    settlement = settlement_of(file)
    if settlement is not None and Transfer.objects.filter(source=f"aside:{row.pk}").exists():
        if SettlementLine.objects.filter(payment=payment).exists():  # the bank handed the same money over twice
            raise refuse("records.payment.settled_already", where=str(payment))
        SettlementLine.objects.create(settlement=settlement, payment=payment)
        post_transfers([TransferDraft(
            debit=_unassigned(), credit=account_for(f"clearing:{partner.channel}").pk, amount=row.amount,
            effective_on=clock.today(current_region(), now), source=f"assigned:{row.pk}")], now=now)
    return payment


def _next_reference(reference: str, partner: ChannelPartner) -> str:
    taken = set(Payment.objects.filter(channel=partner.channel, reference__startswith=reference)
                .values_list("reference", flat=True))
    return next(name for name in (f"{reference}+{k}" for k in range(2, 100)) if name not in taken)


def _charge_of(partner: ChannelPartner, row: SettlementRow) -> Charge:
    charge = charge_of_whole_number(partner, row.number)
    if charge is None:
        raise refuse("records.settlement.no_charge", where=str(row.line), number=row.number,
                     remedy="records.settlement.no_charge.remedy")
    return charge


def _check(about: object, line: Compared, act: SettlementAct, reason: str) -> None:
    if line.is_set_aside and act is SettlementAct.BOOK_LATE and line.state is State.MATCHED:
        pass  # the bank's own message came after its money had been put aside
    elif act not in ACTS[line.state]:
        raise refuse("records.settlement.act", where=str(about), remedy="records.settlement.act.remedy")
    if not reason.strip():
        raise refuse("records.settlement.no_reason", where=str(about))


def _decide(file: SettlementFile, act: SettlementAct, *, actor: Actor, now: datetime, reason: str,
            row: SettlementRow | None = None, payment: Payment | None = None,
            booked: Payment | None = None) -> SettlementAnswer:
    found = SettlementAnswer.objects.create(file=file, row=row, payment=payment, act=act.value, reason=reason.strip(),
                                            booked=booked, at=now, by_name=actor.name)
    about = row.request_id if row is not None else payment.reference if payment is not None else file.reference
    record(actor, "records.audit.settlement_answered", file, now=now, reason=reason.strip(),
           after={"act": act.value, "request": about})
    return found


def _unassigned() -> int:
    return open_account("2.2", "Setoran bank belum teridentifikasi", AccountKind.LIABILITY, purpose="unassigned").pk
