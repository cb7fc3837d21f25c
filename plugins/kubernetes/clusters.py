"""The clusters of the catalog, and for each the entry of PORTAL_CLUSTERS that says how it is asked."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from portal.plugin_api import Principal
from portal.plugin_api.catalog import Entity, entities_of
from portal.plugin_api.kubernetes import ClusterConfig, all_clusters

from .documents import labels
from .selecting import annotations_of
from .settings import current_settings

CLUSTER_TYPE = "kubernetes-cluster"
API_SERVER = "kubernetes.io/api-server"
AUTHORITY = "kubernetes.io/api-server-certificate-authority"
AUTH_PROVIDER = "kubernetes.io/auth-provider"
DASHBOARD_URL = "kubernetes.io/dashboard-url"
DASHBOARD_APP = "kubernetes.io/dashboard-app"
find_clusters = entities_of("Resource", CLUSTER_TYPE)


@dataclass(frozen=True, slots=True)
class CatalogCluster:
    """A cluster as its entity describes it. `url` has no slash at its end."""

    ref: str
    name: str
    title: str
    environment: str
    url: str
    auth_provider: str
    dashboard_url: str
    dashboard_app: str
    authority: str = field(default="", repr=False)


class NotConfigured(Exception):
    """The portal has nothing to ask this cluster with; the message says what to do."""


def is_cluster(entity: Entity) -> bool:
    return entity.kind == "Resource" and entity.type == CLUSTER_TYPE


def clusters_for(viewer: Principal) -> list[CatalogCluster]:
    """The clusters that the viewer may see, by name; one statement."""
    return [cluster_of(entity) for entity in find_clusters(viewer)]


def cluster_of(entity: Entity) -> CatalogCluster:
    annotations = annotations_of(entity)
    return CatalogCluster(
        ref=entity.ref,
        name=entity.name,
        title=entity.title,
        environment=labels(entity.content).get(current_settings().environment_label, ""),
        url=annotations.get(API_SERVER, "").strip().rstrip("/"),
        auth_provider=annotations.get(AUTH_PROVIDER, "").strip(),
        dashboard_url=annotations.get(DASHBOARD_URL, "").strip(),
        dashboard_app=annotations.get(DASHBOARD_APP, "").strip(),
        authority=_authority(entity, annotations),
    )


def config_of(cluster: CatalogCluster) -> ClusterConfig:
    """The operator's entry with the same address, or of the same name where the entity has no address.

    A token is never sent to an address that an entity names: only to that of the entry. Raises NotConfigured.
    """
    entries = all_clusters()
    if cluster.url:
        found = next((each for each in entries.values() if each.url == cluster.url), None)
    else:
        found = entries.get(cluster.name)
    if found is None:
        raise NotConfigured(
            f"The portal has no access to {cluster.url or cluster.name}: "
            "an operator adds it to PORTAL_CLUSTERS."
        )
    return found if found.ca else replace(found, ca=cluster.authority)


def _authority(entity: Entity, annotations: Mapping[str, str]) -> str:
    """The certificate authority that the entity names (base64 of PEM), where its source is a trusted one."""
    if entity.location is None or not entity.location.trusted:
        return ""
    try:
        return base64.b64decode(annotations.get(AUTHORITY, ""), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
