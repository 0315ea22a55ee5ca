"""An inherited receivable with a letter, a visit, a proposal that waits, and an object that is spared."""

from __future__ import annotations

from datetime import date

from sepadan.records.models import Charge
from sepadan.records.names import Actor
from sepadan.records.public import now, open_chart, standing, today
from sepadan.tax.models import DecisionKind, Evidence, LetterKind, SpareReason, VisitOutcome
from sepadan.tax.services.collection_chasing import record_visit, spare_object
from sepadan.tax.services.collection_decisions import Proposal, propose_decision
from sepadan.tax.services.collection_letters import write_letters
from sepadan.tax.services.opening import OpeningRow, open_receivables
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
    return {"$owed_nop": nops[0], "$owed_charge": str(charge.pk), "$letter": str(letters[0].pk),
            "$decision": str(decision.pk), "$spared": str(spared.pk)}
