from django.db import migrations, models
from django.db.models import Q

ORIGINS = [("opening", "opening"), ("additional", "additional"), ("credit", "credit")]


class Migration(migrations.Migration):
    dependencies = [("tax", "0022_seizure_walls")]
    operations = [
        migrations.AddField("assessmentrun", "kecamatan", models.JSONField(blank=True, default=list)),
        migrations.AlterField("claim", "origin", models.CharField(choices=ORIGINS, max_length=10)),
        migrations.RemoveConstraint("claim", "claim_opening_is_graded"),
        migrations.AddConstraint("claim", models.CheckConstraint(
            condition=Q(origin__in=["opening", "credit"], evidence__in=["full", "partial", "list", "none"]) |
            Q(origin="additional", evidence="", decision__isnull=False), name="claim_opening_is_graded")),
        migrations.AddConstraint("claim", models.UniqueConstraint(
            fields=["region", "nop", "tax_year"], condition=Q(origin="credit"), name="claim_credit_once")),
        migrations.RemoveConstraint("openingbill", "opening_bill_charged_when_open"),
        migrations.AddConstraint("openingbill", models.CheckConstraint(
            condition=Q(charge__isnull=True, remainder=0) | Q(charge__isnull=False, remainder__gt=0) |
            Q(charge__isnull=False, over__gt=0), name="opening_bill_charged_when_open")),
    ]
