"""What mutations answered under the keys that clients gave them, so that a repeat does nothing again."""

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """One key of one account, from before its mutation begins; kept for a day."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64, help_text="hash of the mutation's name and input")
    answer = models.JSONField(null=True, help_text="null until the mutation has ended")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="kept_answer_key")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.key}"
