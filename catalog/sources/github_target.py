"""What may be written as the target of a GitHub organisation, and which of its repositories that means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, unquote

from catalog.sources.base import SourceError

FORM = re.compile(
    r"(?P<organisation>https?://[^/\s?]+/[^/\s?]+)"
    r"(?:/(?P<repositories>[^/\s?]+)(?:/blob/(?P<branch>[^/\s?]+)/(?P<path>[^\s?]+))?)?(?:\?(?P<query>\S*))?"
)
DEFAULT_PATH = "catalog-info.yaml"
VISIBILITIES = frozenset({"public", "private", "internal"})
YES_NO = {"yes": True, "no": False}
QUERY = ("topic", "without-topic", "visibility", "archived", "forks")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The repositories of an organisation that are meant, and the file or pattern of files in each.

    `branch` is "" for the default one of each repository. Of `topics` it has at least one, where there are
    any, and none of `without`.
    """

    organisation: str
    pattern: str = "*"
    branch: str = ""
    path: str = DEFAULT_PATH
    topics: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    visibilities: frozenset[str] = VISIBILITIES
    archived: bool = False
    forks: bool = True

    def fits(self, repository: Any) -> bool:
        """`repository` is the adapter's RepositoryInfo."""
        topics = frozenset(repository.topics)
        return (
            fnmatchcase(repository.name.lower(), self.pattern)
            and (self.archived or not repository.archived)
            and (self.forks or not repository.fork)
            and repository.visibility in self.visibilities
            and (not self.topics or bool(self.topics & topics))
            and not self.without & topics
        )


def read_organisation(target: str) -> Wanted:
    """`https://github.com/<organisation>[/<repositories>[/blob/<branch or ->/<path>]][?topic=<topic>&…]`.

    Raises SourceError.
    """
    match = FORM.fullmatch(target)
    if match is None or ".." in target:
        raise SourceError(
            "TARGET_NOT_READ",
            f"{target[:200]!r} is no organisation. Write https://github.com/<organisation>"
            "[/<repositories>[/blob/-/<path>]][?topic=<topic>].",
        )
    branch = unquote(match["branch"] or "-")
    return Wanted(
        organisation=match["organisation"],
        pattern=(match["repositories"] or "*").lower(),
        branch="" if branch == "-" else branch,
        path=match["path"] or DEFAULT_PATH,
        **_filters(parse_qs(match["query"] or "", keep_blank_values=True)),
    )


def _filters(query: Mapping[str, list[str]]) -> dict[str, Any]:
    unknown = sorted(set(query) - set(QUERY))
    if unknown:
        raise SourceError(
            "TARGET_NOT_READ",
            f"{unknown[0][:80]!r} chooses no repositories: write one of {', '.join(QUERY)}.",
        )
    found: dict[str, Any] = {
        field: frozenset(query[name])
        for field, name in (("topics", "topic"), ("without", "without-topic"))
        if name in query
    }
    if "visibility" in query:
        found["visibilities"] = frozenset(query["visibility"])
        if not found["visibilities"] <= VISIBILITIES:
            raise SourceError("TARGET_NOT_READ", "visibility is public, private or internal.")
    for name in ("archived", "forks"):
        if name in query:
            if query[name][-1] not in YES_NO:
                raise SourceError("TARGET_NOT_READ", f"{name} is yes or no.")
            found[name] = YES_NO[query[name][-1]]
    return found
