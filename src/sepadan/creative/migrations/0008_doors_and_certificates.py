import django.db.models.deletion
from django.db import migrations, models

import sepadan.records.tenancy
from sepadan.records.walls import AppendOnly, WallReference, WallRegion
from sepadan.records.constraints import AddConstraint, AddIndex

REGION = models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                           to="territory.region")
TABLES = ("door", "doordevice", "scan", "scannote", "statuslist", "certificate")
PURPOSES = ("ticket", "certificate")


class Migration(migrations.Migration):
    """Keys that sign tickets and certificates; doors, their phones and scans; certificates and their status lists.

    Of a scan its times alone may still move, of a certificate its state, its name and whether the name is shown.
    """

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
        migrations.CreateModel(
            name='Door',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('names', models.BooleanField(default=False)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField()),
                ('event', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='doors', to='creative.event')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['ordinal'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DoorDevice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('phone', 'phone'), ('desk', 'desk')], default='phone', max_length=5)),
                ('label', models.CharField(max_length=60)),
                ('code_digest', models.CharField(blank=True, max_length=64)),
                ('code_until', models.DateTimeField(blank=True, null=True)),
                ('token_digest', models.CharField(blank=True, max_length=64, null=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=120)),
                ('enrolled_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('skew_seconds', models.IntegerField(blank=True, null=True)),
                ('door', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='creative.door')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('nonce', models.CharField(max_length=40)),
                ('ticket', models.CharField(max_length=40)),
                ('way', models.CharField(choices=[('in', 'in'), ('out', 'out'), ('no', 'no')], max_length=3)),
                ('how', models.CharField(choices=[('qr', 'qr'), ('typed', 'typed'), ('desk', 'desk'), ('forged', 'forged'), ('elsewhere', 'elsewhere')], max_length=9)),
                ('device_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('device', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='creative.doordevice')),
                ('door', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='creative.door')),
                ('event', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='creative.event')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['at', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ScanNote',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(max_length=120)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('scan', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='creative.scan')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StatusList',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('ordinal', models.PositiveIntegerField()),
                ('used', models.PositiveIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('key', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='status_lists', to='creative.signingkey')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['ordinal'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('number', models.CharField(max_length=60)),
                ('public_id', models.CharField(max_length=36)),
                ('holder_name', models.CharField(blank=True, max_length=120)),
                ('minor', models.BooleanField(default=False)),
                ('attended', models.PositiveSmallIntegerField()),
                ('counted', models.PositiveSmallIntegerField()),
                ('share_needed', models.DecimalField(decimal_places=3, max_digits=4)),
                ('issued_at', models.DateTimeField()),
                ('issued_by', models.CharField(max_length=120)),
                ('status_index', models.PositiveIntegerField()),
                ('jwt', models.TextField()),
                ('state', models.CharField(choices=[('valid', 'valid'), ('revoked', 'revoked'), ('replaced', 'replaced')], default='valid', max_length=8)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('name_shown', models.BooleanField(default=False)),
                ('event', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='creative.event')),
                ('key', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='creative.signingkey')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('registration', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='creative.registration')),
                ('replaces', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='creative.certificate')),
                ('status_list', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='creative.statuslist')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        AddConstraint(
            model_name='door',
            constraint=models.UniqueConstraint(fields=('region', 'event', 'ordinal'), name='door_ordinal_once'),
        ),
        AddConstraint(
            model_name='door',
            constraint=models.UniqueConstraint(fields=('region', 'event', 'name'), name='door_name_once'),
        ),
        AddConstraint(
            model_name='door',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='door_named'),
        ),
        AddConstraint(
            model_name='doordevice',
            constraint=models.UniqueConstraint(fields=('region', 'token_digest'), name='door_device_token_once'),
        ),
        AddConstraint(
            model_name='doordevice',
            constraint=models.UniqueConstraint(condition=models.Q(('code_digest', ''), _negated=True), fields=('region', 'code_digest'), name='door_device_code_once'),
        ),
        AddConstraint(
            model_name='doordevice',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'desk')), fields=('region', 'door'), name='door_one_desk'),
        ),
        AddConstraint(
            model_name='doordevice',
            constraint=models.CheckConstraint(condition=models.Q(('code_digest', ''), ('code_until__isnull', False), _connector='OR'), name='door_device_code_ends'),
        ),
        AddIndex(
            model_name='scan',
            index=models.Index(fields=['region', 'event', 'ticket'], name='scan_of_ticket'),
        ),
        AddConstraint(
            model_name='scan',
            constraint=models.UniqueConstraint(fields=('region', 'device', 'nonce', 'ticket', 'way', 'how', 'device_at'), name='scan_once'),
        ),
        AddConstraint(
            model_name='scan',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ('in', 'out', 'no')), ('how__in', ('qr', 'typed', 'desk', 'forged', 'elsewhere'))), name='scan_known_words'),
        ),
        AddConstraint(
            model_name='scan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nonce', ''), _negated=True), models.Q(('ticket', ''), _negated=True)), name='scan_named'),
        ),
        AddConstraint(
            model_name='scannote',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='scan_note_says_something'),
        ),
        AddConstraint(
            model_name='statuslist',
            constraint=models.UniqueConstraint(fields=('region', 'ordinal'), name='status_list_ordinal_once'),
        ),
        AddIndex(
            model_name='certificate',
            index=models.Index(fields=['region', 'event', 'state'], name='certificate_of_event'),
        ),
        AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('region', 'number'), name='certificate_number_once'),
        ),
        AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('region', 'public_id'), name='certificate_public_id_once'),
        ),
        AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('region', 'status_list', 'status_index'), name='certificate_place_once'),
        ),
        AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'valid')), fields=('region', 'event', 'registration', 'ordinal'), name='certificate_one_valid_a_seat'),
        ),
        AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('valid', 'revoked', 'replaced'))), name='certificate_known_state'),
        ),
        AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'valid')), models.Q(models.Q(('state', 'valid'), _negated=True), ('ended_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='certificate_ended_with_reason'),
        ),
        AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('counted__gte', 1), ('attended__lte', models.F('counted'))), name='certificate_attended_of_counted'),
        ),
        AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('name_shown', False), models.Q(('minor', False), models.Q(('holder_name', ''), _negated=True)), _connector='OR'), name='certificate_name_of_an_adult'),
        ),
        *(WallRegion(f"creative_{name}") for name in TABLES),
        WallReference("creative_door", "event_id", "creative_event", index=False),
        WallReference("creative_doordevice", "door_id", "creative_door"),
        WallReference("creative_scan", "event_id", "creative_event", index=False),
        WallReference("creative_scan", "door_id", "creative_door"),
        WallReference("creative_scan", "device_id", "creative_doordevice", index=False),
        WallReference("creative_scannote", "scan_id", "creative_scan"),
        WallReference("creative_statuslist", "key_id", "creative_signingkey"),
        WallReference("creative_certificate", "event_id", "creative_event", index=False),
        WallReference("creative_certificate", "registration_id", "creative_registration"),
        WallReference("creative_certificate", "key_id", "creative_signingkey"),
        WallReference("creative_certificate", "status_list_id", "creative_statuslist", index=False),
        WallReference("creative_certificate", "replaces_id", "creative_certificate"),
        AppendOnly("creative_scan", columns=("event_id", "door_id", "device_id", "nonce", "ticket", "way", "how",
                                             "device_at", "by_name", "note")),
        AppendOnly("creative_scannote"),
        AppendOnly("creative_certificate", columns=(
            "event_id", "registration_id", "ordinal", "number", "public_id", "attended", "counted", "share_needed",
            "issued_at", "key_id", "status_list_id", "status_index", "jwt", "replaces_id")),
    ]
