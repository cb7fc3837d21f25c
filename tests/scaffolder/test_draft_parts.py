"""Drafts that are made of templates of the catalog: linted, shown and run dry with all of their parts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.accounts.models import Account
from tests.scaffolder.test_authoring import dry_run
from tests.scaffolder.test_composition import BASE, CI, register  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)

DRAFT = "query($text: String!) { draft(text: $text) { document findings { code message path line } } }"
TEXT = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: mine}
spec:
  type: service
  extends: base
  parameters:
    - title: What is it?
      properties: {port: {type: integer, default: 80}}
  steps:
    - uses: ci
      with: {service: "${{ parameters.name }}"}
      before: publish
    - id: say
      action: debug:log
      input: {message: "${{ steps.files.output }} ${{ parameters.port }} ${{ parameters.nothing }}"}
"""
GOOD = TEXT.replace(" ${{ parameters.nothing }}", "")
Ask = Callable[..., Any]


@pytest.fixture
def known(register: Callable[..., Path]) -> Path:  # noqa: F811
    """The catalog has `base` with a skeleton, and the fragment `ci`."""
    return register(base=BASE, ci=CI)


def test_a_draft_is_linted_with_its_parts_and_its_form_is_the_whole(
    known: Path, member: Account, graphql: Callable[..., Ask]
) -> None:
    draft = graphql(member)(DRAFT, text=TEXT)["draft"]
    assert [(one["path"], one["line"], one["message"]) for one in draft["findings"]] == [
        ("template.yaml", 16, "steps.1.input.message: no page of the form asks for 'nothing'.")
    ]
    first, second = draft["document"]["spec"]["parameters"]
    assert (first["title"], list(first["properties"])) == ("What is it?", ["name", "port"])
    assert list(second["properties"]) == ["runner"]
    steps = [step["id"] for step in draft["document"]["spec"]["steps"]]
    assert steps == ["files", "write", "again", "publish", "say"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("extends: base", "extends: gone", 6, "there is no template template:default/gone"),
        ("uses: ci", "uses: template:default/gone", 11, "there is no template template:default/gone"),
        ("{service:", "{servce:", 12, "asks for no 'servce'"),
        ("before: publish", "before: pblish", 11, "before: there is no step pblish so far"),
        ("extends: base", "extends: mine", 6, "the template is made of itself"),
    ],
)
def test_parts_that_do_not_fit_are_told_at_their_line_and_nothing_is_run(
    known: Path, member: Account, graphql: Callable[..., Ask], old: str, new: str, line: int, words: str
) -> None:
    text = GOOD.replace(old, new)
    [finding] = graphql(member)(DRAFT, text=text)["draft"]["findings"]
    assert (finding["path"], finding["line"]) == ("template.yaml", line)
    assert words in finding["message"]
    [problem] = dry_run(graphql(member), text=text, values={"name": "cart"})["problems"]
    assert problem["message"].startswith(f"Line {line}: ") and words in problem["message"]


def test_what_is_wrong_with_a_step_of_a_part_is_told_where_the_part_comes_in(
    register: Callable[..., Path],  # noqa: F811
    member: Account,
    graphql: Callable[..., Ask],
) -> None:
    register(base=BASE, ci={**CI, "steps": [{"id": "write", "action": "no:such", "input": {}}]})
    [finding] = graphql(member)(DRAFT, text=GOOD)["draft"]["findings"]
    assert (finding["code"], finding["line"]) == ("ACTION_UNKNOWN", 11)
    assert finding["message"].endswith("(a step of template:default/ci)")


def test_a_dry_run_has_the_files_beside_each_part(
    known: Path, member: Account, graphql: Callable[..., Ask]
) -> None:
    values = {"name": "cart", "runner": "arm"}
    answer = dry_run(graphql(member), text=GOOD, files=[], values=values)
    assert answer["problems"] == []
    assert [(file["path"], file["content"]) for file in answer["files"]] == [
        ("README.md", "# cart\n"),
        ("ci-cart.txt", "on arm"),
    ]
    assert answer["effects"][0] == {"verb": "create", "target": "repository default/cart"}
