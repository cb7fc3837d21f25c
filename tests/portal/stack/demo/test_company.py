"""The demo company in the catalog: everything loads, except for what is wrong on purpose."""

import pytest

from catalog.models import Entity, Location, Problem, Relation
from portal.accounts.models import Account
from portal.stack import demo


@pytest.fixture
def company(db: None) -> None:
    demo.load()


def counts() -> dict[str, int]:
    kinds = Entity.objects.values_list("kind", flat=True)
    return {kind: len([each for each in kinds if each == kind]) for kind in sorted(set(kinds))}


def test_everything_of_the_company_is_in_the_catalog(company: None) -> None:
    assert counts() == {
        "API": 23,
        "Component": 50,
        "Domain": 3,
        "Group": 16,
        "Location": 21,
        "Resource": 22,
        "Scorecard": 1,
        "System": 12,
        "Template": 3,
        "User": 30,
    }


def test_one_descriptor_is_refused_and_says_where_and_why(company: None) -> None:
    (problem,) = Problem.objects.exclude(code="UNRESOLVED_REFERENCE")
    assert (problem.level, problem.code, problem.ref) == (
        "error",
        "MISSING_FIELD",
        "component:default/turnstile-pilot",
    )
    assert problem.path.endswith("domains/voyage/boarding/turnstile-pilot.yaml")
    assert "spec.lifecycle" in problem.message


def test_two_relations_dangle_on_purpose_and_no_others(company: None) -> None:
    present = Entity.objects.values_list("ref", flat=True)
    dangling = Relation.objects.exclude(target_ref__in=present)
    assert sorted(dangling.values_list("source__ref", "type", "target_ref")) == [
        ("component:default/cargo-labels", "dependsOn", "resource:default/label-printer-pool"),
        ("component:default/souvenir-shop", "ownedBy", "group:default/merchandise"),
    ]
    told = Problem.objects.filter(code="UNRESOLVED_REFERENCE").order_by("ref").values_list("ref", flat=True)
    assert list(told) == ["component:default/cargo-labels", "component:default/souvenir-shop"]


def test_the_accounts_are_people_of_the_company(company: None) -> None:
    assert [name for name, _, _ in demo.SIGN_INS] == ["admin", "amina", "ingrid", "anna"]
    for name, password, _ in demo.SIGN_INS:
        account = Account.objects.get(username=name)
        assert account.check_password(password)
        assert Entity.objects.filter(kind="User", ref=account.user_ref).exists()
    assert Account.objects.get(is_superuser=True).username == "admin"


def test_loading_again_changes_nothing(company: None) -> None:
    before = list(Entity.objects.order_by("ref").values("uid", "hash", "generation", "updated_at"))
    demo.load()
    assert list(Entity.objects.order_by("ref").values("uid", "hash", "generation", "updated_at")) == before
    assert (Location.objects.count(), Account.objects.count()) == (2, len(demo.SIGN_INS))


def test_a_changed_password_stays_changed(company: None) -> None:
    amina = Account.objects.get(username="amina")
    amina.set_password("a-word-of-her-own")
    amina.save()
    demo.load()
    assert Account.objects.get(username="amina").check_password("a-word-of-her-own")


def test_a_moved_checkout_takes_its_registration_along(company: None) -> None:
    front_door = str(demo.COMPANY / "all.yaml")
    before = counts()
    company = Location.objects.filter(target=front_door)
    assert company.update(target="/gone/portal/stack/demo/company/all.yaml") == 1
    demo.load()
    own = str(demo.COMPANY.parents[3] / "catalog-info.yaml")
    assert sorted(location.target for location in Location.objects.all()) == sorted([front_door, own])
    assert counts() == before
