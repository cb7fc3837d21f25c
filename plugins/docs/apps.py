"""The front page of the docs plugin: everything it adds, by name."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from portal.plugin_api import (
    Claims,
    PluginConfig,
    PluginUrl,
    Schedule,
    SearchDocuments,
    described_in,
    entity_facts,
    entity_fields,
    entity_panels,
    home_panels,
    pages,
    schedules,
    search_documents,
    setting,
    urls,
)


@dataclass(frozen=True)
class DocsSettings:
    """`every`: how often changed entities are looked for; `check_every`: how often the files of unchanged
    ones are looked at again, `checks_at_once` entities at a time. `build_…` are the limits of one build."""

    every: timedelta = setting(timedelta(seconds=30), fixed=True)
    check_every: timedelta = timedelta(seconds=60)
    checks_at_once: int = 200
    build_cpu_seconds: int = 60
    build_seconds: int = 120
    build_memory_mib: int = 768
    storage: str = setting("", help="Where sites are kept: a folder, or s3://bucket/prefix.", fixed=True)
    s3_endpoint: str = setting("", help="The address of an S3 service that is not Amazon's.", fixed=True)


class DocsPlugin(PluginConfig):
    name = "plugins.docs"
    verbose_name = "Documentation"
    settings_class = DocsSettings
    claims = Claims(kinds=("*",), fields=("*",), annotations=("*",), hosts=("*",), secrets=("*",))

    def register(self) -> None:
        from .facts import docs_facts
        from .home import DocsPage
        from .panels import (
            ApiPanel,
            BrokenLinksPanel,
            DecisionsPanel,
            DocsPanel,
            RecentPagesPanel,
            TeamDocsPanel,
        )
        from .schema import entity_docs
        from .selectors import find_pages, get_decision_file, get_file
        from .tasks import refresh
        from .techdocs import URLS

        self.add(entity_panels, DocsPanel, DecisionsPanel, ApiPanel, BrokenLinksPanel, TeamDocsPanel)
        self.add(entity_fields, entity_docs)
        self.add(entity_facts, docs_facts)
        self.add(home_panels, RecentPagesPanel)
        self.add(pages, DocsPage)
        self.add(search_documents, SearchDocuments("docs", find_pages, announced=True))
        self.add(
            urls,
            PluginUrl("files", "files/<uuid:uid>/<path:path>", get_file),
            PluginUrl("decision-files", "decision-files/<uuid:uid>/<path:path>", get_decision_file),
            described_in(Path(__file__).with_name("openapi.yaml")),
            *URLS,
        )
        self.add(schedules, Schedule("refresh", refresh, every=self.settings.every))
