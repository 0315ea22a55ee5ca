# The states of bookings, their dates and the centre's settings as they were known; costs; closed months.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import sepadan.records.tenancy
from sepadan.records.walls import AppendOnly, WallReference, WallRegion

KEEP = """
CREATE FUNCTION creative_keep_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND
     (NEW.state, NEW.organiser_kind, NEW.purpose, NEW.subsector, NEW.people, NEW.nature, NEW.decided_at, NEW.reason)
     IS NOT DISTINCT FROM
     (OLD.state, OLD.organiser_kind, OLD.purpose, OLD.subsector, OLD.people, OLD.nature, OLD.decided_at, OLD.reason)
  THEN
    RETURN NULL;
  END IF;
  INSERT INTO creative_bookingpast (region_id, booking_id, at, state, organiser_kind, purpose, subsector, people,
                                    nature, decided_at, reason)
  VALUES (NEW.region_id, NEW.id,
          CASE WHEN TG_OP = 'UPDATE' THEN greatest(NEW.changed_at, OLD.changed_at) ELSE NEW.changed_at END,
          NEW.state, NEW.organiser_kind, NEW.purpose, NEW.subsector, NEW.people, NEW.nature, NEW.decided_at,
          NEW.reason);
  RETURN NULL;
END $$;

CREATE FUNCTION creative_keep_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND
     (NEW.space_id, NEW.starts_at, NEW.ends_at, NEW.setup_minutes, NEW.cleardown_minutes, NEW.state)
     IS NOT DISTINCT FROM
     (OLD.space_id, OLD.starts_at, OLD.ends_at, OLD.setup_minutes, OLD.cleardown_minutes, OLD.state)
  THEN
    RETURN NULL;
  END IF;
  INSERT INTO creative_datepast (region_id, date_id, booking_id, at, space_id, starts_at, ends_at, setup_minutes,
                                 cleardown_minutes, state)
  VALUES (NEW.region_id, NEW.id, NEW.booking_id,
          CASE WHEN TG_OP = 'UPDATE' THEN greatest(NEW.changed_at, OLD.changed_at) ELSE NEW.changed_at END,
          NEW.space_id, NEW.starts_at, NEW.ends_at, NEW.setup_minutes, NEW.cleardown_minutes, NEW.state);
  RETURN NULL;
END $$;

CREATE FUNCTION creative_keep_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    INSERT INTO creative_settingpast (region_id, source, row_id, at, content, gone)
    VALUES (OLD.region_id, substr(TG_TABLE_NAME, 10), OLD.id, now(), to_jsonb(OLD), true);
  ELSE
    INSERT INTO creative_settingpast (region_id, source, row_id, at, content, gone)
    VALUES (NEW.region_id, substr(TG_TABLE_NAME, 10), NEW.id, now(), to_jsonb(NEW), false);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER keep AFTER INSERT OR UPDATE ON creative_booking
  FOR EACH ROW EXECUTE FUNCTION creative_keep_booking();
CREATE TRIGGER keep AFTER INSERT OR UPDATE ON creative_bookingdate
  FOR EACH ROW EXECUTE FUNCTION creative_keep_date();

CREATE FUNCTION creative_past_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'what was known follows from the bookings and settings; write these'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;
"""
SETTINGS = ("centre", "floor", "space", "spaceunit", "openinghours", "closure")
PASTS = ("bookingpast", "datepast", "settingpast")
KEEP += "".join(f"""
CREATE TRIGGER keep AFTER INSERT OR UPDATE OR DELETE ON creative_{table}
  FOR EACH ROW EXECUTE FUNCTION creative_keep_setting();
""" for table in SETTINGS)
KEEP += "".join(f"""
CREATE TRIGGER derived BEFORE INSERT ON creative_{table}
  FOR EACH STATEMENT EXECUTE FUNCTION creative_past_guard();
""" for table in PASTS)
UNDO = "".join(f"DROP TRIGGER derived ON creative_{table};" for table in PASTS)
UNDO += "".join(f"DROP TRIGGER keep ON creative_{table};" for table in (*SETTINGS, "booking", "bookingdate"))
UNDO += """
DROP FUNCTION creative_past_guard(), creative_keep_setting(), creative_keep_date(), creative_keep_booking();
"""
TABLES = (*PASTS, "centrecost", "visitreport", "monthclose")
FIXED = ("centre_id", "month", "ordinal", "numbers", "fingerprint", "rows", "as_of", "last_booking", "last_date",
         "last_setting", "prepared_by_id", "prepared_name", "prepared_at")


class Migration(migrations.Migration):
    """Histories that the database itself keeps: no way of writing a booking, a date or a setting can forget them.

    What was written before this step has no history: it is known from its next change on.
    """

    dependencies = [
        ("creative", "0008_doors_and_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BookingPast',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('state', models.CharField(max_length=10)),
                ('organiser_kind', models.CharField(blank=True, max_length=30)),
                ('purpose', models.CharField(blank=True, max_length=30)),
                ('subsector', models.CharField(blank=True, max_length=40)),
                ('people', models.PositiveIntegerField(blank=True, null=True)),
                ('nature', models.JSONField(default=dict)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='past', to='creative.booking')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CentreCost',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('amount', models.BigIntegerField()),
                ('source', models.CharField(max_length=300)),
                ('entered_at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=120)),
                ('centre', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='costs', to='creative.centre')),
                ('entered_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='centrecost_positive'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='centrecost_sourced'), models.CheckConstraint(condition=models.Q(('year__range', (2000, 2100))), name='centrecost_year')],
            },
        ),
        migrations.CreateModel(
            name='DatePast',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('setup_minutes', models.PositiveSmallIntegerField()),
                ('cleardown_minutes', models.PositiveSmallIntegerField()),
                ('state', models.CharField(max_length=10)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.booking')),
                ('date', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='past', to='creative.bookingdate')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('space', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.space')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['region', 'starts_at'], name='datepast_by_day')],
            },
        ),
        migrations.CreateModel(
            name='MonthClose',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('numbers', models.JSONField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('rows', models.PositiveIntegerField()),
                ('as_of', models.DateTimeField()),
                ('last_booking', models.BigIntegerField()),
                ('last_date', models.BigIntegerField()),
                ('last_setting', models.BigIntegerField()),
                ('prepared_name', models.CharField(max_length=120)),
                ('prepared_at', models.DateTimeField()),
                ('closed_name', models.CharField(blank=True, max_length=120)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('opened_name', models.CharField(blank=True, max_length=120)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('centre', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='creative.centre')),
                ('closed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['-month', '-ordinal'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('region', 'centre', 'month', 'ordinal'), name='monthclose_ordinal_once'), models.UniqueConstraint(condition=models.Q(('opened_at__isnull', True)), fields=('region', 'centre', 'month'), name='monthclose_one_stands'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='monthclose_first_day'), models.CheckConstraint(condition=models.Q(('opened_at__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='monthclose_reopen_says_why'), models.CheckConstraint(condition=models.Q(('closed_by__isnull', True), ('prepared_by__isnull', True), models.Q(('closed_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='monthclose_two_people')],
            },
        ),
        migrations.CreateModel(
            name='SettingPast',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=20)),
                ('row_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('content', models.JSONField()),
                ('gone', models.BooleanField(default=False)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['region', 'source', 'row_id'], name='settingpast_of_row')],
            },
        ),
        migrations.CreateModel(
            name='VisitReport',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('people', models.PositiveIntegerField()),
                ('source', models.CharField(max_length=200)),
                ('noted_at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=120)),
                ('date', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='visit_reports', to='creative.bookingdate')),
                ('noted_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='visitreport_sourced')],
            },
        ),
        *(WallRegion(f"creative_{name}") for name in TABLES),
        WallReference("creative_bookingpast", "booking_id", "creative_booking"),
        WallReference("creative_datepast", "date_id", "creative_bookingdate"),
        WallReference("creative_datepast", "booking_id", "creative_booking"),
        WallReference("creative_datepast", "space_id", "creative_space", index=False),
        WallReference("creative_centrecost", "centre_id", "creative_centre"),
        WallReference("creative_visitreport", "date_id", "creative_bookingdate"),
        WallReference("creative_monthclose", "centre_id", "creative_centre", index=False),
        *(AppendOnly(f"creative_{name}") for name in (*PASTS, "centrecost", "visitreport")),
        AppendOnly("creative_monthclose", columns=FIXED),
        migrations.RunSQL(KEEP, UNDO),
    ]
