"""Snapshots, for plugins: what was fetched of their targets. Has a table behind it: not in `apps.py`."""

from portal.snapshots.selectors import Taken, snapshots_by_source, snapshots_by_target
from portal.snapshots.services import request_refresh

__all__ = ["Taken", "request_refresh", "snapshots_by_source", "snapshots_by_target"]
