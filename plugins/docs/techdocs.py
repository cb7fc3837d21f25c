"""Backstage's TechDocs API at `/api/techdocs`, answered from the build that is shown."""

import json
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from portal.plugin_api import PluginFile, PluginUrl, Principal, described_in, json_file
from portal.plugin_api.catalog import Entity, get_entities_by_refs, related_by_entity

from .selectors import site_file
from .static_site import METADATA

AT = "techdocs"
TRIPLET = "<str:namespace>/<str:kind>/<str:name>"
AS_TEXT = {"text/html; charset=utf-8", "image/svg+xml"}
"""What could run where it is opened; TechDocs' reader takes these as text and cleans them itself."""
FINISHED = b'event: finish\ndata: {"updated":false}\n\n'
COOKIE_FOR = timedelta(hours=1)


def metadata_of_site(*, viewer: Principal, namespace: str, kind: str, name: str) -> PluginFile | None:
    """`GET /metadata/techdocs/…`: name, etag, time and files of the site."""
    entity = _entity(viewer, namespace, kind, name)
    return site_file(entity.uid, METADATA) if entity else None


def metadata_of_entity(*, viewer: Principal, namespace: str, kind: str, name: str) -> PluginFile | None:
    """`GET /metadata/entity/…`: the entity with its relations, and where it comes from."""
    entity = _entity(viewer, namespace, kind, name)
    if entity is None:
        return None
    document = json.loads(entity.document)
    related = related_by_entity([entity], viewer=viewer)[entity.pk]
    document["relations"] = [{"type": each.type, "targetRef": each.target_ref} for each in related]
    document["metadata"].setdefault("uid", str(entity.uid))
    document["metadata"].setdefault("namespace", entity.namespace)
    location = entity.location
    document["locationMetadata"] = {
        "type": location.type if location else "",
        "target": location.target if location else "",
    }
    return json_file(document)


def sync(*, viewer: Principal, namespace: str, kind: str, name: str) -> PluginFile | None:
    """`GET /sync/…`: a stream that ends at once, because sites are built when their source changes."""
    entity = _entity(viewer, namespace, kind, name)
    return PluginFile(FINISHED, "text/event-stream; charset=utf-8") if entity else None


def static(*, viewer: Principal, namespace: str, kind: str, name: str, path: str) -> PluginFile | None:
    """`GET /static/docs/…`: a file of the site; the address of a folder means its index."""
    entity = _entity(viewer, namespace, kind, name)
    if entity is None:
        return None
    file = site_file(entity.uid, f"{path}index.html" if path.endswith("/") else path)
    if file is None or file.media_type not in AS_TEXT:
        return file
    return PluginFile(file.content, "text/plain; charset=utf-8")


def cookie(*, viewer: Principal) -> PluginFile:
    """`GET /cookie`, or `/.backstage/auth/v1/cookie`: browsers have the portal's session, none is set."""
    return json_file({"expiresAt": (timezone.now() + COOKIE_FOR).isoformat()})


def _entity(viewer: Principal, namespace: str, kind: str, name: str) -> Entity | None:
    ref = f"{kind}:{namespace}/{name}".lower()
    return get_entities_by_refs([ref], viewer).get(ref)


URLS = (
    PluginUrl("site-metadata", f"metadata/techdocs/{TRIPLET}", metadata_of_site, at=AT),
    PluginUrl("entity-metadata", f"metadata/entity/{TRIPLET}", metadata_of_entity, at=AT),
    PluginUrl("sync", f"sync/{TRIPLET}", sync, at=AT),
    PluginUrl("static", f"static/docs/{TRIPLET}/<path:path>", static, at=AT),
    PluginUrl("cookie", "cookie", cookie, at=AT),
    PluginUrl("auth-cookie", ".backstage/auth/v1/cookie", cookie, at=AT),
    described_in(Path(__file__).with_name("techdocs_openapi.yaml"), AT),
)
