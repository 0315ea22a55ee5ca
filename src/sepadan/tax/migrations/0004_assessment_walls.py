from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """Runs and bills behind the wall of their region; of a bill only ``live`` may change.

    Indexes: ``bill_list`` leads with the run, ``bill_of_charge`` with the charge. Objects and kelurahan of bills are
    never removed, and a bill is found by its NOP, so neither has an index of its own.
    """

    dependencies = [
        ("tax", "0003_assessment"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("tax_assessmentrun"),
        WallRegion("tax_bill"),
        WallReference("tax_assessmentrun", "roll_id", "tax_roll"),
        WallReference("tax_bill", "run_id", "tax_assessmentrun", index=False),
        WallReference("tax_bill", "taxable_object_id", "tax_taxableobject", index=False),
        WallReference("tax_bill", "kelurahan_id", "territory_kelurahan", index=False),
        WallReference("tax_bill", "taxpayer_id", "tax_taxpayer"),
        WallReference("tax_bill", "charge_id", "records_charge", index=False),
        AppendOnly("tax_bill", columns=(
            "run_id", "taxable_object_id", "kelurahan_id", "taxpayer_id", "charge_id", "number", "tax_year", "nop",
            "njop", "takes_njoptkp", "deduction", "taxable_units", "rate_units", "pbb", "waived", "payable", "due_on")),
    ]
