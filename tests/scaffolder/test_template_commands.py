"""`portal template lint`, `test` and `preview`, as the authors of templates type them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import cli

TEMPLATE = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: service
spec:
  type: service
  owner: team-a
  parameters:
    required: [name]
    properties:
      name: {type: string, pattern: "^[a-z]+$"}
      port: {type: integer, default: 8080}
      note: {type: string}
  steps:
    - id: look
      action: catalog:fetch
      input: {entityRef: "component:default/${{ parameters.name }}", optional: true}
    - id: fetch
      action: fetch:template
      input:
        url: ./skeleton
        values:
          name: ${{ parameters.name }}
          port: ${{ parameters.port }}
          note: ${{ parameters.note }}
    - id: publish
      action: publish:git
      input: {repoUrl: "portal?owner=default&repo=${{ parameters.name }}"}
  output:
    links:
      - {title: Repository, url: "https://git.test/${{ parameters.name }}"}
    remoteUrl: ${{ steps.publish.output.repoContentsUrl }}
"""
CASES = """\
cases:
  - name: a service
    parameters: {name: cart}
    outputs: {look: {entity: null}}
    expect:
      golden: golden/cart
      effects: [create repository default/cart, commit to repository default/cart]
      output: {remoteUrl: "git:default/cart"}
  - name: a note
    parameters: {name: cart, note: "Hello"}
    outputs: {look: {entity: null}}
    expect:
      contains: {README.md: ["Hello", "port 8080"]}
      absent: ["*.tmp"]
  - name: a bad name
    parameters: {name: CART}
    expect: {refused: does not match the pattern}
"""
README = """\
# ${{ values.name | upper }}
port ${{ values.port }}
{% if values.note %}${{ values.note }}
{% endif %}"""


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("portal.cli._set_up_django", lambda: None)
    return lambda *arguments: CliRunner().invoke(cli, [str(part) for part in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "skeleton").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "skeleton" / "README.md").write_text(README)
    return tmp_path


def test_a_template_without_mistakes_passes(folder: Path, portal: Callable[..., Result]) -> None:
    result = portal("template", "lint", folder)
    assert (result.output, result.exit_code) == ("1 templates, 0 findings.\n", 0)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "name: ${{ parameters.name }}",
            "name: ${{ parameters.nmae }}",
            "template.yaml:23: TEMPLATE_ERROR: steps.1.input.values.name: no page of the form asks for",
        ),
        (
            "action: fetch:template",
            "action: fetch:rails",
            "template.yaml:19: ACTION_UNKNOWN: Step fetch calls the action fetch:rails, which",
        ),
        (
            "url: ./skeleton",
            "url: ./nowhere",
            "template.yaml:21: FILE_MISSING: Step fetch: ./nowhere: it cannot be read",
        ),
        (
            "${{ steps.publish.output.repoContentsUrl }}",
            "${{ steps.push.output.x }}",
            "template.yaml:32: TEMPLATE_ERROR: output.remoteUrl: no step before this one has the id 'push'.",
        ),
        (
            "port: ${{ parameters.port }}",
            "port: ${{ parameters.port | nothing }}",
            "template.yaml:24: TEMPLATE_ERROR: steps.1.input.values.port: No filter named 'nothing'.",
        ),
        (
            "          port: ${{ parameters.port }}\n",
            "",
            "skeleton/README.md:2: TEMPLATE_ERROR: step fetch gives no value 'port'.",
        ),
        (
            "action: publish:git",
            "action: publish:git\n      each: ${{ secrets.X }}\n      timeout: 5",
            "",
        ),
    ],
)
def test_each_mistake_is_told_with_its_file_and_line(
    folder: Path, portal: Callable[..., Result], old: str, new: str, finding: str
) -> None:
    (folder / "template.yaml").write_text(TEMPLATE.replace(old, new))
    result = portal("template", "lint", folder)
    lines = result.output.splitlines()[:-1]
    assert [line[: len(finding)] for line in lines] == ([finding] if finding else [])


def test_a_value_that_only_a_condition_asks_for_may_be_missing(
    folder: Path, portal: Callable[..., Result]
) -> None:
    (folder / "skeleton" / "README.md").write_text(
        "{% if values.extra %}x{% endif %}${{ values.y | d('z') }}"
    )
    assert portal("template", "lint", folder).exit_code == 0


def test_the_cases_of_a_template_are_run_without_a_catalog(
    folder: Path, portal: Callable[..., Result]
) -> None:
    (folder / "template.test.yaml").write_text(CASES)
    assert portal("template", "test", folder).exit_code == 1, "there are no golden files yet"
    assert portal("template", "test", folder, "--update").exit_code == 0
    assert (folder / "golden" / "cart" / "README.md").read_text() == "# CART\nport 8080\n"

    result = portal("template", "test", folder)
    assert result.output.splitlines() == [
        "ok    template.yaml: a service",
        "ok    template.yaml: a note",
        "ok    template.yaml: a bad name",
        "3 passed, 0 failed.",
    ]

    (folder / "skeleton" / "README.md").write_text(README.replace("\nport", "\nPort"))
    result = portal("template", "test", folder)
    assert result.exit_code == 1
    assert "        README.md is different: line 2 is 'Port 8080' instead of 'port 8080'" in result.output
    assert "        README.md does not contain 'port 8080'" in result.output


def test_a_preview_shows_files_effects_and_the_difference(
    folder: Path, portal: Callable[..., Result], tmp_path: Path
) -> None:
    template = TEMPLATE.replace("action: catalog:fetch", "action: debug:log").replace(
        '{entityRef: "component:default/${{ parameters.name }}", optional: true}', "{message: hello}"
    )
    (folder / "template.yaml").write_text(template)
    before = tmp_path / "before"
    before.mkdir()
    (before / "README.md").write_text("# CART\nport 80\n")
    made = tmp_path / "made"
    result = portal("template", "preview", folder, "--set", "name=cart", "--diff", before, "--output", made)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[:3] == [
        "      17  README.md",
        "would create repository default/cart  (publish)",
        "would commit to repository default/cart  (publish)",
    ]
    assert "-port 80\n+port 8080\n" in result.output
    assert (made / "README.md").read_text() == "# CART\nport 8080\n"
