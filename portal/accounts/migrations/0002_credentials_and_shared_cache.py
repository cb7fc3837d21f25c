from django.db import migrations, models

CREATE_CACHE = """
CREATE TABLE portal_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX portal_cache_expires ON portal_cache (expires);
"""


class Migration(migrations.Migration):
    """What sessions and tokens are bound to, and the cache that all processes share (rate limits)."""

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="credential_epoch",
            field=models.PositiveIntegerField(
                default=0, help_text="raising it ends every session and token of the account for good"
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="account_stamp",
            field=models.CharField(
                default="", help_text="credential_stamp() when it was made", max_length=64
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(CREATE_CACHE, "DROP TABLE portal_cache"),
    ]
