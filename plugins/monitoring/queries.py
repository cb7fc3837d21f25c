"""What series are called: conventions of golden signals, each one query for many components at once.

In a query `$label` is the label that names the component, `$selector` a matcher for the components that are
asked for, `$window` a duration, `$le` the upper bound of a bucket. Every query keeps `$label`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from string import Template

MANY = 200
SIGNALS = ("rate", "errors", "duration", "saturation")


@dataclass(frozen=True, slots=True)
class Convention:
    """The label that names a component, and the queries: per second, per second, seconds, 0 to 1.

    `slow` are the requests a second within `$le` seconds, of the `measured` ones, for objectives of latency.
    """

    label: str
    rate: str
    errors: str
    duration: str
    saturation: str
    slow: str
    measured: str


# How full a process is of file descriptors is what every official client library exports.
_DESCRIPTORS = "max by ($label) (process_open_fds{$selector} / process_max_fds{$selector})"

CONVENTIONS = {
    "http": Convention(
        label="service",
        rate="sum by ($label) (rate(http_requests_total{$selector}[$window]))",
        errors='sum by ($label) (rate(http_requests_total{$selector,code=~"5.."}[$window]))',
        duration="histogram_quantile(0.95, sum by ($label, le) "
        "(rate(http_request_duration_seconds_bucket{$selector}[$window])))",
        saturation=_DESCRIPTORS,
        slow='sum by ($label) (rate(http_request_duration_seconds_bucket{$selector,le="$le"}[$window]))',
        measured="sum by ($label) (rate(http_request_duration_seconds_count{$selector}[$window]))",
    ),
    "opentelemetry": Convention(
        label="service_name",
        rate="sum by ($label) (rate(http_server_request_duration_seconds_count{$selector}[$window]))",
        errors="sum by ($label) (rate(http_server_request_duration_seconds_count"
        '{$selector,http_response_status_code=~"5.."}[$window]))',
        duration="histogram_quantile(0.95, sum by ($label, le) "
        "(rate(http_server_request_duration_seconds_bucket{$selector}[$window])))",
        saturation="max by ($label) (process_cpu_utilization{$selector})",
        slow="sum by ($label) "
        '(rate(http_server_request_duration_seconds_bucket{$selector,le="$le"}[$window]))',
        measured="sum by ($label) (rate(http_server_request_duration_seconds_count{$selector}[$window]))",
    ),
    "istio": Convention(
        label="destination_canonical_service",
        rate="sum by ($label) "
        '(rate(istio_requests_total{$selector,reporter="destination"}[$window]))',
        errors="sum by ($label) "
        '(rate(istio_requests_total{$selector,reporter="destination",response_code=~"5.."}[$window]))',
        duration="histogram_quantile(0.95, sum by ($label, le) "
        '(rate(istio_request_duration_milliseconds_bucket{$selector,reporter="destination"}[$window])))'
        " / 1000",
        saturation=_DESCRIPTORS,
        slow="sum by ($label) "
        '(rate(istio_request_duration_milliseconds_bucket{$selector,reporter="destination",le="$le_ms"}[$window]))',
        measured="sum by ($label) (rate(istio_request_duration_milliseconds_count"
        '{$selector,reporter="destination"}[$window]))',
    ),
}  # fmt: skip


def selector(label: str, names: Iterable[str]) -> str:
    """A matcher for series of these components; of every component where naming them would cost more.

    Names are letters, digits and `.:/@_-`, of which a regular expression minds the dot only.
    """
    wanted = sorted(set(names))
    if len(wanted) > MANY:
        return f'{label}!=""'
    alternatives = "|".join(name.replace(".", "[.]") for name in wanted)
    return f'{label}=~"{alternatives}"'


def written(query: str, *, label: str, selector: str, window: str, le: float | None = None) -> str:
    """The query with its places filled in."""
    bounds = {} if le is None else {"le": f"{le:g}", "le_ms": f"{le * 1000:g}"}
    return Template(query).safe_substitute(label=label, selector=selector, window=window, **bounds)
