"""Catalogs for tests: folders of descriptors, registered and read by the operator's command."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db.models import QuerySet

from catalog.commands import catalog
from catalog.models import Entity, Location, Problem
from catalog.problems import DERIVED
from catalog.selectors import EntityQuery, find_entities
from portal.accounts.models import Account
from portal.accounts.principal import SYSTEM, Principal

DATA = Path(__file__).resolve().parents[1] / "data" / "catalog"
COMPONENT = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
spec:
  type: service
  lifecycle: production
  owner: team-a
"""


def command(*arguments: str) -> Result:
    """Runs `portal catalog …`."""
    return CliRunner().invoke(catalog, arguments, catch_exceptions=False)


class Folder:
    """A folder of descriptors in the making."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            file.write_bytes(text)
        else:
            file.write_text(textwrap.dedent(text))
        return file

    def components(self, name: str, *names: str) -> Path:
        return self.write(name, "---".join(COMPONENT.format(name=each) for each in names))

    def add(self, name: str = "all.yaml", *, trusted: bool = True) -> Result:
        arguments = ["add", str(self.path / name), "--root", str(self.path)]
        return command(*arguments, *(["--trusted"] if trusted else []))

    def refresh(self, name: str = "all.yaml", *arguments: str) -> Result:
        return command("refresh", str(self.path / name), *arguments)

    def validate(self, name: str = "all.yaml") -> Result:
        return command("validate", str(self.path / name), "--root", str(self.path))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def company(db: None) -> Location:
    """The catalog in tests/data/catalog/company, trusted."""
    result = command("add", str(DATA / "company" / "all.yaml"), "--trusted")
    assert result.exit_code == 0, result.output
    return Location.objects.get()


@pytest.fixture
def refs() -> Callable[..., list[str]]:
    """The refs of what a query finds, in its order; made entities of locations are left out."""

    def find(viewer: Principal = SYSTEM, **query: object) -> list[str]:
        found = find_entities(EntityQuery(**query), viewer=viewer)  # type: ignore[arg-type]
        return [entity.ref for entity in found if "generated-" not in entity.ref]

    return find


def found_by_reading() -> QuerySet[Problem]:
    """The problems but for what follows from the catalog as it is: these tests leave teams out."""
    return Problem.objects.exclude(code__in=DERIVED)


def everything() -> list[tuple[object, ...]]:
    """What is in the catalog, to show that a refusal changed nothing."""
    return list(Entity.objects.order_by("ref").values_list("ref", "uid", "document", "relations_text"))


@pytest.fixture
def inside(member: Account) -> Principal:
    return Principal(account=member)


@pytest.fixture
def outside(outsider: Account) -> Principal:
    return Principal(account=outsider)
