"""kubernetes:wait and kubernetes:delete: one object of a cluster, by its name."""

from collections.abc import Mapping
from typing import Any

from portal.integrations.errors import NotFound
from portal.integrations.kubernetes import Document
from scaffolder.actions.action import Action, ActionContext, ActionError, Effect, Example, Plan
from scaffolder.actions.kubernetes.apply import DEFAULT_SECONDS, SECONDS, object_now, wait_until_ready
from scaffolder.actions.kubernetes.manifests import cleaned, label_of
from scaffolder.actions.kubernetes.target import CLUSTER, cluster_in, place_of
from scaffolder.actions.outside import digest, patiently

NAMED = {
    "cluster": CLUSTER,
    "apiVersion": {"type": "string", "description": "`v1`, `apps/v1`, …"},
    "kind": {"type": "string", "description": "`Deployment`, `Job`, …"},
    "name": {"type": "string", "description": "Its name."},
    "namespace": {"type": "string", "description": "Its namespace; `default` if left out."},
}
REQUIRED = ["cluster", "apiVersion", "kind", "name"]


def _document(input: Mapping[str, Any]) -> Document:
    metadata = {"name": str(input["name"])}
    if input.get("namespace"):
        metadata["namespace"] = str(input["namespace"])
    return {"apiVersion": str(input["apiVersion"]), "kind": str(input["kind"]), "metadata": metadata}


def _wait(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    cluster, document = cluster_in(input), _document(input)
    resource = place_of(document, cluster, context)
    seconds = float(input.get("timeoutSeconds") or DEFAULT_SECONDS)
    wait_until_ready([(document, resource)], cluster, context, seconds=seconds)
    return {}


def _plan_wait(input: Mapping[str, Any], context: ActionContext) -> Plan:
    return Plan(())


def _delete(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    """Delete the object that is there when the step begins, and no other that takes its name later."""
    cluster, document = cluster_in(input), _document(input)
    resource = place_of(document, cluster, context)
    name, namespace = str(document["metadata"]["name"]), str(document["metadata"].get("namespace") or "")
    target = f"{label_of(document)} of the cluster {cluster.config.name}"

    def look() -> dict[str, Any]:
        now = object_now(document, resource, cluster, context)
        return {"uid": "" if now is None else now["metadata"]["uid"]}

    meant = context.once(Effect("remember", target), find=lambda: None, make=look)
    if not meant["uid"]:
        context.log(f"{label_of(document)} is not there")
        return {"deleted": False}

    def make() -> dict[str, Any]:
        try:
            patiently(lambda: cluster.delete(resource, name, namespace, uid=meant["uid"]), context)
        except ActionError as error:
            if not isinstance(error.__cause__, NotFound):
                raise
        return {"uid": meant["uid"]}

    context.once(Effect("delete", target), find=lambda: None, make=make)
    context.log(f"Deleted {label_of(document)}")
    return {"deleted": True}


def _plan_delete(input: Mapping[str, Any], context: ActionContext) -> Plan:
    cluster, document = cluster_in(input), _document(input)
    resource = place_of(document, cluster, context)
    now = object_now(document, resource, cluster, context)
    if now is None:
        return Plan((), {"deleted": False})
    target = f"{label_of(document)} of the cluster {cluster.config.name}"
    return Plan((Effect("delete", target, before=digest(cleaned(now))),), {"deleted": True})


def _undo_delete(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
    if effect.verb == "delete":
        raise ActionError("what was deleted does not come back")


WAIT = Action(
    id="kubernetes:wait",
    title="Wait until an object is ready",
    description=(
        "Waits for a Deployment's replicas, a Job's end, a Pod, or the condition `Ready` of any other kind. "
        "What has failed for good fails the step at once."
    ),
    input_schema={
        "type": "object",
        "required": REQUIRED,
        "additionalProperties": False,
        "properties": {**NAMED, "timeoutSeconds": SECONDS},
    },
    output_schema={"type": "object", "properties": {}},
    run=_wait,
    plan=_plan_wait,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Wait for a namespace",
            input={"cluster": "test", "apiVersion": "v1", "kind": "Namespace", "name": "team-a"},
        ),
    ),
)
DELETE = Action(
    id="kubernetes:delete",
    title="Delete from a cluster",
    description="Deletes an object with what depends on it; one that is not there is no error.",
    input_schema={
        "type": "object",
        "required": REQUIRED,
        "additionalProperties": False,
        "properties": NAMED,
    },
    output_schema={
        "type": "object",
        "properties": {"deleted": {"type": "boolean", "description": "False where it was not there."}},
    },
    run=_delete,
    plan=_plan_delete,
    undo=_undo_delete,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Delete a configuration",
            input={
                "cluster": "test",
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "namespace": "team-a",
                "name": "old",
            },
            output={"deleted": False},
        ),
    ),
)
