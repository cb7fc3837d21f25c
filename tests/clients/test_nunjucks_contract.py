"""Our evaluation of templates beside the engines of Backstage: Nunjucks of old, Nunjitsu of today."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.stack.errors import StackError
from portal.stack.frontend import CLIENTS, are_installed, find_node
from scaffolder.renderer.process import Renderer, RenderError

pytestmark = pytest.mark.system
HERE = Path(__file__).parent
CONTEXT = {
    "parameters": {
        "name": "Shopping Cart",
        "count": 2,
        "ratio": 1.5,
        "yes": True,
        "no": False,
        "nothing": None,
        "list": ["a", "b"],
        "numbers": [3, 1, 2],
        "empty": [],
        "object": {"items": "own key", "b": {"c": [1, {"d": 2}]}},
        "repoUrl": "github.com?owner=acme&repo=cart",
        "owner": "group:default/team-a",
        "people": [{"name": "Bo", "age": 3}, {"name": "al", "age": 1}],
        "html": "<b>a & b</b>",
        "long": "the quick brown fox jumps",
        "digits": "42px",
    },
    "steps": {"publish": {"output": {"remoteUrl": "https://x/y.git"}}},
}
DIFFERENCES = {
    "${{ not parameters.name == 'x' }}": "theirs negates the name and compares false with 'x'",
    "${{ 'a' if 1 else 'b' if 0 else 'c' }}": "theirs cannot chain",
    'echo "$HOME" {{ name }} #}\n': "theirs stumbles over the end of a comment that has no beginning",
}
"""Where we mean to differ from today's engine, and why."""


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


def theirs(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What both engines give for each case: `{"nunjucks": {"value" or "error"}, "nunjitsu": …}`."""
    try:
        program = find_node().program
    except StackError as error:
        pytest.skip(str(error))
    if not are_installed(CLIENTS):
        pytest.skip("the npm packages are not installed: `make test-system` fetches them")
    run = subprocess.run(
        [str(program), str(HERE / "nunjucks.mjs")],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    answers: list[dict[str, Any]] = json.loads(run.stdout)
    return answers


def ours(renderer: Renderer, case: dict[str, Any]) -> dict[str, Any]:
    try:
        if case["kind"] == "text":
            return {"value": renderer.render_text(case["template"], case["context"], where="x")}
        return {"value": renderer.render_value(case["template"], case["context"], where="x")}
    except RenderError as error:
        return {"error": str(error)}


def test_expressions_give_what_the_engine_of_backstage_gives(renderer: Renderer) -> None:
    table = json.loads((HERE / "expressions.json").read_text())
    cases = [{**case, "context": CONTEXT} for case in table]
    unequal = []
    for case, both in zip(cases, theirs(cases), strict=True):
        mine = ours(renderer, case)
        accepted = [both["nunjitsu"], both["nunjucks"]]
        fails = "error" in mine and all("error" in answer for answer in accepted)
        if not fails and mine not in accepted and case["template"] not in DIFFERENCES:
            unequal.append((case["template"], mine, both))
    assert unequal == []
    assert len(cases) > 200
