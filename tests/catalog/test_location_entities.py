"""Location entities that name further files: what is read, what is missing, what is out of reach."""

import pytest

from tests.catalog.test_ingestion import Refs, problems

from .conftest import Folder

pytestmark = pytest.mark.django_db


LOCATION = """
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: here}
spec: {targets: [./web.yaml, ./db.yaml]}
"""


def test_a_missing_target_is_a_problem_at_its_line_and_keeps_its_entities(folder: Folder, refs: Refs) -> None:
    folder.write("all.yaml", LOCATION)
    folder.components("web.yaml", "web")
    folder.components("db.yaml", "db")
    folder.add()
    assert problems() == []
    (folder.path / "db.yaml").unlink()
    folder.refresh()
    assert refs(kind=("component",)) == ["component:default/db", "component:default/web"]
    assert refs(orphan=True) == ["component:default/db"]
    assert problems() == [("all.yaml", 5, "FILE_MISSING", "location:default/here")]
    folder.write("all.yaml", LOCATION.replace(", ./db.yaml", ""))
    folder.refresh()
    assert refs(kind=("component",)) == ["component:default/web"]
    assert problems() == []


def test_an_optional_target_may_be_missing(folder: Folder) -> None:
    folder.write("all.yaml", LOCATION.replace("{targets", "{presence: optional, targets"))
    folder.components("web.yaml", "web")
    folder.add()
    assert problems() == []


def test_a_location_entity_that_breaks_keeps_what_it_named(folder: Folder, refs: Refs) -> None:
    folder.write("all.yaml", LOCATION)
    folder.components("web.yaml", "web")
    folder.components("db.yaml", "db")
    folder.add()
    folder.write("all.yaml", LOCATION.replace("[./web.yaml, ./db.yaml]", "7"))
    folder.refresh()
    assert refs(kind=("component",)) == ["component:default/db", "component:default/web"]
    assert [problem[2] for problem in problems()] == ["WRONG_TYPE"]


@pytest.mark.parametrize(
    "target",
    [
        "../outside.yaml",
        "/etc/passwd",
        "https://example.com/x.yaml",
        "a/../../x.yaml",
        "file:///etc/passwd",
        "link.yaml",
        "folder/outside.yaml",
    ],
)
def test_targets_outside_of_the_root_are_not_read(folder: Folder, target: str, refs: Refs) -> None:
    inside = Folder(folder.path / "root")
    folder.components("outside.yaml", "outside")
    inside.write("all.yaml", LOCATION.replace("./web.yaml, ./db.yaml", target))
    (inside.path / "link.yaml").symlink_to(folder.path / "outside.yaml")
    (inside.path / "folder").symlink_to(folder.path)
    inside.add()
    assert refs(kind=("component",)) == []
    (problem,) = problems()
    assert problem[2] in {"OUTSIDE_ROOT", "TARGET_NOT_READ", "NOT_A_FILE"}
