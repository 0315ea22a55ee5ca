import django.db.models.deletion
import sepadan.records.tenancy
from django.conf import settings
from django.db import migrations, models
from sepadan.records.constraints import AddConstraint


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0008_settlement_files_walls"),
        ("territory", "0002_read_only"),
    ]

    operations = [
        migrations.CreateModel(
            name='Collector',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('counter', 'counter'), ('village', 'village')], max_length=10)),
                ('area', models.CharField(blank=True, max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['kind', 'name'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CashDeposit',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=60)),
                ('amount', models.BigIntegerField()),
                ('bank_reference', models.CharField(max_length=60)),
                ('deposited_on', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=150)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('collector', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='records.collector')),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CashDay',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('opened_at', models.DateTimeField()),
                ('counted', models.BigIntegerField(blank=True, null=True)),
                ('difference', models.BigIntegerField(default=0)),
                ('difference_reason', models.CharField(blank=True, max_length=500)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.CharField(blank=True, max_length=150)),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
                ('deposit', sepadan.records.tenancy.RegionalKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='days', to='records.cashdeposit')),
                ('collector', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='days', to='records.collector')),
            ],
            options={
                'ordering': ['-day', '-id'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='CashReceipt',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=60)),
                ('interest', models.BigIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cash_day', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='records.cashday')),
                ('payment', sepadan.records.tenancy.RegionalKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='records.payment')),
                ('region', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('region', 'number'), name='cash_receipt_once'), models.UniqueConstraint(fields=('region', 'payment'), name='cash_receipt_payment_once'), models.CheckConstraint(condition=models.Q(('interest__gte', 0)), name='cash_receipt_interest')],
            },
        ),
        AddConstraint(
            model_name='collector',
            constraint=models.UniqueConstraint(fields=('region', 'name'), name='collector_name_once'),
        ),
        AddConstraint(
            model_name='collector',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['counter', 'village'])), name='collector_known_kind'),
        ),
        AddConstraint(
            model_name='cashdeposit',
            constraint=models.UniqueConstraint(fields=('region', 'number'), name='cash_deposit_once'),
        ),
        AddConstraint(
            model_name='cashdeposit',
            constraint=models.UniqueConstraint(fields=('region', 'bank_reference'), name='cash_deposit_bank_reference_once'),
        ),
        AddConstraint(
            model_name='cashdeposit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='cash_deposit_amount'),
        ),
        AddConstraint(
            model_name='cashday',
            constraint=models.UniqueConstraint(fields=('region', 'collector', 'day'), name='cash_day_once'),
        ),
        AddConstraint(
            model_name='cashday',
            constraint=models.CheckConstraint(condition=models.Q(('counted__isnull', True), ('counted__gte', 0), _connector='OR'), name='cash_day_counted'),
        ),
        AddConstraint(
            model_name='cashday',
            constraint=models.CheckConstraint(condition=models.Q(('difference', 0), models.Q(('difference_reason', ''), _negated=True), _connector='OR'), name='cash_day_reason'),
        ),
        AddConstraint(
            model_name='cashday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('counted__isnull', True)), models.Q(('closed_at__isnull', False), ('counted__isnull', False)), _connector='OR'), name='cash_day_closed_whole'),
        ),
        AddConstraint(
            model_name='cashday',
            constraint=models.CheckConstraint(condition=models.Q(('deposit__isnull', True), ('closed_at__isnull', False), _connector='OR'), name='cash_day_closed_before_deposit'),
        ),
    ]
