"""A small Kubernetes API over TLS for tests, and the real one where PORTAL_TEST_KUBECONFIG names it."""

import copy
import datetime
import ipaddress
import json
import os
import re
import ssl
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.servers import HttpServer, Seen

NAMESPACED = re.compile(r"/namespaces/[^/]+/")
VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]
REAL_CLUSTER = os.environ.get("PORTAL_TEST_KUBECONFIG", "")
TOKEN = "fake-cluster-token"
KINDS = {
    "v1": {"Namespace": "namespaces", "ConfigMap": "configmaps", "Pod": "pods", "Service": "services",
           "Secret": "secrets", "Event": "events", "Node": "nodes"},
    "apps/v1": {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets",
                "ReplicaSet": "replicasets"},
    "batch/v1": {"Job": "jobs"},
    "batch/v1beta1": {"CronJob": "cronjobs"},
    "autoscaling/v2beta2": {"HorizontalPodAutoscaler": "horizontalpodautoscalers"},
    "networking.k8s.io/v1": {"Ingress": "ingresses"},
}  # fmt: skip
CLUSTER_WIDE = ("Namespace", "Node")
Answer = tuple[int, dict[str, str], bytes]


def make_certificate(folder: Path, *, host: str = "127.0.0.1", days: int = 1) -> tuple[Path, Path]:
    """Files of a self-signed certificate and its key; one that has expired for negative days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kubernetes")])
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    address = x509.IPAddress(ipaddress.ip_address(host))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - datetime.timedelta(days=2))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, key_file = folder / "server.crt", folder / "server.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, key_file


@dataclass
class FakeKubernetes(HttpServer):
    """Objects by path; server-side apply with owners of fields; what it cannot do is 404 or 405.

    Workloads are ready as soon as they are applied, unless `stuck` is set.
    """

    folder: Path = Path()
    host: str = "127.0.0.1"  # type: ignore[assignment]
    days: int = 1
    stuck: bool = False
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    owners: dict[str, dict[tuple[str, ...], str]] = field(default_factory=dict)
    changes: int = 0

    def __enter__(self) -> "FakeKubernetes":
        super().__enter__()
        self.certificate, key = make_certificate(self.folder, host=self.host, days=self.days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.routes = _Everything(self)  # type: ignore[assignment]
        self.add_namespace("default")
        self.add_namespace("kube-system")
        return self

    def add_namespace(self, name: str) -> None:
        document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        self.objects[f"/api/v1/namespaces/{name}"] = _stored(document, 1)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server.server_port}"

    def entry(self, **more: Any) -> dict[str, Any]:
        """Its entry in PORTAL_CLUSTERS."""
        return {"name": "test", "url": self.url, "token": TOKEN, "caFile": str(self.certificate), **more}

    def answer(self, seen: Seen) -> Answer:
        path, _, query = seen.path.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if seen.headers.get("authorization") != f"Bearer {TOKEN}":
            return _status(401, "Unauthorized")
        if path == "/version":
            return _json({"gitVersion": "v1.33.0-fake"})
        version = path.removeprefix("/apis/").removeprefix("/api/")
        if version in KINDS:
            return _json({"resources": _resources(version)})
        verbs = {"GET": self._get, "PATCH": self._apply, "PUT": self._replace, "DELETE": self._delete}
        do = verbs.get(seen.method)
        return do(path, asked, seen) if do else _status(405, "not here")

    def _get(self, path: str, asked: dict[str, str], _: Seen) -> Answer:
        if path in self.objects:
            return _json(self.objects[path])
        if path.rsplit("/", 1)[1] not in {plural for kinds in KINDS.values() for plural in kinds.values()}:
            return _missing(path)
        wanted = dict(pair.split("=") for pair in asked.get("labelSelector", "").split(",") if pair)
        found = [
            item
            for place, item in sorted(self.objects.items())
            if path in (folder := place.rsplit("/", 1)[0], NAMESPACED.sub("/", folder))
            and wanted.items() <= (item["metadata"].get("labels") or {}).items()
            and (asked.get("fieldSelector") != "type!=Normal" or item.get("type") != "Normal")
        ]
        start, size = int(asked.get("continue", 0)), int(asked.get("limit", 500))
        more = str(start + size) if len(found) > start + size else ""
        return _json({"items": found[start : start + size], "metadata": {"continue": more}})

    def _apply(self, path: str, asked: dict[str, str], seen: Seen) -> Answer:
        given, manager = json.loads(seen.body), asked["fieldManager"]
        namespace = given["metadata"].get("namespace")
        if namespace and f"/api/v1/namespaces/{namespace}" not in self.objects:
            return _status(404, f'namespaces "{namespace}" not found')
        owners = self.owners.get(path, {})
        leaves = dict(_leaves(given))
        now = self.objects.get(path, {})
        taken = [
            place
            for place, value in leaves.items()
            if owners.get(place, manager) != manager and _at(now, place) != value
        ]
        if taken and asked.get("force") != "true":
            fields = ", ".join("." + ".".join(place) for place in taken)
            other = owners[taken[0]]
            return _status(409, f'Apply failed with {len(taken)} conflict: conflict with "{other}": {fields}')
        made = copy.deepcopy(now)
        for place in [place for place, owner in owners.items() if owner == manager and place not in leaves]:
            _remove(made, place)
        for place, value in leaves.items():
            _put(made, place, value)
        made = _stored(made, self.changes + 1) if made != now else now
        if not self.stuck:
            _settle(made)
        if "dryRun" not in asked:
            self.changes += made != now
            self.objects[path] = made
            kept = {place: owner for place, owner in owners.items() if owner != manager}
            self.owners[path] = kept | dict.fromkeys(leaves, manager)
        return _json(made, 200 if now else 201)

    def _replace(self, path: str, _: dict[str, str], seen: Seen) -> Answer:
        if path not in self.objects:
            return _missing(path)
        given, now = json.loads(seen.body), self.objects[path]
        if given["metadata"].get("resourceVersion") != now["metadata"]["resourceVersion"]:
            return _status(
                409, "the object has been modified; please apply your changes to the latest version"
            )
        self.changes += 1
        metadata = {**now["metadata"], **given["metadata"], "resourceVersion": str(self.changes)}
        self.objects[path] = {**given, "metadata": metadata}
        return _json(self.objects[path])

    def _delete(self, path: str, _: dict[str, str], seen: Seen) -> Answer:
        if path not in self.objects:
            return _missing(path)
        uid = (json.loads(seen.body or b"{}").get("preconditions") or {}).get("uid")
        if uid and uid != self.objects[path]["metadata"]["uid"]:
            return _status(409, "the UID in the precondition is another")
        for place in [place for place in self.objects if place == path or place.startswith(f"{path}/")]:
            del self.objects[place]
            self.owners.pop(place, None)
        inside = path.removeprefix("/api/v1")
        for place in [place for place in self.objects if f"{inside}/" in place]:
            del self.objects[place]
        return _status(200, "", "Success")


class _Everything(dict[str, Any]):
    def __init__(self, fake: FakeKubernetes) -> None:
        super().__init__()
        self.fake = fake

    def get(self, key: str, default: Any = None) -> Any:
        return self.fake.answer


def _json(value: Any, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


def _status(code: int, message: str, status: str = "Failure") -> Answer:
    return _json({"kind": "Status", "status": status, "message": message, "code": code}, code)


def _missing(path: str) -> Answer:
    plural, name = path.rsplit("/", 2)[1:]
    return _status(404, f'{plural} "{name}" not found')


def _resources(version: str) -> list[dict[str, Any]]:
    return [
        {"name": plural, "kind": kind, "namespaced": kind not in CLUSTER_WIDE, "verbs": VERBS}
        for kind, plural in KINDS[version].items()
    ]


def _stored(document: dict[str, Any], change: int) -> dict[str, Any]:
    metadata = {"uid": str(uuid.uuid4()), "generation": 0, **document["metadata"]}
    metadata |= {"resourceVersion": str(change), "generation": metadata["generation"] + 1}
    return {**document, "metadata": metadata}


def _settle(document: dict[str, Any]) -> None:
    """What controllers would write."""
    count = (document.get("spec") or {}).get("replicas", 1)
    if document.get("kind") in ("Deployment", "StatefulSet"):
        document["status"] = {
            "observedGeneration": document["metadata"]["generation"],
            **dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), count),
        }


def _leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*place, key))
    else:
        yield place, value


def _at(value: Any, place: tuple[str, ...]) -> Any:
    for part in place:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _put(document: dict[str, Any], place: tuple[str, ...], value: Any) -> None:
    for part in place[:-1]:
        document = document.setdefault(part, {})
    document[place[-1]] = value


def _remove(document: dict[str, Any], place: tuple[str, ...]) -> None:
    holder = _at(document, place[:-1])
    if isinstance(holder, dict):
        holder.pop(place[-1], None)
