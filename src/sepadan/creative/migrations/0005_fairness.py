import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import sepadan.records.tenancy
from sepadan.records.walls import AppendOnly, WallReference, WallRegion
from sepadan.records.constraints import AddConstraint, AddIndex

PROMISE = """
CREATE FUNCTION creative_stock_promise(one_region smallint, one_date bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM creative_stockuse WHERE region_id = one_region AND date_id = one_date;
  INSERT INTO creative_stockuse (region_id, date_id, item_id, during, quantity)
  SELECT d.region_id, d.id, n.item_id,
         tstzrange(d.starts_at - make_interval(mins => d.setup_minutes),
                   d.ends_at + make_interval(mins => d.cleardown_minutes)), n.quantity
  FROM creative_bookingdate d
  JOIN creative_stockdemand n ON n.region_id = d.region_id AND n.date_id = d.id AND n.kept
  WHERE d.region_id = one_region AND d.id = one_date AND d.state IN ('held', 'confirmed')
  ORDER BY n.item_id;
END $$;

CREATE FUNCTION creative_stock_date_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ((OLD.state IN ('held', 'confirmed')) <> (NEW.state IN ('held', 'confirmed'))
      OR (OLD.starts_at, OLD.ends_at, OLD.setup_minutes, OLD.cleardown_minutes)
       <> (NEW.starts_at, NEW.ends_at, NEW.setup_minutes, NEW.cleardown_minutes))
     AND EXISTS (SELECT FROM creative_stockdemand WHERE region_id = NEW.region_id AND date_id = NEW.id) THEN
    PERFORM creative_stock_promise(NEW.region_id::smallint, NEW.id);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER stock_promise AFTER UPDATE OF state, starts_at, ends_at, setup_minutes, cleardown_minutes
  ON creative_bookingdate FOR EACH ROW EXECUTE FUNCTION creative_stock_date_written();

CREATE FUNCTION creative_stock_demand_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM creative_stock_promise(COALESCE(NEW.region_id, OLD.region_id)::smallint, COALESCE(NEW.date_id, OLD.date_id));
  RETURN NULL;
END $$;

CREATE TRIGGER stock_promise AFTER INSERT OR UPDATE OR DELETE ON creative_stockdemand
  FOR EACH ROW EXECUTE FUNCTION creative_stock_demand_written();
"""

CHECK = """
CREATE FUNCTION creative_stock_peak(one_region smallint, one_item bigint, within tstzrange) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
  SELECT COALESCE(max(together), 0) FROM (
    SELECT sum(change) OVER (ORDER BY at, change) AS together FROM (
      SELECT lower(during * within) AS at, quantity::bigint AS change FROM creative_stockuse
      WHERE region_id = one_region AND item_id = one_item AND during && within
      UNION ALL
      SELECT upper(during * within), -quantity::bigint FROM creative_stockuse
      WHERE region_id = one_region AND item_id = one_item AND during && within) steps) sums
$$;

CREATE FUNCTION creative_stock_use_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE present bigint; promised bigint;
BEGIN
  UPDATE creative_stockitem SET turn = turn + 1 WHERE region_id = NEW.region_id AND id = NEW.item_id
    RETURNING quantity INTO present;
  promised := creative_stock_peak(NEW.region_id::smallint, NEW.item_id, NEW.during);
  IF present IS NULL OR promised > present THEN
    RAISE EXCEPTION 'item %: % pieces promised at one moment, % are there', NEW.item_id, promised, present
      USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_never_over_promised';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER never_over_promised AFTER INSERT ON creative_stockuse
  FOR EACH ROW EXECUTE FUNCTION creative_stock_use_written();

CREATE FUNCTION creative_stock_lowered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE promised bigint;
BEGIN
  IF NEW.quantity < OLD.quantity THEN
    promised := creative_stock_peak(NEW.region_id::smallint, NEW.id, tstzrange(NEW.counted_at, NULL));
    IF promised > NEW.quantity THEN
      RAISE EXCEPTION 'item %: % pieces are promised, % would be left', NEW.id, promised, NEW.quantity
        USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_never_over_promised';
    END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER lowered AFTER UPDATE OF quantity ON creative_stockitem
  FOR EACH ROW EXECUTE FUNCTION creative_stock_lowered();

CREATE FUNCTION creative_stockuse_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'what is promised follows from the demands of dates; write these'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER derived BEFORE INSERT OR UPDATE OR DELETE ON creative_stockuse
  FOR EACH STATEMENT EXECUTE FUNCTION creative_stockuse_guard();
"""
UNDO = """
DROP TRIGGER derived ON creative_stockuse;
DROP TRIGGER lowered ON creative_stockitem;
DROP TRIGGER never_over_promised ON creative_stockuse;
DROP TRIGGER stock_promise ON creative_stockdemand;
DROP TRIGGER stock_promise ON creative_bookingdate;
DROP FUNCTION creative_stockuse_guard(), creative_stock_lowered(), creative_stock_use_written(),
  creative_stock_demand_written(), creative_stock_date_written(), creative_stock_promise(smallint, bigint),
  creative_stock_peak(smallint, bigint, tstzrange);
"""
TABLES = ("spaceoffer", "override", "refusedwish", "stockitem", "stockplace", "stockmove", "stockdemand", "stockuse")


class Migration(migrations.Migration):
    """Offers of the waiting list, exceptions, refused wishes, equipment; what is promised derived by the database.

    ``creative_stockuse`` follows from the demands of dates that are held or confirmed. Each row of it takes the row of
    its item by writing it, so that promises of one item are made one after the other at every level of isolation, and
    the sum of what is promised at any moment is then compared with what is there.
    """

    dependencies = [
        ("creative", "0004_desk_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('rule', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=500)),
                ('facts', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=120)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RefusedWish',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('key', models.CharField(max_length=60)),
                ('rule', models.CharField(blank=True, max_length=40)),
                ('said', models.CharField(max_length=500)),
                ('intake', models.CharField(choices=[('online', 'online'), ('letter', 'letter'), ('counter', 'counter'), ('call', 'call'), ('chat', 'chat'), ('official', 'official')], max_length=8)),
                ('organiser', models.CharField(blank=True, max_length=120)),
                ('organiser_kind', models.CharField(blank=True, max_length=30)),
                ('subsector', models.CharField(blank=True, max_length=40)),
                ('kecamatan', models.CharField(blank=True, max_length=8)),
                ('disability', models.BooleanField(default=False)),
                ('newcomer', models.BooleanField(default=False)),
                ('people', models.PositiveIntegerField(blank=True, null=True)),
                ('starts_at', models.DateTimeField(blank=True, null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SpaceOffer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'open'), ('accepted', 'accepted'), ('declined', 'declined'), ('lapsed', 'lapsed')], default='open', max_length=8)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('cause', models.CharField(blank=True, max_length=20)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StockDemand',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('quantity', models.PositiveIntegerField()),
                ('kept', models.BooleanField(default=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StockItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(max_length=40)),
                ('name', models.JSONField(default=dict)),
                ('quantity', models.PositiveIntegerField(default=0)),
                ('broken', models.PositiveIntegerField(default=0)),
                ('unsure', models.BooleanField(default=False)),
                ('counted_at', models.DateTimeField()),
                ('turn', models.BigIntegerField(default=0)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StockMove',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('act', models.CharField(choices=[('acquire', 'acquire'), ('retire', 'retire'), ('move', 'move'), ('hand_out', 'hand_out'), ('return', 'return'), ('break', 'break'), ('mend', 'mend')], max_length=8)),
                ('quantity', models.PositiveIntegerField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=120)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StockPlace',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('quantity', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StockUse',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('quantity', models.PositiveIntegerField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='booking',
            name='contact_key',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.Func(django.db.models.functions.text.Lower('contact'), models.Value('[^[:alnum:]@.]+'), models.Value(''), models.Value('g'), function='regexp_replace'), models.Value('^62(?=[0-9])'), models.Value('0'), function='regexp_replace'), output_field=models.CharField(max_length=160)),
        ),
        migrations.AddField(
            model_name='booking',
            name='disability',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='booking',
            name='kecamatan',
            field=models.CharField(blank=True, db_default='', default='', max_length=8),
        ),
        migrations.AddField(
            model_name='booking',
            name='line_priority',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='booking',
            name='nib',
            field=models.CharField(blank=True, db_default='', default='', max_length=13),
        ),
        migrations.AddField(
            model_name='booking',
            name='organiser_key',
            field=models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.text.Lower('organiser'), models.Value('[^[:alnum:]]+'), models.Value(''), models.Value('g'), function='regexp_replace'), output_field=models.CharField(max_length=120)),
        ),
        migrations.AddField(
            model_name='bookingdate',
            name='passed',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        AddIndex(
            model_name='booking',
            index=models.Index(fields=['region', 'organiser_key'], name='booking_of_organiser'),
        ),
        AddIndex(
            model_name='booking',
            index=models.Index(fields=['region', 'contact_key'], name='booking_of_contact'),
        ),
        migrations.AddField(
            model_name='override',
            name='booking',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='creative.booking'),
        ),
        migrations.AddField(
            model_name='override',
            name='by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='override',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='refusedwish',
            name='centre',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='refused', to='creative.centre'),
        ),
        migrations.AddField(
            model_name='refusedwish',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='refusedwish',
            name='space',
            field=sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.space'),
        ),
        migrations.AddField(
            model_name='spaceoffer',
            name='date',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='creative.bookingdate'),
        ),
        migrations.AddField(
            model_name='spaceoffer',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='stockdemand',
            name='date',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='demands', to='creative.bookingdate'),
        ),
        migrations.AddField(
            model_name='stockdemand',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='centre',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='creative.centre'),
        ),
        migrations.AddField(
            model_name='stockitem',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='stockdemand',
            name='item',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='demands', to='creative.stockitem'),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='date',
            field=sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stock_moves', to='creative.bookingdate'),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='from_space',
            field=sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.space'),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='item',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='creative.stockitem'),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='stockmove',
            name='to_space',
            field=sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.space'),
        ),
        migrations.AddField(
            model_name='stockplace',
            name='item',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='places', to='creative.stockitem'),
        ),
        migrations.AddField(
            model_name='stockplace',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        migrations.AddField(
            model_name='stockplace',
            name='space',
            field=sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stock', to='creative.space'),
        ),
        migrations.AddField(
            model_name='stockuse',
            name='date',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='stock_uses', to='creative.bookingdate'),
        ),
        migrations.AddField(
            model_name='stockuse',
            name='item',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='creative.stockitem'),
        ),
        migrations.AddField(
            model_name='stockuse',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region'),
        ),
        AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='override_has_a_reason'),
        ),
        AddIndex(
            model_name='refusedwish',
            index=models.Index(fields=['region', 'centre', 'at'], name='refused_by_time'),
        ),
        AddConstraint(
            model_name='spaceoffer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('region', 'date'), name='offer_open_once'),
        ),
        AddConstraint(
            model_name='spaceoffer',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'declined', 'lapsed'])), name='offer_known_state'),
        ),
        AddConstraint(
            model_name='spaceoffer',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('made_at'))), name='offer_lasts'),
        ),
        AddConstraint(
            model_name='spaceoffer',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'open'), ('ended_at__isnull', False), _connector='OR'), name='offer_ended_when'),
        ),
        AddConstraint(
            model_name='stockitem',
            constraint=models.UniqueConstraint(fields=('region', 'centre', 'code'), name='stock_code_once'),
        ),
        AddConstraint(
            model_name='stockdemand',
            constraint=models.UniqueConstraint(fields=('region', 'date', 'item'), name='stock_demand_once'),
        ),
        AddConstraint(
            model_name='stockdemand',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='stock_demand_of_something'),
        ),
        AddConstraint(
            model_name='stockmove',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['acquire', 'retire', 'move', 'hand_out', 'return', 'break', 'mend'])), name='stock_move_known_act'),
        ),
        AddConstraint(
            model_name='stockmove',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='stock_move_of_something'),
        ),
        AddConstraint(
            model_name='stockplace',
            constraint=models.UniqueConstraint(fields=('region', 'item', 'space'), name='stock_place_once', nulls_distinct=False),
        ),
        *(WallRegion(f"creative_{name}") for name in TABLES),
        WallReference("creative_spaceoffer", "date_id", "creative_bookingdate"),
        WallReference("creative_override", "booking_id", "creative_booking"),
        WallReference("creative_refusedwish", "centre_id", "creative_centre", index=False),
        WallReference("creative_refusedwish", "space_id", "creative_space"),
        WallReference("creative_stockitem", "centre_id", "creative_centre", index=False),
        WallReference("creative_stockplace", "item_id", "creative_stockitem", index=False),
        WallReference("creative_stockplace", "space_id", "creative_space"),
        WallReference("creative_stockmove", "item_id", "creative_stockitem"),
        WallReference("creative_stockmove", "from_space_id", "creative_space"),
        WallReference("creative_stockmove", "to_space_id", "creative_space"),
        WallReference("creative_stockmove", "date_id", "creative_bookingdate"),
        WallReference("creative_stockdemand", "date_id", "creative_bookingdate", index=False),
        WallReference("creative_stockdemand", "item_id", "creative_stockitem"),
        WallReference("creative_stockuse", "date_id", "creative_bookingdate"),
        WallReference("creative_stockuse", "item_id", "creative_stockitem"),
        AppendOnly("creative_override"),
        AppendOnly("creative_refusedwish"),
        AppendOnly("creative_stockmove"),
        AppendOnly("creative_spaceoffer", columns=("date_id", "made_at", "until", "cause")),
        migrations.RunSQL(PROMISE + CHECK, UNDO),
    ]
