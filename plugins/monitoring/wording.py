"""How figures are written: rates, shares and times, short and with their unit."""

from datetime import datetime, timedelta

from django.utils import timezone


def per_second(value: float | None) -> str:
    return "no data" if value is None else f"{_short(value)} /s"


def share(value: float | None) -> str:
    """Of 1, as a percentage."""
    return "no data" if value is None else f"{_short(value * 100)} %"


def seconds(value: float | None) -> str:
    if value is None:
        return "no data"
    return f"{_short(value * 1000)} ms" if value < 1 else f"{_short(value)} s"


def ago(since: datetime) -> str:
    """`for 12 min`, `for 3 h`, `for 4 days`."""
    passed = timezone.now() - since
    if passed < timedelta(hours=1):
        return f"for {max(int(passed.total_seconds() // 60), 1)} min"
    if passed < timedelta(days=2):
        return f"for {int(passed.total_seconds() // 3600)} h"
    return f"for {passed.days} days"


def _short(value: float) -> str:
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
