# Models as `makemigrations` writes them; the walls by hand.
from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import sepadan.records.tenancy
from sepadan.records.walls import AppendOnly, WallReference, WallRegion
from sepadan.records.constraints import AddConstraint

OPTIONS = {"abstract": False, "base_manager_name": "objects"}


def key(to: str, name: str, **more: object) -> sepadan.records.tenancy.RegionalKey:
    return sepadan.records.tenancy.RegionalKey(
        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to,
        **more)


def region() -> tuple[str, models.Field]:
    return ("region", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                        to="territory.region"))


class Migration(migrations.Migration):
    """Plans of series, runs of replanning, secret links of calendars; why a date is passed over, when it was settled.
    """

    dependencies = [("creative", "0005_fairness"), ("records", "0012_dues_walls"), ("territory", "0002_read_only")]

    operations = [
        migrations.AddField("bookingdate", "cause", models.CharField(
            blank=True, default="", max_length=8,
            choices=[("clash", "clash"), ("day_off", "day_off"), ("closed", "closed"), ("wish", "wish")]),
            preserve_default=False),
        migrations.AddField("bookingdate", "settled_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel("SeriesPlan", [
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("skip", models.CharField(max_length=8)),
            ("decrees", models.JSONField(default=list)),
            ("known_on", models.DateField()),
            ("replanned_at", models.DateTimeField(blank=True, null=True)),
            ("booking", key("creative.booking", "plans")),
            region(),
        ], options={"ordering": ["booking_id"], **OPTIONS}),
        migrations.CreateModel("ReplanRun", [
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("at", models.DateTimeField()),
            ("by_name", models.CharField(max_length=120)),
            ("decrees", models.JSONField(default=list)),
            ("series", models.PositiveIntegerField()),
            ("fell_out", models.PositiveIntegerField()),
            ("came_back", models.PositiveIntegerField()),
            ("still_taken", models.PositiveIntegerField(default=0)),
            region(),
        ], options={"ordering": ["-id"], **OPTIONS}),
        migrations.CreateModel("FeedLink", [
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("kind", models.CharField(max_length=9, choices=[
                ("centre", "centre"), ("space", "space"), ("organiser", "organiser"), ("person", "person")])),
            ("organiser", models.CharField(blank=True, max_length=120)),
            ("label", models.CharField(blank=True, max_length=120)),
            ("digest", models.CharField(max_length=64)),
            ("made_at", models.DateTimeField()),
            ("made_by", models.CharField(max_length=120)),
            ("used_at", models.DateTimeField(blank=True, null=True)),
            ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ("revoked_by", models.CharField(blank=True, max_length=120)),
            ("centre", key("creative.centre", "feed_links")),
            ("space", key("creative.space", "feed_links", blank=True, null=True)),
            region(),
        ], options={"ordering": ["-id"], **OPTIONS}),
        migrations.CreateModel("FeedBooking", [
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("booking", key("creative.booking", "feeds")),
            ("link", key("creative.feedlink", "covers")),
            region(),
        ], options=OPTIONS),
        migrations.CreateModel("SpacePhoto", [
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("alt", models.JSONField()),
            ("credit", models.CharField(blank=True, max_length=120)),
            ("width", models.PositiveIntegerField()),
            ("height", models.PositiveIntegerField()),
            ("added_at", models.DateTimeField()),
            ("added_by", models.CharField(max_length=120)),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            ("document", key("records.document", "+")),
            ("space", key("creative.space", "photos")),
            region(),
        ], options={"ordering": ["id"], **OPTIONS}),
        AddConstraint("spacephoto", models.CheckConstraint(
            condition=Q(alt__has_key="id"), name="space_photo_in_words")),
        AddConstraint("seriesplan", models.UniqueConstraint(
            fields=["region", "booking"], name="series_plan_once")),
        AddConstraint("seriesplan", models.CheckConstraint(
            condition=Q(skip__in=["none", "national", "joint"]), name="series_plan_known_skip")),
        AddConstraint("feedlink", models.UniqueConstraint(
            fields=["region", "digest"], name="feed_link_digest_once")),
        AddConstraint("feedlink", models.CheckConstraint(
            condition=Q(kind__in=["centre", "space", "organiser", "person"]), name="feed_link_known_kind")),
        AddConstraint("feedlink", models.CheckConstraint(
            condition=~Q(kind="space") | Q(space__isnull=False), name="feed_link_names_space")),
        AddConstraint("feedlink", models.CheckConstraint(
            condition=~Q(kind="organiser") | ~Q(organiser=""), name="feed_link_names_organiser")),
        AddConstraint("feedlink", models.CheckConstraint(
            condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("made_at")), name="feed_link_revoked_later")),
        AddConstraint("feedbooking", models.UniqueConstraint(
            fields=["region", "link", "booking"], name="feed_booking_once")),
        *(WallRegion(f"creative_{name}") for name in (
            "seriesplan", "replanrun", "feedlink", "feedbooking", "spacephoto")),
        WallReference("creative_seriesplan", "booking_id", "creative_booking", index=False),
        WallReference("creative_feedlink", "centre_id", "creative_centre"),
        WallReference("creative_feedlink", "space_id", "creative_space"),
        WallReference("creative_feedbooking", "link_id", "creative_feedlink", index=False),
        WallReference("creative_feedbooking", "booking_id", "creative_booking"),
        WallReference("creative_spacephoto", "space_id", "creative_space"),
        WallReference("creative_spacephoto", "document_id", "records_document"),
        AppendOnly("creative_replanrun"),
        AppendOnly("creative_feedlink", columns=("kind", "centre_id", "space_id", "organiser", "digest", "made_at",
                                                 "made_by")),
    ]
