"""Backstage's Kubernetes API at `/api/kubernetes`, answered from what was kept and never from a cluster."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from portal.plugin_api import PluginFile, PluginRequest, PluginUrl, Principal, described_in, json_file
from portal.plugin_api.catalog import Entity, get_entities_by_refs
from portal.plugin_api.snapshots import Taken, snapshots_by_target

from .clusters import CatalogCluster, clusters_for
from .reading import AROUND, PARTS, WORKLOADS
from .selectors import SOURCE, clusters_by_entity, objects_of, problem_of

AT = "kubernetes"
OF_WORKLOADS = "resources/workloads/query"
OF_CUSTOM = "resources/custom/query"
TYPES = (*PARTS, *AROUND, *WORKLOADS)
DEFAULT_PROVIDER = "serviceAccount"


def clusters(*, viewer: Principal) -> PluginFile:
    """`GET /clusters`."""
    return json_file({"items": [_cluster(each, with_access=True) for each in clusters_for(viewer)]})


def of_service(*, viewer: Principal, request: PluginRequest, service: str) -> PluginFile:
    """`POST /services/<id>`: the body holds the entity, which is read again from the catalog."""
    given = _body(request).get("entity")
    metadata = given.get("metadata") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(metadata, dict):
        return json_file({"error": "Send the entity as `entity`."}, 400)
    namespace = metadata.get("namespace") or "default"
    entity = _entity(f"{given.get('kind')}:{namespace}/{metadata.get('name')}", viewer)
    if entity is None:
        return json_file({"error": f"There is no entity {metadata.get('name')!r}."}, 404)
    return json_file({"items": _items(entity, viewer)})


def workloads(*, viewer: Principal, request: PluginRequest) -> PluginFile:
    """`POST /resources/workloads/query`."""
    entity = _entity(_body(request).get("entityRef"), viewer)
    return _unknown(request, OF_WORKLOADS) if entity is None else json_file({"items": _items(entity, viewer)})


def custom(*, viewer: Principal, request: PluginRequest) -> PluginFile:
    """`POST /resources/custom/query`: custom resources are not read, so there are none."""
    wanted = _body(request).get("customResources")
    if not isinstance(wanted, list) or not wanted:
        return _refusal("customResources is a required field and not empty.", OF_CUSTOM)
    entity = _entity(_body(request).get("entityRef"), viewer)
    return _unknown(request, OF_CUSTOM) if entity is None else json_file({"items": []})


URLS = (
    PluginUrl("clusters", "clusters", clusters, at=AT),
    PluginUrl("services", "services/<str:service>", of_service, methods=("POST",), takes_request=True, at=AT),
    PluginUrl("workloads", OF_WORKLOADS, workloads, methods=("POST",), takes_request=True, at=AT),
    PluginUrl("custom", OF_CUSTOM, custom, methods=("POST",), takes_request=True, at=AT),
    described_in(Path(__file__).with_name("openapi.yaml"), AT),
)


def _items(entity: Entity, viewer: Principal) -> list[dict[str, Any]]:
    """One item for each cluster that runs something of the entity, or cannot be read."""
    found = clusters_by_entity([entity], viewer).get(entity.pk, [])
    taken = snapshots_by_target(SOURCE, [cluster.ref for cluster in found])
    objects = objects_of(entity, found)
    items = [_item(cluster, taken.get(cluster.ref), objects.get(cluster.ref, {})) for cluster in found]
    return [item for item in items if item["errors"] or any(each["resources"] for each in item["resources"])]


def _item(cluster: CatalogCluster, taken: Taken | None, objects: Mapping[str, list[Any]]) -> dict[str, Any]:
    problem = problem_of(taken)
    unreadable: Iterable[str] = taken.data["unreadable"] if taken and taken.data else ()
    return {
        "cluster": _cluster(cluster),
        "resources": [{"type": kind.plural, "resources": objects.get(kind.plural, [])} for kind in TYPES],
        "podMetrics": [],
        "errors": [{"errorType": "FETCH_ERROR", "message": problem}]
        if problem
        else [
            {"errorType": "UNAUTHORIZED_ERROR", "statusCode": 403, "resourcePath": f"/{plural}"}
            for plural in unreadable
        ],
    }


def _cluster(cluster: CatalogCluster, *, with_access: bool = False) -> dict[str, Any]:
    told = {
        "name": cluster.name,
        "title": cluster.title,
        "dashboardUrl": cluster.dashboard_url,
        "dashboardApp": cluster.dashboard_app,
        "authProvider": (cluster.auth_provider or DEFAULT_PROVIDER) if with_access else "",
    }
    return {key: value for key, value in told.items() if value}


def _body(request: PluginRequest) -> dict[str, Any]:
    return request.body if isinstance(request.body, dict) else {}


def _entity(ref: object, viewer: Principal) -> Entity | None:
    return next(iter(get_entities_by_refs([str(ref or "")], viewer=viewer).values()), None)


def _unknown(request: PluginRequest, route: str) -> PluginFile:
    return _refusal(f"Entity ref missing, {_body(request).get('entityRef')}", route)


def _refusal(message: str, route: str) -> PluginFile:
    """Backstage's error body of an InputError."""
    return json_file(
        {
            "error": {"name": "InputError", "message": message[:500]},
            "request": {"method": "POST", "url": f"/{route}"},
            "response": {"statusCode": 400},
        },
        400,
    )
