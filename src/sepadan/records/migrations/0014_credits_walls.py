from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """Fines and appeals behind the wall of their region. A fine is only added; of an appeal, what was filed stays."""

    dependencies = [
        ("records", "0013_credits"),
    ]

    operations = [
        WallRegion("records_sanction"),
        WallRegion("records_appeal"),
        WallReference("records_sanction", "charge_id", "records_charge", index=False),
        WallReference("records_sanction", "about_id", "records_charge"),
        WallReference("records_appeal", "about_id", "records_charge"),
        AppendOnly("records_sanction"),
        AppendOnly("records_appeal", columns=("about_id", "source", "reference", "filed_on", "recorded_at",
                                              "recorded_by_id")),
    ]
