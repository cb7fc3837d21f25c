"""The adapter to OpenCost: its allocation API, a day at a time, by cluster and label.

Format: https://opencost.io/docs/integrations/api, and its core/pkg/opencost: `data` is a list of sets, one
for each step, each a mapping from `cluster/label` to an allocation. `__unallocated__` is what has no label.
`__idle__`, without a cluster in its name, is what nobody used of all clusters; where there is but one, its
properties name it. An amount that OpenCost could not compute is null.
"""

import json
import logging
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from portal.plugin_api.http import IntegrationError, error_of, request

from .charges import Charge, Part
from .settings import CostSource

logger = logging.getLogger(__name__)

# It computes every day that it is asked for from its Prometheus, which takes a while.
AT_ONCE = timedelta(days=7)
MAX_BYTES = 128 * 1024 * 1024
IDLE, UNALLOCATED, UNMOUNTED = "__idle__", "__unallocated__", "__unmounted__"


def charges(source: CostSource, first: date, last: date, *, seconds: float) -> Iterator[Charge]:
    """The charges of the days from `first` to `last`. Raises IntegrationError."""
    end = last + timedelta(days=1)
    while first < end:
        after = min(first + AT_ONCE, end)
        yield from _charges(source, first, after, seconds=seconds)
        first = after


def _charges(source: CostSource, first: date, after: date, *, seconds: float) -> Iterator[Charge]:
    """Those of the days from `first` to the one before `after`."""
    asked = {
        "window": f"{first}T00:00:00Z,{after}T00:00:00Z",
        "aggregate": f"cluster,label:{re.sub(r'[^A-Za-z0-9_]', '_', source.key)}",
        "step": "1d",
        "accumulate": "false",
        "includeIdle": "true",
        "shareIdle": "false",
    }
    url = f"{source.address.rstrip('/')}/allocation?{urlencode(asked)}"
    headers = {"authorization": f"Bearer {source.token}"} if source.token else {}
    answer = request("GET", url, headers=headers, max_bytes=MAX_BYTES, seconds=seconds)
    if answer.status != 200:
        raise error_of(answer)
    try:
        # The amounts must not pass through binary fractions: they are read as they are written.
        content = json.loads(answer.body, parse_float=Decimal, parse_int=Decimal)
        if content["code"] != 200:
            raise IntegrationError(f"{source.address} answers: {str(content.get('message', ''))[:200]}")
        sets = [some or {} for some in content["data"]]
        found = [
            charge for some in sets for name, each in some.items() if (charge := _charge(source, name, each))
        ]
    except (LookupError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise IntegrationError(f"{source.address} does not answer as OpenCost does.") from error
    yield from (charge for charge in found if first <= charge.day < after)


def _charge(source: CostSource, name: str, allocation: dict[str, Any]) -> Charge | None:
    cluster, _, label = name.rpartition("/")
    cluster = cluster or (allocation.get("properties") or {}).get("cluster") or source.cluster
    label = label.rpartition("=")[2]  # older releases say `app=web`; the value of a label has no such sign
    day = datetime.fromisoformat(allocation["window"]["start"]).date()
    part = Part.IDLE if label == IDLE else Part.SHARED if label in source.shared else Part.DIRECT
    nobodys = label in (IDLE, UNALLOCATED, UNMOUNTED) or part is Part.SHARED
    amount = allocation["totalCost"]
    if amount is None:
        logger.warning("%s has no amount for %s on %s; it is left out.", source.name, name, day)
        return None
    if not isinstance(amount, Decimal):
        raise TypeError("an amount that is no number")
    return Charge(day, "" if nobodys else label, amount, cluster, "", part)
