"""The front page of the scorecards plugin: everything it adds, by name."""

from dataclasses import dataclass
from datetime import timedelta

from portal.plugin_api import (
    Claims,
    PluginConfig,
    Schedule,
    entity_actions,
    entity_fields,
    entity_kinds,
    entity_panels,
    home_panels,
    pages,
    queries,
    schedules,
    setting,
)

NEWS_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class ScorecardsSettings:
    """How often everything is judged, and how long it is remembered."""

    every: timedelta = setting(timedelta(minutes=10), fixed=True, help="How often everything is judged.")
    keep_days: int = setting(400, help="For how many days changes of facts and results are kept.")

    def __post_init__(self) -> None:
        if self.keep_days < 1:
            raise ValueError("Changes are kept for a day at least.")


class ScorecardsPlugin(PluginConfig):
    name = "plugins.scorecards"
    verbose_name = "Scorecards"
    settings_class = ScorecardsSettings
    # Whoever writes a scorecard decides what is judged by what: kinds and annotations are not known here.
    claims = Claims(
        kinds=("*",), fields=("spec", "metadata.tags", "metadata.links", "relations"), annotations=("*",)
    )

    def register(self) -> None:
        from portal.plugin_api.scaffolder import actions

        from .exemptions import ASK_EXEMPTION, DECIDE_EXEMPTION
        from .gate import REQUIRE_LEVEL
        from .kind import scorecard
        from .pages import ScorecardsPage
        from .panels import ChecksPanel, HomeScorecardsPanel, OwnedScorecardsPanel, ScorecardsPanel
        from .schema.entity import entity_scorecards
        from .schema.report import scorecards_query
        from .scorecard_panels import ScorecardPanel, ShortfallPanel
        from .tasks import judge, judge_news, tidy

        settings = self.settings
        self.add(entity_kinds, scorecard)
        self.add(entity_panels, ScorecardsPanel, ChecksPanel, OwnedScorecardsPanel)
        self.add(entity_panels, ScorecardPanel, ShortfallPanel)
        self.add(entity_fields, entity_scorecards)
        self.add(queries, scorecards_query)
        self.add(entity_actions, ASK_EXEMPTION, DECIDE_EXEMPTION)
        self.add(home_panels, HomeScorecardsPanel)
        self.add(pages, ScorecardsPage)
        self.add(actions, REQUIRE_LEVEL)
        self.add(schedules, Schedule("judge", run=judge, every=settings.every, limit=timedelta(hours=1)))
        often, limit = min(NEWS_EVERY, settings.every), timedelta(hours=1)
        self.add(schedules, Schedule("judge-news", run=judge_news, every=often, limit=limit))
        self.add(schedules, Schedule("tidy", run=tidy, every=timedelta(days=1)))
