"""`portal plugins` says what is installed and what it adds."""

from itertools import takewhile

from click.testing import CliRunner

from portal.cli import WITH_DJANGO
from portal.plugin_admin.commands import plugins


def test_plugins_are_listed_with_what_they_add():
    lines = CliRunner().invoke(plugins, catch_exceptions=False).output.splitlines()
    [place] = [number for number, line in enumerate(lines) if line.startswith("docs ")]
    assert " ready: Documentation that lives beside the code" in lines[place]
    below = takewhile(lambda line: line.startswith(" "), lines[place + 1 :])
    following = [line.split() for line in below]
    for added in (
        ["catalog.entity_panels", "docs"],
        ["catalog.entity_fields", "EntityDocs"],
        ["portal.home_panels", "recent-pages"],
        ["claims", "kinds", "*"],
    ):
        assert added in following


def test_the_command_is_mounted():
    assert WITH_DJANGO["plugins"] == "portal.plugin_admin.commands:plugins"
