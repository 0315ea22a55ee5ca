import django.db.models.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Kecamatan',
            fields=[
                ('id', models.IntegerField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=8, unique=True)),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Province',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=2, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('timezone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], max_length=20)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('code__regex', '^\\d{2}$')), name='province_code_form'), models.CheckConstraint(condition=models.Q(('id', django.db.models.functions.comparison.Cast(django.db.models.functions.text.Replace('code', models.Value('.'), models.Value('')), models.BigIntegerField()))), name='province_id_is_code')],
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=5, unique=True)),
                ('bps_code', models.CharField(blank=True, max_length=4, null=True, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('kota', 'kota'), ('kabupaten', 'kabupaten')], max_length=10)),
                ('timezone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], max_length=20)),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regions', to='territory.province')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Kelurahan',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=13, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('kelurahan', 'kelurahan'), ('desa', 'desa')], max_length=10)),
                ('postal_code', models.CharField(blank=True, max_length=5)),
                ('lat', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('lon', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True)),
                ('hex_q', models.SmallIntegerField(blank=True, null=True)),
                ('hex_r', models.SmallIntegerField(blank=True, null=True)),
                ('kecamatan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kelurahan', to='territory.kecamatan')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kelurahan', to='territory.region')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='kecamatan',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kecamatan', to='territory.region'),
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(choices=[('population', 'population'), ('population_male', 'population_male'), ('population_female', 'population_female'), ('area_km2', 'area_km2')], max_length=20)),
                ('value', models.DecimalField(decimal_places=4, max_digits=15)),
                ('unit', models.CharField(max_length=10)),
                ('period', models.CharField(max_length=20)),
                ('kind', models.CharField(choices=[('realised', 'realised'), ('estimate', 'estimate'), ('target', 'target'), ('claim', 'claim'), ('derived', 'derived')], max_length=10)),
                ('source', models.CharField(max_length=300)),
                ('confidence', models.CharField(choices=[('high', 'high'), ('medium-high', 'medium-high'), ('medium', 'medium'), ('low', 'low'), ('suspect', 'suspect')], max_length=12)),
                ('note_key', models.CharField(blank=True, max_length=80)),
                ('kecamatan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='territory.kecamatan')),
                ('kelurahan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='territory.kelurahan')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='territory.region')),
            ],
            options={
                'ordering': ['region_id', 'kecamatan_id', 'kelurahan_id', 'measure', 'period', 'source'],
            },
        ),
        migrations.CreateModel(
            name='BoundaryLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('kecamatan', 'kecamatan'), ('kelurahan', 'kelurahan')], max_length=10)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('source', models.CharField(max_length=300)),
                ('licence', models.CharField(max_length=100)),
                ('area_km2', models.DecimalField(decimal_places=4, max_digits=12)),
                ('decree_area_km2', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True)),
                ('loaded_at', models.DateTimeField()),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='boundary_layers', to='territory.region')),
            ],
            options={
                'ordering': ['region_id', 'level'],
            },
        ),
        migrations.CreateModel(
            name='Boundary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=13)),
                ('geometry', models.TextField()),
                ('area_km2', models.DecimalField(decimal_places=4, max_digits=12)),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='boundaries', to='territory.boundarylayer')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('layer', 'code'), name='boundary_once_per_area')],
            },
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^\\d{2}\\.\\d{2}$')), name='region_code_form'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('bps_code__isnull', True), ('bps_code__regex', '^\\d{4}$'), _connector='OR'), name='region_bps_code_form'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('province_id', django.db.models.expressions.CombinedExpression(models.F('id'), '/', models.Value(100)))), name='region_in_its_province'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('id', django.db.models.functions.comparison.Cast(django.db.models.functions.text.Replace('code', models.Value('.'), models.Value('')), models.BigIntegerField()))), name='region_id_is_code'),
        ),
        migrations.AddConstraint(
            model_name='kelurahan',
            constraint=models.UniqueConstraint(fields=('region', 'id'), name='kelurahan_of_region'),
        ),
        migrations.AddConstraint(
            model_name='kelurahan',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('region', 'hex_q', 'hex_r'), name='kelurahan_one_per_hexagon'),
        ),
        migrations.AddConstraint(
            model_name='kelurahan',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^\\d{2}\\.\\d{2}\\.\\d{2}\\.[12]\\d{3}$')), name='kelurahan_code_form'),
        ),
        migrations.AddConstraint(
            model_name='kelurahan',
            constraint=models.CheckConstraint(condition=models.Q(('kecamatan_id', django.db.models.expressions.CombinedExpression(models.F('id'), '/', models.Value(10000))), ('region_id', django.db.models.expressions.CombinedExpression(models.F('id'), '/', models.Value(1000000)))), name='kelurahan_in_its_kecamatan'),
        ),
        migrations.AddConstraint(
            model_name='kelurahan',
            constraint=models.CheckConstraint(condition=models.Q(('id', django.db.models.functions.comparison.Cast(django.db.models.functions.text.Replace('code', models.Value('.'), models.Value('')), models.BigIntegerField()))), name='kelurahan_id_is_code'),
        ),
        migrations.AddConstraint(
            model_name='kelurahan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lat__isnull', True), ('lon__isnull', True)), models.Q(('lat__isnull', False), ('lon__isnull', False)), _connector='OR'), name='kelurahan_centroid_whole'),
        ),
        migrations.AddConstraint(
            model_name='kecamatan',
            constraint=models.UniqueConstraint(fields=('region', 'id'), name='kecamatan_of_region'),
        ),
        migrations.AddConstraint(
            model_name='kecamatan',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^\\d{2}\\.\\d{2}\\.\\d{2}$')), name='kecamatan_code_form'),
        ),
        migrations.AddConstraint(
            model_name='kecamatan',
            constraint=models.CheckConstraint(condition=models.Q(('region_id', django.db.models.expressions.CombinedExpression(models.F('id'), '/', models.Value(100)))), name='kecamatan_in_its_region'),
        ),
        migrations.AddConstraint(
            model_name='kecamatan',
            constraint=models.CheckConstraint(condition=models.Q(('id', django.db.models.functions.comparison.Cast(django.db.models.functions.text.Replace('code', models.Value('.'), models.Value('')), models.BigIntegerField()))), name='kecamatan_id_is_code'),
        ),
        migrations.AddConstraint(
            model_name='fact',
            constraint=models.UniqueConstraint(fields=('region', 'kecamatan', 'kelurahan', 'measure', 'period', 'source'), name='fact_once_per_source', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='fact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('kind', 'missing'), _negated=True), ('value__gte', 0)), name='fact_sourced'),
        ),
        migrations.AddConstraint(
            model_name='boundarylayer',
            constraint=models.UniqueConstraint(fields=('region', 'level'), name='boundary_layer_once'),
        ),
        migrations.AddConstraint(
            model_name='boundarylayer',
            constraint=models.CheckConstraint(condition=models.Q(('area_km2__gt', 0)), name='boundary_layer_has_area'),
        ),
    ]
