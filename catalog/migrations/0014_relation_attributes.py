from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0013_search_revisions'),
    ]

    operations = [
        migrations.AddField(
            model_name='relation',
            name='attributes',
            field=models.TextField(help_text='what is written beside the ref: a JSON object', null=True),
        ),
    ]
