"""What a template asks for and what it can use, as Backstage's wizard and editor read it."""

import json
from typing import Any

import yaml
from django.http import HttpResponse, JsonResponse
from rest_framework.request import Request

from catalog.entities.refs import EntityRef
from portal.accounts.viewer import viewer_of
from scaffolder.actions import known_actions
from scaffolder.actions.action import Action
from scaffolder.renderer.filters import FILTERS
from scaffolder.renderer.language import globals_of_a_run
from scaffolder.services import get_template

UNTITLED = "Please enter the following information"


def parameter_schema(request: Request, namespace: str, kind: str, name: str) -> HttpResponse:
    """`GET /v2/templates/:namespace/:kind/:name/parameter-schema`: the form, its keys in the file's order."""
    ref = str(EntityRef(kind, namespace, name))
    template, entity = get_template(ref, viewer=viewer_of(request))
    document = json.loads(entity.document)
    spec, metadata = document.get("spec", {}), document.get("metadata", {})
    answer: dict[str, Any] = {"title": template.title}
    for key, value in (
        ("description", metadata.get("description")),
        ("presentation", spec.get("presentation")),
        ("ui:options", metadata.get("ui:options")),
    ):
        if value is not None:
            answer[key] = value
    answer["steps"] = [_page(page.schema) for page in template.pages]
    decorators = spec.get("formDecorators") or spec.get("EXPERIMENTAL_formDecorators")
    if decorators:
        answer["EXPERIMENTAL_formDecorators"] = answer["formDecorators"] = decorators
    return JsonResponse(answer)


def _page(schema: dict[str, Any]) -> dict[str, Any]:
    page: dict[str, Any] = {"title": schema.get("title") or UNTITLED}
    if schema.get("description"):
        page["description"] = schema["description"]
    return {**page, "schema": schema}


def list_actions(request: Request) -> HttpResponse:
    """`GET /v2/actions`, in the order of their ids."""
    return JsonResponse([_action(action) for _, action in sorted(known_actions().items())], safe=False)


def _action(action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "description": action.description,
        "examples": [
            {"description": example.description, "example": _example(action, example.input)}
            for example in action.examples
        ],
        "schema": {"input": action.input_schema, "output": action.output_schema},
    }


def _example(action: Action, given: dict[str, Any]) -> str:
    steps = [{"id": "example", "name": action.title, "action": action.id, "input": given}]
    return str(yaml.safe_dump({"steps": steps}, sort_keys=False, allow_unicode=True))


def templating_extensions(request: Request) -> HttpResponse:
    """`GET /v2/templating-extensions`: the filters and the global functions of expressions."""
    names = globals_of_a_run()
    functions: dict[str, Any] = {name: {} for name, value in sorted(names.items()) if callable(value)}
    functions |= {"always": {}, "failure": {}}
    values = {name: {"value": value} for name, value in sorted(names.items()) if not callable(value)}
    filters: dict[str, Any] = {name: {} for name in sorted(FILTERS)}
    return JsonResponse({"filters": filters, "globals": {"functions": functions, "values": values}})
