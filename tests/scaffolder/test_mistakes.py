"""What the author of a template with mistakes is told: which step, which line, and what was meant."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scaffolder.commands.template import lint

TEMPLATE = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: web}
spec:
  type: service
  owner: team-a
  parameters: {properties: {name: {type: string}}}
  steps:
    - {id: fetch, action: debug:log, input: {message: hello}}
    - """


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("{id: a, action: fetch:templat}", "which is not installed. Is it fetch:template or"),
        ("{id: a, action: acme:deploy}", "which is not installed. The page /create/actions lists all."),
        ("{id: a, action: publish:git, input: {}}", "input: it needs either repoUrl or owner and name"),
        (
            "{id: a, action: kubernetes:apply, input: {cluster: x}}",
            "it needs either manifest or path",
        ),
        (
            "{id: a, action: debug:log, input: {message: '${{ parameters.nam }}'}}",
            "no page of the form asks for 'nam'",
        ),
        (
            "{id: a, action: debug:log, input: {message: '${{ steps.fech.output }}'}}",
            "no step before this one has the id",
        ),
        (
            "{id: a, action: debug:log, input: {message: '${{ steps.fetch | nope }}'}}",
            "No filter named 'nope'",
        ),
    ],
)
def test_a_mistake_is_told_at_its_line_with_what_was_meant(tmp_path: Path, step: str, told: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(f"{TEMPLATE}{step}\n")
    said = CliRunner().invoke(lint, [str(path)]).output
    assert "template.yaml:10:" in said and told in said
