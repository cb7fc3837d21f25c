"""Rules: which kinds a location may define that nobody trusted, and what becomes of the rest of its files."""

from typing import Any

import pytest

from catalog.ingestion.rules import is_allowed, rules_in_force
from catalog.models import Entity, Problem
from portal.env import SettingError

from .conftest import COMPONENT, Folder

TEMPLATE = """
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: make}
spec: {type: service, steps: []}
"""
USER = """
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: intruder}
spec: {memberOf: [admins]}
"""
RULES = """[{"allow": ["component", "Location"]},
    {"allow": [{"kind": "Template", "spec.type": "Service"}, "User", "KindDefinition"],
     "locations": [{"type": "file", "pattern": "**/Team-A/**"}, {"type": "git", "exact": "acme/web"}]}]"""


@pytest.mark.django_db
def test_what_a_location_may_not_define_is_refused_with_the_reason_and_the_rest_is_there(
    folder: Folder,
) -> None:
    folder.write("all.yaml", "---".join([USER, TEMPLATE, COMPONENT.format(name="web")]))
    folder.add(trusted=False)
    assert Entity.objects.exclude(kind="Location").get().ref == "component:default/web"
    assert list(
        Problem.objects.filter(level="error").order_by("line").values_list("ref", "code", "line")
    ) == [
        ("user:default/intruder", "KIND_NOT_ALLOWED", 2),
        ("template:default/make", "KIND_NOT_ALLOWED", 7),
    ]


@pytest.mark.django_db
def test_a_rule_lets_a_kind_in_from_where_it_says_and_people_from_nowhere(
    folder: Folder, settings: Any
) -> None:
    settings.CATALOG_RULES = RULES
    folder.write("team-a/all.yaml", "---".join([USER, TEMPLATE]))
    folder.write("team-b/all.yaml", TEMPLATE.replace("make", "other"))
    folder.add("team-a/all.yaml", trusted=False)
    folder.add("team-b/all.yaml", trusted=False)
    refused = Problem.objects.filter(code="KIND_NOT_ALLOWED").order_by("ref").values_list("ref", flat=True)
    assert list(refused) == ["template:default/other", "user:default/intruder"]
    assert Entity.objects.filter(ref="template:default/make").exists()


def test_rules_match_kind_type_and_place(settings: Any) -> None:
    settings.CATALOG_RULES = RULES
    inside = {"type": "file", "target": "/srv/team-a/x/all.yaml"}
    assert is_allowed("Component", None, type="url", target="https://example.com/x")
    assert is_allowed("Template", "SERVICE", **inside)
    assert not is_allowed("Template", "website", **inside)
    assert not is_allowed("Template", "service", type="git", target="acme/web2")
    assert is_allowed("Template", "service", type="git", target="acme/web")
    assert not is_allowed("API", None, **inside)
    for kind in ("User", "KindDefinition", "Group"):
        assert not is_allowed(kind, None, **inside)


@pytest.mark.parametrize(
    "text",
    ["[", "{}", '[{"allow": []}]', '[{"kind": "x"}]', '[{"allow": ["x"], "only": []}]', "[1]",
     '[{"allow": ["x"], "locations": [{"exact": "a"}]}]',
     '[{"allow": ["x"], "locations": [{"type": "git", "exact": "a", "pattern": "b"}]}]'],
)  # fmt: skip
def test_a_mistake_in_the_rules_is_told_by_the_name_of_the_setting(text: str) -> None:
    if text == "{}":
        assert rules_in_force(text, ()) == ()
        return
    with pytest.raises(SettingError, match="PORTAL_CATALOG_RULES"):
        rules_in_force(text, ())
