"""Runs what plugins do to documents before they are checked, each contained by itself."""

from copy import deepcopy
from typing import Any

from catalog.entities.findings import Refused
from catalog.extension_points import processors
from portal.extension.acceptance import claims_in_force
from portal.extension.guard import PluginFailed, contained
from portal.extension.narrowing import config_of
from portal.extension.plain import Budget, WrongAnswer, plain
from portal.extension.points import Contribution
from portal.extension.processors import DocumentRefused, Processor


def processed(value: Any) -> Any:
    """A document as processors make it, in their order.

    Raises Refused where one refuses it or fails: then the last good version of the entity stays.
    """
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        return value
    for item in processors.read():
        if item.value.applies_to(value["kind"]):
            value = _processed_by(item, value)
    return value


def _processed_by(item: Contribution[Processor], value: dict[str, Any]) -> dict[str, Any]:
    config = config_of(item.plugin)
    if config and not claims_in_force(config).covers("kinds", value["kind"]):
        return value

    def run() -> Any:
        try:
            answer = plain(item.value.process(deepcopy(value)), Budget())
        except DocumentRefused as refused:
            return refused
        if not isinstance(answer, dict):
            raise WrongAnswer("the answer is no document")
        return answer

    try:
        answer = contained(item.plugin, f"the processor {item.name}", run)
    except PluginFailed as error:
        raise Refused(error.code, str(error)) from None
    if isinstance(answer, DocumentRefused):
        raise Refused("DOCUMENT_REFUSED", f"{item.plugin}: {answer.message}", where=answer.path)
    changed: dict[str, Any] = answer
    if _identity(changed) != _identity(value):
        raise Refused("PLUGIN_FAILED", f"The plugin {item.plugin} changes who the entity is, which none may.")
    return changed


def _identity(value: dict[str, Any]) -> tuple[Any, ...]:
    metadata = value.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    return value.get("kind"), named.get("name"), named.get("namespace")
