import django.db.models.deletion
import sepadan.records.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0012_dues_walls"),
        ("territory", "0002_read_only"),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=60)),
                ('reference', models.CharField(max_length=80)),
                ('filed_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('outcome', models.CharField(blank=True, choices=[('granted', 'granted'), ('partly', 'partly'), ('refused', 'refused')], max_length=8)),
                ('ruling', models.CharField(blank=True, max_length=80)),
                ('ruled_on', models.DateField(blank=True, null=True)),
                ('payable', models.BigIntegerField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('about', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='records.charge')),
                ('confirmed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('region', 'source'), name='appeal_once'), models.CheckConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('reference', ''), _negated=True)), name='appeal_is_named'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'granted', 'partly', 'refused'])), name='appeal_known_outcome'), models.CheckConstraint(condition=models.Q(models.Q(('entered_by__isnull', True), ('outcome', ''), ('payable__isnull', True), ('ruled_on__isnull', True), ('ruling', '')), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('ruling', ''), _negated=True), ('entered_by__isnull', False), ('payable__gte', 0), ('ruled_on__gte', models.F('filed_on'))), _connector='OR'), name='appeal_ruled_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(models.Q(('outcome', ''), _negated=True), ('confirmed_at__isnull', False), ('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('entered_by')), _negated=True)), _connector='OR'), name='appeal_confirmed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='Sanction',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('objection_fine', 'objection_fine'), ('appeal_fine', 'appeal_fine')], max_length=16)),
                ('source', models.CharField(max_length=60)),
                ('document', models.CharField(max_length=80)),
                ('share', models.CharField(max_length=40)),
                ('base', models.BigIntegerField()),
                ('basis', models.CharField(max_length=300)),
                ('raised_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('about', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sanctions', to='records.charge')),
                ('charge', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sanction', to='records.charge')),
                ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('region', 'charge'), name='sanction_of_charge'), models.UniqueConstraint(fields=('region', 'source', 'kind'), name='sanction_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['objection_fine', 'appeal_fine'])), name='sanction_known_kind'), models.CheckConstraint(condition=models.Q(('base__gt', 0)), name='sanction_base_positive'), models.CheckConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('document', ''), _negated=True), models.Q(('basis', ''), _negated=True)), name='sanction_says_why')],
            },
        ),
    ]
