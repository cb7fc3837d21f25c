"""Scheduled work: a function that a worker runs every so often, outside of any request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """`run` is called by one worker at a time; it must bear to be called too often or not at all.

    After `limit` the run is ended. What it raises is logged with the plugin's name and shown with the plugin.
    """

    name: str
    run: Callable[[], None]
    every: timedelta
    limit: timedelta = timedelta(minutes=10)
