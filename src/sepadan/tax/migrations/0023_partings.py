import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import sepadan.records.tenancy
from sepadan.records.constraints import AddConstraint

PERSON = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+",
          "to": settings.AUTH_USER_MODEL}
STATES = [("proposed", "proposed"), ("approved", "approved"), ("refused", "refused")]
KINDS = ["seized", "announced", "requested", "sold", "lifted", "returned", "released", "unsold", "withdrawn"]
DECIDED = ["requested", "sold", "lifted", "returned", "released", "withdrawn"]
ORIGINS = [("opening", "opening"), ("additional", "additional"), ("credit", "credit")]


class Migration(migrations.Migration):
    """Merges that are parted again; runs over a choice of kecamatan; what an old bill was overpaid as a credit;
    goods released from a seizure, auctions without a bidder or withdrawn."""

    dependencies = [("tax", "0022_seizure_walls"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AlterField("taxpayermerge", "state", models.CharField(
            choices=[*STATES, ("parted", "parted")], default="proposed", max_length=8)),
        migrations.RemoveConstraint("taxpayermerge", "taxpayer_merged_once"),
        AddConstraint("taxpayermerge", models.UniqueConstraint(
            fields=["region", "dropped"], condition=~Q(state__in=("refused", "parted")), name="taxpayer_merged_once")),
        migrations.CreateModel(
            name="TaxpayerParting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=500)),
                ("state", models.CharField(choices=STATES, default="proposed", max_length=8)),
                ("objects_moved", models.PositiveIntegerField(default=0)),
                ("objects_left", models.PositiveIntegerField(default=0)),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_why", models.CharField(blank=True, max_length=500)),
                ("decided_by", models.ForeignKey(blank=True, null=True, **PERSON)),
                ("proposed_by", models.ForeignKey(**PERSON)),
                ("region", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT,
                                             related_name="+", to="territory.region")),
                ("merge", sepadan.records.tenancy.RegionalKey(
                    db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT,
                    related_name="partings", to="tax.taxpayermerge")),
            ],
            options={"ordering": ["-id"], "abstract": False, "base_manager_name": "objects"},
        ),
        AddConstraint("taxpayerparting", models.UniqueConstraint(
            fields=["region", "merge"], condition=~Q(state="refused"), name="taxpayer_parted_once")),
        AddConstraint("taxpayerparting", models.CheckConstraint(
            condition=Q(state__in=["proposed", "approved", "refused"]), name="taxpayer_parting_known_state")),
        AddConstraint("taxpayerparting", models.CheckConstraint(
            condition=~Q(reason=""), name="taxpayer_parting_reason")),
        AddConstraint("taxpayerparting", models.CheckConstraint(
            condition=Q(state="proposed") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            name="taxpayer_parting_second_person")),
        migrations.AlterField("seizurestep", "kind", models.CharField(
            choices=[(kind, kind) for kind in KINDS], max_length=10)),
        migrations.RemoveConstraint("seizurestep", "seizure_step_known_kind"),
        AddConstraint("seizurestep", models.CheckConstraint(
            condition=Q(kind__in=KINDS), name="seizure_step_known_kind")),
        migrations.RemoveConstraint("seizurestep", "seizure_step_by_another"),
        AddConstraint("seizurestep", models.CheckConstraint(
            condition=~Q(kind__in=DECIDED, state="done") | (
                Q(decided_by__isnull=False) & ~Q(decided_by=F("recorded_by"))), name="seizure_step_by_another")),
        migrations.AddField("assessmentrun", "kecamatan", models.JSONField(blank=True, default=list)),
        migrations.AlterField("claim", "origin", models.CharField(choices=ORIGINS, max_length=10)),
        migrations.RemoveConstraint("claim", "claim_opening_is_graded"),
        AddConstraint("claim", models.CheckConstraint(
            condition=Q(origin__in=["opening", "credit"], evidence__in=["full", "partial", "list", "none"]) |
            Q(origin="additional", evidence="", decision__isnull=False), name="claim_opening_is_graded")),
        AddConstraint("claim", models.UniqueConstraint(
            fields=["region", "nop", "tax_year"], condition=Q(origin="credit"), name="claim_credit_once")),
        migrations.RemoveConstraint("openingbill", "opening_bill_charged_when_open"),
        AddConstraint("openingbill", models.CheckConstraint(
            condition=Q(charge__isnull=True, remainder=0) | Q(charge__isnull=False, remainder__gt=0) |
            Q(charge__isnull=False, over__gt=0), name="opening_bill_charged_when_open")),
    ]
