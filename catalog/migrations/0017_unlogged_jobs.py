"""What requests leave for workers lives as long as the request: it need not survive PostgreSQL itself.

Without a write-ahead log none of the four commits of a job waits for the disk.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0016_trust_jobs")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE catalog_locationjob SET UNLOGGED", "ALTER TABLE catalog_locationjob SET LOGGED"
        )
    ]
