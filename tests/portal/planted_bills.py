"""A posted run of one bill with its delivery and printed files, for the tests of the pages of bills.

What only the desk shows carries the secret word; the citizen's page of the same bill does not: where to pay is given
for both regions, because names of partner banks, which it would name, are secret words here.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from sepadan.records.models import Person
from sepadan.records.names import Actor
from sepadan.records.public import now, open_chart, raise_charge, today
from sepadan.tax.documents.mass_print import print_roll
from sepadan.tax.documents.sheet_feed import parts_of
from sepadan.tax.engine.assessment import DueDate
from sepadan.tax.models import AssessmentRun, Bill, RunState, TaxableObject
from sepadan.tax.models.deliveries import Receiver
from sepadan.tax.public import current_roll
from sepadan.tax.queries.bill_sheets import ledger_mark
from sepadan.tax.queries.bills import bills
from sepadan.tax.services.assessment import NewRun, compute_run, draft_run
from sepadan.tax.services.bill_codes import code_of
from sepadan.tax.services.deliveries import hand_over, send_out
from sepadan.tax.services.printing import print_folder
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    roll = current_roll()
    assert roll is not None
    Path(settings.DATA_DIR, "offices.yaml").write_text(
        "".join(f'"{code}": {{pay_at: [Bank Contoh]}}\n' for code in ("35.73", "32.16")), encoding="utf-8")
    open_chart(["pbb"])
    new = NewRun(date(roll.tax_year, 1, 1), date(roll.tax_year, 2, 2), (DueDate(None, date(roll.tax_year, 8, 31)),),
                 f"{secret} Keputusan SPPT", "default")
    run = draft_run(roll, new, actor=actor, now=now())
    run = compute_run(run, version=run.version, actor=actor, now=now())
    other = Person.objects.create_user(f"{secret.lower()}-sppt@contoh.example", f"{secret} Penyetuju SPPT")
    AssessmentRun.objects.filter(pk=run.pk).update(
        state=RunState.POSTED.value, approved_by_id=other.pk, approved_at=now(), posted_at=now())
    rows = TaxableObject.objects.filter(roll=roll, sppt_printed=True).select_related("kelurahan")
    made = bills().get(pk=_bill(run, rows.order_by("-nop")[0]).pk)
    who = {"actor": actor, "now": now(), "today": today(region)}
    hand_over(made, on=date(roll.tax_year, 3, 1), receiver=Receiver.FAMILY, handed_to=f"{secret} Ibu", note="", **who)
    send_out(run, made.kelurahan_id, on=date(roll.tax_year, 2, 20), carrier=f"{secret} Pengantar", sheets=1, **who)
    posted = AssessmentRun.objects.select_related("region", "roll").get(pk=run.pk)
    assert print_roll(parts_of(posted, ledger_mark()), print_folder(region, run.pk), processes=1).failed == []
    return {"$bill": str(made.pk), "$bill_run": str(run.pk), "$bill_village": made.kelurahan.code,
            "$bill_nop": made.nop, "$bill_code": code_of(made)}


def _bill(run: AssessmentRun, one: TaxableObject) -> Bill:
    due = date(run.tax_year, 8, 31)
    taxable = max(0, one.njop - 10_000_000)
    charge = raise_charge(levy="pbb", number=f"{one.nop}-{run.tax_year}-{run.pk}", payer=str(one.taxpayer_id),
                          due_on=due, amount=55_000, effective_on=run.issued_on, now=now())
    return Bill.objects.create(
        run=run, taxable_object=one, kelurahan=one.kelurahan, taxpayer_id=one.taxpayer_id, charge=charge, number=1,
        tax_year=run.tax_year, nop=one.nop, njop=one.njop, takes_njoptkp=True, deduction=10_000_000,
        taxable_units=taxable * run.taxable_den, rate_units=run.rate_den // 1000, pbb=55_000, waived=False,
        payable=55_000, due_on=due)
