"""Reading a Template entity (scaffolder.backstage.io/v1beta3): its pages, its steps, its output."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft7Validator, ValidationError
from referencing import Registry

from catalog.entities.refs import EntityRef, InvalidRef
from portal.rest.errors import Invalid, PortalError
from scaffolder.actions import find_action, known_actions
from scaffolder.actions.action import Schema
from scaffolder.renderer.process import has_expression
from scaffolder.templates.composition import FRAGMENT, InvalidComposition, Part, Parts, Path, composed
from scaffolder.templates.tagged import Spec, all_tags, spec_tags, without_tagged

MAX_APPROVALS = 10
API_VERSION = "scaffolder.backstage.io/v1beta3"


class InvalidTemplate(Invalid):
    """A template that cannot be run; `causes` are all its mistakes, each with its path."""

    default_code = "TEMPLATE_INVALID"

    def __init__(self, message: str, *, causes: tuple[PortalError, ...] = ()) -> None:
        super().__init__(message)
        self.causes = causes


START_OVER, GIVE_UP = "startOver", "none"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the wizard; `schema` is its JSON Schema with the keys in the file's order."""

    title: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step as written, unrendered; `condition` and `each` are None where the template has none."""

    id: str
    name: str
    action: str
    input: dict[str, Any]
    condition: Any = None
    each: Any = None
    timeout: int | None = None
    """Seconds that the step may take; None: as long as the task may."""
    origin: str = ""
    """The ref of the template it is written in, where that is another than the one that runs."""
    at: int = 0
    """Its place among the steps of the template it is written in, from 0."""
    scopes: tuple[dict[str, Any], ...] = ()
    """The mappings through which it sees the form, the outermost first: `{"given": …, "prefix": …}`."""
    conditions: tuple[dict[str, Any], ...] = ()
    """The conditions of the uses that it is there by: `{"if": …, "scopes": […]}`."""

    def as_json(self) -> dict[str, Any]:
        written: dict[str, Any] = {"id": self.id, "name": self.name, "action": self.action}
        written |= {"input": self.input, "if": self.condition, "each": self.each, "timeout": self.timeout}
        if self.origin or self.scopes or self.conditions:
            written |= {"origin": self.origin, "scopes": self.scopes, "conditions": self.conditions}
        return written


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """How many of whom must agree to a run of the template before it changes anything."""

    count: int
    approvers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template with everything it is made of; `hash` is the SHA-256 of `document`, which is all of it."""

    ref: str
    namespace: str
    title: str
    hash: str
    pages: tuple[Page, ...]
    steps: tuple[StepSpec, ...]
    output: dict[str, Any]
    secrets_schema: dict[str, Any]
    approval: ApprovalRule | None
    button_labels: dict[str, Any]
    document: str
    is_fragment: bool
    tags: frozenset[str]
    """Of its steps: they say whose they are."""
    recovery: str
    """What becomes of a run whose worker is lost: `startOver`, `none` (it fails), "" where it goes on."""


def read_document(
    text: str,
    ref: str,
    parts: Parts,
    *,
    place: Callable[[Path], str] | None = None,
    hidden: Callable[[frozenset[str]], Collection[str]] = lambda tags: (),
) -> Template:
    """The template of a document that need not be in the catalog, with its parts. Raises InvalidTemplate.

    Pages and steps with a tag that `hidden` names, of those there are, are left out as if not written.
    """
    document = _mapping(json.loads(text))
    if document.get("apiVersion") != API_VERSION:
        raise InvalidTemplate(f"{ref} is not a template of version {API_VERSION}.")
    whole = Part(ref, document, place or (lambda path: ".".join([ref, *map(str, path)])))
    try:
        spec, met = composed(whole, parts)
    except InvalidComposition as error:
        raise InvalidTemplate(error.message) from None
    if len(met) > 1:
        text = json.dumps({**document, "spec": spec}, ensure_ascii=False)
    metadata = _mapping(document.get("metadata"))
    return _template(text, ref, metadata, without_tagged(spec, hidden(spec_tags(spec))))


def _template(text: str, ref: str, metadata: Mapping[str, Any], spec: Spec) -> Template:
    """Of its spec, with all parts. Raises InvalidTemplate."""
    steps = spec.get("steps")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise InvalidTemplate(f"{ref} has no list of steps at spec.steps.")
    namespace = EntityRef.parse(ref).namespace
    return Template(
        ref=ref,
        namespace=namespace,
        title=str(metadata.get("title") or metadata.get("name") or ref),
        hash=hashlib.sha256(text.encode()).hexdigest(),
        pages=_pages(spec.get("parameters")),
        steps=tuple(_step(step, number) for number, step in enumerate(steps, 1)),
        output=_mapping(spec.get("output")),
        secrets_schema=_mapping(_mapping(spec.get("secrets")).get("schema")),
        approval=_approval(ref, namespace, spec),
        button_labels=_mapping(_mapping(spec.get("presentation")).get("buttonLabels")),
        document=text,
        is_fragment=spec.get("type") == FRAGMENT,
        tags=all_tags(steps),
        recovery=_recovery(spec.get("EXPERIMENTAL_recovery")),
    )


def template_mistakes(template: Template) -> list[PortalError]:
    """Everything that can be known to fail before the first step runs, each with its path in the template."""
    mistakes: list[PortalError] = []
    seen: set[str] = set()
    for number, step in enumerate(template.steps):
        path = ("steps", str(number))
        if step.id in seen:
            mistakes.append(Invalid(f"Two steps have the id {step.id}.", code="TEMPLATE_INVALID", path=path))
        seen.add(step.id)
        action = find_action(step.action)
        if action is None:
            message = f"Step {step.id} calls the action {step.action}, which is not installed."
            message = f"{message} {_meant(step.action)}"
            mistakes.append(Invalid(message, code="ACTION_UNKNOWN", path=(*path, "action")))
            continue
        for key, message in input_mistakes(step.input, action.input_schema):
            where = f"Step {step.id} ({step.action}), input{key}: {message}"
            mistakes.append(Invalid(where, code="ACTION_INPUT_INVALID", path=(*path, "input")))
    return mistakes


def input_mistakes(
    value: dict[str, Any], schema: Schema, *, passes: Callable[[str], bool] = has_expression
) -> Iterator[tuple[str, str]]:
    """What is wrong with an action's input as (key, message), but for texts that are not known yet."""
    validator = Draft7Validator(schema, registry=Registry())
    for error in validator.iter_errors(value):
        if isinstance(error.instance, str) and passes(error.instance):
            continue
        yield "".join(f".{part}" for part in error.absolute_path), _told(error)


def _told(error: ValidationError) -> str:
    """What is wrong with an input; where one of several sets of keys is needed, which those are."""
    sets: Any = error.validator_value if error.validator in ("anyOf", "oneOf") else []
    alternatives = [each.get("required") for each in sets]
    if not alternatives or not all(alternatives):
        return str(error.message)[:300]
    return f"it needs either {' or '.join(' and '.join(keys) for keys in alternatives)}"


def _meant(action: str) -> str:
    """Which actions are called nearly so; else where all of them are."""
    near = get_close_matches(action, known_actions(), n=3, cutoff=0.7)
    return f"Is it {' or '.join(near)}?" if near else "The page /create/actions lists all."


def _pages(parameters: Any) -> tuple[Page, ...]:
    pages = parameters if isinstance(parameters, list) else [parameters]
    return tuple(
        Page(str(page.get("title") or ""), str(page.get("description") or ""), page)
        for page in pages
        if isinstance(page, dict)
    )


def _approval(ref: str, namespace: str, spec: dict[str, Any]) -> ApprovalRule | None:
    """`spec.approval`: `count` (1) of `approvers` (the template's owner), each a group or a user.

    Raises InvalidTemplate where nobody could approve.
    """
    written = spec.get("approval")
    if written is None:
        return None
    rule = _mapping(written)
    count = rule.get("count", 1)
    named = rule.get("approvers") or [spec.get("owner")]
    try:
        refs = [str(EntityRef.parse(str(one), "group", namespace)) for one in named if one]
    except (InvalidRef, TypeError):
        refs = []
    if not isinstance(count, int) or not 1 <= count <= MAX_APPROVALS or not refs:
        raise InvalidTemplate(
            f"{ref}, spec.approval: write `count` (1 to {MAX_APPROVALS}) and `approvers`, "
            "a list of groups or users; without it the template's owner approves."
        )
    return ApprovalRule(count, tuple(refs))


def _recovery(written: Any) -> str:
    strategy = _mapping(written).get("EXPERIMENTAL_strategy")
    return strategy if strategy in (START_OVER, GIVE_UP) else ""


def _step(step: dict[str, Any], number: int) -> StepSpec:
    action = str(step.get("action") or "")
    return StepSpec(
        id=str(step.get("id") or f"step-{number}"),
        name=str(step.get("name") or action),
        action=action,
        input=_mapping(step.get("input")),
        condition=step.get("if"),
        each=step.get("each"),
        timeout=_seconds(step.get("timeout")),
        origin=str(step.get("origin") or ""),
        at=int(step.get("at", number - 1)),
        scopes=tuple(step.get("scopes") or ()),
        conditions=tuple(step.get("conditions") or ()),
    )


def _seconds(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
