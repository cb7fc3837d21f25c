"""The ten checks that ship: what they ask is offered, and each of them passes, fails and does not know."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugins.scorecards.definitions import library
from plugins.scorecards.language import RELATIONS, compiled, known_facts

NOW = datetime(2026, 6, 1, tzinfo=UTC)
API = {"ref": "api:default/a", "found": True, "kind": "API", "type": "", "lifecycle": "", "described": True}
BARE: dict[str, Any] = {"metadata": {"annotations": {}, "labels": {}, "tags": [], "links": []}, "spec": {}}


def with_metadata(**metadata: Any) -> dict[str, Any]:
    return {**BARE, "metadata": {**BARE["metadata"], **metadata}}


def link(title: str = "", kind: str = "") -> dict[str, Any]:
    return with_metadata(links=[{"title": title, "type": kind, "url": "https://wiki.example/x"}])


FACTS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "owner-exists": (
        [{"catalog.ownerExists": True, "catalog.ownerKind": "Group"}],
        [
            {"catalog.ownerExists": False, "catalog.ownerKind": "Group"},
            {"catalog.ownerExists": True, "catalog.ownerKind": "User"},
        ],
    ),
    "docs-fresh": (
        [{"docs.pages": 1, "docs.updatedAt": NOW - timedelta(days=364)}],
        [
            {"docs.pages": 0, "docs.updatedAt": NOW},
            {"docs.pages": 1, "docs.updatedAt": NOW - timedelta(days=366)},
        ],
    ),
    "slo-defined": ([{"monitoring.objectives": 1}], [{"monitoring.objectives": 0}]),
    "alerts-quiet": ([{"monitoring.firing": 0}], [{"monitoring.firing": 1}]),
    "no-crash-loops": ([{"kubernetes.crashLoops": 0}], [{"kubernetes.crashLoops": 1}]),
    "within-budget": ([{"costs.budgetUsed": 1.0}], [{"costs.budgetUsed": 1.01}]),
    "ci-green": ([{"ci.lastStatus": "success"}], [{"ci.lastStatus": "failure"}]),
}
DOCUMENTS = {
    "runbook": ([link("The Runbook"), link(kind="runbook")], [BARE, link("Wiki")]),
    "on-call": (
        [with_metadata(annotations={name: "x"}) for name in ("pagerduty.com/service-id", "portal/on-call")],
        [BARE, with_metadata(annotations={"pagerduty.com/other": "x"})],
    ),
}
RELATED = {
    "api-documented": (
        [{"providesApi": [API]}],
        [{"providesApi": [API, {**API, "described": False}]}, {"providesApi": [{**API, "found": False}]}],
    )
}


def answer(expression: str, **seen: Any) -> bool | None:
    related = {name: [] for name in RELATIONS} | seen.get("related", {})
    values = {**seen.get("facts", {}), "entity": seen.get("entity", BARE), "related": related, "now": NOW}
    return compiled(expression).answer(values).value


def test_every_check_that_ships_is_tried_here() -> None:
    assert {*FACTS, *DOCUMENTS, *RELATED} == {*library()}
    assert len(library()) == 10


@pytest.mark.parametrize("check_id", sorted(FACTS))
def test_a_check_of_facts_passes_fails_and_does_not_know(check_id: str) -> None:
    expression = library()[check_id]["expression"]
    good, bad = FACTS[check_id]
    for facts in (*good, *bad):
        assert set(facts) == compiled(expression).facts <= set(known_facts())
    assert [answer(expression, facts=facts) for facts in good] == [True] * len(good)
    assert [answer(expression, facts=facts) for facts in bad] == [False] * len(bad)
    assert answer(expression) is None, "what no plugin knows is not passed"


@pytest.mark.parametrize("check_id", sorted(DOCUMENTS))
def test_a_check_of_the_descriptor_passes_and_fails(check_id: str) -> None:
    expression = library()[check_id]["expression"]
    good, bad = DOCUMENTS[check_id]
    assert [answer(expression, entity=entity) for entity in good] == [True] * len(good)
    assert [answer(expression, entity=entity) for entity in bad] == [False] * len(bad)


def test_a_check_of_relations_passes_fails_and_asks_only_who_has_any() -> None:
    check = library()["api-documented"]
    good, bad = RELATED["api-documented"]
    assert [answer(check["expression"], related=related) for related in good] == [True]
    assert [answer(check["expression"], related=related) for related in bad] == [False, False]
    assert [answer(check["when"]), answer(check["when"], related=good[0])] == [False, True]


def test_facts_say_their_type_and_what_they_mean() -> None:
    offered = known_facts()
    assert {name.partition(".")[0] for name in offered} >= {
        "catalog", "ci", "costs", "docs", "kubernetes", "monitoring",
    }  # fmt: skip
    assert all(fact.description and fact.type for fact in offered.values())
