"""Refs: one grammar, one canonical form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.entities.refs import EntityRef, InvalidRef, LocationRef

names = st.from_regex(r"\A([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]\Z")
namespaces = st.from_regex(r"\A[a-z0-9]{1,20}(-{1,2}[a-z0-9]{1,10}){0,3}\Z")
kinds = st.from_regex(r"\A[a-zA-Z][a-z0-9A-Z]{0,62}\Z")


@given(kinds, namespaces, names)
def test_a_printed_ref_reads_back_as_itself(kind: str, namespace: str, name: str) -> None:
    ref = EntityRef(kind, namespace, name)
    assert EntityRef.parse(str(ref)) == ref
    assert str(ref) == str(ref).lower()


@given(st.text(max_size=80))
def test_any_text_is_a_ref_or_an_invalid_ref(text: str) -> None:
    try:
        ref = EntityRef.parse(text, default_kind="component")
    except InvalidRef:
        return
    assert EntityRef.parse(str(ref)) == ref


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Component:Default/Web-API", "component:default/web-api"),
        ("web", "component:default/web"),
        ("team-a/web", "component:team-a/web"),
        ("api:web", "api:default/web"),
    ],
)
def test_parts_left_out_come_from_the_defaults(text: str, printed: str) -> None:
    assert str(EntityRef.parse(text, default_kind="Component")) == printed


def test_a_namespace_of_the_context_is_used_where_none_is_written() -> None:
    assert str(EntityRef.parse("web", "component", "team-a")) == "component:team-a/web"


@pytest.mark.parametrize(
    "text",
    [
        "../x", "a/b/c", "x" * 64, "", ".", "..", "%2f", "😀", "-a", "a\nb", "a:b:c", "component:default/",
        "component:/a", ":a", "/a", "a\x00b", "\u0131", "component:default/\u0131", "name\n", "a b",
    ],
)  # fmt: skip
def test_a_text_outside_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(InvalidRef):
        EntityRef.parse(text, default_kind="component")


def test_a_ref_without_a_kind_is_refused_where_there_is_no_default() -> None:
    with pytest.raises(InvalidRef, match="does not say its kind"):
        EntityRef.parse("web")


@pytest.mark.parametrize("text", ["javascript:alert(1)", "file:", "x", "", "a\nb:c"])
def test_a_location_of_an_unknown_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidRef):
        LocationRef.parse(text)


def test_a_location_prints_as_it_was_written() -> None:
    assert str(LocationRef.parse("git:acme/web/docs")) == "git:acme/web/docs"
    assert str(LocationRef.parse("https://example.org/a.yaml")) == "url:https://example.org/a.yaml"
