"""A host whose clock is ten minutes ahead, as far as Python's programs can tell."""

import datetime
import time

AHEAD = 600.0
_time = time.time
time.time = lambda: _time() + AHEAD


class _Skewed(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
        return datetime.datetime.fromtimestamp(time.time(), tz)


datetime.datetime = _Skewed  # type: ignore[misc]
