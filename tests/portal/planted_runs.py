"""Mass assessments of a region for the tests of its pages: one computed, one posted with a bill and its charge."""

from __future__ import annotations

from datetime import date

from sepadan.records.models import Person
from sepadan.records.names import Actor
from sepadan.records.public import now, open_chart, raise_charge
from sepadan.tax.engine.assessment import DueDate
from sepadan.tax.models import AssessmentRun, Bill, RunState, TaxableObject
from sepadan.tax.public import current_roll
from sepadan.tax.services.assessment import NewRun, compute_run, draft_run
from sepadan.territory.public import Region


def plant(region: Region, actor: Actor, secret: str) -> dict[str, str]:
    """The decree of both runs carries the secret word. Posted by hand: a posting needs what is committed."""
    roll = current_roll()
    assert roll is not None
    open_chart(["pbb"])
    new = NewRun(date(roll.tax_year, 1, 1), date(roll.tax_year, 2, 2), (DueDate(None, date(roll.tax_year, 8, 31)),),
                 f"{secret} Keputusan 1", "default")
    computed, posted = (_computed(draft_run(roll, new, actor=actor, now=now()), actor) for _ in range(2))
    other = Person.objects.create_user(f"{secret.lower()}-penyetuju@contoh.example", f"{secret} Penyetuju")
    AssessmentRun.objects.filter(pk=posted.pk).update(
        state=RunState.POSTED.value, approved_by_id=other.pk, approved_at=now(), posted_at=now())
    bill = _bill(posted, TaxableObject.objects.filter(roll=roll).select_related("kelurahan").order_by("nop")[0])
    return {"$run": str(posted.pk), "$draft_run": str(computed.pk), "$run_village": bill.kelurahan.code}


def _computed(run: AssessmentRun, actor: Actor) -> AssessmentRun:
    return compute_run(run, version=run.version, actor=actor, now=now())


def _bill(run: AssessmentRun, one: TaxableObject) -> Bill:
    due = date(run.tax_year, 8, 31)
    charge = raise_charge(levy="pbb", number=f"{one.nop}-{run.tax_year}-{run.pk}", payer=str(one.taxpayer_id),
                          due_on=due, amount=55_000, effective_on=run.issued_on, now=now())
    return Bill.objects.create(
        run=run, taxable_object=one, kelurahan=one.kelurahan, taxpayer_id=one.taxpayer_id, charge=charge, number=1,
        tax_year=run.tax_year, nop=one.nop, njop=one.njop, takes_njoptkp=False, deduction=0, taxable_units=one.njop,
        rate_units=None, pbb=55_000, waived=False, payable=55_000, due_on=due)
