"""GitHub's REST API as far as the catalog reads it; the shapes are those of its documentation."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs

from tests.servers import HttpServer, Seen


class FakeGitHub(HttpServer):
    """The organisation `acme` at `/api/v3`; `broken` are paths that answer 500, `limit` requests are left."""

    def __init__(self) -> None:
        super().__init__()
        self.repositories: dict[str, dict[str, Any]] = {}
        self.files: dict[str, str] = {}
        self.teams: dict[str, list[str]] = {}
        self.parents: dict[str, str] = {}
        self.members: list[str] = []
        self.broken: set[str] = set()
        self.limit: int | None = None
        self.pushes = 0

    def __enter__(self) -> "FakeGitHub":
        super().__enter__()
        self.routes = _Router(self)  # type: ignore[assignment]
        return self

    def push(self, name: str, text: str | None, **fields: Any) -> None:
        """A commit to a repository, made if it is not there; without text its descriptor is removed."""
        self.pushes += 1
        pushed = f"2026-01-01T00:{self.pushes // 60:02}:{self.pushes % 60:02}Z"
        before = self.repositories.get(name, {"name": name, "default_branch": "main", "archived": False,
                                              "topics": []})  # fmt: skip
        self.repositories[name] = {**before, "pushed_at": pushed, "updated_at": pushed, **fields}
        self.files.pop(name, None)
        if text is not None:
            self.files[name] = text

    def answer(self, seen: Seen) -> tuple[int, dict[str, str], bytes]:
        if self.limit is not None:
            if self.limit <= 0:
                return 403, {"X-RateLimit-Remaining": "0", "Retry-After": "600"}, b"{}"
            self.limit -= 1
        path, _, query = seen.path.removeprefix("/api/v3").partition("?")
        if path in self.broken:
            return 500, {}, b"{}"
        page = int(parse_qs(query).get("page", ["1"])[0])
        found = self._find(path)
        if found is None:
            return 404, {}, b'{"message": "Not Found"}'
        headers = {"Content-Type": "application/json"}
        if isinstance(found, list):
            more = found[page * 2 :]
            if more:
                headers["Link"] = f'<{self.url}/api/v3{path}?page={page + 1}>; rel="next"'
            found = found[(page - 1) * 2 : page * 2]
        return 200, headers, json.dumps(found).encode()

    def _find(self, path: str) -> Any:
        root = f"{self.url}/api/v3"
        match path.strip("/").split("/"):
            case ["orgs", "acme"]:
                return {"login": "acme", "url": f"{root}/orgs/acme"}
            case ["orgs", "acme", "repos"]:
                return [
                    {**each, "url": f"{root}/repos/acme/{name}"} for name, each in self.repositories.items()
                ]
            case ["repos", "acme", name, "contents", "catalog-info.yaml"] if name in self.files:
                content = base64.b64encode(self.files[name].encode()).decode()
                return {"type": "file", "encoding": "base64", "content": content, "path": "catalog-info.yaml"}
            case ["orgs", "acme", "teams"]:
                return [self._team(slug) for slug in self.teams]
            case ["orgs", "acme", "teams", slug, "members"]:
                return [self._user(login) for login in self.teams[slug]]
            case ["orgs", "acme", "members"]:
                return [self._user(login) for login in self.members]
        return None

    def _team(self, slug: str) -> dict[str, Any]:
        parent = self.parents.get(slug)
        return {
            "slug": slug, "name": slug.title(), "description": f"Team {slug}",
            "url": f"{self.url}/api/v3/orgs/acme/teams/{slug}",
            "parent": self._team(parent) if parent else None,
        }  # fmt: skip

    def _user(self, login: str) -> dict[str, Any]:
        return {"login": login, "avatar_url": f"https://avatars.example/{login}", "url": f"{self.url}/x"}


class _Router(dict[str, Any]):
    def __init__(self, fake: FakeGitHub) -> None:
        super().__init__()
        self.fake = fake

    def get(self, key: str, default: Any = None) -> Any:
        return self.fake.answer
