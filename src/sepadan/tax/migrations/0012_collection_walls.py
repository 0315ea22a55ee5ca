from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """Collection behind the wall of its region. What was proposed, demanded or seen stays; only states move on.

    Indexes: claims, letters, visits and spared objects are found by NOP, decisions by their charge and state.
    """

    dependencies = [
        ("tax", "0011_collection"),
        ("records", "0003_walls"),
    ]

    operations = [
        *(WallRegion(f"tax_{name}") for name in (
            "duesdecision", "instalment", "claim", "collectionletter", "letterline", "interrupt", "fieldvisit",
            "spared")),
        WallReference("tax_duesdecision", "charge_id", "records_charge"),
        WallReference("tax_duesdecision", "other_charge_id", "records_charge", index=False),
        WallReference("tax_instalment", "decision_id", "tax_duesdecision", index=False),
        WallReference("tax_claim", "charge_id", "records_charge", index=False),
        WallReference("tax_claim", "kelurahan_id", "territory_kelurahan", index=False),
        WallReference("tax_claim", "decision_id", "tax_duesdecision", index=False),
        WallReference("tax_collectionletter", "kelurahan_id", "territory_kelurahan", index=False),
        WallReference("tax_letterline", "letter_id", "tax_collectionletter", index=False),
        WallReference("tax_letterline", "charge_id", "records_charge"),
        WallReference("tax_interrupt", "charge_id", "records_charge", index=False),
        *(AppendOnly(f"tax_{name}") for name in ("instalment", "claim", "letterline", "interrupt", "fieldvisit")),
        AppendOnly("tax_duesdecision", columns=(
            "kind", "charge_id", "other_charge_id", "amount", "terms", "reason", "proposed_at", "proposed_by_id")),
        AppendOnly("tax_collectionletter", columns=(
            "kind", "nop", "payer_name", "address", "kelurahan_id", "total", "written_at", "written_by_id")),
        AppendOnly("tax_spared", columns=("nop", "reason", "note", "since", "recorded_at", "recorded_by_id")),
    ]
