"""Deterministic synthetic entities: the same number and seed give the same catalog, byte for byte."""

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import yaml

from bench import words

API_VERSION = "backstage.io/v1alpha1"
PREFIXES = {
    "Group": "team",
    "User": "user",
    "Domain": "domain",
    "System": "system",
    "Resource": "res",
    "API": "api",
    "Component": "",
}
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
Document = dict[str, Any]


class Company:
    """N components and what surrounds them: N/5 APIs, N/10 resources, N/20 systems and groups, N/2 users."""

    def __init__(self, components: int, seed: int) -> None:
        self.random = random.Random(seed)
        shares = {
            "Component": 1,
            "API": 5,
            "Resource": 10,
            "System": 20,
            "Domain": 100,
            "Group": 20,
            "User": 2,
        }
        self.counts = {kind: max(1, components // share) for kind, share in shares.items()}
        self.edges: set[tuple[str, str, str]] = set()
        self.names = {kind: self._names(kind) for kind in PREFIXES}

    def _names(self, kind: str) -> list[str]:
        choice, found = self.random.choice, []
        for number in range(self.counts[kind]):
            noun, role, adjective = choice(words.NOUNS), choice(words.ROLES), choice(words.ADJECTIVES)
            prefix = PREFIXES[kind]
            stem = f"{prefix}-{adjective}-{noun}" if prefix else f"{adjective}-{noun}-{role}"
            found.append(f"{stem}-{number:06d}")
        return found

    def documents(self) -> Iterator[Document]:
        """Every entity, kinds in the order of their dependencies; `edges` is complete afterwards."""
        yield from self._groups()
        yield from self._users()
        for name in self.names["Domain"]:
            yield self._document("Domain", name, {"owner": self._owner("Domain", name)})
        for name in self.names["System"]:
            domain = self._part_of("System", name, "Domain")
            yield self._document("System", name, {"owner": self._owner("System", name), "domain": domain})
        for name in self.names["Resource"]:
            system = self._part_of("Resource", name, "System")
            kind_of = self.random.choice(words.RESOURCE_TYPES)
            spec = {"type": kind_of, "owner": self._owner("Resource", name), "system": system}
            yield self._document("Resource", name, spec)
        yield from self._apis()
        for name in self.names["Component"]:
            yield self._component(name)

    def _groups(self) -> Iterator[Document]:
        groups = self.names["Group"]
        children = defaultdict(list)
        for number in range(1, len(groups)):
            children[(number - 1) // 5].append(groups[number])
        for number, name in enumerate(groups):
            kind_of = "organization" if number == 0 else ("department" if children[number] else "team")
            profile = {"displayName": name.replace("-", " ").title(), "email": f"{name}@example.org"}
            spec: Document = {"type": kind_of, "profile": profile, "children": children[number]}
            if number:
                spec["parent"] = groups[(number - 1) // 5]
                self._relate(ref("Group", name), "childOf", ref("Group", spec["parent"]), "parentOf")
            yield self._document("Group", name, spec, links=False, tags=False)

    def _users(self) -> Iterator[Document]:
        choice = self.random.choice
        for number, name in enumerate(self.names["User"]):
            groups = sorted({choice(self.names["Group"]) for _ in range(choice([1, 1, 1, 2]))})
            for group in groups:
                self._relate(ref("User", name), "memberOf", ref("Group", group), "hasMember")
            display = f"{choice(words.FIRST_NAMES)} {choice(words.LAST_NAMES)}"
            yield {
                "apiVersion": API_VERSION,
                "kind": "User",
                "metadata": {"name": name, "annotations": {"example.org/employee-id": f"E{number:07d}"}},
                "spec": {
                    "profile": {"displayName": display, "email": f"{name}@example.org"},
                    "memberOf": groups,
                },
            }

    def _apis(self) -> Iterator[Document]:
        for name in self.names["API"]:
            system = self._part_of("API", name, "System")
            kind_of = self.random.choice(words.API_TYPES)
            spec = {
                "type": kind_of,
                "lifecycle": self.random.choice(words.LIFECYCLES),
                "owner": self._owner("API", name),
                "system": system,
                "definition": self._definition(name, kind_of),
            }
            yield self._document("API", name, spec)

    def _component(self, name: str) -> Document:
        choice, me = self.random.choice, ref("Component", name)
        spec: Document = {
            "type": choice(words.COMPONENT_TYPES),
            "lifecycle": choice(words.LIFECYCLES),
            "system": self._part_of("Component", name, "System"),
            "owner": self._owner("Component", name),
        }
        needs = {ref("Component", choice(self.names["Component"])) for _ in range(choice([0, 1, 1, 2, 3]))}
        needs |= {ref("Resource", choice(self.names["Resource"])) for _ in range(choice([0, 0, 1, 2]))}
        if needs - {me}:
            spec["dependsOn"] = sorted(needs - {me})
            for need in spec["dependsOn"]:
                self._relate(me, "dependsOn", need, "dependencyOf")
        provided = [1, 1, 2] if self.random.random() < 0.25 else []
        consumed = [1, 2, 3] if self.random.random() < 0.6 else []
        for field, counts, relation, inverse in (
            ("providesApis", provided, "providesApi", "apiProvidedBy"),
            ("consumesApis", consumed, "consumesApi", "apiConsumedBy"),
        ):
            if counts:
                spec[field] = sorted({choice(self.names["API"]) for _ in range(choice(counts))})
                for api in spec[field]:
                    self._relate(me, relation, ref("API", api), inverse)
        return self._document("Component", name, spec)

    def _document(
        self, kind: str, name: str, spec: Document, *, links: bool = True, tags: bool = True
    ) -> Document:
        noun = name.split("-")[1]
        metadata: Document = {
            "name": name,
            "title": name.replace("-", " ").title(),
            "description": self._prose(noun),
            "annotations": self._annotations(kind, name, noun),
            "labels": {
                "example.org/tier": self.random.choice(words.TIERS),
                "example.org/region": self.random.choice(["eu", "us", "apac"]),
            },
        }
        if tags:
            metadata["tags"] = sorted(self.random.sample(words.TAGS, self.random.randint(2, 5)))
        if links:
            places = ["runbook", "grafana", "logs", "wiki", "alerts"]
            metadata["links"] = [
                {"url": f"https://{place}.example.org/{name}", "title": place.title(), "icon": "dashboard"}
                for place in self.random.sample(places, self.random.randint(1, 3))
            ]
        return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}

    def _annotations(self, kind: str, name: str, noun: str) -> dict[str, str]:
        found = {
            "backstage.io/source-template": f"template:default/{self.random.choice(words.ROLES)}-starter",
            "example.org/cost-center": f"cc-{self.random.randint(100, 999)}",
            "example.org/owner-channel": f"#team-{noun}",
        }
        if kind in ("Component", "API"):
            found["github.com/project-slug"] = f"example-org/{name}"
            found["backstage.io/techdocs-ref"] = "dir:."
            found["sonarqube.org/project-key"] = f"org.example:{name}"
        if kind == "Component":
            found["backstage.io/kubernetes-id"] = name
            found["pagerduty.com/service-id"] = f"P{self.random.randint(100000, 999999)}"
            found["grafana/dashboard-selector"] = f"tag == {noun}"
        return found

    def _prose(self, noun: str) -> str:
        chosen = self.random.sample(words.SENTENCES, self.random.randint(1, 3))
        return " ".join(text.format(n=noun, a=self.random.choice(words.ADJECTIVES)) for text in chosen)

    def _owner(self, kind: str, name: str) -> str:
        if self.random.random() < 0.95:
            group = self.random.choice(self.names["Group"])
            self._relate(ref(kind, name), "ownedBy", ref("Group", group), "ownerOf")
            return group
        user = ref("User", self.random.choice(self.names["User"]))
        self._relate(ref(kind, name), "ownedBy", user, "ownerOf")
        return user

    def _part_of(self, kind: str, name: str, whole: str) -> str:
        chosen = self.random.choice(self.names[whole])
        self._relate(ref(kind, name), "partOf", ref(whole, chosen), "hasPart")
        return chosen

    def _relate(self, source: str, relation: str, target: str, inverse: str) -> None:
        self.edges.add((source, relation, target))
        self.edges.add((target, inverse, source))

    def _definition(self, name: str, kind_of: str) -> str:
        noun = name.split("-")[2]
        if kind_of == "grpc":
            verbs = ("Get", "List", "Create", "Update", "Delete")
            calls = "".join(f"  rpc {v}{noun.title()} ({v}Request) returns ({v}Reply);\n" for v in verbs)
            return f'syntax = "proto3";\nservice {noun.title()} {{\n{calls}}}\n'
        if kind_of == "graphql":
            fields = (f"  {self.random.choice(words.NOUNS)}{n}(id: ID!): String\n" for n in range(8))
            return "type Query {\n" + "".join(fields) + "}\n"
        if kind_of == "asyncapi":
            head = f"asyncapi: 2.6.0\ninfo:\n  title: {name}\n  version: 1.0.0\n"
            return f"{head}channels:\n  {noun}.events: {{}}\n"
        paths = {f"/{noun}/{part}": _operation(part, noun) for part in self.random.sample(words.NOUNS, 4)}
        document = {"openapi": "3.0.3", "info": {"title": name, "version": "1.2.0"}, "paths": paths}
        return str(yaml.dump(document, Dumper=DUMPER, sort_keys=False))


def ref(kind: str, name: str) -> str:
    return f"{kind.lower()}:default/{name}"


def _operation(part: str, noun: str) -> Document:
    return {
        "get": {
            "summary": f"List {part} of {noun}",
            "parameters": [
                {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                {"name": "cursor", "in": "query", "schema": {"type": "string"}},
            ],
            "responses": {"200": {"description": "OK"}, "404": {"description": "Not found"}},
        }
    }
