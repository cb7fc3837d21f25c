"""What a template made knows the template, its version and the answers, and what was rendered."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import SYSTEM, Principal
from portal.integrations.git import GitHost
from scaffolder.models import Base, Lineage, Task, TemplateVersion
from scaffolder.running.lifecycle import undo_task
from scaffolder.running.lineage import base_files, get_lineage
from scaffolder.running.worker import run_pending_tasks
from tests.scaffolder.conftest import DESCRIPTOR, PUBLISHING

pytestmark = pytest.mark.django_db(transaction=True)

QUERY = """query($ref: String!) { lineage(entityRef: $ref) {
  ref templateRef templateHash template { ref } answers taskId createdBy keepsBase } }"""


def test_an_entity_knows_the_template_and_the_answers(
    publishing_template: Entity, run: Callable[..., Task], member: Account, graphql: Callable[..., Any]
) -> None:
    task = run(name="cart", description="Holds what is bought")
    answer = graphql(member)(QUERY, ref="component:default/cart")["lineage"]
    assert answer == {
        "ref": "git:default/cart",
        "templateRef": "template:default/service",
        "templateHash": task.template_hash,
        "template": {"ref": "template:default/service"},
        "answers": {"name": "cart", "description": "Holds what is bought", "port": 8080},
        "taskId": str(task.uid),
        "createdBy": "user:default/member",
        "keepsBase": True,
    }
    assert graphql(member)(QUERY, ref="template:default/service")["lineage"] is None
    assert TemplateVersion.objects.get(hash=task.template_hash).document == publishing_template.document


def test_it_outlives_the_account_the_task_and_the_template(
    publishing_template: Entity, run: Callable[..., Task], member: Account, git_host: GitHost
) -> None:
    run(name="cart")
    member.delete()
    Entity.objects.filter(kind="Template").delete()
    assert not Task.objects.exists()
    entity = Entity.objects.get(ref="component:default/cart")
    lineage = get_lineage(entity, viewer=SYSTEM)
    files = base_files(lineage.base)
    assert sorted(files) == ["README.md", "catalog-info.yaml"]
    assert files["README.md"].content == git_host.read_file("default", "cart", "README.md")


def test_the_same_files_are_kept_once(publishing_template: Entity, run: Callable[..., Task]) -> None:
    run(name="cart")
    run(name="basket")
    assert (Lineage.objects.count(), Base.objects.count(), TemplateVersion.objects.count()) == (2, 2, 1)


def test_what_was_taken_back_comes_from_nowhere(
    make_template: Callable[..., Entity], run: Callable[..., Task], member: Account
) -> None:
    fail = {"id": "fail", "action": "fetch:plain", "input": {"url": "./nowhere"}}
    make_template(*PUBLISHING, fail, files={"skeleton/catalog-info.yaml": DESCRIPTOR})
    task = run(name="cart")
    assert Lineage.objects.get().ref == "git:default/cart"
    undo_task(task.uid, actor=Principal(account=member))
    run_pending_tasks()
    assert not Lineage.objects.exists()


def test_files_that_are_too_large_are_not_kept(
    publishing_template: Entity, run: Callable[..., Task], settings: Any, log: Callable[[Task], list[str]]
) -> None:
    settings.LINEAGE_BASE_MIB = 0
    task = run(name="cart")
    assert task.status == "completed"
    assert Lineage.objects.get().base is None
    assert "The files are too large to be kept: a later update of the template cannot be merged." in log(task)


def test_the_lineage_of_what_is_hidden_is_hidden(
    publishing_template: Entity, run: Callable[..., Task], outsider: Account, graphql: Callable[..., Any]
) -> None:
    run(name="cart")
    NamespaceGrant.objects.create(namespace="default", subject="user:default/member", role="reader")
    assert graphql(outsider)(QUERY, ref="component:default/cart")["lineage"] is None
