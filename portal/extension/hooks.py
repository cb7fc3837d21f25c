"""Hook: deliveries that others send to a plugin, signed instead of signed in; a worker hands them over."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.extension.points import ExtensionError

MOST_BYTES = 25 * 1024 * 1024


class DeliveryRefused(Exception):
    """The plugin can never use this delivery: it is not tried again. The message is kept with it."""


@dataclass(frozen=True, slots=True)
class Hook:
    """`receive(payload)` is called by a worker, in one transaction, with the JSON that was delivered.

    `secrets()` answers the secrets that sign deliveries, each of which is good; without any nothing is taken.
    What `receive` raises is tried again later, but for DeliveryRefused. A repeated delivery is handed over
    once, as long as it has the same id or the same body.
    """

    name: str
    receive: Callable[[Any], None]
    secrets: Callable[[], tuple[str, ...]]
    max_bytes: int = 1024 * 1024

    def check(self) -> None:
        """Raise ExtensionError where it could not be delivered to; called when it is added."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ExtensionError(f"The hook {self.name!r} is not named in the form some-words.")
        if not 0 < self.max_bytes <= MOST_BYTES:
            raise ExtensionError(f"The hook {self.name} takes deliveries of at most {MOST_BYTES} bytes.")
