"""What plugins' search documents have for a text, remembered where plugins announce their changes.

Hits depend on the text, the account, the catalog's standing and what was accepted of the plugin's claims;
those of announced documents beside it on the announcements alone, so they are kept under these. Other hits
are asked for at each search, and an answer made of them is kept under the hits themselves.
"""

from collections.abc import Hashable, Sequence
from functools import cached_property

from django.apps import apps

from catalog.query.cached import Question, Standing
from portal.accounts.principal import Principal
from portal.extension.acceptance import claims_in_force
from portal.extension.collecting import MAX_HITS, search_hits
from portal.extension.plugin import PluginConfig
from portal.extension.points import Contribution
from portal.extension.search import SearchDocuments, SearchHit
from portal.extension_points import search_documents

Point = Contribution[SearchDocuments]
Hits = tuple[tuple[str, SearchHit], ...]


class PluginDocuments:
    """The documents of these plugins for one text and one viewer; `standing` was read before the entities."""

    def __init__(
        self, points: Sequence[Point], text: str, *, viewer: Principal, standing: Standing | None
    ) -> None:
        self._text, self._viewer, self._standing = text, viewer, standing
        self._announced = [point for point in points if standing and point.value.announced]
        self._others = [point for point in points if point not in self._announced]
        self.failed = False
        """Whether a plugin whose hits are remembered failed: what was made without them is not kept."""

    @cached_property
    def state(self) -> Hashable:
        """What hits depend on beside the text, the account and the standing."""
        return (self._announcements, self._other_hits)

    @cached_property
    def hits(self) -> Hits:
        """The best of each plugin, under the name of its documents."""
        return (*self._remembered(), *self._other_hits)

    def _remembered(self) -> Hits:
        if not self._announced or self._standing is None:
            return ()
        account = self._viewer.account.pk if self._viewer.account else 0
        question = Question(self._standing, ("plugin hits", self._text, account, self._announcements))
        found: Hits | None = question.answer()
        if found is None:
            found = self._ask(self._announced)
            if not self.failed:
                question.keep(found)
        return found

    @cached_property
    def _other_hits(self) -> Hits:
        failed = self.failed
        found = self._ask(self._others)
        self.failed = failed  # the hits themselves say that there are none
        return found

    def _ask(self, points: Sequence[Point]) -> Hits:
        if not points:
            return ()
        found = search_hits(points, self._text, viewer=self._viewer, limit=MAX_HITS)
        self.failed = self.failed or any(hits is None for hits in found.values())
        return tuple((name, hit) for name, hits in found.items() for hit in hits or ())

    @property
    def _announcements(self) -> Hashable:
        if not self._announced or self._standing is None:
            return ()
        return (self._standing.documents, *((point.name, _claims(point.plugin)) for point in self._announced))


def announcements(standing: Standing) -> Hashable | None:
    """What all hits depend on beside text, account and standing; None where a plugin does not announce."""
    points = search_documents.read()
    if not all(point.value.announced for point in points):
        return None
    return (standing.documents, *((point.name, _claims(point.plugin)) for point in points))


def _claims(plugin: str) -> Hashable:
    config = apps.app_configs.get(plugin)
    return claims_in_force(config) if isinstance(config, PluginConfig) else None
