from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0009_counters"),
    ]

    operations = [
        WallRegion("records_collector"),
        WallRegion("records_cashdeposit"),
        WallRegion("records_cashday"),
        WallRegion("records_cashreceipt"),
        WallReference("records_cashdeposit", "collector_id", "records_collector"),
        WallReference("records_cashday", "collector_id", "records_collector", index=False),
        WallReference("records_cashday", "deposit_id", "records_cashdeposit"),
        WallReference("records_cashreceipt", "cash_day_id", "records_cashday"),
        WallReference("records_cashreceipt", "payment_id", "records_payment", index=False),
        AppendOnly("records_cashdeposit"),
        AppendOnly("records_cashreceipt"),
    ]
