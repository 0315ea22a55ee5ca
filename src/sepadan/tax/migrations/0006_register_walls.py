from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """The living register behind the wall of its region; of a version only the time it was superseded may be set.

    Indexes are few, because a register of 1.3 million objects is written at once: (region, object) on what belongs to
    an object, the live versions by owner and by zone. Kelurahan, places and taxpayers are never removed while objects
    name them, so references to them have no index of their own.
    """

    dependencies = [
        ("tax", "0005_register"),
        ("records", "0003_walls"),
    ]

    operations = [
        *(WallRegion(f"tax_{name}") for name in (
            "nopplace", "landzone", "registerobject", "objectversion", "buildingversion", "taxpayerversion",
            "objectlink", "sharedpart", "zonevalue", "sale", "regionclasstable", "regionclass", "rollomission")),
        WallReference("tax_nopplace", "kelurahan_id", "territory_kelurahan", index=False),
        WallReference("tax_landzone", "place_id", "tax_nopplace", index=False),
        WallReference("tax_registerobject", "place_id", "tax_nopplace", index=False),
        WallReference("tax_objectversion", "register_object_id", "tax_registerobject"),
        WallReference("tax_objectversion", "taxpayer_id", "tax_taxpayer", index=False),
        WallReference("tax_objectversion", "zone_id", "tax_landzone", index=False),
        WallReference("tax_buildingversion", "register_object_id", "tax_registerobject"),
        WallReference("tax_taxpayerversion", "taxpayer_id", "tax_taxpayer"),
        WallReference("tax_objectlink", "source_id", "tax_registerobject"),
        WallReference("tax_objectlink", "target_id", "tax_registerobject"),
        WallReference("tax_sharedpart", "parent_id", "tax_registerobject"),
        WallReference("tax_sharedpart", "member_id", "tax_registerobject"),
        WallReference("tax_zonevalue", "zone_id", "tax_landzone", index=False),
        WallReference("tax_sale", "zone_id", "tax_landzone"),
        WallReference("tax_sale", "register_object_id", "tax_registerobject"),
        WallReference("tax_regionclass", "table_id", "tax_regionclasstable", on_delete="CASCADE", index=False),
        WallReference("tax_rollomission", "roll_id", "tax_roll", on_delete="CASCADE", index=False),
        WallReference("tax_rollomission", "register_object_id", "tax_registerobject", index=False),
        AppendOnly("tax_objectlink"),
        AppendOnly("tax_objectversion", columns=(
            "register_object_id", "valid_from", "valid_to", "recorded_at", "set_fields", "change", "taxpayer_id",
            "holder", "state", "close_reason", "exemption", "street", "block_number", "rt", "rw", "land_m2", "zone_id",
            "land_kind", "use", "parcel", "spop_number")),
        AppendOnly("tax_buildingversion", columns=(
            "register_object_id", "number", "valid_from", "valid_to", "recorded_at", "set_fields", "change", "removed",
            "jpb", "built_year", "renovated_year", "storeys", "area_m2", "value", "condition", "construction", "roof",
            "wall", "floor", "ceiling", "facilities", "lspop_number")),
        AppendOnly("tax_taxpayerversion", columns=(
            "taxpayer_id", "valid_from", "valid_to", "recorded_at", "set_fields", "change", "name", "nik_digest",
            "nik_last4", "street", "block_number", "rt", "rw", "village", "city", "postal_code", "phone",
            "occupation")),
        AppendOnly("tax_zonevalue", columns=("zone_id", "tax_year", "nir", "method", "comparables", "document",
                                             "recorded_at", "recorded_by")),
    ]
