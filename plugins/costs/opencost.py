"""The adapter to OpenCost: its allocation API, a day at a time, by cluster and label.

Format: https://opencost.io/docs/integrations/api: `data` is a list of sets, one for each step, each a mapping
from `cluster/label` to an allocation; `__idle__` is what nobody used, `__unallocated__` what has no label.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from portal.plugin_api.http import IntegrationError, error_of, request

from .charges import Charge, Part
from .settings import CostSource

MAX_BYTES = 128 * 1024 * 1024
IDLE, UNALLOCATED, UNMOUNTED = "__idle__", "__unallocated__", "__unmounted__"


def charges(source: CostSource, first: date, last: date, *, seconds: float) -> Iterator[Charge]:
    """The charges of the days from `first` to `last`. Raises IntegrationError."""
    after = last + timedelta(days=1)
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
        found = [
            _charge(source, name, each) for some in content["data"] for name, each in (some or {}).items()
        ]
    except (LookupError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise IntegrationError(f"{source.address} does not answer as OpenCost does.") from error
    yield from found


def _charge(source: CostSource, name: str, allocation: dict[str, Any]) -> Charge:
    cluster, _, label = name.rpartition("/")
    label = label.rpartition("=")[2]  # older releases say `app=web`; the value of a label has no such sign
    day = datetime.fromisoformat(allocation["window"]["start"]).date()
    part = Part.IDLE if label == IDLE else Part.SHARED if label in source.shared else Part.DIRECT
    nobodys = label in (IDLE, UNALLOCATED, UNMOUNTED) or part is Part.SHARED
    amount = allocation["totalCost"]
    if not isinstance(amount, Decimal):
        raise TypeError("an amount that is no number")
    return Charge(day, "" if nobodys else label, amount, cluster or source.cluster, "", part)
