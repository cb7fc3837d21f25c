"""The search of the whole portal: what finds what, in which order, marked, counted and paged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.query.highlight import highlighted, snippet
from catalog.query.search import FORMS
from portal.accounts.models import Account

SEARCH = """query(
    $q: String!, $types: [String!], $kinds: [String!], $filter: EntityFilter, $n: Int, $after: String
) {
    search(query: $q, types: $types, kinds: $kinds, filter: $filter, first: $n, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        facets(keys: ["types", "kinds"]) { key buckets { value count } }
        nodes { type title text titleHighlight highlight href ref rank entity { displayName } } } }"""


THING = """apiVersion: backstage.io/v1alpha1
kind: %s
metadata: {name: %s, description: "%s", tags: [%s]}
spec: {type: service, lifecycle: production, owner: team-a}
---
"""


@pytest.fixture
def find(graphql: Any, member: Account, load: Any) -> Any:
    rows = [
        ("Component", "payment-gateway", "Takes money <b>now</b> &amp; later", "java"),
        ("Component", "payment-ledger", "Books what the gateway took", "java"),
        ("Component", "fraud-check", "Looks at each payment", "python"),
        ("Component", "gateway", "The door", "go"),
        ("Component", "ship-sync", "Ships and ports", "go"),
        ("Component", "kubernetes-operator", "Runs all", "go"),
        ("System", "payments", "All about money", "money"),
    ]
    load("".join(THING % row for row in rows))
    client = graphql(member)

    def search(q: str, **more: Any) -> Any:
        return client(SEARCH, q=q, **more)["search"]

    return search


def names(found: Any) -> list[str]:
    return [node["ref"].rpartition("/")[2] for node in found["nodes"]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("gateway", ["gateway", "payment-gateway", "payment-ledger"]),
        ("Gate", ["gateway", "payment-gateway", "payment-ledger"]),
        ("payment", ["payments", "payment-ledger", "payment-gateway", "fraud-check"]),
        ("ateway", ["gateway", "payment-gateway"]),
        ("ip-sy", ["ship-sync"]),
        ("money door", []),
        ("ledger payment", ["payment-ledger"]),
        ("sh", ["ship-sync"]),
        ("s", ["ship-sync"]),
        ("paymnt gatway", ["payment-gateway"]),
        ("gatewya", ["gateway", "payment-gateway"]),
        ("kuberentes", ["kubernetes-operator"]),
        ("fruad", ["fraud-check"]),
        ("zzzzqqq", []),
        ("  ", []),
        ("%", []),
        ("_", []),
        ("' | :* \\", []),
    ],
)
def test_a_beginning_a_middle_and_a_misspelling_find_a_name(find: Any, text: str, wanted: list[str]) -> None:
    found = find(text)
    assert names(found) == wanted
    assert found["totalCount"] == len(wanted)
    ranks = [node["rank"] for node in found["nodes"]]
    assert ranks == sorted(ranks, reverse=True)
    assert all(0 < rank <= 1 for rank in ranks)


@pytest.mark.parametrize(
    "text",
    ["gateway", "payment gate", "s", "sh ip", "the money gateway took", "payment-gateway", "100%", "paymnt"],
)
def test_a_text_alone_finds_the_same_as_beside_other_conditions(find: Any, text: str) -> None:
    alone, beside = find(text), find(text, filter={"namespace": ["default"]})
    assert alone["nodes"] == beside["nodes"]
    assert alone["totalCount"] == beside["totalCount"]


def test_a_result_says_where_it_is_and_marks_what_fits_as_safe_html(find: Any) -> None:
    assert find("payment gate")["nodes"][0] == {
        "type": "Component",
        "title": "payment-gateway",
        "text": "Takes money <b>now</b> &amp; later",
        "titleHighlight": "<mark>payment</mark>-<mark>gate</mark>way",
        "highlight": "Takes money &lt;b&gt;now&lt;/b&gt; &amp;amp; later",
        "href": "/catalog/default/component/payment-gateway",
        "ref": "component:default/payment-gateway",
        "rank": pytest.approx(0.49, abs=0.02),
        "entity": {"displayName": "payment-gateway"},
    }
    assert find("MONEY")["nodes"][0]["highlight"].count("<mark>money</mark>") == 1
    assert find("gatewya")["nodes"][0]["titleHighlight"] == "<mark>gateway</mark>"


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        (
            "<script>alert(1)</script>",
            ["script"],
            "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;",
        ),
        ('"><img src=x>', ["img"], "&quot;&gt;&lt;<mark>img</mark> src=x&gt;"),
        ("<mark>x</mark>", ["x"], "&lt;mark&gt;<mark>x</mark>&lt;/mark&gt;"),
        ("Überblick", ["uber"], "<mark>Über</mark>blick"),
        ("ﬁne", ["fine"], "<mark>ﬁne</mark>"),
        ("a & b", [], "a &amp; b"),
        ("Seasons of a service", ["sea"], "<mark>Sea</mark>sons of a service"),
    ],
)
def test_marks_never_open_a_way_for_markup(text: str, words: list[str], html: str) -> None:
    assert highlighted(text, words) == html


PIECES = st.text("abcxy", min_size=1, max_size=4)


@given(st.text("abcXY_-. ", max_size=30), st.lists(PIECES, max_size=3))
def test_what_is_marked_does_not_depend_on_letters_elsewhere_in_the_text(text: str, words: list[str]) -> None:
    assert highlighted(f"{text} é", words) == f"{highlighted(text, words)} é"


def test_other_forms_of_a_word_are_marked_where_they_were_looked_for() -> None:
    text, words = "Sailings of a service", ["sailing", "services"]
    assert highlighted(text, words) == "<mark>Sailing</mark>s of a service"
    assert highlighted(text, words, least=FORMS) == "<mark>Sailing</mark>s of a <mark>service</mark>"


def test_a_snippet_is_cut_around_the_first_place(find: Any) -> None:
    text = "word " * 100 + "needle in the stack " + "more " * 100
    cut = snippet(text, ["needle"])
    assert "needle in the stack" in cut
    assert (cut[0], cut[-1], len(cut) <= 202) == ("…", "…", True)
    assert snippet("short  text", ["x"]) == "short text"


def test_types_kinds_and_filters_narrow_and_are_counted(find: Any) -> None:
    found = find("payment")
    assert found["facets"] == [
        {"key": "types", "buckets": [{"value": "Component", "count": 3}, {"value": "System", "count": 1}]},
        {"key": "kinds", "buckets": [{"value": "Component", "count": 3}, {"value": "System", "count": 1}]},
    ]
    only = find("payment", types=["system"])
    assert (names(only), only["totalCount"]) == (["payments"], 1)
    assert only["facets"] == [
        found["facets"][0],
        {"key": "kinds", "buckets": [{"value": "System", "count": 1}]},
    ]
    assert names(find("payment", kinds=["COMPONENT"], filter={"tags": ["python"]})) == ["fraud-check"]
    assert names(find("payment", types=["system"], kinds=["component"])) == []
    for nothing in ({"types": []}, {"kinds": []}, {"types": ["docs"]}, {"kinds": ["bogus"]}):
        assert (names(find("payment", **nothing)), find("payment", **nothing)["totalCount"]) == ([], 0)
    # What a filter leaves nothing of is not taken for a misspelling.
    assert names(find("gateway", types=["system"])) == []


def test_pages_of_results_follow_each_other_without_gap_or_repeat(find: Any, load: Any) -> None:
    load("".join(THING % ("Component", f"thing-{i}", "x", "t") for i in range(130)), "many.yaml")
    seen, after = [], None
    while True:
        page = find("thing", n=20, after=after)
        seen += names(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert page["totalCount"] == 130
    assert sorted(seen) == sorted(f"thing-{i}" for i in range(130))


def test_a_cursor_is_good_for_its_own_question_only(graphql: Any, find: Any, member: Account) -> None:
    after = find("payment", n=1)["pageInfo"]["endCursor"]
    assert names(find("payment", n=10, after=after)) == ["payment-ledger", "payment-gateway", "fraud-check"]
    answer = graphql(member).post(SEARCH, q="gateway", after=after).json()
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


def test_a_team_has_the_title_that_people_use(graphql: Any, member: Account, load: Any) -> None:
    profile = "{displayName: Reservations}"
    load(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team-res}\n"
        f"spec: {{type: team, children: [], profile: {profile}}}\n"
    )
    (node,) = graphql(member)(SEARCH, q="reservat")["search"]["nodes"]
    assert (node["ref"], node["title"]) == ("group:default/team-res", "Reservations")
    assert node["titleHighlight"] == "<mark>Reservat</mark>ions"
