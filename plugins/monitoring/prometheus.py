"""The adapter to a Prometheus: asks its HTTP API (v1) and answers in our words.

Format: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson

from portal.plugin_api.http import IntegrationError, error_of, request

MAX_BYTES = 64 * 1024 * 1024
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """One value now. Values that are no number are left out."""

    labels: Labels
    value: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Values at times in seconds since the epoch; None where the value is no number."""

    labels: Labels
    points: list[tuple[float, float | None]]


@dataclass(frozen=True, slots=True)
class ScrapeTarget:
    """Something that is scraped; `error` says why it could not be."""

    labels: Labels
    url: str
    is_up: bool
    error: str


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A rule; `alerts` are what it found: labels, annotations, `state`, `activeAt`."""

    name: str
    labels: Labels
    health: str
    error: str
    alerts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A server by the address of its root. Everything raises IntegrationError, with a sentence to show."""

    url: str
    seconds: float = 10
    token: str = field(default="", repr=False)

    def query(self, promql: str) -> list[Sample]:
        data = self._ask("query", {"query": promql})
        with _Understood(self.url):
            if data["resultType"] != "vector":
                raise IntegrationError(f"The query {promql[:100]!r} does not answer a vector.")
            samples = [Sample(each["metric"], float(each["value"][1])) for each in data["result"]]
            return [sample for sample in samples if math.isfinite(sample.value)]

    def query_range(self, promql: str, *, start: float, end: float, step: int) -> list[Curve]:
        data = self._ask("query_range", {"query": promql, "start": start, "end": end, "step": step})
        with _Understood(self.url):
            return [
                Curve(each["metric"], [(at, _number(value)) for at, value in each["values"]])
                for each in data["result"]
            ]

    def targets(self) -> list[ScrapeTarget]:
        data = self._ask("targets", {"state": "active"}, method="GET")
        with _Understood(self.url):
            return [
                ScrapeTarget(
                    labels=each["labels"],
                    url=each["scrapeUrl"],
                    is_up=each["health"] != "down",
                    error=each.get("lastError", ""),
                )
                for each in data["activeTargets"]
            ]

    def alert_rules(self) -> list[AlertRule]:
        data = self._ask("rules", {"type": "alert"}, method="GET")
        with _Understood(self.url):
            return [
                AlertRule(
                    name=rule["name"],
                    labels=rule.get("labels") or {},
                    health=rule.get("health", ""),
                    error=rule.get("lastError", ""),
                    alerts=list(rule.get("alerts") or ()),
                )
                for group in data["groups"]
                for rule in group["rules"]
                if rule.get("type", "alerting") == "alerting"
            ]

    def _ask(self, what: str, parameters: Mapping[str, Any], *, method: str = "POST") -> Any:
        """The `data` of an answer. Queries are posted: they may be longer than an address."""
        encoded = urlencode(parameters)
        url, body = f"{self.url.rstrip('/')}/api/v1/{what}", encoded.encode()
        if method == "GET":
            url, body = f"{url}?{encoded}", b""
        headers = FORM | bearer(self.token)
        answer = request(method, url, headers=headers, body=body, max_bytes=MAX_BYTES, seconds=self.seconds)
        with _Understood(self.url):
            if answer.status in (400, 422, 503) and answer.body.startswith(b"{"):
                said = str(orjson.loads(answer.body)["error"])
                raise IntegrationError(f"{self.url} refuses the query: {said[:200]}")
            if answer.status != 200:
                raise error_of(answer)
            content = orjson.loads(answer.body)
            if content["status"] != "success":
                raise IntegrationError(f"{self.url} answers {content['status']!r:.50}.")
            return content["data"]


class _Understood:
    """Turns whatever reading a strange answer raises into a sentence."""

    def __init__(self, url: str, what: str = "Prometheus") -> None:
        self.url, self.what = url, what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, (LookupError, TypeError, ValueError, AttributeError)):
            raise IntegrationError(f"{self.url} does not answer as {self.what} does.") from error


def _number(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def bearer(token: str) -> dict[str, str]:
    """The header that a token is sent in; without one, the portal's own credentials for the address hold."""
    return {"authorization": f"Bearer {token}"} if token else {}
