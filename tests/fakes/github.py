"""GitHub's REST API as far as the portal reads it; the shapes are those of its documentation."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs

from tests.servers import HttpServer, Seen

ROOT = "/api/v3"


class FakeGitHub(HttpServer):
    """The organisation `acme` below `/api/v3`.

    `broken` are paths that answer 500, `answers` maps paths to whole answers, `limit` requests are left,
    `moved` maps the former name of a repository to its present one. `counted` are the requests that GitHub
    counts: all but those that it answers with 304.
    """

    def __init__(self) -> None:
        super().__init__()
        self.repositories: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, str]] = {}
        self.moved: dict[str, str] = {}
        self.teams: dict[str, list[str]] = {}
        self.parents: dict[str, str] = {}
        self.members: list[str] = []
        self.broken: set[str] = set()
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.limit: int | None = None
        self.counted: list[str] = []
        self.pushes = 0

    def __enter__(self) -> "FakeGitHub":
        super().__enter__()
        self.routes = _Router(self)  # type: ignore[assignment]
        return self

    def push(self, name: str, text: str | None, path: str = "catalog-info.yaml", **fields: Any) -> None:
        """A commit to a repository, made if it is not there; without text the file is removed."""
        self.pushes += 1
        pushed = f"2026-01-01T00:{self.pushes // 60:02}:{self.pushes % 60:02}Z"
        before = self.repositories.get(
            name,
            {"name": name, "full_name": f"acme/{name}", "default_branch": "main", "archived": False,
             "fork": False, "private": True, "visibility": "private", "topics": []},
        )  # fmt: skip
        self.repositories[name] = {**before, "pushed_at": pushed, "updated_at": pushed, **fields}
        files = self.files.setdefault(name, {})
        files.pop(path, None)
        if text is not None:
            files[path] = text

    def rename(self, former: str, present: str, owner: str = "acme") -> None:
        """As GitHub does it: the former address redirects."""
        repository = self.repositories.pop(former)
        self.moved[former] = present
        self.files[present] = self.files.pop(former)
        described = {**repository, "name": present, "full_name": f"{owner}/{present}"}
        if owner == "acme":
            self.repositories[present] = described
        self.answers[f"/repositories/{present}"] = (200, {}, json.dumps(described).encode())

    def answer(self, seen: Seen) -> tuple[int, dict[str, str], bytes]:
        path, _, query = seen.path.removeprefix(ROOT).partition("?")
        if path in self.answers:
            return self.answers[path]
        if self.limit is not None and self.limit <= 0:
            return 403, {"X-RateLimit-Remaining": "0", "Retry-After": "600"}, b"{}"
        status, headers, body = self._answer(seen, path, query)
        etag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
        if status == 200 and seen.headers.get("if-none-match") == etag:
            return 304, {"ETag": etag}, b""
        self.counted.append(path)
        if self.limit is not None:
            self.limit -= 1
        return status, {**headers, "ETag": etag}, body

    def _answer(self, seen: Seen, path: str, query: str) -> tuple[int, dict[str, str], bytes]:
        if path in self.broken:
            return 500, {}, b"{}"
        parts = path.strip("/").split("/")
        if parts[0] == "repos" and len(parts) > 2 and parts[2] in self.moved:
            location = f"{self.url}{ROOT}/repositories/{self.moved[parts[2]]}"
            return 301, {"Location": location}, b"{}"
        found = self._find(parts)
        if found is None:
            return 404, {}, b'{"message": "Not Found"}'
        headers = {"Content-Type": "application/json"}
        if isinstance(found, list):
            asked = parse_qs(query)
            page, size = (
                int(asked.get(name, [preset])[0]) for name, preset in (("page", 1), ("per_page", 30))
            )
            if found[page * size :]:
                following = f"{self.url}{ROOT}{path}?per_page={size}&page={page + 1}"
                headers["Link"] = f'<{following}>; rel="next"'
            found = found[(page - 1) * size : page * size]
        return 200, headers, json.dumps(found).encode()

    def _find(self, parts: list[str]) -> Any:
        root = f"{self.url}{ROOT}"
        match parts:
            case ["orgs", "acme"]:
                return {"login": "acme", "url": f"{root}/orgs/acme"}
            case ["orgs", "acme", "repos"]:
                return [self._repository(name) for name in self.repositories]
            case ["repos", "acme", name] if name in self.repositories:
                return self._repository(name)
            case ["repos", "acme", name, "contents", *path] if "/".join(path) in self.files.get(name, {}):
                content = base64.b64encode(self.files[name]["/".join(path)].encode()).decode()
                return {"type": "file", "encoding": "base64", "content": content, "path": "/".join(path)}
            case ["repos", "acme", name, "contents", *path] if name in self.files:
                below = "/".join([*path, ""])
                found = [each for each in self.files[name] if each.startswith(below)]
                return [{"type": "file", "path": each, "name": each} for each in found] or None
            case ["repos", "acme", name, "git", "trees", _] if name in self.repositories:
                files = [{"path": path, "type": "blob", "mode": "100644", "sha": "0" * 40}
                         for path in sorted(self.files[name])]  # fmt: skip
                return {"sha": "0" * 40, "tree": files, "truncated": False}
            case ["orgs", "acme", "teams"]:
                return [self._team(slug) for slug in self.teams]
            case ["orgs", "acme", "teams", slug, "members"]:
                return [self._user(login) for login in self.teams[slug]]
            case ["orgs", "acme", "members"]:
                return [self._user(login) for login in self.members]
        return None

    def _repository(self, name: str) -> dict[str, Any]:
        return {**self.repositories[name], "url": f"{self.url}{ROOT}/repos/acme/{name}"}

    def _team(self, slug: str) -> dict[str, Any]:
        parent = self.parents.get(slug)
        return {
            "slug": slug, "name": slug.title(), "description": f"Team {slug}",
            "url": f"{self.url}{ROOT}/orgs/acme/teams/{slug}",
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
