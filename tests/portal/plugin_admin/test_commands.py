"""`portal plugins` says what is installed and what it adds."""

from click.testing import CliRunner

from portal.cli import WITH_DJANGO
from portal.plugin_admin.commands import plugins


def test_plugins_are_listed_with_what_they_add():
    lines = CliRunner().invoke(plugins, catch_exceptions=False).output.splitlines()
    assert lines[0].startswith("docs ")
    assert lines[0].endswith(
        "ready: Documentation that lives beside the code: an entity's Markdown pages, in a tab and in the "
        "search."
    )
    assert [line.split() for line in lines[1:6]] == [
        ["catalog.entity_panels", "docs"],
        ["catalog.entity_fields", "EntityDocs"],
        ["portal.schedules", "refresh"],
        ["portal.home_panels", "recent-pages"],
        ["portal.search_documents", "docs"],
    ]


def test_the_command_is_mounted():
    assert WITH_DJANGO["plugins"] == "portal.plugin_admin.commands:plugins"
