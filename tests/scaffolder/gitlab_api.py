"""GitLab for tests: git over HTTP by git itself, and the few answers of its REST API that templates need.

There is no emulation of GitLab to install: the shapes, statuses and messages are those of the examples in
its own documentation of the API, version 4.
"""

import base64
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.servers import GitServer, Seen

TOKEN = "glpat-test-token"
SECRET = "test-webhook-secret"
PEOPLE = {"jane": 5, "ann": 6}
Answer = tuple[int, dict[str, str], bytes]


class FakeGitLab(GitServer):
    """`acme` is a group, `jane` and `ann` are users. Projects made through the API can be pushed to.

    `calls` are the changing requests as `VERB /path`, their bodies in `bodies`. `before` runs before each
    answer and may break it off, `after` behind it.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.token = base64.b64encode(f"oauth2:{TOKEN}".encode()).decode()
        self.projects: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, int] = {"acme": 4}
        self.lists: dict[str, list[dict[str, Any]]] = {}
        self.calls: list[str] = []
        self.bodies: dict[str, Any] = {}
        self.tokens: dict[str, int] = {TOKEN: 1}
        self.before: Callable[[str], Answer | None] = lambda call: None
        self.after: Callable[[str], None] = lambda call: None
        self.status_of_pipelines = "success"
        self.last = 100

    def entry(self) -> dict[str, Any]:
        """Its entry in PORTAL_CREDENTIALS."""
        return {"url": self.url, "kind": "gitlab", "token": TOKEN, "webhookSecret": SECRET}

    def git(self, name: str, *arguments: str, stdin: bytes = b"", check: bool = False) -> str:
        command = ["git", "-C", str(self.root / f"{name}.git"), *arguments]
        environment = {**os.environ, "GIT_INDEX_FILE": str(self.root / "index")}
        done = subprocess.run(command, input=stdin, capture_output=True, check=check, env=environment)
        return done.stdout.decode().strip() if done.returncode == 0 else ""

    def make_project(
        self, path: str, files: dict[str, str] | None = None, *, fields: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """One that is there before, with a commit of these files on `main`, if any."""
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", self.root / f"{path}.git"], check=True)
        self.git(path, "config", "http.receivepack", "true")
        self.last += 1
        self.projects[path] = {
            "id": self.last,
            "path_with_namespace": path,
            "description": None,
            "default_branch": None,
            "web_url": f"{self.url}/{path}",
            "http_url_to_repo": f"{self.url}/{path}.git",
            **(fields or {}),
        }
        if files:
            new = {"action": "create"}
            actions = [{**new, "file_path": name, "content": text} for name, text in files.items()]
            self._commit(path, {"branch": "main", "commit_message": "First", "actions": actions})
        return self.projects[path]

    def _serve(self, seen: Seen) -> Answer:
        if not seen.path.startswith("/api/v4/"):
            return super()._serve(seen)
        path, _, query = seen.path.removeprefix("/api/v4").partition("?")
        call = f"{seen.method} {unquote(path)}"
        if early := self.before(call):
            return early
        bearer = seen.headers.get("authorization", "").removeprefix("Bearer ")
        given = seen.headers.get("private-token") or bearer
        if given not in self.tokens:
            return _json({"message": "401 Unauthorized"}, 401)
        body = {key: values[0] for key, values in parse_qs(query).items()}
        body |= json.loads(seen.body) if seen.body else {}
        if seen.method != "GET":
            self.calls.append(call)
            self.bodies[call] = body
        parts = [unquote(part) for part in path.strip("/").split("/")]
        answer = self._answer(seen.method, parts, body, self.tokens[given])
        self.after(call)
        return answer

    def _answer(self, verb: str, parts: list[str], body: dict[str, Any], user: int) -> Answer:
        match parts:
            case ["user"]:
                return _json({"id": user})
            case ["users"]:
                name = str(body.get("username"))
                return _json([{"id": PEOPLE[name], "username": name}] if name in PEOPLE else [])
            case ["namespaces", path] if path in self.groups:
                return _json({"id": self.groups[path], "kind": "group", "full_path": path})
            case ["groups"] if verb == "POST":
                parent = next((name for name, id in self.groups.items() if id == body.get("parent_id")), "")
                self.last += 1
                self.groups[f"{parent}/{body['path']}".strip("/")] = self.last
                return _json({"id": self.last}, 201)
            case ["groups", path] if path in self.groups:
                return _json({"id": self.groups[path], "full_path": path})
            case ["projects"] if verb == "POST":
                return self._create(body)
            case ["projects", name, *rest]:
                known = {str(each["id"]): path for path, each in self.projects.items()}
                path = known.get(name, name if name in self.projects else "")
                if path:
                    return self._inside(verb, path, rest, body)
                return _json({"message": "404 Project Not Found"}, 404)
        return _json({"error": "404 Not Found"}, 404)

    def _create(self, body: dict[str, Any]) -> Answer:
        group = next(name for name, id in self.groups.items() if id == body["namespace_id"])
        path = f"{group}/{body['path']}"
        if path in self.projects:
            taken = ["has already been taken"]
            return _json({"message": {"project_namespace.name": taken, "name": taken, "path": taken}}, 400)
        return _json(self.make_project(path, fields=body), 201)

    def _inside(self, verb: str, path: str, rest: list[str], body: dict[str, Any]) -> Answer:
        match (verb, rest):
            case ("GET", []):
                head = self.git(path, "rev-parse", "-q", "--verify", "HEAD")
                names = self.git(path, "branch", "--format=%(refname:short)").splitlines()
                branch = "main" if head else next(iter(names), None)
                return _json({**self.projects[path], "default_branch": branch})
            case ("PUT", []):
                self.projects[path] |= body
                return _json(self.projects[path])
            case ("DELETE", []):
                del self.projects[path]
                return _json({"message": "202 Accepted"}, 202)
            case (_, ["repository", *inside]):
                return self._repository(verb, path, inside, body)
            case ("POST", ["trigger", "pipeline"]):
                return self._trigger(path, body)
            case ("POST", ["protected_branches"]):
                return self._made(f"{path}/protected_branches", body["name"], body)
            case ("POST", ["variables"]):
                return self._made(f"{path}/variables", body["key"], body)
            case ("PUT", ["merge_requests", number, *_]):
                found = self._find(f"{path}/merge_requests", number)
                found |= body | ({"state": "closed"} if body.get("state_event") == "close" else {})
                return _json(found)
            case ("POST", [kind]):
                return self._made(f"{path}/{kind}", "", body)
            case ("GET", [kind]):
                return _json([each for each in self.lists.get(f"{path}/{kind}", []) if _fits(each, body)])
            case ("DELETE", [kind, name]) if found := self._find(f"{path}/{kind}", name):
                self.lists[f"{path}/{kind}"].remove(found)
                return 204, {}, b""
            case ("GET", [kind, name]) if found := self._find(f"{path}/{kind}", name):
                return _json(found)
            case ("GET", [kind, number, inner]) if self._find(f"{path}/{kind}", number):
                return _json(self.lists.get(f"{path}/{kind}/{number}/{inner}", []))
        return _json({"message": "404 Not found"}, 404)

    def _find(self, place: str, name: str) -> dict[str, Any]:
        return next((each for each in self.lists.get(place, []) if name in each["names"]), {})

    def _made(self, place: str, name: str, body: dict[str, Any]) -> Answer:
        """One more of a list, as an item that can be found by its name, or by its id and number."""
        there = self.lists.setdefault(place, [])
        if name and any(name in each["names"] for each in there):
            return _json({"message": {"key": [f"({name}) has already been taken"]}}, 400)
        self.last += 1
        number = len(there) + 1
        made = {**body, "id": self.last, "iid": number, "web_url": f"{self.url}/{place}/{number}"}
        made["names"] = [name or str(number if place.endswith(("requests", "issues")) else self.last)]
        if place.endswith("merge_requests"):
            made |= {"state": "opened", "detailed_merge_status": "mergeable"}
        if place.endswith("triggers"):
            made["token"] = f"glptt-{self.last}"
        there.insert(0, made)
        return _json(made, 201)

    def _trigger(self, path: str, body: dict[str, Any]) -> Answer:
        if body["token"] not in [each["token"] for each in self.lists.get(f"{path}/triggers", [])]:
            return _json({"message": "404 Not Found"}, 404)
        pipeline = {"ref": body["ref"], "source": "trigger", "status": self.status_of_pipelines}
        answer = self._made(f"{path}/pipelines", "", pipeline)
        variables = [{"key": key, "value": value} for key, value in body["variables"].items()]
        self.lists[f"{path}/pipelines/{self.last}/variables"] = variables
        return answer

    def _repository(self, verb: str, path: str, rest: list[str], body: dict[str, Any]) -> Answer:
        match (verb, rest):
            case ("GET", ["branches", branch]) if sha := self._head(path, branch):
                return _json({"name": branch, "commit": self._message(path, sha)})
            case ("POST", ["branches"]):
                self.git(path, "branch", body["branch"], body["ref"], check=True)
                return _json({"name": body["branch"]}, 201)
            case ("DELETE", ["branches", branch]) if self._head(path, branch):
                self.git(path, "update-ref", "-d", f"refs/heads/{branch}")
                return 204, {}, b""
            case ("GET", ["commits"]) if self._head(path, body["ref_name"]):
                shas = self.git(path, "rev-list", "-20", body["ref_name"]).split()
                return _json([self._message(path, sha) for sha in shas])
            case ("GET", ["tree"]) if self._head(path, body["ref"]):
                lines = self.git(path, "ls-tree", "-r", "-t", body["ref"]).splitlines()
                fields = ("mode", "type", "id", "path")
                entries = [dict(zip(fields, line.split(), strict=True)) for line in lines]
                inside = [each for each in entries if each["path"].startswith(body.get("path", ""))]
                return _json(inside if body["page"] == "1" else [])
            case ("GET", ["files", name, "raw"]) if self._head(path, body["ref"]):
                found = self.git(path, "show", f"{body['ref']}:{name}")
                return 200, {"content-type": "text/plain"}, found.encode()
            case ("POST", ["commits"]):
                return self._commit(path, body)
        return _json({"message": "404 Branch Not Found"}, 404)

    def _message(self, path: str, sha: str) -> dict[str, str]:
        return {"id": sha, "message": self.git(path, "log", "-1", "--format=%B", sha)}

    def _head(self, path: str, branch: str) -> str:
        return self.git(path, "rev-parse", "-q", "--verify", f"refs/heads/{branch}")

    def _commit(self, path: str, body: dict[str, Any]) -> Answer:
        parent = self._head(path, body.get("start_branch") or body["branch"])
        (self.root / "index").unlink(missing_ok=True)
        if parent:
            self.git(path, "read-tree", parent)
        there = set(self.git(path, "ls-files").splitlines())
        for action in body["actions"]:
            name = action["file_path"]
            if (action["action"] == "create") == (name in there):
                exists = "already exists" if name in there else "doesn't exist"
                return _json({"message": f"A file with this name {exists}"}, 400)
            if action["action"] == "delete":
                self.git(path, "update-index", "--force-remove", name, check=True)
                continue
            content = action["content"]
            raw = base64.b64decode(content) if action.get("encoding") == "base64" else content.encode()
            sha = self.git(path, "hash-object", "-w", "--stdin", stdin=raw)
            mode = "100755" if action.get("execute_filemode") else "100644"
            self.git(path, "update-index", "--add", "--cacheinfo", f"{mode},{sha},{name}", check=True)
        who = ["-c", "user.name=GitLab", "-c", "user.email=noreply@gitlab.test"]
        parents = ["-p", parent] if parent else []
        tree = self.git(path, "write-tree", check=True)
        sha = self.git(path, *who, "commit-tree", tree, *parents, "-m", body["commit_message"], check=True)
        self.git(path, "update-ref", f"refs/heads/{body['branch']}", sha, check=True)
        return _json({"id": sha, "message": body["commit_message"]}, 201)


ASKED = ("source_branch", "target_branch", "ref", "source")


def _fits(each: dict[str, Any], query: dict[str, Any]) -> bool:
    state = query.get("state", "all")
    same = all(each.get(name) == query[name] for name in ASKED if name in query)
    return same and state in ("all", each.get("state"))


def _json(value: Any, status: int = 200) -> Answer:
    return status, {"content-type": "application/json"}, json.dumps(value).encode()


def step(action: str, gitlab: FakeGitLab, project: str = "web", **input: Any) -> dict[str, Any]:
    repo_url = {"repoUrl": f"{gitlab.host}?owner=acme&repo={project}"}
    return {"id": "step", "action": action, "input": {**repo_url, **input}}


def output_of(task: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(task.steps.get(step_id="step").output)
    return found
