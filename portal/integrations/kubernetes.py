"""Kubernetes clusters in our words: what they offer, objects as documents, server-side apply."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from portal.integrations.accepted import require_accepted
from portal.integrations.clusters import ClusterConfig
from portal.integrations.errors import (
    Conflict,
    DeadlineExceeded,
    IntegrationError,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
)

Document = dict[str, Any]
"""A Kubernetes object as its API gives it."""

FIELD_MANAGER = "portal"
CONNECT_SECONDS = 3.0
SECONDS = 10.0
MAX_BYTES = 20 * 1024 * 1024
PAGE = 200
APPLY = "application/apply-patch+yaml"
NAME = re.compile(r"[a-z0-9A-Z]([a-zA-Z0-9.:_-]{0,251}[a-zA-Z0-9])?")
API_VERSION = re.compile(r"([a-z0-9][a-z0-9.-]{0,200}/)?v[a-z0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind as a cluster offers it: `Resource("apps/v1", "Deployment", "deployments", True, {"get", …})`."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str]


def check_names(*names: str) -> None:
    """Raises Refused where one could be no name of an object, but a path, say."""
    for name in names:
        if not NAME.fullmatch(name):
            raise Refused(f"{name[:100]!r} is not the name of a Kubernetes object.")


class Cluster:
    """The API of one cluster. Its client is made at the first call: importing it takes 90 MB.

    Everything raises NotFound, Unauthorized, Conflict, Refused, RateLimited, DeadlineExceeded or
    IntegrationError. Nothing is retried; `seconds` bounds each call as a whole.
    """

    def __init__(self, config: ClusterConfig, *, seconds: float = SECONDS) -> None:
        self.config = config
        self.seconds = seconds
        self._offered: dict[str, dict[str, Resource]] = {}

    def version(self) -> str:
        """`v1.33.1`."""
        return str(self._json("GET", "/version").get("gitVersion", ""))

    def find_resource(self, api_version: str, kind: str) -> Resource:
        """How the cluster calls a kind. Raises NotFound where it has no such kind in that version."""
        found = self._resources(api_version).get(kind)
        if found is None:
            raise NotFound(f"The cluster {self.config.name} has no kind {kind} in {api_version}.")
        return found

    def first_offered(self, kind: str, api_versions: tuple[str, ...]) -> Resource:
        """The kind in the first of these versions that the cluster has: old ones lack new versions."""
        for api_version in api_versions:
            try:
                return self.find_resource(api_version, kind)
            except NotFound:
                continue
        raise NotFound(f"The cluster {self.config.name} has {kind} in none of {', '.join(api_versions)}.")

    def get(self, resource: Resource, name: str, namespace: str = "") -> Document:
        return self._json("GET", self._path(resource, namespace, name))

    def list(
        self,
        resource: Resource,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 5000,
    ) -> Iterator[Document]:
        """Objects of one namespace, or of all for "", a page at a time, at most `limit`."""
        query = {"limit": str(PAGE), "labelSelector": label_selector, "fieldSelector": field_selector}
        count, following = 0, ""
        while True:
            path = self._path(resource, namespace)
            page = self._json("GET", path, query={**query, "continue": following})
            for item in page.get("items") or []:
                if count == limit:
                    return
                count += 1
                yield {"apiVersion": resource.api_version, "kind": resource.kind, **item}
            following = str((page.get("metadata") or {}).get("continue") or "")
            if not following:
                return

    def apply(self, document: Document, *, dry_run: bool = False, force: bool = False) -> Document:
        """Server-side apply as FIELD_MANAGER; the object as it is then, or as it would be.

        Raises Conflict, which names the fields that another manager owns, unless `force` takes them over.
        """
        metadata = document["metadata"]
        resource = self.find_resource(str(document["apiVersion"]), str(document["kind"]))
        query = {"fieldManager": FIELD_MANAGER, "force": str(force).lower()}
        if dry_run:
            query["dryRun"] = "All"
        namespace = str(metadata.get("namespace") or ("default" if resource.namespaced else ""))
        path = self._path(resource, namespace, str(metadata["name"]))
        return self._json("PATCH", path, query=query, body=document, content_type=APPLY)

    def replace(self, document: Document) -> Document:
        """Put a document in the place of one that is there, as its resourceVersion says. Raises Conflict."""
        metadata = document["metadata"]
        resource = self.find_resource(str(document["apiVersion"]), str(document["kind"]))
        path = self._path(resource, str(metadata.get("namespace") or ""), str(metadata["name"]))
        return self._json("PUT", path, query={"fieldManager": FIELD_MANAGER}, body=document)

    def delete(self, resource: Resource, name: str, namespace: str = "", *, uid: str = "") -> None:
        """Delete an object and what depends on it; with `uid`, only if it still is that one."""
        options: Document = {"propagationPolicy": "Background"}
        if uid:
            options["preconditions"] = {"uid": uid}
        self._json("DELETE", self._path(resource, namespace, name), body=options)

    def pod_log(
        self, namespace: str, pod: str, *, container: str = "", lines: int = 500, previous: bool = False
    ) -> str:
        """The last lines that a container wrote."""
        pods = Resource("v1", "Pod", "pods", True, frozenset())
        query = {"container": container, "tailLines": str(lines), "previous": "true" if previous else ""}
        content = self._send("GET", f"{self._path(pods, namespace, pod)}/log", query=query)
        return content.decode("utf-8", "replace")

    def _resources(self, api_version: str) -> dict[str, Resource]:
        if api_version not in self._offered:
            if not API_VERSION.fullmatch(api_version):
                raise Refused(f"{api_version[:100]!r} is no apiVersion.")
            path = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
            try:
                answer = self._json("GET", path)
            except NotFound:
                raise NotFound(f"The cluster {self.config.name} does not offer {api_version}.") from None
            self._offered[api_version] = {
                str(each["kind"]): Resource(
                    api_version,
                    str(each["kind"]),
                    str(each["name"]),
                    bool(each["namespaced"]),
                    frozenset(each.get("verbs") or ()),
                )
                for each in answer.get("resources") or []
                if "/" not in each["name"]
            }
        return self._offered[api_version]

    def _path(self, resource: Resource, namespace: str, name: str | None = None) -> str:
        check_names(namespace or "x", "x" if name is None else name)
        root = (
            f"/apis/{resource.api_version}" if "/" in resource.api_version else f"/api/{resource.api_version}"
        )
        inside = f"/namespaces/{namespace}" if namespace and resource.namespaced else ""
        return f"{root}{inside}/{resource.plural}" + (f"/{quote(name)}" if name else "")

    def _json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Document | None = None,
        content_type: str = "application/json",
    ) -> Document:
        content = self._send(method, path, query=query, body=body, content_type=content_type)
        try:
            found = json.loads(content)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise IntegrationError(f"The cluster {self.config.name} answers, but not as an API server does.")
        return found

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Document | None = None,
        content_type: str = "application/json",
    ) -> bytes:
        """The body of a good answer; every other is an error of ours."""
        import urllib3
        from kubernetes.client.exceptions import ApiException

        require_accepted("clusters", self.config.name)
        given = {name: value for name, value in (query or {}).items() if value}
        url = f"{self.config.url}{path}" + (f"?{urlencode(given)}" if given else "")
        headers = {"Accept": "application/json", "Content-Type": content_type, "User-Agent": "Portal"}
        token = self.config.current_token()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        sent: Any = json.dumps(body) if body is not None and content_type == APPLY else body
        ends_at = time.monotonic() + self.seconds
        timeout = (min(CONNECT_SECONDS, self.seconds), self.seconds)
        try:
            answer = self._client.request(method, url, headers=headers, body=sent, _request_timeout=timeout)
            content = self._read(answer.response, ends_at)
        except (urllib3.exceptions.HTTPError, ApiException) as error:
            raise self._failure(error) from None
        if not 200 <= answer.status < 300:
            raise self._refusal(answer.status, answer.headers, content)
        return content

    def _read(self, response: Any, ends_at: float) -> bytes:
        content = bytearray()
        try:
            for chunk in response.stream(65536):
                content += chunk
                if len(content) > MAX_BYTES:
                    raise Refused(f"The cluster {self.config.name} sends more than {MAX_BYTES} bytes.")
                if time.monotonic() > ends_at:
                    raise DeadlineExceeded(f"The cluster {self.config.name} did not answer in time.")
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return bytes(content)

    def _failure(self, error: Exception) -> IntegrationError:
        """What the library's error means; its own text may hold the whole address."""
        import urllib3

        reason = getattr(error, "reason", None) or error
        if isinstance(reason, urllib3.exceptions.SSLError) or "certificate" in str(reason).lower():
            return Unauthorized(
                f"The certificate of the cluster {self.config.name} cannot be verified. Give its authority "
                "as caData or caFile in PORTAL_CLUSTERS."
            )
        if isinstance(reason, urllib3.exceptions.NewConnectionError):
            return IntegrationError(f"The cluster {self.config.name} cannot be reached.")
        if isinstance(reason, urllib3.exceptions.TimeoutError):
            return DeadlineExceeded(f"The cluster {self.config.name} did not answer in time.")
        return IntegrationError(f"The cluster {self.config.name} broke off in the middle of its answer.")

    def _refusal(self, status: int, headers: Mapping[str, str], content: bytes) -> IntegrationError:
        """The error that a Status of the API means."""
        try:
            message = str(json.loads(content)["message"])[:1000]
        except (ValueError, KeyError, TypeError):
            message = f"it answered {status}"
        text = f"The cluster {self.config.name}: {message}"
        if status in (401, 403):
            return Unauthorized(text)
        if status == 429:
            wait = headers.get("Retry-After", "")
            return RateLimited(text, float(wait) if wait.isdigit() else 1.0)
        kinds = {404: NotFound, 409: Conflict, 504: DeadlineExceeded}
        return kinds.get(status, IntegrationError)(text)

    @cached_property
    def _client(self) -> Any:
        """One pool of connections: no proxy, no redirect, no retry, certificates as the entry says."""
        import urllib3
        from kubernetes.client import Configuration
        from kubernetes.client.rest import RESTClientObject

        config = Configuration(host=self.config.url, verify_ssl=not self.config.skip_tls_verify)
        config.ca_cert_data = self.config.ca or None
        config.proxy = None
        config.retries = urllib3.Retry(total=0, redirect=0, raise_on_redirect=False, raise_on_status=False)
        return RESTClientObject(config)
