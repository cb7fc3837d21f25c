"""Templates made of others that do not fit together, or reach for what is not theirs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from portal.accounts.models import Account
from portal.accounts.principal import Principal
from scaffolder.commands.template import lint
from scaffolder.services import get_template
from scaffolder.templates.template import InvalidTemplate
from tests.scaffolder.test_composition import (  # noqa: F401 - fixture
    BASE,
    CI,
    EXTENDING,
    OUTPUT_OF_WRITE,
    register,
    run,
)

pytestmark = pytest.mark.django_db(transaction=True)


CHILD = "template:default/child (child/template.yaml, line"


WRONG: dict[str, tuple[dict[str, dict[str, Any]], str]] = {
    "a cycle": (
        {"child": {"type": "x", "extends": "other"}, "other": {"type": "x", "steps": [{"uses": "child"}]}},
        "template:default/other (other/template.yaml, line 9): the template is made of itself: "
        "template:default/child → template:default/other → template:default/child.",
    ),
    "itself": ({"child": {"type": "x", "extends": "child"}}, "the template is made of itself"),
    "a missing base": (
        {"child": {"type": "x", "extends": "nowhere"}},
        f"{CHILD} 8): there is no template template:default/nowhere.",
    ),
    "two steps of one id": (
        {"ci": CI, "child": {"type": "x", "steps": [{"uses": "ci"}, OUTPUT_OF_WRITE]}},
        f"{CHILD} 10): the step write is there already, from template:default/ci (ci/template.yaml, line 19)",
    ),
    "two fields of one name": (
        {
            "ci": CI,
            "child": {
                "type": "x",
                "parameters": {"properties": {"runner": {"type": "integer"}}},
                "steps": [{"uses": "ci"}],
            },
        },
        "template:default/ci (ci/template.yaml, line 15): the form asks for 'runner' already, otherwise, at "
        f"{CHILD} 10).",
    ),
    "a mapping of nothing": (
        {"ci": CI, "child": {"type": "x", "steps": [{"uses": "ci", "with": {"nme": "x"}}]}},
        f"{CHILD} 11): template:default/ci asks for no 'nme'.",
    ),
    "after nothing": (
        {"base": BASE, "child": {**EXTENDING, "steps": [{**OUTPUT_OF_WRITE, "after": "b"}]}},
        f"{CHILD} 10): after: there is no step b so far.",
    ),
}


@pytest.mark.parametrize("case", list(WRONG))
def test_parts_that_do_not_fit_are_named_by_file_and_line(
    register: Callable[..., Path],  # noqa: F811 - fixture
    member: Account,
    case: str,
) -> None:
    specs, message = WRONG[case]
    root = register(**specs)
    with pytest.raises(InvalidTemplate) as raised:
        get_template("template:default/child", viewer=Principal(account=member))
    told = message.replace("(child/", "(").replace("(other/", "(").replace("(ci/", "(")
    assert told in raised.value.message

    found = CliRunner().invoke(lint, [str(root)])
    assert message in found.output


def test_a_fragment_does_not_run_by_itself(register: Callable[..., Path], member: Account) -> None:  # noqa: F811 - fixture
    register(ci=CI)
    with pytest.raises(InvalidTemplate, match="runs as a part of other templates only"):
        run(member, "template:default/ci", service="x", runner="y")


def test_what_a_template_reads_of_others_is_only_what_its_reader_may_see(
    register: Callable[..., Path],  # noqa: F811 - fixture
    member: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    register(base=BASE, child={"type": "service", "extends": "base"})
    monkeypatch.setattr("scaffolder.templates.parts.get_entities_by_refs", lambda refs, viewer: {})
    with pytest.raises(InvalidTemplate, match="there is no template template:default/base"):
        get_template("template:default/child", viewer=Principal(account=member))


def test_a_plain_step_cannot_borrow_the_files_of_another_template(
    register: Callable[..., Path],  # noqa: F811 - fixture
    member: Account,
) -> None:
    borrowed = {"action": "fetch:plain", "input": {"url": "./skeleton"}, "origin": "template:default/base"}
    register(base=BASE, child={"type": "service", "steps": [borrowed]})
    assert run(member).error.startswith("Step step-1: ./skeleton: ")
