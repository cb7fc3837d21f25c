"""One field of many entities overlaid: looked at first, all of them or none."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.ingestion.rebuild import rebuild
from catalog.models import CatalogState, Entity, Overlay
from portal.accounts.models import NamespaceGrant
from portal.audit.models import Record

from .conftest import COMPONENT, Folder

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]

TEAM = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: [], members: [member]}
---
"""
NAMES = ("web", "api", "job")
REFS = [f"component:default/{name}" for name in NAMES]
SET = """mutation($input: SetOverlaysInput!) { setOverlays(input: $input) {
    problems { code path message } outcomes { ref before after refused { code message } } } }"""


@pytest.fixture
def three(folder: Folder) -> Folder:
    folder.write("all.yaml", TEAM + "---\n".join(COMPONENT.format(name=name) for name in NAMES))
    folder.add()
    return folder


def values(value: Any, refs: list[str] = REFS) -> list[dict[str, Any]]:
    return [{"ref": ref, "value": value} for ref in refs]


def setting(
    ask: Ask, wanted: list[dict[str, Any]], path: str = "/spec/lifecycle", **more: Any
) -> dict[str, Any]:
    arguments = {"path": path, "values": wanted, "reason": "tidying up", **more}
    answer: dict[str, Any] = ask(SET, input=arguments)["setOverlays"]
    return answer


def lifecycles() -> list[str]:
    return [Entity.objects.get(ref=ref).lifecycle for ref in REFS]


def test_a_preview_says_what_would_change_and_changes_nothing(
    three: Folder, graphql: Any, member: Any
) -> None:
    before = CatalogState.objects.get().generation
    answer = setting(graphql(member), values("deprecated"), reason="", dryRun=True)
    assert answer["problems"] == []
    assert answer["outcomes"] == [
        {"ref": ref, "before": "production", "after": "deprecated", "refused": None} for ref in REFS
    ]
    assert (CatalogState.objects.get().generation, Overlay.objects.count()) == (before, 0)


def test_all_are_set_in_one_change_each_with_its_record_and_its_history(
    three: Folder, graphql: Any, member: Any
) -> None:
    ask = graphql(member)
    before = CatalogState.objects.get().generation
    assert setting(ask, values("deprecated"))["problems"] == []
    assert lifecycles() == ["deprecated"] * 3
    assert CatalogState.objects.get().generation == before + 1
    assert sorted(Record.objects.filter(action="overlay.set").values_list("target", flat=True)) == sorted(
        REFS
    )
    assert {overlay.author for overlay in Overlay.objects.all()} == {"user:default/member"}
    history = ask(
        """{ entityHistory(ref: "component:web", first: 1) { nodes { actor changes { path after } } } }"""
    )
    assert history["entityHistory"]["nodes"][0]["actor"] == "user:default/member"
    assert {"path": "/spec/lifecycle", "after": "deprecated"} in history["entityHistory"]["nodes"][0][
        "changes"
    ]
    assert rebuild().differences == 0


def test_each_may_have_a_value_of_its_own_and_what_was_set_before_is_replaced(
    three: Folder, graphql: Any, member: Any
) -> None:
    ask = graphql(member)
    setting(ask, values(["old"]), "/metadata/tags")
    own = [{"ref": ref, "value": ["old", name]} for ref, name in zip(REFS, NAMES, strict=True)]
    assert [each["before"] for each in setting(ask, own, "/metadata/tags")["outcomes"]] == [["old"]] * 3
    tags = [Entity.objects.get(ref=ref).content["metadata"]["tags"] for ref in REFS]
    assert tags == [["old", "web"], ["old", "api"], ["old", "job"]]
    assert Overlay.objects.count() == 3


def test_where_one_is_refused_nothing_is_changed(
    three: Folder, graphql: Any, member: Any, outsider: Any
) -> None:
    ask = graphql(member)
    etag = Entity.objects.get(ref=REFS[0]).hash
    for wanted, codes in [
        (values("deprecated", [*REFS, "component:default/gone"]), [None, None, None, "ENTITY_NOT_FOUND"]),
        (
            [{"ref": REFS[0], "value": "x", "expectedEtag": "0"}, *values("x", REFS[1:])],
            ["ENTITY_CHANGED", None, None],
        ),
        (
            [{"ref": REFS[0], "value": "x", "expectedEtag": etag}, {"ref": REFS[1], "value": 7}],
            [None, "OVERLAY_UNFIT"],
        ),
    ]:
        seen = setting(ask, wanted, dryRun=True)["outcomes"]
        assert [each["refused"] and each["refused"]["code"] for each in seen] == codes
        refused = setting(ask, wanted)
        assert [problem["code"] for problem in refused["problems"]] == [code for code in codes if code]
        assert refused["outcomes"] == []
    assert [problem["code"] for problem in setting(graphql(outsider), values("x"))["problems"]] == ["DENIED"]
    assert (lifecycles(), Overlay.objects.count()) == (["production"] * 3, 0)


def test_what_is_hidden_is_missing(three: Folder, graphql: Any, outsider: Any) -> None:
    NamespaceGrant.objects.create(namespace="default", subject="group:default/team-a", role="reader")
    seen = setting(graphql(outsider), values("x", REFS[:1]), dryRun=True)["outcomes"]
    assert seen[0] == {
        "ref": REFS[0],
        "before": None,
        "after": None,
        "refused": {"code": "ENTITY_NOT_FOUND", "message": f"There is no entity {REFS[0]}."},
    }


@pytest.mark.parametrize(
    ("wanted", "path", "code"),
    [
        ([], "/spec/lifecycle", "TOO_MANY_REFS"),
        (values("x", [f"component:c{number}" for number in range(101)]), "/spec/lifecycle", "TOO_MANY_REFS"),
        (values("x", ["component:web", "Component:default/WEB"]), "/spec/lifecycle", "INVALID"),
        (values("x", ["a b"]), "/spec/lifecycle", "INVALID_REF"),
        (values("x"), "/metadata/name", "INVALID_PATH"),
    ],
)
def test_a_senseless_demand_is_refused_as_a_whole(
    three: Folder, graphql: Any, admin: Any, wanted: list[dict[str, Any]], path: str, code: str
) -> None:
    for more in ({}, {"dryRun": True}):
        assert [problem["code"] for problem in setting(graphql(admin), wanted, path, **more)["problems"]] == [
            code
        ]
    assert Overlay.objects.count() == 0
