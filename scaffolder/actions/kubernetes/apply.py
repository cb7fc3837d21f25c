"""kubernetes:apply and kubernetes:create-namespace: objects by server-side apply, and back again."""

from collections.abc import Mapping
from typing import Any

from portal.integrations.errors import NotFound
from portal.integrations.kubernetes import Cluster, Document, Resource
from scaffolder.actions.action import Action, ActionContext, ActionError, Effect, Example, NotYet, Plan
from scaffolder.actions.kubernetes.manifests import cleaned, difference, label_of, manifests_in
from scaffolder.actions.kubernetes.readiness import readiness_of
from scaffolder.actions.kubernetes.target import CLUSTER, cluster_in, place_of
from scaffolder.actions.outside import digest, patiently

Placed = list[tuple[Document, Resource]]
DEFAULT_SECONDS = 300
LONGEST_SECONDS = 3600
EXAMPLE = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cart"}, "data": {"port": "80"}}


def _run(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    cluster, documents = cluster_in(input), manifests_in(input, context)
    resources = [place_of(document, cluster, context) for document in documents]  # all, before the first
    for document, resource in zip(documents, resources, strict=True):
        _apply(document, resource, cluster, context, force=bool(input.get("force")))
    if input.get("wait"):
        seconds = float(input.get("timeoutSeconds") or DEFAULT_SECONDS)
        wait_until_ready(list(zip(documents, resources, strict=True)), cluster, context, seconds=seconds)
    return _output(documents)


def _plan(input: Mapping[str, Any], context: ActionContext) -> Plan:
    cluster, documents = cluster_in(input), manifests_in(input, context)
    new = {document["metadata"]["name"] for document in documents if document["kind"] == "Namespace"}
    effects = []
    for document in documents:
        resource = place_of(document, cluster, context)
        now = object_now(document, resource, cluster, context)
        then = _would_be(document, cluster, context, new=new, force=bool(input.get("force")))
        lines = difference(now, then)
        change = "create" if now is None else "change" if lines else "nothing"
        detail = {"change": change, "difference": lines}
        before = "" if now is None else digest(cleaned(now))
        effects.append(_effect(document, cluster, detail, before))
    return Plan(tuple(effects), _output(documents))


def _would_be(
    document: Document, cluster: Cluster, context: ActionContext, *, new: set[str], force: bool
) -> Document:
    """What the server would make of it; the document itself where its namespace is still to come."""
    try:
        return patiently(lambda: cluster.apply(document, dry_run=True, force=force), context)
    except ActionError as error:
        namespace = document["metadata"].get("namespace")
        if isinstance(error.__cause__, NotFound) and (namespace in new or "namespaces" in str(error)):
            return document
        raise ActionError(f"{label_of(document)}: {error}") from error.__cause__


def _apply(
    document: Document, resource: Resource, cluster: Cluster, context: ActionContext, *, force: bool
) -> None:
    """What was there before is remembered first, so that whoever goes on can still take it back."""
    remembered = context.once(
        Effect("remember", f"{label_of(document)} of the cluster {cluster.config.name}"),
        find=lambda: None,
        make=lambda: _kept(object_now(document, resource, cluster, context)),
    )

    def make() -> dict[str, Any]:
        made = patiently(lambda: cluster.apply(document, force=force), context)
        context.log(f"Applied {label_of(document)}")
        return {"uid": made["metadata"]["uid"], "then": digest(cleaned(made)), **remembered}

    context.once(_effect(document, cluster, {}, ""), find=lambda: None, make=make)


def _kept(now: Document | None) -> dict[str, Any]:
    """What undo needs; the content of a Secret is not for keeping."""
    is_secret = now is not None and now.get("kind") == "Secret"
    return {"existed": now is not None, "before": None if now is None or is_secret else cleaned(now)}


def _effect(document: Document, cluster: Cluster, detail: Mapping[str, Any], before: str) -> Effect:
    metadata = document["metadata"]
    place = {
        "cluster": cluster.config.name,
        "apiVersion": document["apiVersion"],
        "kind": document["kind"],
        "namespace": metadata.get("namespace", ""),
        "name": metadata["name"],
    }
    target = f"{label_of(document)} of the cluster {cluster.config.name}"
    return Effect("apply", target, {**place, **detail}, before)


def object_now(
    document: Document, resource: Resource, cluster: Cluster, context: ActionContext
) -> Document | None:
    metadata = document["metadata"]
    name, namespace = str(metadata["name"]), str(metadata.get("namespace") or "")
    try:
        return patiently(lambda: cluster.get(resource, name, namespace), context)
    except ActionError as error:
        if isinstance(error.__cause__, NotFound):
            return None
        raise


def wait_until_ready(placed: Placed, cluster: Cluster, context: ActionContext, *, seconds: float) -> None:
    """Raises ActionError where one has failed for good, is gone, or is not ready in time."""
    missing = ""

    def look() -> bool:
        nonlocal missing
        for document, resource in placed:
            if missing := _missing(document, resource, cluster):
                raise NotYet(missing)
        return True

    labels = [label_of(document) for document, _ in placed]
    what = labels[0] if len(labels) == 1 else f"{len(labels)} objects"
    if not context.until(f"{what} of the cluster {cluster.config.name}", look, seconds=seconds):
        raise ActionError(f"After {seconds:.0f} s {missing or 'the cluster has not answered'}")
    context.log(f"Ready: {', '.join(labels)}")


def _missing(document: Document, resource: Resource, cluster: Cluster) -> str:
    """What an object lacks to be ready; "" where it is. Raises ActionError where it cannot become so."""
    metadata, label = document["metadata"], label_of(document)
    try:
        now = cluster.get(resource, str(metadata["name"]), str(metadata.get("namespace") or ""))
    except NotFound:
        raise ActionError(f"{label} is not ready: it is gone") from None
    found = readiness_of(now)
    if found.failed:
        raise ActionError(f"{label} is not ready: {found.reason}")
    return "" if found.ready else f"{label} is not ready: {found.reason}"


def _undo(effect: Effect, result: Mapping[str, Any], context: ActionContext) -> None:
    """What was new is deleted, what was changed is put back, if nobody has changed it since."""
    if effect.verb == "remember":
        return
    if not result:
        raise ActionError("nobody knows whether it happened: look there, and remove it by hand if it did")
    detail = effect.detail
    cluster = cluster_in(detail)
    metadata = {"name": detail["name"], **({"namespace": detail["namespace"]} if detail["namespace"] else {})}
    document = {"apiVersion": detail["apiVersion"], "kind": detail["kind"], "metadata": metadata}
    resource = place_of(document, cluster, context)
    now = object_now(document, resource, cluster, context)
    if now is None or now["metadata"]["uid"] != result["uid"]:
        return
    if not result["existed"]:
        name, namespace, uid = str(detail["name"]), str(detail["namespace"]), str(result["uid"])
        patiently(lambda: cluster.delete(resource, name, namespace, uid=uid), context)
        return
    before = result["before"]
    if before is None:
        raise ActionError("what the Secret held before is not kept")
    if digest(cleaned(now)) != result["then"]:
        raise ActionError("somebody has changed it since")
    version = {"resourceVersion": now["metadata"]["resourceVersion"]}
    document = {**before, "metadata": {**before["metadata"], **version}}
    patiently(lambda: cluster.replace(document), context)


def _output(documents: list[Document]) -> dict[str, Any]:
    return {
        "objects": [
            {
                "apiVersion": document["apiVersion"],
                "kind": document["kind"],
                "namespace": document["metadata"].get("namespace", ""),
                "name": document["metadata"]["name"],
            }
            for document in documents
        ]
    }


def _namespace(input: Mapping[str, Any]) -> dict[str, Any]:
    """The same step as kubernetes:apply has it."""
    labels = input.get("labels") or {}
    if isinstance(labels, str):
        labels = dict(pair.partition("=")[::2] for pair in labels.split(";") if pair)
    metadata = {"name": str(input["namespace"]), **({"labels": labels} if labels else {})}
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    return {"cluster": input["cluster"], "manifest": manifest}


def _run_namespace(input: Mapping[str, Any], context: ActionContext) -> dict[str, Any]:
    _run(_namespace(input), context)
    return {"namespace": input["namespace"]}


def _plan_namespace(input: Mapping[str, Any], context: ActionContext) -> Plan:
    return Plan(_plan(_namespace(input), context).effects, {"namespace": input["namespace"]})


SECONDS = {
    "type": "number",
    "minimum": 1,
    "maximum": LONGEST_SECONDS,
    "description": f"Longest wait; {DEFAULT_SECONDS} if left out. Nobody works on the task meanwhile.",
}
APPLY = Action(
    id="kubernetes:apply",
    title="Apply to a cluster",
    description=(
        "Server-side apply of manifests, as the field manager `portal`. Fields that others own are not taken "
        "over unless `force` is set. The plan is the difference that the server itself tells."
    ),
    input_schema={
        "type": "object",
        "required": ["cluster"],
        "oneOf": [{"required": ["manifest"]}, {"required": ["path"]}],
        "additionalProperties": False,
        "properties": {
            "cluster": CLUSTER,
            "manifest": {
                "type": ["object", "array", "string"],
                "description": "An object, a list of them, or YAML of several documents.",
            },
            "path": {"type": "string", "description": "A file of the workspace, or a folder of YAML files."},
            "namespace": {"type": "string", "description": "For objects that name none."},
            "force": {"type": "boolean", "description": "Take over fields that another manager owns."},
            "wait": {"type": "boolean", "description": "Wait until everything is ready."},
            "timeoutSeconds": SECONDS,
        },
    },
    output_schema={
        "type": "object",
        "properties": {
            "objects": {
                "type": "array",
                "description": "apiVersion, kind, namespace and name of each.",
            }
        },
    },
    run=_run,
    plan=_plan,
    undo=_undo,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "Apply an object",
            input={"cluster": "test", "namespace": "team-a", "manifest": EXAMPLE},
            output={
                "objects": [{"apiVersion": "v1", "kind": "ConfigMap", "namespace": "team-a", "name": "cart"}]
            },
        ),
    ),
)
CREATE_NAMESPACE = Action(
    id="kubernetes:create-namespace",
    title="Create a namespace",
    description="Makes a namespace, or sets the labels of one that is there.",
    input_schema={
        "type": "object",
        "required": ["cluster", "namespace"],
        "additionalProperties": False,
        "properties": {
            "cluster": CLUSTER,
            "namespace": {"type": "string", "description": "Its name."},
            "labels": {"type": ["object", "string"], "description": "Its labels; as a text `a=1;b=2`."},
        },
    },
    output_schema={"type": "object", "properties": {"namespace": {"type": "string"}}},
    run=_run_namespace,
    plan=_plan_namespace,
    undo=_undo,
    scopes=frozenset({"catalog:write"}),
    examples=(
        Example(
            "A namespace for a team",
            input={"cluster": "test", "namespace": "team-b", "labels": {"team": "b"}},
            output={"namespace": "team-b"},
        ),
    ),
)
