"""The table of decisions: one row for each plugin that an administrator decided something about."""

from django.db import models


class PluginDecision(models.Model):
    """What was written in the page about one plugin. It stays when the plugin is not enabled for a while."""

    plugin = models.CharField(max_length=40, unique=True)
    settings = models.JSONField(default=dict, help_text="values by field, secrets not among them")
    secrets = models.BinaryField(default=b"", help_text="encrypted: the same as JSON, of fields with secrets")
    decided_at = models.DateTimeField(auto_now=True)
    decided_by = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.plugin
