"""Costs by month, added up from the days that are kept."""

from datetime import timedelta

from django.db import migrations, models

SPAN = "SELECT min(day), max(day) FROM costs_cost"
ADD = """
    INSERT INTO costs_monthlycost
           (source, month, name, entity_uid, cluster, service, part, currency, amount)
    SELECT source, %s, name, entity_uid, cluster, service, part, currency, sum(amount)
      FROM costs_cost WHERE day >= %s AND day < %s
     GROUP BY source, name, entity_uid, cluster, service, part, currency
"""


def add_up(apps, schema_editor):
    """A statement for each month."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SPAN)
        first, last = cursor.fetchone()
        while first is not None and first <= last:
            month = first.replace(day=1)
            first = (month + timedelta(days=32)).replace(day=1)
            cursor.execute(ADD, [month, month, first])


class Migration(migrations.Migration):

    dependencies = [
        ('costs', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonthlyCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=100)),
                ('name', models.CharField(blank=True, help_text='whom the source names; empty for nobody', max_length=300)),
                ('entity_uid', models.UUIDField(help_text='the entity of that name', null=True)),
                ('cluster', models.CharField(blank=True, max_length=200)),
                ('service', models.CharField(blank=True, max_length=200)),
                ('part', models.CharField(help_text='direct, idle or shared', max_length=10)),
                ('amount', models.DecimalField(decimal_places=10, max_digits=26)),
                ('currency', models.CharField(max_length=3)),
                ('month', models.DateField(help_text='its first day')),
            ],
            options={
                'indexes': [models.Index(fields=['source', 'month'], name='costs_source_month'), models.Index(fields=['entity_uid', 'month'], name='costs_entity_month'), models.Index(fields=['month'], name='costs_month'), models.Index(fields=['name'], name='costs_month_name')],
            },
        ),
        migrations.RunPython(add_up, migrations.RunPython.noop, elidable=True),
    ]
