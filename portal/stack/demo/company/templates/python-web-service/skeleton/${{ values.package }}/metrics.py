"""Counts and durations of requests, in the text format that Prometheus reads."""

import threading
from collections import Counter

BUCKETS = (0.005, 0.025, 0.1, 0.5, 1.0, 5.0)


class Metrics:
    """Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._at_most: Counter[float] = Counter()
        self._seconds = 0.0

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answered request; `route` is the pattern, not the path: the list stays short."""
        with self._lock:
            self._requests[method, route, status] += 1
            self._seconds += seconds
            for bucket in BUCKETS:
                if seconds <= bucket:
                    self._at_most[bucket] += 1

    def render(self) -> str:
        with self._lock:
            requests, at_most, seconds = dict(self._requests), dict(self._at_most), self._seconds
        total = sum(requests.values())
        lines = ["# HELP http_requests_total Answered requests.", "# TYPE http_requests_total counter"]
        for (method, route, status), count in sorted(requests.items()):
            lines.append(_sample("http_requests_total", count, method=method, route=route, status=status))
        name = "http_request_duration_seconds"
        lines += [f"# HELP {name} Time to answer.", f"# TYPE {name} histogram"]
        lines += [_sample(f"{name}_bucket", at_most.get(bucket, 0), le=bucket) for bucket in BUCKETS]
        lines += [
            _sample(f"{name}_bucket", total, le="+Inf"),
            f"{name}_sum {seconds:.6f}",
            f"{name}_count {total}",
        ]
        return "\n".join(lines) + "\n"


def _sample(name: str, value: float, **labels: object) -> str:
    inside = ",".join(f'{key}="{label}"' for key, label in labels.items())
    return f"{name}{{{inside}}} {value}"
