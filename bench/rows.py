"""The rows of the table: what is asked, in hundreds of variants drawn from the manifest by a fixed seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Request = tuple[str, str, Any]
Answer = list[Request]
"""The requests that one answer takes, in order."""

LIST = "/api/catalog/entities"
PAGE = "/api/catalog/entities/by-query"
FACETS = "/api/catalog/entity-facets"
FIELDS = "metadata.name,metadata.namespace,kind,spec.type,spec.owner"
VARIANTS = 300
GRAPHQL = """
query ($after: String) { entities(filter: {kind: ["Component"]}, first: 20, after: $after) {
  totalCount pageInfo { hasNextPage endCursor }
  nodes { ref displayName description type lifecycle tags owner { ref displayName }
    relations(first: 1) { totalCount }
    ... on Component { system { ref displayName } dependsOn(first: 1) { totalCount } } } } }
"""


@dataclass(frozen=True)
class Row:
    """One line of the table: the same for both targets, except where `backstage` says what it takes there."""

    name: str
    answers: list[Answer]
    shows: Callable[[Any], Any] | None = None
    backstage: list[Answer] | None = None
    at_least: int = 0
    status: int = 200
    target: str = ""

    def requests(self, label: str) -> list[Answer]:
        return self.backstage if label == "backstage" and self.backstage else self.answers


def get(*paths: str) -> list[Answer]:
    return [[("GET", path, None)] for path in paths]


def total(answer: Any) -> Any:
    return answer["totalItems"]


def count(answer: Any) -> Any:
    return len(answer if isinstance(answer, list) else answer["items"])


def facets(answer: Any) -> Any:
    return {key: len(values) for key, values in answer["facets"].items()}


def read_rows(manifest: dict[str, Any]) -> list[Row]:
    """The read rows, in the order of the table."""
    draw = random.Random(manifest["seed"] + 2)
    names = manifest["component_names"]
    kinds = ("component", "api", "resource", "system", "group", "user")

    def many(make: Callable[[], str]) -> list[Answer]:
        return get(*dict.fromkeys(make() for _ in range(VARIANTS)))

    def page(*conditions: str) -> str:
        return f"{PAGE}?" + "&".join(["limit=20", *conditions])

    def kind_and_type() -> str:
        kind_of = draw.choice(("service", "website", "library"))
        return f"filter=kind=component,spec.type={kind_of},metadata.tags={draw.choice(TAGS)}"

    order = "orderField=metadata.name,asc"
    texts = "fullTextFilterFields=metadata.name,metadata.title"
    refs = [[f"component:default/{name}" for name in draw.sample(names, 100)] for _ in range(50)]
    return [
        Row("first page of 20 with total", get(page()), total),
        Row("page ordered by name", many(lambda: page(f"filter=kind={draw.choice(kinds)}", order)), total),
        Row("filtered page", many(lambda: page(kind_and_type())), total),
        Row("filtered and ordered page", many(lambda: page(kind_and_type(), order)), total),
        Row("services ordered, fields", get(page(SERVICES, order, f"fields={FIELDS}")), total),
        Row("page by owner", many(lambda: page(_owned(draw, manifest))), total),
        Row("count only", many(lambda: f"{PAGE}?limit=0&{kind_and_type()}"), total),
        Row(
            "full-text page",
            many(lambda: page("filter=kind=component", order, f"fullTextFilterTerm={_word(draw)}", texts)),
            total,
        ),
        Row("search", many(lambda: f"/api/search/query?term={quote(_words(draw, manifest))}")),
        Row("facets", get(f"{FACETS}?facet=kind&facet=spec.type&facet=metadata.tags"), facets),
        Row(
            "filtered facets",
            many(lambda: f"{FACETS}?facet=spec.owner&facet=metadata.tags&{kind_and_type()}"),
            facets,
        ),
        Row("by name", get(*(f"{LIST}/by-name/component/default/{name}" for name in names))),
        Row("plain /entities?limit=20", get(f"{LIST}?limit=20"), count),
        Row("100 by refs", [[("POST", f"{LIST}/by-refs", {"entityRefs": some})] for some in refs], count),
        Row("ancestry", get(*(f"{LIST}/by-name/component/default/{name}/ancestry" for name in names))),
        Row("all entities, streamed", get(LIST), at_least=4),
    ]


def graphql_row(manifest: dict[str, Any]) -> Row:
    """A page of components with owner, system, tags and counts: one query, or what a REST client needs."""
    draw = random.Random(manifest["seed"] + 3)
    owners = [f"group:default/{name}" for name in draw.sample(manifest["group_names"], 20)]
    systems = [f"system:default/{name}" for name in draw.sample(manifest["system_names"], 20)]
    rest: Answer = [
        ("GET", f"{PAGE}?limit=20&filter=kind=component&orderField=metadata.name,asc", None),
        ("POST", f"{LIST}/by-refs", {"entityRefs": owners + systems, "fields": ["kind", "metadata"]}),
    ]
    query: Answer = [("POST", "/graphql", {"query": GRAPHQL, "variables": {}})]
    return Row("GraphQL page with owner, system, counts", [query], backstage=[rest])


SERVICES = "filter=kind=component,spec.type=service"
TAGS = ("java", "go", "python", "payments", "billing", "search", "etl", "tier1", "legacy", "batch")


def _owned(draw: random.Random, manifest: dict[str, Any]) -> str:
    return f"filter=relations.ownedBy=group:default/{draw.choice(manifest['group_names'])}"


def _word(draw: random.Random) -> str:
    from bench.words import NOUNS

    return draw.choice(NOUNS)


def _words(draw: random.Random, manifest: dict[str, Any]) -> str:
    return draw.choice([*manifest["search_terms"], _word(draw), f"{_word(draw)} {_word(draw)}"])
