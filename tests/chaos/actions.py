"""Actions with effects at the provider of these tests, and actions that take their worker down with them."""

import http.client
import os
import time
from collections.abc import Mapping
from typing import Any

from scaffolder.actions.action import Action, ActionContext, ActionError, Effect, Plan

PROVIDER = "PORTAL_CHAOS_PROVIDER"


def _ask(method: str, name: str, key: str) -> int:
    connection = http.client.HTTPConnection(os.environ[PROVIDER], timeout=300)
    headers = {"X-Key": key, "X-Pid": str(os.getpid())}
    connection.request(method, f"/things/{name}", headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if method == "GET" and response.status == 200 and key.encode() not in body:
        return 409
    return response.status


def _create(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    name = str(input["name"])

    def find() -> dict[str, Any] | None:
        status = _ask("GET", name, context.mark)
        if status == 409:
            raise ActionError(f"{name} is somebody else's.")
        return {"name": name} if status == 200 else None

    def make() -> dict[str, Any]:
        time.sleep(float(input.get("hesitate") or 0))
        status = _ask("POST", name, context.mark)
        if status not in (200, 201):
            raise ActionError(f"{name}: the provider answers {status}.")
        return {"name": name}

    return context.once(Effect("create", f"thing {name}"), find=find, make=make)


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    return Plan((Effect("create", f"thing {input['name']}"),), {"name": input["name"]})


def _undo(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
    status = _ask("DELETE", effect.target.removeprefix("thing "), context.mark)
    if status != 204:
        raise ActionError(f"the provider answers {status}")


def _wait(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """`deaf`: without asking whether it should stop, as a call to a provider that does not answer."""
    end = time.monotonic() + float(input["seconds"])
    while time.monotonic() < end:
        time.sleep(0.05)
        if not input.get("deaf"):
            context.check()
    return {}


def _die(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    os._exit(1)


def _devour(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """More memory than the process may have."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, resource.RLIM_INFINITY))
    try:
        return {"size": len(bytearray(2 << 30))}
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _action(name: str, run: Any, **more: Any) -> Action:
    return Action(f"chaos:{name}", name, f"For tests: {name}.", {"type": "object"}, {}, run, **more)


ACTIONS = (
    _action("create", _create, plan=_plan, undo=_undo),
    _action("wait", _wait, supports_dry_run=True),
    _action("die", _die),
    _action("devour", _devour),
)
