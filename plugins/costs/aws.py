"""The adapter to AWS Cost Explorer: daily costs by a tag and by service, signed with Signature Version 4.

Format: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.plugin_api.http import IntegrationError, error_of, request

from .charges import Charge, Part
from .settings import CostSource

ADDRESS, REGION, SERVICE = "https://ce.us-east-1.amazonaws.com", "us-east-1", "ce"
TARGET = "AWSInsightsIndexService.GetCostAndUsage"
METRIC = "UnblendedCost"
MAX_PAGES = 500
MAX_BYTES = 32 * 1024 * 1024


def charges(source: CostSource, first: date, last: date, *, seconds: float) -> Iterator[Charge]:
    """The charges of these days, page by page. Raises IntegrationError."""
    asked: dict[str, Any] = {
        "TimePeriod": {"Start": first.isoformat(), "End": (last + timedelta(days=1)).isoformat()},
        "Granularity": "DAILY",
        "Metrics": [source.metric or METRIC],
        "GroupBy": [{"Type": "TAG", "Key": source.key}, {"Type": "DIMENSION", "Key": "SERVICE"}],
    }
    for _ in range(MAX_PAGES):
        page = _ask(source, asked, seconds)
        try:
            found = list(_charges(source, page))
            following = page.get("NextPageToken")
        except (LookupError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
            raise IntegrationError(f"{source.name} does not answer as Cost Explorer does.") from error
        yield from found
        if not following:
            return
        asked["NextPageToken"] = following
    raise IntegrationError(f"{source.name} has more than {MAX_PAGES} pages: ask for fewer days.")


def _ask(source: CostSource, asked: dict[str, Any], seconds: float) -> dict[str, Any]:
    url = f"{(source.address or ADDRESS).rstrip('/')}/"
    body = json.dumps(asked).encode()
    answer = request(
        "POST", url, headers=_signed(source, url, body), body=body, max_bytes=MAX_BYTES, seconds=seconds,
        use_credentials=False,
    )  # fmt: skip
    try:
        content: dict[str, Any] = json.loads(answer.body)
        said = str(content.get("message") or content.get("Message") or "")
    except (ValueError, AttributeError) as error:
        raise IntegrationError(f"{source.name} does not answer as Cost Explorer does.") from error
    if answer.status != 200:
        raise IntegrationError(f"{source.name} refuses: {said[:200]}") if said else error_of(answer)
    return content


def _signed(source: CostSource, url: str, body: bytes) -> dict[str, str]:
    """The headers with the signature over them. The library is heavy: only workers load it."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGET}
    unsigned = AWSRequest(method="POST", url=url, data=body, headers=headers)
    credentials = Credentials(source.access_key, source.secret_key, source.token or None)
    SigV4Auth(credentials, SERVICE, REGION).add_auth(unsigned)
    return dict(unsigned.headers.items())


def _charges(source: CostSource, page: dict[str, Any]) -> Iterator[Charge]:
    for result in page["ResultsByTime"]:
        day = date.fromisoformat(result["TimePeriod"]["Start"])
        for group in result["Groups"]:
            tag, service = group["Keys"]
            amount = group["Metrics"][source.metric or METRIC]
            if amount["Unit"] != source.currency:
                raise IntegrationError(
                    f"{source.name} counts in {amount['Unit']}, its currency here is {source.currency}."
                )
            # A tag comes as `key$value`, with nothing behind the sign where it is missing.
            name = tag.partition("$")[2]
            part = Part.SHARED if name in source.shared else Part.DIRECT
            nobodys = part is Part.SHARED
            yield Charge(
                day, "" if nobodys else name, Decimal(amount["Amount"]), source.cluster, service, part
            )
