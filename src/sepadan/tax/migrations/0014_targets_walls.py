from django.db import migrations

from sepadan.records.walls import AppendOnly, WallRegion


class Migration(migrations.Migration):
    """Targets behind the wall of their region; of a target only its state and who decided it may change.

    Receipts are asked for by day. Transfers are written more or less in the order of their days, so that a BRIN index,
    which costs a posting next to nothing, leaves out most of the table.
    """

    dependencies = [
        ("tax", "0013_targets"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("tax_revenuetarget"),
        AppendOnly("tax_revenuetarget", columns=(
            "levy", "year", "part", "amount", "decree", "decreed_on", "source", "synthetic", "entered_at",
            "entered_by_id")),
        migrations.RunSQL("CREATE INDEX transfer_by_day ON records_transfer USING brin (effective_on)",
                          "DROP INDEX transfer_by_day"),
    ]
