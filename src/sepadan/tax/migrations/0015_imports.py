import django.db.models.deletion
import sepadan.records.tenancy
from django.conf import settings
from django.db import migrations, models
from sepadan.records.constraints import AddConstraint


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0014_targets_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.SmallIntegerField()),
                ('stored', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=150)),
                ('sheet', models.CharField(blank=True, max_length=40)),
                ('table', models.CharField(blank=True, max_length=30)),
                ('size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('form', models.CharField(blank=True, max_length=40)),
                ('strange', models.JSONField(default=list)),
                ('row_count', models.BigIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('faults', models.JSONField(default=dict)),
                ('refused', models.JSONField(blank=True, null=True)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['register_import_id', 'number'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ImportProblem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('line', models.BigIntegerField()),
                ('column', models.CharField(blank=True, max_length=60)),
                ('key', models.CharField(max_length=80)),
                ('params', models.JSONField(default=dict)),
                ('file', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='tax.importfile')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['file_id', 'line', 'id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RegisterImport',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('received', 'received'), ('checked', 'checked'), ('applied', 'applied'), ('discarded', 'discarded')], default='received', max_length=10)),
                ('valid_on', models.DateField()),
                ('created_at', models.DateTimeField()),
                ('created_name', models.CharField(max_length=120)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_name', models.CharField(blank=True, max_length=120)),
                ('unmapped', models.JSONField(default=list)),
                ('control', models.CharField(blank=True, max_length=64)),
                ('work', models.BigIntegerField(blank=True, null=True)),
                ('created_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='importfile',
            name='register_import',
            field=sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='files', to='tax.registerimport'),
        ),
        AddConstraint(
            model_name='registerimport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'checked', 'applied', 'discarded'])), name='import_known_state'),
        ),
        AddConstraint(
            model_name='registerimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'applied'), _negated=True), models.Q(('closed_at__isnull', False), ('control__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='import_applied_is_whole'),
        ),
        AddConstraint(
            model_name='importfile',
            constraint=models.UniqueConstraint(fields=('region', 'register_import', 'number'), name='import_file_number'),
        ),
    ]
