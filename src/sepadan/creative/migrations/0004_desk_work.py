import django.db.models.deletion
import sepadan.records.tenancy
from django.conf import settings
from django.db import migrations, models

from sepadan.records.walls import AppendOnly, WallReference, WallRegion
from sepadan.records.constraints import AddConstraint, AddIndex

TABLES = ("agendaentry", "disposition", "arrangement", "displacement", "displacementoffer", "handover", "handoverphoto",
          "daysheetprint")
REFERENCES = (
    ("agendaentry", "booking_id", "creative_booking"), ("agendaentry", "document_id", "records_document"),
    ("disposition", "booking_id", "creative_booking"), ("displacement", "booking_id", "creative_booking"),
    ("displacement", "by_booking_id", "creative_booking"), ("displacement", "taken_id", "creative_bookingdate"),
    ("displacement", "letter_id", "records_document"),
    ("displacementoffer", "displacement_id", "creative_displacement"),
    ("handoverphoto", "handover_id", "creative_handover"), ("handoverphoto", "document_id", "records_document"),
)
INDEXED = (  # a key or an index of the table begins with these already
    ("arrangement", "booking_id", "creative_booking"), ("displacement", "date_id", "creative_bookingdate"),
    ("displacementoffer", "date_id", "creative_bookingdate"), ("handover", "booking_id", "creative_booking"),
    ("handover", "date_id", "creative_bookingdate"), ("daysheetprint", "centre_id", "creative_centre"),
)
FIXED = {
    "disposition": ("booking_id", "number", "to_name", "instruction", "due", "given_at", "given_by_id",
                    "given_by_name"),
    "displacement": ("booking_id", "date_id", "by_booking_id", "number", "reason", "decided_by_id", "decided_by_name",
                     "decided_at", "offer_until"),
    "handover": ("booking_id", "date_id", "key_label", "handed_at", "handed_by_id", "handed_by_name", "handed_to",
                 "out_condition", "out_note"),
}


class Migration(migrations.Migration):
    """Agenda, dispositions, arrangements, displacement with its offers, keys with photos, printed day sheets.

    What was said stays: of a disposition, a displacement and a key that went out only what came of it can be written.
    """

    dependencies = [
        ('creative', '0003_charges'),
        ('records', '0015_appeal_state'),
        ('territory', '0002_read_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Displacement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=60)),
                ('reason', models.CharField(max_length=500)),
                ('decided_by_name', models.CharField(max_length=120)),
                ('decided_at', models.DateTimeField()),
                ('offer_until', models.DateTimeField()),
                ('state', models.CharField(choices=[('offered', 'offered'), ('accepted', 'accepted'), ('declined', 'declined'), ('lapsed', 'lapsed'), ('none', 'none')], max_length=8)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='displacements', to='creative.booking')),
                ('by_booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='displaced', to='creative.booking')),
                ('date', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='displacements', to='creative.bookingdate')),
                ('decided_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('letter', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.document')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('taken', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.bookingdate')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DisplacementOffer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('date', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='creative.bookingdate')),
                ('displacement', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='creative.displacement')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Disposition',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=60)),
                ('to_name', models.CharField(max_length=120)),
                ('instruction', models.CharField(max_length=500)),
                ('due', models.DateField(blank=True, null=True)),
                ('given_at', models.DateTimeField()),
                ('given_by_name', models.CharField(max_length=120)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by_name', models.CharField(blank=True, max_length=120)),
                ('done_note', models.CharField(blank=True, max_length=500)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='dispositions', to='creative.booking')),
                ('given_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key_label', models.CharField(max_length=80)),
                ('handed_at', models.DateTimeField()),
                ('handed_by_name', models.CharField(max_length=120)),
                ('handed_to', models.CharField(max_length=120)),
                ('out_condition', models.JSONField(default=dict)),
                ('out_note', models.CharField(blank=True, max_length=500)),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
                ('returned_by', models.CharField(blank=True, max_length=120)),
                ('received_by_name', models.CharField(blank=True, max_length=120)),
                ('in_condition', models.JSONField(default=dict)),
                ('damage', models.CharField(blank=True, max_length=1000)),
                ('late_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='creative.booking')),
                ('date', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='creative.bookingdate')),
                ('handed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='HandoverPhoto',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('out', 'out'), ('in', 'in')], max_length=3)),
                ('added_at', models.DateTimeField()),
                ('document', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.document')),
                ('handover', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='creative.handover')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='AgendaEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=60)),
                ('dated', models.DateField()),
                ('sender', models.CharField(max_length=120)),
                ('letter_number', models.CharField(blank=True, max_length=80)),
                ('letter_date', models.DateField(blank=True, null=True)),
                ('subject', models.CharField(max_length=200)),
                ('noted_at', models.DateTimeField()),
                ('noted_by_name', models.CharField(max_length=120)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='agenda', to='creative.booking')),
                ('document', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.document')),
                ('noted_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('region', 'number'), name='agenda_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Arrangement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('layout', models.CharField(blank=True, max_length=30)),
                ('equipment', models.JSONField(default=list)),
                ('notes', models.CharField(blank=True, max_length=500)),
                ('changed_at', models.DateTimeField()),
                ('changed_by_name', models.CharField(max_length=120)),
                ('booking', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='arrangements', to='creative.booking')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('region', 'booking'), name='arrangement_once')],
            },
        ),
        migrations.CreateModel(
            name='DaySheetPrint',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('role', models.CharField(max_length=10)),
                ('printed_at', models.DateTimeField()),
                ('printed_by_name', models.CharField(max_length=120)),
                ('rows', models.JSONField(default=dict)),
                ('centre', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='day_sheets', to='creative.centre')),
                ('printed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['region', 'centre', 'day', 'role'], name='day_sheet_of_day')],
            },
        ),
        AddIndex(
            model_name='displacement',
            index=models.Index(condition=models.Q(('state', 'offered')), fields=['region', 'offer_until'], name='displacement_offered'),
        ),
        AddConstraint(
            model_name='displacement',
            constraint=models.UniqueConstraint(fields=('region', 'date'), name='displaced_once'),
        ),
        AddConstraint(
            model_name='displacement',
            constraint=models.UniqueConstraint(fields=('region', 'number'), name='displacement_number_once'),
        ),
        AddConstraint(
            model_name='displacement',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='displacement_has_reason'),
        ),
        AddConstraint(
            model_name='displacement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['offered', 'accepted', 'declined', 'lapsed', 'none'])), name='displacement_state'),
        ),
        AddConstraint(
            model_name='displacement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('taken__isnull', False), _connector='OR'), name='displacement_accepted_is_taken'),
        ),
        AddConstraint(
            model_name='displacement',
            constraint=models.CheckConstraint(condition=models.Q(('booking', models.F('by_booking')), _negated=True), name='displacement_of_another'),
        ),
        AddConstraint(
            model_name='displacementoffer',
            constraint=models.UniqueConstraint(fields=('region', 'date'), name='offered_date_once'),
        ),
        AddIndex(
            model_name='disposition',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['region', 'due'], name='disposition_open'),
        ),
        AddConstraint(
            model_name='disposition',
            constraint=models.UniqueConstraint(fields=('region', 'number'), name='disposition_number_once'),
        ),
        AddConstraint(
            model_name='disposition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_name', ''), _negated=True), models.Q(('instruction', ''), _negated=True)), name='disposition_said'),
        ),
        AddIndex(
            model_name='handover',
            index=models.Index(fields=['region', 'booking'], name='handover_of_booking'),
        ),
        AddIndex(
            model_name='handover',
            index=models.Index(condition=models.Q(('returned_at__isnull', True)), fields=['region', 'handed_at'], name='handover_out'),
        ),
        AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(fields=('region', 'date'), name='handover_once_a_date'),
        ),
        AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_to', ''), _negated=True), models.Q(('key_label', ''), _negated=True)), name='handover_named'),
        ),
        AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('late_minutes__isnull', True), ('returned_at__isnull', True)), models.Q(('late_minutes__isnull', False), ('returned_at__gte', models.F('handed_at')), models.Q(('returned_by', ''), _negated=True)), _connector='OR'), name='handover_return_is_whole'),
        ),
        AddConstraint(
            model_name='handoverphoto',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['out', 'in'])), name='photo_known_side'),
        ),
        *(WallRegion(f"creative_{name}") for name in TABLES),
        *(WallReference(f"creative_{table}", column, to) for table, column, to in REFERENCES),
        *(WallReference(f"creative_{table}", column, to, index=False) for table, column, to in INDEXED),
        *(AppendOnly(f"creative_{table}", columns=columns) for table, columns in FIXED.items()),
        *(AppendOnly(f"creative_{table}") for table in ("agendaentry", "displacementoffer", "handoverphoto",
                                                        "daysheetprint")),
        migrations.RunSQL("CREATE INDEX booking_by_organiser ON creative_booking (region_id, upper(organiser::text))",
                          "DROP INDEX booking_by_organiser"),
    ]
