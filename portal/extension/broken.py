"""Plugins that could not start: left out, with the reason for the plugins page and `portal plugins`."""

import logging

logger = logging.getLogger(__name__)

_broken: dict[str, str] = {}


def mark_broken(plugin: str, why: str) -> None:
    """The portal goes on without this plugin: what it has added is taken back, the log says why."""
    from portal.extension.points import POINTS

    _broken[plugin] = why
    logger.error("plugin=%s is left out: %s", plugin, why)
    for point in POINTS.values():
        point.withdraw(plugin)


def why_broken(plugin: str) -> str | None:
    """The sentence; None for a plugin that started."""
    return _broken.get(plugin)


def broken_plugins() -> dict[str, str]:
    """Every plugin that was left out, with the reason."""
    return dict(_broken)
