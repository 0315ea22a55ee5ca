from django.db import migrations

from sepadan.records.walls import WallReference, WallRegion


class Migration(migrations.Migration):
    """The register behind the wall of its region.

    Indexes: the primary keys and unique constraints, and one on (region, taxpayer): the objects of one owner, which also
    serves the check when a taxpayer is removed. Kelurahan and roll have none: kelurahan are never removed while objects
    lie in them, and (region, roll, nop) leads with the roll.
    """

    dependencies = [
        ("tax", "0001_rolls"),
        ("records", "0003_walls"),
    ]

    operations = [
        WallRegion("tax_roll"),
        WallRegion("tax_taxpayer"),
        WallRegion("tax_taxableobject"),
        WallReference("tax_taxableobject", "roll_id", "tax_roll", index=False),
        WallReference("tax_taxableobject", "kelurahan_id", "territory_kelurahan", index=False),
        WallReference("tax_taxableobject", "taxpayer_id", "tax_taxpayer"),
    ]
