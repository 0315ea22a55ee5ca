# Models as `makemigrations` writes them; the database's own rules by hand.
from __future__ import annotations

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import sepadan.records.tenancy
from sepadan.records.walls import AppendOnly, WallReference, WallRegion

RULES = """
CREATE FUNCTION creative_seats_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE most integer; taken integer;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state IN ('confirmed', 'offered') AND NEW.seats <= OLD.seats AND NEW.event_id = OLD.event_id THEN
      RETURN NULL;
    END IF;
  END IF;
  SELECT capacity INTO most FROM creative_event
  WHERE region_id = NEW.region_id AND id = NEW.event_id FOR NO KEY UPDATE;
  IF most IS NULL THEN RETURN NULL; END IF;
  SELECT sum(seats) INTO taken FROM creative_registration
  WHERE region_id = NEW.region_id AND event_id = NEW.event_id AND state IN ('confirmed', 'offered');
  IF taken > most THEN
    RAISE EXCEPTION 'event % has % seats, % would be taken', NEW.event_id, most, taken
      USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_within_capacity';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER seats_within AFTER INSERT OR UPDATE OF state, seats, event_id ON creative_registration
  FOR EACH ROW WHEN (NEW.state IN ('confirmed', 'offered')) EXECUTE FUNCTION creative_seats_within();

CREATE FUNCTION creative_event_has_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM creative_booking WHERE region_id = NEW.region_id AND id = NEW.booking_id AND centre_id = NEW.centre_id
    AND state = 'confirmed' AND letter_number <> '' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'event % has no confirmed booking with its letter', NEW.code
      USING ERRCODE = 'check_violation', CONSTRAINT = 'event_needs_letter';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER has_letter BEFORE INSERT OR UPDATE OF state, booking_id, centre_id ON creative_event
  FOR EACH ROW WHEN (NEW.state = 'published') EXECUTE FUNCTION creative_event_has_letter();

CREATE FUNCTION creative_events_end_with_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE creative_event SET state = 'cancelled', cancelled_at = NEW.changed_at, changed_at = NEW.changed_at,
    changed_by = NEW.changed_by, reason = NEW.reason, sequence = sequence + 1, version = version + 1
  WHERE region_id = NEW.region_id AND booking_id = NEW.id AND state IN ('draft', 'published');
  RETURN NULL;
END $$;

CREATE TRIGGER events_end AFTER UPDATE OF state ON creative_booking
  FOR EACH ROW WHEN (OLD.state = 'confirmed' AND NEW.state <> 'confirmed')
  EXECUTE FUNCTION creative_events_end_with_booking();

CREATE FUNCTION creative_sessions_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moved interval := NEW.starts_at - OLD.starts_at;
BEGIN
  UPDATE creative_event SET sequence = sequence + 1, changed_at = NEW.changed_at
  WHERE region_id = NEW.region_id AND id IN (
    SELECT event_id FROM creative_eventsession WHERE region_id = NEW.region_id AND booking_date_id = NEW.id);
  UPDATE creative_eventsession SET
    starts_at = CASE WHEN starts_at + moved >= NEW.starts_at AND ends_at + moved <= NEW.ends_at
                     THEN starts_at + moved ELSE NEW.starts_at END,
    ends_at = CASE WHEN starts_at + moved >= NEW.starts_at AND ends_at + moved <= NEW.ends_at
                   THEN ends_at + moved ELSE NEW.ends_at END
  WHERE region_id = NEW.region_id AND booking_date_id = NEW.id
    AND (OLD.starts_at, OLD.ends_at) <> (NEW.starts_at, NEW.ends_at);
  RETURN NULL;
END $$;

CREATE TRIGGER sessions_follow AFTER UPDATE OF starts_at, ends_at, state, space_id ON creative_bookingdate
  FOR EACH ROW WHEN ((OLD.starts_at, OLD.ends_at, OLD.state, OLD.space_id)
                     IS DISTINCT FROM (NEW.starts_at, NEW.ends_at, NEW.state, NEW.space_id))
  EXECUTE FUNCTION creative_sessions_follow();
"""
UNDO = """
DROP TRIGGER sessions_follow ON creative_bookingdate;
DROP TRIGGER events_end ON creative_booking;
DROP TRIGGER has_letter ON creative_event;
DROP TRIGGER seats_within ON creative_registration;
DROP FUNCTION creative_sessions_follow(), creative_events_end_with_booking(), creative_event_has_letter(),
  creative_seats_within();
"""
TABLES = ("event", "eventsession", "eventrole", "registration", "ticket")


class Migration(migrations.Migration):
    """Events behind the wall of their region; four rules that hold however a row is written.

    Seats that are confirmed or offered never exceed the capacity (lowering it throws nobody out). An event is public
    only while its booking is confirmed with its letter, ends with it, and its sessions move with their meeting. The
    event is locked before its registrations are counted, in a mode that lets foreign keys to it be checked meanwhile.
    """

    dependencies = [("creative", "0006_feeds"), ("records", "0003_walls")]
    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('centre', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='creative.centre')),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='public_events', to='creative.booking')),
                ('code', models.SlugField(max_length=60)),
                ('title', models.JSONField(default=dict)),
                ('about', models.JSONField(default=dict)),
                ('organiser', models.CharField(max_length=120)),
                ('contact', models.CharField(blank=True, max_length=160)),
                ('sector', models.CharField(blank=True, max_length=30)),
                ('kind', models.CharField(choices=[('course', 'course'), ('talk', 'talk'), ('performance', 'performance'), ('exhibition', 'exhibition'), ('competition', 'competition'), ('market', 'market'), ('gathering', 'gathering'), ('other', 'other')], max_length=12)),
                ('subsector', models.CharField(blank=True, max_length=40)),
                ('picture', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.document')),
                ('picture_alt', models.JSONField(default=dict)),
                ('access_note', models.JSONField(default=dict)),
                ('price', models.PositiveBigIntegerField(blank=True, null=True)),
                ('price_note', models.JSONField(default=dict)),
                ('capacity', models.PositiveIntegerField(blank=True, null=True)),
                ('registration', models.CharField(choices=[('none', 'none'), ('open', 'open'), ('approval', 'approval')], default='none', max_length=8)),
                ('opens_at', models.DateTimeField(blank=True, null=True)),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('groups_to', models.PositiveSmallIntegerField(default=1)),
                ('questions', models.JSONField(default=list)),
                ('minors', models.BooleanField(default=False)),
                ('offer_hours', models.PositiveSmallIntegerField(default=24)),
                ('share_needed', models.DecimalField(decimal_places=3, default=Decimal('0.800'), max_digits=4)),
                ('message', models.TextField(blank=True, max_length=2000)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('cancelled', 'cancelled'), ('over', 'over')], default='draft', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=120)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['region', 'centre', 'state'], name='event_list')],
                'constraints': [models.UniqueConstraint(fields=('region', 'centre', 'code'), name='event_code_once'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'cancelled', 'over'])), name='event_known_state'), models.CheckConstraint(condition=models.Q(('registration__in', ['none', 'open', 'approval'])), name='event_known_registration'), models.CheckConstraint(condition=models.Q(('share_needed__gte', 0), ('share_needed__lte', 1)), name='event_share'), models.CheckConstraint(condition=models.Q(('groups_to__gte', 1), ('groups_to__lte', 50)), name='event_groups'), models.CheckConstraint(condition=models.Q(('offer_hours__gte', 1), ('offer_hours__lte', 720)), name='event_offer'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='event_published_when'), models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('closes_at__isnull', True), ('closes_at__gt', models.F('opens_at')), _connector='OR'), name='event_registration_in_order')],
            },
        ),
        migrations.CreateModel(
            name='EventSession',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('event', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='creative.event')),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('title', models.CharField(blank=True, max_length=160)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('booking_date', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='creative.bookingdate')),
                ('counts', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['ordinal'],
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['region', 'starts_at'], name='session_by_day')],
                'constraints': [models.UniqueConstraint(fields=('region', 'event', 'ordinal'), name='session_ordinal_once'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_in_order')],
            },
        ),
        migrations.CreateModel(
            name='EventRole',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('event', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='creative.event')),
                ('ordinal', models.PositiveSmallIntegerField(default=1)),
                ('name', models.CharField(max_length=120)),
                ('organisation', models.CharField(blank=True, max_length=120)),
                ('role', models.CharField(choices=[('speaker', 'speaker'), ('organiser', 'organiser'), ('partner', 'partner')], max_length=10)),
                ('sector', models.CharField(blank=True, max_length=30)),
                ('agreed', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['ordinal', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='event_role_named'), models.CheckConstraint(condition=models.Q(('role__in', ['speaker', 'organiser', 'partner'])), name='event_role_known')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('event', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='creative.event')),
                ('number', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('contact', models.CharField(blank=True, max_length=160)),
                ('seats', models.PositiveSmallIntegerField(default=1)),
                ('answers', models.JSONField(default=dict)),
                ('sector', models.CharField(blank=True, max_length=30)),
                ('kecamatan', models.CharField(blank=True, max_length=80)),
                ('language', models.CharField(default='id', max_length=2)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('offered', 'offered'), ('confirmed', 'confirmed'), ('approval', 'approval'), ('refused', 'refused'), ('cancelled', 'cancelled'), ('lapsed', 'lapsed')], max_length=10)),
                ('priority', models.SmallIntegerField(default=0)),
                ('passed', models.PositiveSmallIntegerField(default=0)),
                ('received_at', models.DateTimeField()),
                ('offered_at', models.DateTimeField(blank=True, null=True)),
                ('offered_until', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('agreed_at', models.DateTimeField()),
                ('agreed_to', models.CharField(max_length=20)),
                ('photographs', models.BooleanField(default=False)),
                ('name_on_certificate', models.BooleanField(default=False)),
                ('minor', models.BooleanField(default=False)),
                ('guardian_name', models.CharField(blank=True, max_length=120)),
                ('guardian_contact', models.CharField(blank=True, max_length=160)),
                ('guardian_agreed_at', models.DateTimeField(blank=True, null=True)),
                ('request_key', models.CharField(blank=True, max_length=80, null=True)),
                ('request_digest', models.CharField(blank=True, max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=120)),
                ('anonymised_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['region', 'event', 'state'], name='registration_of_event'), models.Index(condition=models.Q(('state', 'offered')), fields=['region', 'offered_until'], name='registration_offers')],
                'constraints': [models.UniqueConstraint(fields=('region', 'number'), name='registration_number_once'), models.UniqueConstraint(fields=('region', 'request_key'), name='registration_request_key_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'offered', 'confirmed', 'approval', 'refused', 'cancelled', 'lapsed'])), name='registration_known_state'), models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='registration_has_seats'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'offered'), _negated=True), ('offered_until__isnull', False), _connector='OR'), name='registration_offer_ends'), models.CheckConstraint(condition=models.Q(('minor', False), ('anonymised_at__isnull', False), models.Q(('guardian_agreed_at__isnull', False), models.Q(('guardian_name', ''), _negated=True), models.Q(('guardian_contact', ''), _negated=True)), _connector='OR'), name='registration_guardian_of_minor'), models.CheckConstraint(condition=models.Q(('anonymised_at__isnull', True), models.Q(('contact', ''), ('guardian_contact', ''), ('guardian_name', '')), _connector='OR'), name='registration_anonymous')],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('registration', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='creative.registration')),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('holder_name', models.CharField(blank=True, max_length=120)),
                ('code', models.CharField(max_length=32)),
                ('state', models.CharField(choices=[('valid', 'valid'), ('revoked', 'revoked')], default='valid', max_length=8)),
                ('issued_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['registration_id', 'ordinal', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('region', 'code'), name='ticket_code_once'), models.UniqueConstraint(condition=models.Q(('state', 'valid')), fields=('region', 'registration', 'ordinal'), name='ticket_one_valid_a_seat'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('state', 'valid')), models.Q(('revoked_at__isnull', False), ('state', 'revoked')), _connector='OR'), name='ticket_revoked_when')],
                'indexes': [],
            },
        ),
        *(WallRegion(f"creative_{name}") for name in TABLES),
        WallReference("creative_event", "centre_id", "creative_centre", index=False),
        WallReference("creative_event", "booking_id", "creative_booking"),
        WallReference("creative_event", "picture_id", "records_document"),
        WallReference("creative_eventsession", "event_id", "creative_event", index=False),
        WallReference("creative_eventsession", "booking_date_id", "creative_bookingdate"),
        WallReference("creative_eventrole", "event_id", "creative_event"),
        WallReference("creative_registration", "event_id", "creative_event", index=False),
        WallReference("creative_ticket", "registration_id", "creative_registration"),
        AppendOnly("creative_event", columns=("centre_id", "booking_id", "made_at")),
        AppendOnly("creative_registration", columns=("event_id", "number", "received_at", "request_key")),
        AppendOnly("creative_ticket", columns=("registration_id", "ordinal", "code", "issued_at")),
        migrations.RunSQL(RULES, UNDO),
    ]
