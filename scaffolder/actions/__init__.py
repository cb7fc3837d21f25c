"""The actions that steps call: those of the portal and those that plugins add."""

from dataclasses import replace
from functools import cache

from portal.extension.acceptance import in_name_of
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
    gitlab,
    http_request,
    kubernetes,
    notification,
    pipelines,
    publish_git,
    roadie,
    template_update,
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
    *gitlab.ACTIONS,
    http_request.ACTION,
    *kubernetes.ACTIONS,
    notification.ACTION,
    pipelines.ACTION,
    publish_git.ACTION,
    *roadie.ACTIONS,
    template_update.ACTION,
)


def known_actions() -> dict[str, Action]:
    """Every action by its id; plugins add, they do not replace."""
    from scaffolder.extension_points import actions

    added = {item.value.id: _of_plugin(item.plugin, item.value) for item in actions.read()}
    return {**added, **_built_in()}


def _of_plugin(plugin: str, action: Action) -> Action:
    """The same action, doing everything in the plugin's name: it calls what the plugin may call."""
    return replace(
        action,
        run=in_name_of(plugin, action.run),
        plan=in_name_of(plugin, action.plan) if action.plan else None,
        undo=in_name_of(plugin, action.undo) if action.undo else None,
    )


@cache
def _built_in() -> dict[str, Action]:
    return {action.id: action for action in BUILT_IN}


def find_action(action_id: str) -> Action | None:
    return known_actions().get(action_id)
