from django.db import migrations

from sepadan.records.walls import AppendOnly, WallReference, WallRegion


class Migration(migrations.Migration):
    """Batches, demands and seizures behind the wall of their region. What was asked, demanded, seized or proposed stays;
    only states move on.

    Indexes: letters by batch and by charge, omissions by batch, steps by seizure, seizures by warrant.
    """

    dependencies = [
        ("tax", "0021_seizure"),
        ("records", "0003_walls"),
    ]

    operations = [
        *(WallRegion(f"tax_{name}") for name in (
            "letterbatch", "batchomission", "letterrevision", "seizure", "seizurestep", "seizedgood")),
        WallReference("tax_collectionletter", "charge_id", "records_charge"),
        WallReference("tax_collectionletter", "replaces_id", "tax_collectionletter", index=False),
        WallReference("tax_collectionletter", "batch_id", "tax_letterbatch"),
        WallReference("tax_batchomission", "batch_id", "tax_letterbatch", index=False),
        WallReference("tax_letterrevision", "letter_id", "tax_collectionletter"),
        WallReference("tax_letterrevision", "replacement_id", "tax_collectionletter", index=False),
        WallReference("tax_seizure", "warrant_id", "tax_collectionletter"),
        WallReference("tax_seizurestep", "seizure_id", "tax_seizure"),
        WallReference("tax_seizedgood", "step_id", "tax_seizurestep"),
        *(AppendOnly(f"tax_{name}") for name in ("batchomission", "seizedgood")),
        AppendOnly("tax_letterbatch", columns=(
            "kind", "picked", "counted_on", "objects_asked", "asked_at", "asked_by_id")),
        AppendOnly("tax_letterrevision", columns=("letter_id", "kind", "reason", "proposed_at", "proposed_by_id")),
        AppendOnly("tax_seizure", columns=("warrant_id", "nop", "total", "bailiff", "written_at", "written_by_id")),
        AppendOnly("tax_seizurestep", columns=(
            "seizure_id", "kind", "happened_on", "document", "amount", "cost", "details", "note", "recorded_at",
            "recorded_by_id")),
    ]
