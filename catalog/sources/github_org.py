"""The teams of a GitHub organisation as groups, and its members as users."""

from functools import cached_property
from typing import Any

import orjson

from catalog.sources.base import MAX_READ, Paths, SourceError, as_source_error, digest, resolve_path
from catalog.sources.github import connect
from catalog.sources.github_target import read_organisation
from portal.integrations.errors import IntegrationError


class OrganisationSource:
    """The teams of an organisation as groups, its members as users; always read whole."""

    scope: frozenset[str] | None = None

    def __init__(self, target: str, *, revision: str = "") -> None:
        self.organisation = read_organisation(target).organisation
        self.entry = ""
        self.fixed = revision

    @cached_property
    def documents(self) -> dict[str, bytes]:
        host = connect(self.organisation)
        try:
            teams, members = host.list_teams(), host.list_members()
        except IntegrationError as error:
            raise as_source_error(self.organisation, error) from None
        known = {team.slug for team in teams}
        found = {}
        for team in teams:
            spec: dict[str, Any] = {"type": "team", "profile": {"displayName": team.name}, "children": []}
            if team.parent in known:
                spec["parent"] = team.parent
            annotations = {"github.com/team-slug": f"{host.name}/{team.slug}"}
            found[f"teams/{team.slug}.json"] = _document(
                "Group", team.slug, spec, annotations, team.description
            )
        for user in members:
            groups = sorted(team.slug for team in teams if user.login in team.members)
            spec = {"profile": {"picture": user.avatar} if user.avatar else {}, "memberOf": groups}
            annotations = {"github.com/user-login": user.login}
            found[f"users/{user.login}.json"] = _document("User", user.login.lower(), spec, annotations)
        return found

    def entries(self) -> Paths:
        return sorted(self.documents)

    def read(self, path: str, limit: int = MAX_READ) -> bytes:
        if path not in self.documents:
            raise SourceError("FILE_MISSING", f"{path} is not there.", missing=True)
        return self.documents[path]

    def list(self, folder: str = "") -> Paths:
        return [path for path in self.entries() if not folder or path.startswith(f"{folder}/")]

    def is_folder(self, path: str) -> bool:
        return not path

    def resolve(self, base_path: str, relative: str) -> str:
        return resolve_path(base_path, relative)

    def revision(self) -> str:
        return self.fixed or digest({path: body.decode() for path, body in self.documents.items()})

    def address(self, path: str) -> str:
        return f"url:{self.organisation}"

    def memory(self) -> dict[str, Any]:
        return {}


def _document(
    kind: str, name: str, spec: dict[str, Any], annotations: dict[str, str], description: str = ""
) -> bytes:
    metadata: dict[str, Any] = {"name": name, "annotations": annotations}
    if description:
        metadata["description"] = description
    document = {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}
    return orjson.dumps(document)
