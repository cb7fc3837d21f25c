"""The adapter to an Alertmanager: its HTTP API (v2), in our words.

Format: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from portal.plugin_api.http import IntegrationError, error_of, request

from .prometheus import bearer

MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert as it is sent around; `is_silenced` where somebody or another alert keeps it quiet."""

    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    started_at: datetime
    url: str
    is_silenced: bool


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """A server by the address of its root. Raises IntegrationError, with a sentence to show."""

    url: str
    seconds: float = 10
    token: str = field(default="", repr=False)

    def alerts(self) -> list[Firing]:
        url = f"{self.url.rstrip('/')}/api/v2/alerts"
        answer = request("GET", url, headers=bearer(self.token), max_bytes=MAX_BYTES, seconds=self.seconds)
        if answer.status != 200:
            raise error_of(answer)
        try:
            return [
                Firing(
                    fingerprint=each["fingerprint"],
                    labels=dict(each["labels"]),
                    annotations=dict(each["annotations"]),
                    started_at=datetime.fromisoformat(each["startsAt"].replace("Z", "+00:00")),
                    url=each.get("generatorURL", ""),
                    is_silenced=each["status"]["state"] == "suppressed",
                )
                for each in orjson.loads(answer.body)
            ]
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise IntegrationError(f"{self.url} does not answer as Alertmanager does.") from error
