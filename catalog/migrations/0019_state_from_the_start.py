from django.db import migrations

# So that answers are remembered while the first source of an empty catalog is read, too.
STATE = """
INSERT INTO catalog_catalogstate (id, generation, kinds_generation) VALUES (1, 0, 0) ON CONFLICT (id) DO NOTHING;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0018_saved_views"),
    ]

    operations = [
        migrations.RunSQL(STATE, migrations.RunSQL.noop),
    ]
