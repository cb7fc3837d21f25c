"""Which cluster a step means, and what a template may touch there."""

from collections.abc import Mapping
from typing import Any

from catalog.entities.refs import EntityRef, InvalidRef
from portal.env import SettingError
from portal.integrations.clusters import get_cluster
from portal.integrations.errors import IntegrationError
from portal.integrations.kubernetes import Cluster, Document, Resource, check_names
from scaffolder.actions.action import ActionContext, ActionError
from scaffolder.actions.outside import patiently

SECONDS = 30.0
CLUSTER = {
    "type": "string",
    "description": "A cluster of `PORTAL_CLUSTERS` by its name, or by the ref of the resource of that name.",
}


def cluster_in(input: Mapping[str, Any]) -> Cluster:
    """Raises ActionError, which names the clusters there are."""
    written = str(input["cluster"])
    try:
        name = EntityRef.parse(written, default_kind="resource").name if ":" in written else written
        return Cluster(get_cluster(name), seconds=SECONDS)
    except (IntegrationError, InvalidRef, SettingError) as error:
        raise ActionError(f"cluster: {error}") from error


def place_of(document: Document, cluster: Cluster, context: ActionContext) -> Resource:
    """How the cluster calls the kind of a document, whose namespace is filled in.

    Raises ActionError where it has no such kind, and where templates may not write.
    """
    metadata, api_version, kind = document["metadata"], str(document["apiVersion"]), str(document["kind"])
    resource = patiently(lambda: cluster.find_resource(api_version, kind), context)
    if resource.namespaced:
        metadata.setdefault("namespace", "default")
        namespace = str(metadata["namespace"])
    else:
        metadata.pop("namespace", None)
        if (api_version, kind) != ("v1", "Namespace"):
            raise ActionError(
                f"{kind} {metadata['name']}: templates change no {kind}, which has no namespace."
            )
        namespace = str(metadata["name"])
    require_writable(cluster, namespace)
    try:
        check_names(namespace, str(metadata["name"]))
    except IntegrationError as error:
        raise ActionError(f"{kind}: {error}") from None
    return resource


def require_writable(cluster: Cluster, namespace: str) -> None:
    if not cluster.config.may_write(namespace):
        raise ActionError(
            f"Templates may not write in the namespace {namespace} of the cluster {cluster.config.name}. "
            "Its operator allows namespaces with writeNamespaces in PORTAL_CLUSTERS."
        )
