"""http:request: one request to a host that the portal may call."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from portal.integrations import http
from portal.integrations.errors import IntegrationError
from scaffolder.actions.action import UNKNOWN, Action, ActionContext, ActionError, Effect, Example, Plan

READING = ("GET", "HEAD", "OPTIONS")
MAX_SECONDS = 60


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """Reading requests are sent as often as needed; any other is sent once, with the step's key."""
    method, url = _method(input), _url(input)
    if method in READING:
        return _checked(_send(method, url, input, context), input)
    answer = context.once(
        Effect("send", f"{method} {url}"),
        find=lambda: None,
        make=lambda: _checked(_send(method, url, input, context), input),
    )
    return answer


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    method, url = _method(input), _url(input)
    if method in READING:
        return Plan((), _checked(_send(method, url, input, context), input))
    return Plan((Effect("send", f"{method} {url}"),), {"code": UNKNOWN, "headers": UNKNOWN, "body": UNKNOWN})


def _send(method: str, url: str, input: Mapping[str, Any], context: ActionContext) -> http.Answer:
    written = input.get("body")
    body = b"" if written is None else (written if isinstance(written, str) else json.dumps(written)).encode()
    headers = {str(name): str(value) for name, value in (input.get("headers") or {}).items()}
    if body and not isinstance(written, str):
        headers.setdefault("Content-Type", "application/json")
    if method not in READING:
        headers.setdefault("Idempotency-Key", context.mark)
    for name, value in (input.get("secretHeaders") or {}).items():
        headers[str(name)] = context.reveal(str(value))
    seconds = min(float(input.get("timeout") or 10_000) / 1000, MAX_SECONDS)
    try:
        return http.request(method, url, headers=headers, body=body, seconds=seconds)
    except IntegrationError as error:
        raise ActionError(f"{method} {url}: {error}") from error


def _checked(answer: http.Answer, input: Mapping[str, Any]) -> dict[str, Any]:
    if answer.status >= 400 and not input.get("continueOnBadResponse"):
        raise ActionError(
            f"{answer.url} answered {answer.status}: {answer.body[:200].decode('utf-8', 'replace')}"
        )
    text = answer.body.decode("utf-8", "replace")
    body: Any = text
    if "json" in answer.headers.get("content-type", ""):
        try:
            body = json.loads(text)
        except ValueError:
            raise ActionError(f"{answer.url} calls its answer JSON, which it is not.") from None
    return {"code": answer.status, "headers": dict(answer.headers), "body": body}


def _method(input: Mapping[str, Any]) -> str:
    return str(input.get("method") or "GET").upper()


def _url(input: Mapping[str, Any]) -> str:
    url, params = str(input["url"]), input.get("params") or {}
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url


ACTION = Action(
    id="http:request",
    title="Send a request",
    description=(
        "Sends one HTTP request to a public host or to one that the operator allows. What changes something "
        "is sent once, with the header `Idempotency-Key`."
    ),
    input_schema={
        "type": "object",
        "required": ["url"],
        "additionalProperties": False,
        "properties": {
            "method": {
                "type": "string",
                "enum": ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
                "description": "`GET` if left out.",
            },
            "url": {"type": "string", "description": "The whole address."},
            "params": {"type": "object", "description": "Added to the address as its query."},
            "headers": {"type": "object", "description": "Headers."},
            "secretHeaders": {
                "type": "object",
                "writeOnly": True,
                "additionalProperties": {"type": "string"},
                "description": "Headers that hold secrets: `{Authorization: 'Bearer ${{ secrets.TOKEN }}'}`.",
            },
            "body": {"description": "A text, or whatever is to be sent as JSON."},
            "timeout": {"type": "number", "description": f"Milliseconds; at most {MAX_SECONDS} seconds."},
            "continueOnBadResponse": {"type": "boolean", "description": "Do not fail on 400 and above."},
        },
    },
    output_schema={
        "type": "object",
        "properties": {
            "code": {"type": "integer"},
            "headers": {"type": "object"},
            "body": {"description": "Parsed where the answer is JSON, else a text."},
        },
    },
    run=_run,
    plan=_plan,
    scopes=frozenset({"catalog:write"}),
    examples=(Example("Tell another system", input={"url": "http://api.test/hello"}, output={"code": 200}),),
)
