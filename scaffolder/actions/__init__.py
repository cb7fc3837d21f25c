"""The actions that steps call: those of the portal and those that plugins add."""

from functools import cache

from scaffolder.actions import (
    catalog_register,
    catalog_write,
    debug_log,
    debug_wait,
    entities,
    fetch_cookiecutter,
    fetch_file,
    fetch_plain,
    fetch_template,
    filesystem,
    filesystem_zip,
    github,
    http_request,
    publish_git,
)
from scaffolder.actions.action import Action

BUILT_IN = (
    catalog_register.ACTION,
    catalog_write.ACTION,
    debug_log.ACTION,
    debug_wait.ACTION,
    entities.FETCH,
    entities.QUERY,
    fetch_cookiecutter.ACTION,
    fetch_file.PLAIN,
    fetch_file.TEMPLATE,
    fetch_plain.ACTION,
    fetch_template.ACTION,
    filesystem.DELETE,
    filesystem.READ,
    filesystem.READDIR,
    filesystem.RENAME,
    filesystem.WRITE,
    filesystem_zip.ACTION,
    *github.ACTIONS,
    http_request.ACTION,
    publish_git.ACTION,
)


def known_actions() -> dict[str, Action]:
    """Every action by its id; plugins add, they do not replace."""
    from scaffolder.extension_points import actions

    added = {item.value.id: item.value for item in actions.read()}
    return {**added, **_built_in()}


@cache
def _built_in() -> dict[str, Action]:
    return {action.id: action for action in BUILT_IN}


def find_action(action_id: str) -> Action | None:
    return known_actions().get(action_id)
