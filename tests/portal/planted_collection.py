"""An inherited receivable with a letter, a visit, a proposal that waits, an object that is spared; another one with a
printed batch of letters, and a demand that was withdrawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from sepadan.records.models import Charge, Person
from sepadan.records.names import Actor
from sepadan.records.public import now, open_chart, standing, today
from sepadan.tax.documents.letter_print import facts_of_part, print_part
from sepadan.tax.documents.offices import letter_office
from sepadan.tax.models import DecisionKind, Evidence, LetterKind, RevisionKind, SpareReason, VisitOutcome
from sepadan.tax.queries.letter_batches import parts_of
from sepadan.tax.services.collection_chasing import record_visit, spare_object
from sepadan.tax.services.collection_decisions import Proposal, propose_decision
from sepadan.tax.services.collection_letters import write_letters
from sepadan.tax.services.demand_revisions import grant_revision, propose_revision
from sepadan.tax.services.letter_acts import deliver_letter, sign_letter
from sepadan.tax.services.letter_batches import ask_letters, batch_folder, finish_writing, write_part
from sepadan.tax.services.opening import OpeningRow, open_receivables
from sepadan.tax.services.seizures import Good, order_seizure, record_minutes, sign_seizure
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    at, day = now(), today(region)
    open_chart(["pbb"])
    place = region.code.replace(".", "") + "990001001"
    nops = [f"{place}{k:04d}0" for k in (1, 2)]
    rows = [OpeningRow(k, nop, year, amount, date(year, 9, 30), f"{secret} Penunggak", Evidence.PARTIAL)
            for k, (nop, year, amount) in enumerate([
                (nops[0], 2023, 450_000), (nops[0], 2024, 480_000), (nops[1], 2019, 2_750_000)], 1)]
    open_receivables(rows, cut_off=date(2025, 1, 2), source=f"{secret} daftar", actor=actor, now=at)
    letters, _ = write_letters(nops[:1], LetterKind.WARNING, actor=actor, now=at, today=day)
    record_visit(nops[0], on=day, outcome=VisitOutcome.ABSENT, promised_by=None, note=f"{secret} pagar terkunci",
                 actor=actor, now=at, today=day)
    spared = spare_object(nops[1], reason=SpareReason.DECEASED, note=f"{secret} ahli waris dicari", since=day,
                          until=None, actor=actor, now=at)
    charge = Charge.objects.get(number=f"{nops[0]}-2023-awal")
    decision = propose_decision(Proposal(DecisionKind.WRITE_OFF, charge, standing(charge).principal,
                                         f"{secret} tidak tertagih"), actor=actor, now=at, today=day)
    return _letters(region, actor, secret) | {
        "$owed_nop": nops[0], "$owed_charge": str(charge.pk), "$letter": str(letters[0].pk),
        "$decision": str(decision.pk), "$spared": str(spared.pk)}


def _letters(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    at, day, nop = now(), today(region), region.code.replace(".", "") + "99000100200010"
    other = Person.objects.create_user(f"tagih-{region.code}@contoh.go.id", f"{secret} Penyetuju Tagih")
    second = Actor(other.name, other.pk)
    open_receivables([OpeningRow(1, nop, 2024, 300_000, date(2024, 9, 30), f"{secret} Penunggak", Evidence.PARTIAL)],
                     cut_off=date(2025, 1, 2), source=f"{secret} daftar", actor=actor, now=at)
    (draft,), _ = write_letters([nop], LetterKind.STPD, actor=actor, now=at, today=day)
    demand = sign_letter(draft, version=1, actor=second, now=at, today=day)
    revision = propose_revision(demand, RevisionKind.WITHDRAWN, reason=f"{secret} objek ganda", actor=actor, now=at)
    grant_revision(revision, actor=second, now=at, today=day)
    batch, _ = ask_letters(LetterKind.REMINDER, "", {}, objects=1, actor=actor, now=at, today=day)
    write_part(batch.pk, [nop], actor=actor, now=at, today=day)
    batch = finish_writing(batch.pk, actor=actor, now=at)
    for part in parts_of(batch):
        print_part(batch, part, batch_folder(batch), partial(facts_of_part, batch, part), told=lambda count: None,
                   office=letter_office(region), on=day)
    return {"$demand": str(demand.pk), "$revision": str(revision.pk), "$batch": str(batch.pk),
            **_seizure(nop, actor, second, at, day)}


def _seizure(nop: str, actor: Actor, second: Actor, at: datetime, day: date) -> dict[str, str]:
    """Goods are seized under a warrant that was served two months ago."""
    for kind, back in ((LetterKind.WARNING, 90), (LetterKind.WARRANT, 60)):
        then = day - timedelta(days=back)
        (letter,), _ = write_letters([nop], kind, actor=actor, now=at, today=then)
        if kind is LetterKind.WARRANT:
            letter = sign_letter(letter, version=1, actor=second, now=at, today=then)
        letter = deliver_letter(letter, version=letter.version, on=then, to="Penjaga", actor=actor, now=at, today=then)
    held = order_seizure(letter, bailiff="Joko", actor=actor, now=at, today=day - timedelta(days=20))
    held = sign_seizure(held, version=1, actor=second, now=at, today=day - timedelta(days=20))
    record_minutes(held, [Good("Sepeda motor", True, 9_000_000, "Penjaga")], version=2, on=day - timedelta(days=20),
                   place="Rumah", witnesses=["Adi", "Eko"], actor=actor, now=at, today=day)
    return {"$seizure": str(held.pk), "$warrant": str(letter.pk)}
