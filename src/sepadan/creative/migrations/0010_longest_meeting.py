from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q
from sepadan.records.constraints import AddConstraint


class Migration(migrations.Migration):
    """What overlaps a span begins within a known time of it: meetings and buffers have a longest length."""

    dependencies = [("creative", "0009_months")]

    operations = [
        AddConstraint("bookingdate", models.CheckConstraint(
            condition=Q(ends_at__lte=F("starts_at") + timedelta(days=14)), name="date_not_too_long")),
        AddConstraint("bookingdate", models.CheckConstraint(
            condition=Q(setup_minutes__lte=1440, cleardown_minutes__lte=1440), name="date_buffers_within_a_day")),
    ]
