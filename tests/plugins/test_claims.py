"""What the plugins of the tree claim is what they read: nothing by a pattern for everything."""

from portal.extension.inventory import enabled_plugins

WIDE = {
    # A scorecard is judged by whatever its checks ask, of whatever kind it names.
    "scorecards": {"kinds", "annotations"},
    # Documentation is named, and searched, in any descriptor; it lies in any repository that one names
    # (`url:`), and is read with what the portal keeps for that host. An administrator narrows both.
    "docs": {"kinds", "fields", "annotations", "hosts", "secrets"},
    # Those of PORTAL_CLUSTERS, which an operator writes for nothing else.
    "kubernetes": {"clusters"},
}


def test_what_comes_with_the_portal_claims_what_it_reads() -> None:
    plugins = [config for config in enabled_plugins() if config.name.startswith("plugins.")]
    assert len(plugins) >= 6
    wide = {
        config.label: {claim for claim, value in config.claims.values() if not value.strip("*")}
        for config in plugins
    }
    for label, claims in wide.items():
        assert claims <= WIDE.get(label, set()), label
