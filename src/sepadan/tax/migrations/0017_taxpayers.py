import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sepadan.records.tenancy
from sepadan.records.constraints import AddConstraint, AddIndex

TAXPAYER = {"db_constraint": False, "db_index": False, "on_delete": django.db.models.deletion.PROTECT,
            "related_name": "+", "to": "tax.taxpayer"}
PERSON = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+",
          "to": settings.AUTH_USER_MODEL}
GROUNDS = [("nik", "nik"), ("address", "address"), ("papers", "papers")]
STATES = [("proposed", "proposed"), ("approved", "approved"), ("refused", "refused")]


class Migration(migrations.Migration):
    """Entries of taxpayers that are one person, and class tables of a region that a second person approves."""

    dependencies = [
        ("tax", "0016_imports_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxpayerMerge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ground", models.CharField(choices=GROUNDS, max_length=8)),
                ("reason", models.CharField(max_length=500)),
                ("state", models.CharField(choices=STATES, default="proposed", max_length=8)),
                ("objects_moved", models.PositiveIntegerField(default=0)),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_why", models.CharField(blank=True, max_length=500)),
                ("decided_by", models.ForeignKey(blank=True, null=True, **PERSON)),
                ("proposed_by", models.ForeignKey(**PERSON)),
                ("region", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT,
                                             related_name="+", to="territory.region")),
                ("dropped", sepadan.records.tenancy.RegionalKey(**TAXPAYER)),
                ("into", sepadan.records.tenancy.RegionalKey(**TAXPAYER)),
                ("kept", sepadan.records.tenancy.RegionalKey(**TAXPAYER)),
            ],
            options={"ordering": ["-id"], "abstract": False, "base_manager_name": "objects"},
        ),
        AddConstraint("taxpayermerge", models.UniqueConstraint(
            fields=["region", "dropped"], condition=~models.Q(state="refused"), name="taxpayer_merged_once")),
        AddConstraint("taxpayermerge", models.CheckConstraint(
            condition=~models.Q(kept=models.F("dropped")) & ~models.Q(into=models.F("dropped")),
            name="taxpayer_merge_two")),
        AddConstraint("taxpayermerge", models.CheckConstraint(
            condition=~models.Q(reason=""), name="taxpayer_merge_reason")),
        AddConstraint("taxpayermerge", models.CheckConstraint(
            condition=models.Q(state="proposed") |
            (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
            name="taxpayer_merge_second_person")),
        AddIndex("taxpayer", models.Index(
            fields=["region", "nik_digest"], condition=models.Q(nik_digest__isnull=False), name="taxpayer_nik")),
        # Tables that stand already were set by a decree and are in use.
        migrations.AddField("regionclasstable", "state",
                            models.CharField(choices=STATES, default="approved", max_length=8)),
        migrations.AlterField("regionclasstable", "state",
                              models.CharField(choices=STATES, default="proposed", max_length=8)),
        migrations.AddField("regionclasstable", "digest", models.CharField(blank=True, max_length=64)),
        migrations.AddField("regionclasstable", "proposed_by", models.ForeignKey(blank=True, null=True, **PERSON)),
        migrations.AddField("regionclasstable", "decided_by", models.ForeignKey(blank=True, null=True, **PERSON)),
        migrations.AddField("regionclasstable", "decided_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("regionclasstable", "decided_why", models.CharField(blank=True, max_length=300)),
        AddConstraint("regionclasstable", models.CheckConstraint(
            condition=models.Q(state__in=["proposed", "approved", "refused"]), name="class_table_state")),
    ]
