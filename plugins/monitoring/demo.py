"""Invented figures for the server `demo:`, so that a portal without a Prometheus has something to show.

They are made from the component's name and the time alone, and what shows them says that they are invented.
"""

import math
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .alerts import Seen
    from .slo import Objective
    from .watching import Watch

STEP, POINTS = 900, 24
NOTICE = "Invented for the demo company: no Prometheus is connected."
TROUBLED = {"booking-engine": 0.012, "payment-gateway": 0.004}
ALERTS = (
    ("booking-engine", "HighErrorRate", "critical", "1.2 % of the requests fail.", 50),
    ("payment-gateway", "SlowResponses", "warning", "A twentieth of the requests takes over 900 ms.", 130),
)


def signals(name: str, now: float) -> dict[str, Any]:
    """The four signals over the last six hours, as a day has busy and quiet hours."""
    seed = zlib.crc32(name.encode())
    size, pace = 2 + seed % 90, 0.04 + seed % 17 / 100
    times = [now - STEP * (POINTS - 1 - index) for index in range(POINTS)]
    busy = [
        1 + 0.4 * math.sin(at / 86400 * 2 * math.pi) + 0.05 * math.sin(at / 1800 + seed % 7) for at in times
    ]
    share = TROUBLED.get(name, 0.0002)
    return {
        "at": round(now),
        "step": STEP,
        "rate": [round(size * each, 2) for each in busy],
        "errors": [round(size * each * share, 4) for each in busy],
        "duration": [round(pace * each, 4) for each in busy],
        "saturation": [round(0.15 + seed % 40 / 100 * each, 3) for each in busy],
    }


def alerts() -> list["Seen"]:
    """The two alerts of the demo company, which have fired since the start of the day or so."""
    from .alerts import Seen
    from .settings import current_settings

    label = current_settings().queries.label
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Seen(
            fingerprint=f"demo-{name}",
            labels={"alertname": alert, "severity": severity, label: name},
            annotations={"summary": summary},
            state="firing",
            started_at=today - timedelta(minutes=minutes),
        )
        for name, alert, severity, summary, minutes in ALERTS
    ]


def objectives(wanted: Iterable[tuple["Watch", "Objective"]]) -> dict[str, Any]:
    """The share of bad requests by window."""
    answers: dict[str, Any] = {}
    for watch, objective in wanted:
        share = TROUBLED.get(watch.name, 0.0002)
        windows = dict.fromkeys(("5m", "30m", "1h", "6h"), share) | {"3d": share / 3, "period": share / 6}
        answers.setdefault(watch.ref, {})[objective.name] = windows
    return answers
