import django.db.models.deletion
from django.db import migrations, models

from sepadan.records.walls import AppendOnly, WallRegion

REGION = models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                           to="territory.region")
PURPOSES = ("ticket", "certificate")


class Migration(migrations.Migration):
    """Keys that sign tickets and certificates."""

    dependencies = [("creative", "0007_events")]

    operations = [
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("purpose", models.CharField(choices=[(one, one) for one in PURPOSES], max_length=12)),
                ("ordinal", models.PositiveSmallIntegerField()),
                ("kid", models.CharField(max_length=8)),
                ("public", models.CharField(max_length=43)),
                ("opened_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("void_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("region", REGION),
            ],
            options={
                "ordering": ["purpose", "ordinal"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("region", "purpose", "ordinal"), name="signing_key_ordinal_once"),
                    models.UniqueConstraint(fields=("region", "kid"), name="signing_key_kid_once"),
                    models.UniqueConstraint(condition=models.Q(("retired_at__isnull", True)),
                                            fields=("region", "purpose"), name="signing_key_one_current"),
                    models.CheckConstraint(condition=models.Q(("purpose__in", PURPOSES)),
                                           name="signing_key_known_purpose"),
                    models.CheckConstraint(condition=models.Q(("retired_at__isnull", True),
                                                              ("retired_at__gte", models.F("opened_at")),
                                                              _connector="OR"), name="signing_key_in_order"),
                    models.CheckConstraint(condition=models.Q(("void_at__isnull", True), ("retired_at__isnull", False),
                                                              _connector="OR"), name="signing_key_void_is_retired"),
                ],
            },
        ),
        WallRegion("creative_signingkey"),
        AppendOnly("creative_signingkey", columns=("purpose", "ordinal", "kid", "public", "opened_at")),
    ]
