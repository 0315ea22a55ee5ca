from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """Delivery behind the wall of its region, and only added to.

    Indexes: events are found by their bill, lists by run and kelurahan (``delivery_list_of_run``). Kelurahan are never
    removed, and what withdraws what is unique.
    """

    dependencies = [
        ("tax", "0009_delivery"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("tax_deliveryevent"),
        WallRegion("tax_deliverylist"),
        WallReference("tax_deliveryevent", "bill_id", "tax_bill"),
        WallReference("tax_deliveryevent", "withdraws_id", "tax_deliveryevent", index=False),
        WallReference("tax_deliverylist", "run_id", "tax_assessmentrun", index=False),
        WallReference("tax_deliverylist", "kelurahan_id", "territory_kelurahan", index=False),
        WallReference("tax_deliverylist", "withdraws_id", "tax_deliverylist", index=False),
        AppendOnly("tax_deliveryevent"),
        AppendOnly("tax_deliverylist"),
    ]
