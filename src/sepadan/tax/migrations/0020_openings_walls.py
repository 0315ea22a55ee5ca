from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """What an older system held, behind the wall of its region. Bills and payments that were taken over stay as they
    are; of a proposal only its state moves on.

    Indexes: bills and holders are found by their unique constraints, payments by their bill, proposals by object.
    """

    dependencies = [
        ("tax", "0019_openings"),
        ("records", "0003_walls"),
    ]

    operations = [
        *(WallRegion(f"tax_{name}") for name in (
            "openingbill", "openingpayment", "openingproposal", "njoptkpholder")),
        WallReference("tax_openingbill", "charge_id", "records_charge"),
        WallReference("tax_openingbill", "kelurahan_id", "territory_kelurahan", index=False),
        WallReference("tax_openingpayment", "bill_id", "tax_openingbill", index=False),
        WallReference("tax_openingproposal", "claim_id", "tax_claim"),
        WallReference("tax_njoptkpholder", "taxpayer_id", "tax_taxpayer"),
        *(AppendOnly(f"tax_{name}") for name in ("openingbill", "openingpayment")),
        AppendOnly("tax_openingproposal", columns=(
            "kind", "nop", "tax_year", "claim_id", "grade", "terms", "document", "reason", "proposed_at",
            "proposed_by_id")),
        AppendOnly("tax_njoptkpholder", columns=("taxpayer_id", "tax_year", "nop", "recorded_at", "entry")),
    ]
