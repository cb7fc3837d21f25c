"""GraphQL for the authors of templates: actions, linting, dry runs, and checking a form's values."""

import base64
from typing import Any

import graphene
import yaml
from graphql import GraphQLResolveInfo

from portal.graphql.problems import Problem, WithProblems, mutation, problems_of
from portal.graphql.scalars import JSON
from portal.rest.errors import PortalError
from scaffolder.actions import known_actions
from scaffolder.actions.action import Action, Example
from scaffolder.authoring.drafts import Draft, document_to_run, read_draft
from scaffolder.authoring.dry_runs import dry_run
from scaffolder.schema.plan import PortalPlannedEffect
from scaffolder.services import broken_templates, get_template
from scaffolder.templates.parameters import check_parameters
from scaffolder.templates.template import API_VERSION


class PortalDraftFile(graphene.ObjectType):
    """A file beside a template, or one that a dry run made."""

    path = graphene.String(required=True)
    content = graphene.String(description="Null where it is no text.")
    executable = graphene.Boolean(required=True)


class PortalActionExample(graphene.ObjectType):
    """A step as an author writes it; the portal's tests run each of them."""

    description = graphene.String(required=True)
    steps = graphene.String(required=True, description="YAML, to be pasted into a template.")
    template = graphene.String(required=True, description="YAML of a whole template that does nothing else.")
    files = graphene.List(
        graphene.NonNull(PortalDraftFile), required=True, description="Beside the template."
    )


class PortalAction(graphene.ObjectType):
    """What a step can call."""

    id = graphene.String(required=True)
    title = graphene.String(required=True)
    description = graphene.String(required=True)
    input_schema = JSON(required=True)
    output_schema = JSON(required=True)
    runs_dry = graphene.Boolean(
        required=True, description="A dry run performs it; of every other it tells the plan."
    )
    can_undo = graphene.Boolean(required=True)
    scopes = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="What an API token needs for it."
    )
    examples = graphene.List(graphene.NonNull(PortalActionExample), required=True)

    def resolve_can_undo(root: Action, info: GraphQLResolveInfo) -> bool:
        return root.undo is not None

    def resolve_scopes(root: Action, info: GraphQLResolveInfo) -> list[str]:
        return sorted(root.scopes)

    def resolve_input_schema(root: Action, info: GraphQLResolveInfo) -> dict[str, Any]:
        return dict(root.input_schema)

    def resolve_output_schema(root: Action, info: GraphQLResolveInfo) -> dict[str, Any]:
        return dict(root.output_schema)

    def resolve_examples(root: Action, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return [_example(root, example) for example in root.examples]


class PortalBrokenTemplate(graphene.ObjectType):
    """A template that nobody can run as it is."""

    ref = graphene.String(required=True)
    title = graphene.String(required=True)
    problems = graphene.List(graphene.NonNull(Problem), required=True)


class PortalDraftFinding(graphene.ObjectType):
    """One thing that is wrong with a draft."""

    code = graphene.String(required=True)
    message = graphene.String(required=True)
    level = graphene.String(required=True, description="error or warning")
    path = graphene.String(required=True, description="`template.yaml`, or the file beside it.")
    line = graphene.Int(required=True)


class PortalDraft(graphene.ObjectType):
    """What a text says that somebody is writing."""

    document = JSON(
        description="The Template entity with what it is made of; null where the text cannot be read."
    )
    findings = graphene.List(graphene.NonNull(PortalDraftFinding), required=True)

    def resolve_document(root: Draft, info: GraphQLResolveInfo) -> dict[str, Any] | None:
        return root.whole or root.document

    def resolve_findings(root: Draft, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return [
            {
                "code": finding.code,
                "message": finding.message,
                "level": finding.level,
                "path": finding.path,
                "line": finding.line or 1,
            }
            for finding in root.findings
        ]


class DraftFileInput(graphene.InputObjectType):
    path = graphene.String(required=True)
    content = graphene.String(required=True)


class DryRunTemplateInput(graphene.InputObjectType):
    text = graphene.String(required=True, description="YAML of the Template entity.")
    values = JSON(required=True)
    secrets = JSON(description="Names and texts; gone when the dry run has ended.")
    files = graphene.List(
        graphene.NonNull(DraftFileInput),
        description="What lies beside it; left out: what lies beside the catalog's template of that name.",
    )


class PortalDryRunLine(graphene.ObjectType):
    message = graphene.String(required=True)
    step_id = graphene.String()
    status = graphene.String(description="Of the step, where the line tells it.")


class DryRunTemplatePayload(WithProblems, graphene.ObjectType):
    log = graphene.List(graphene.NonNull(PortalDryRunLine), required=True, default_value=())
    files = graphene.List(graphene.NonNull(PortalDraftFile), required=True, default_value=())
    effects = graphene.List(graphene.NonNull(PortalPlannedEffect), required=True, default_value=())
    output = JSON()


def _dry_run_template(info: GraphQLResolveInfo, input: Any) -> DryRunTemplatePayload:
    """Go through a draft without changing anything; a worker does it within seconds."""
    viewer = info.context.principal
    given = {file.path: file.content for file in input.files} if input.get("files") is not None else None
    document = document_to_run(input.text, given, actor=viewer)
    files = (
        None
        if given is None
        else [
            {"path": path, "base64Content": base64.b64encode(content.encode()).decode()}
            for path, content in given.items()
        ]
    )
    answer = dry_run(document, input.values, files, actor=viewer, secrets=input.get("secrets"), beside=True)
    return DryRunTemplatePayload(
        log=[_line(line["body"]) for line in answer["log"]],
        files=[_made(file) for file in answer["directoryContents"]],
        effects=answer["effects"],
        output=answer["output"],
    )


class AuthoringQueries:
    """What authors of templates and the page's wizard ask."""

    actions = graphene.List(
        graphene.NonNull(PortalAction), required=True, description="What steps can call, by id."
    )
    broken_templates = graphene.List(
        graphene.NonNull(PortalBrokenTemplate),
        required=True,
        description="Templates that call actions which are not there, or are wrong otherwise.",
    )
    draft = graphene.Field(
        PortalDraft,
        required=True,
        text=graphene.String(required=True, description="YAML of the Template entity."),
        files=graphene.List(graphene.NonNull(DraftFileInput), description="What lies beside it, if known."),
        description="A template that is being written: read and linted, kept nowhere.",
    )
    check_parameters = graphene.List(
        graphene.NonNull(Problem),
        required=True,
        template_ref=graphene.String(required=True),
        parameters=JSON(required=True),
        description="What runTemplate would find wrong with these values; nothing is run.",
    )

    def resolve_actions(root: Any, info: GraphQLResolveInfo) -> list[Action]:
        return [action for _, action in sorted(known_actions().items())]

    def resolve_broken_templates(root: Any, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        return [
            {
                "ref": entity.ref,
                "title": entity.title or entity.name,
                "problems": [problem for mistake in mistakes for problem in problems_of(mistake)],
            }
            for entity, mistakes in broken_templates(viewer=info.context.principal)
        ]

    def resolve_draft(
        root: Any, info: GraphQLResolveInfo, text: str, files: list[Any] | None = None
    ) -> Draft:
        beside = {file.path: file.content for file in files} if files is not None else None
        return read_draft(text, beside, viewer=info.context.principal)

    def resolve_check_parameters(
        root: Any, info: GraphQLResolveInfo, template_ref: str, parameters: Any
    ) -> list[Problem]:
        try:
            template, _ = get_template(template_ref, viewer=info.context.principal)
            check_parameters(template.pages, parameters)
        except PortalError as error:
            return problems_of(error)
        return []


class AuthoringMutations:
    """What authors of templates have done."""

    dry_run_template = mutation(DryRunTemplateInput, DryRunTemplatePayload, _dry_run_template)


def _line(body: dict[str, Any]) -> dict[str, Any]:
    return {"message": body["message"], "step_id": body.get("stepId"), "status": body.get("status")}


def _made(file: dict[str, Any]) -> dict[str, Any]:
    try:
        content: str | None = base64.b64decode(file["base64Content"]).decode()
    except UnicodeDecodeError:
        content = None
    return {"path": file["path"], "content": content, "executable": file["executable"]}


def _example(action: Action, example: Example) -> dict[str, Any]:
    before = [
        {
            "id": f"before-{number}",
            "name": f"Write {path}",
            "action": "fs:write",
            "input": {"path": path, "content": content},
        }
        for number, (path, content) in enumerate(example.workspace.items(), 1)
    ]
    step = {"id": "example", "name": action.title, "action": action.id, "input": example.input}
    template = {
        "apiVersion": API_VERSION,
        "kind": "Template",
        "metadata": {"name": f"example-of-{action.id.replace(':', '-').lower()}", "title": action.title},
        "spec": {"owner": "group:default/platform", "type": "example", "steps": [*before, step]},
    }
    return {
        "description": example.description,
        "steps": _yaml([step]),
        "template": _yaml(template),
        "files": [
            {"path": path, "content": content, "executable": False} for path, content in example.files.items()
        ],
    }


def _yaml(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True))
