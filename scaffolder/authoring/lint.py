"""What would go wrong with a template, found without running it: schemas, expressions, files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from catalog.entities.findings import Finding
from scaffolder.authoring.expressions import Use, uses_in
from scaffolder.authoring.local import LocalTemplate
from scaffolder.renderer.process import has_expression
from scaffolder.renderer.values import TemplateFault
from scaffolder.templates.parameters import declared_names
from scaffolder.templates.skeletons import SkeletonError, SkeletonFile
from scaffolder.templates.template import InvalidTemplate, StepSpec, Template, template_mistakes

ALWAYS_THERE = frozenset({"parameters", "steps", "user", "context", "environment"})
IN_INPUTS = ALWAYS_THERE | {"secrets"}
RENDERING_ACTIONS = ("fetch:template", "fetch:template:file", "fetch:cookiecutter")
UNTOUCHED = ("copyWithoutTemplating", "copyWithoutRender", "templateFileExtension", "basePath")
"""Inputs of a step under which a file may be no template of its own."""
FETCHING_ACTIONS = (*RENDERING_ACTIONS, "fetch:plain", "fetch:plain:file")


@dataclass(frozen=True, slots=True)
class Known:
    """What the expressions of one place may refer to."""

    names: frozenset[str]
    parameters: frozenset[str]
    steps: frozenset[str]


def lint(local: LocalTemplate) -> list[Finding]:
    """Everything that can be known to be wrong, each at its file and line."""
    try:
        template = local.read()
    except InvalidTemplate as error:
        return [Finding(error.code, error.message, local.path, _line_told(local, error.message))]
    found = [*_schemas(local, template), *_steps(local, template)]
    declared = frozenset(declared_names(template.pages))
    for place, step in enumerate(template.steps):
        written_in = local.beside(step.origin)
        if written_in is None:
            continue  # it is in the catalog, and was looked at there
        found += _texts_of_step(written_in, step, _known_to(step, template.steps[:place], declared))
        found += _files_of_step(written_in, step)
    steps = frozenset(step.id for step in template.steps)
    found += _texts(local, template.output, ("spec", "output"), Known(ALWAYS_THERE, declared, steps))
    return sorted(found, key=lambda finding: (finding.path, finding.line or 0))


def _line_told(local: LocalTemplate, message: str) -> int:
    """The line of the file that the message is about; it may name lines of others too."""
    told = re.search(rf"\({re.escape(local.path)}, line (\d+)\)", message)
    return int(told[1]) if told else local.line_of("spec")


def _known_to(step: StepSpec, earlier: tuple[StepSpec, ...], declared: frozenset[str]) -> Known:
    """What a step sees: of a fragment, what is mapped for it, and its own steps by their own ids."""
    ids = {before.id for before in earlier}
    for scope in step.scopes:
        declared |= frozenset(scope["given"])
        ids |= {id.removeprefix(scope["prefix"]) for id in ids}
    return Known(IN_INPUTS, declared, frozenset(ids))


def _schemas(local: LocalTemplate, template: Template) -> Iterator[Finding]:
    for page in template.pages:
        try:
            Draft7Validator.check_schema(page.schema)
        except SchemaError as error:
            place = ".".join(str(part) for part in error.absolute_path)
            message = f"The page {page.title!r} is no JSON Schema at {place}: {error.message[:200]}"
            yield Finding("TEMPLATE_INVALID", message, local.path, local.line_of("spec", "parameters"))


def _steps(local: LocalTemplate, template: Template) -> Iterator[Finding]:
    for mistake in template_mistakes(template):
        _, number, *rest = mistake.path
        step = template.steps[int(number)]
        written_in = local.beside(step.origin)
        if written_in is None:
            message = f"{mistake.message} (a step of {step.origin})"
            yield Finding(mistake.code, message, local.path, local.line_of_part(step.origin))
            continue
        line = written_in.line_of("spec", "steps", step.at, *rest)
        yield Finding(mistake.code, mistake.message, written_in.path, line)


def _texts_of_step(local: LocalTemplate, step: StepSpec, known: Known) -> Iterator[Finding]:
    where = ("spec", "steps", step.at)
    inputs = replace(known, names=known.names | {"each"}) if step.each is not None else known
    yield from _texts(local, step.input, (*where, "input"), inputs)
    yield from _texts(local, step.condition, (*where, "if"), replace(known, names=ALWAYS_THERE))
    yield from _texts(local, step.each, (*where, "each"), known)


def _texts(local: LocalTemplate, value: Any, path: tuple[str | int, ...], known: Known) -> Iterator[Finding]:
    """The mistakes of every text in a value."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(local, item, (*path, key), known)
    elif isinstance(value, str) and has_expression(value):
        for line, message in _mistakes(value, known):
            place = ".".join(str(part) for part in path[1:])
            at = local.line_of(*path) + line - 1
            yield Finding("TEMPLATE_ERROR", f"{place}: {message}", local.path, at)


def _mistakes(text: str, known: Known) -> Iterator[tuple[int, str]]:
    try:
        uses = uses_in(text)
    except TemplateFault as fault:
        yield fault.line or 1, f"{fault.message}."
        return
    for use in uses:
        message = _unknown(use, known)
        if message:
            yield use.line, message


def _unknown(use: Use, known: Known) -> str:
    """What is wrong with a use; "" where nothing is."""
    root, name = use.path[0], use.path[1] if len(use.path) > 1 else ""
    if root not in known.names:
        there = ", ".join(sorted(known.names))
        return "" if use.is_guarded else f"{root!r} is undefined; there are {there}."
    if root == "parameters" and name and name not in known.parameters and not use.is_guarded:
        return f"no page of the form asks for {name!r}."
    if root == "steps" and name and name not in known.steps:
        return f"no step before this one has the id {name!r}."
    return ""


def _files_of_step(local: LocalTemplate, step: StepSpec) -> Iterator[Finding]:
    """Whether the files that a step fetches are there, and those that it renders can be read."""
    url = step.input.get("url")
    if step.action not in FETCHING_ACTIONS or not isinstance(url, str) or has_expression(url) or "://" in url:
        return
    try:
        files = list(local.files(url))
    except SkeletonError as error:
        line = local.line_of("spec", "steps", step.at, "input", "url")
        yield Finding("FILE_MISSING", f"Step {step.id}: {error}", local.path, line)
        return
    if step.action in RENDERING_ACTIONS:
        for file in files:
            yield from _file(local, step, url, file)


def _file(local: LocalTemplate, step: StepSpec, url: str, file: SkeletonFile) -> Iterator[Finding]:
    """A file that cannot be read, or that uses a value which the step does not give."""
    if any(step.input.get(key) for key in UNTOUCHED):
        return
    is_cookiecutter = step.action == "fetch:cookiecutter" or bool(step.input.get("cookiecutterCompat"))
    start, name = ("{{", "cookiecutter") if is_cookiecutter else ("${{", "values")
    try:
        text = file.content.decode()
        uses = uses_in(text, start) if has_expression(text, start) else []
    except UnicodeDecodeError:
        return
    except TemplateFault as fault:
        yield Finding("TEMPLATE_ERROR", f"{fault.message}.", _beside(url, file), fault.line or 1)
        return
    values = step.input.get("values") or {}
    for use in uses:
        message = _not_given(use, name, values, step)
        if message:
            yield Finding("TEMPLATE_ERROR", message, _beside(url, file), use.line)


def _not_given(use: Use, name: str, values: Any, step: StepSpec) -> str:
    """What is wrong with a use in a file; "" where nothing is, or nothing can be known."""
    if use.is_guarded:
        return ""
    if use.path[0] != name:
        return f"{use.path[0]!r} is undefined; files see only {name!r}."
    if use.is_asked or len(use.path) < 2 or not isinstance(values, dict) or use.path[1] in values:
        return ""
    return f"step {step.id} gives no value {use.path[1]!r}."


def _beside(url: str, file: SkeletonFile) -> str:
    folder = url.removeprefix("./").rstrip("/")
    return folder if folder.rpartition("/")[2] == file.path else f"{folder}/{file.path}"
