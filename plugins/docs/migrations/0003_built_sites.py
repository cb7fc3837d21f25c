import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('docs', '0002_images'),
    ]

    operations = [
        migrations.AddField(
            model_name='docset',
            name='broken',
            field=models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list, help_text='links that lead nowhere: page, target, reason'),
        ),
        migrations.AddField(
            model_name='docset',
            name='build',
            field=models.CharField(blank=True, db_default='', help_text='the build that is shown', max_length=64),
        ),
        migrations.AddField(
            model_name='docset',
            name='built_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='docset',
            name='notes',
            field=models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list, help_text='what was left out, and what MkDocs warned of'),
        ),
        migrations.AddField(
            model_name='docset',
            name='site_name',
            field=models.CharField(blank=True, db_default='', max_length=300),
        ),
        migrations.AddField(
            model_name='page',
            name='contents',
            field=models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list, help_text='its headings: id, title, level'),
        ),
        migrations.AddField(
            model_name='page',
            name='edit_url',
            field=models.TextField(blank=True, db_default=''),
        ),
        migrations.AddField(
            model_name='page',
            name='sections',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], default=list, help_text='what it is under in the navigation', size=None),
        ),
        migrations.AlterField(
            model_name='page',
            name='hash',
            field=models.CharField(help_text='of everything shown of it', max_length=64),
        ),
        migrations.CreateModel(
            name='Build',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entity_uid', models.UUIDField()),
                ('name', models.CharField(max_length=64)),
                ('files', models.JSONField(help_text='media types by path')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('entity_uid', 'name'), name='docs_build_entity_name')],
            },
        ),
        migrations.DeleteModel(
            name='Image',
        ),
    ]
