"""Plugins in the tree and from entry points: which exist, which are enabled."""


def enabled_plugin_configs(names: list[str]) -> list[str]:
    """The Django app config paths of the enabled plugins, in the order of `names`."""
    return []
