"""GitHub for tests: git over HTTP by git itself, and a REST API of the shapes in GitHub's documentation."""

import base64
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey, SealedBox

from tests.servers import GitServer, Seen

TOKEN = "ghp_test-token"
SECRET = "test-webhook-secret"
Answer = tuple[int, dict[str, str], bytes]
EMULATED = ("", "topics", "collaborators", "hooks", "issues", "pulls", "git", "orgs", "user")
"""What the emulation answers as GitHub does: the first part of a path below a repository, or of the whole.

Not `users`, which on GitHub has organisations too; and there a pull request is an issue, here it is none.
"""


class FakeGitHub(GitServer):
    """`acme` is an organisation, `jane` a user. Repositories made through the API can be pushed to.

    `calls` are the changing requests as `VERB /path`. `emulation` is the address of one that answers in
    place of this API, for what it can. `before` runs before each answer, and may break it off.
    """

    def __init__(self, root: Path, emulation: str = "") -> None:
        super().__init__(root)
        self.token = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
        self.emulation = emulation
        self.repositories: dict[str, dict[str, Any]] = {}
        self.things: dict[str, Any] = {}
        self.calls: list[str] = []
        self.bodies: dict[str, Any] = {}
        self.key = PrivateKey.generate()
        self.before: Callable[[str], Answer | None] = lambda call: None
        self.after: Callable[[str], None] = lambda call: None
        self.conclusion = "success"
        self.runs_end_at_once = True
        self.last = 0

    def entry(self) -> dict[str, Any]:
        """Its entry in PORTAL_CREDENTIALS."""
        api = f"{self.url}/api/v3"
        return {"url": self.url, "kind": "github", "apiUrl": api, "token": TOKEN, "webhookSecret": SECRET}

    def unsealed(self, path: str) -> str:
        """The value of a secret that was put."""
        box = SealedBox(self.key)
        return box.decrypt(base64.b64decode(self.bodies[f"PUT {path}"]["encrypted_value"])).decode()

    def git(self, name: str, *arguments: str, stdin: bytes = b"") -> str:
        command = ["git", "-C", str(self.root / f"{name}.git"), *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, check=False)
        return done.stdout.decode().strip()

    def make_repository(self, name: str, files: dict[str, str] | None = None, **fields: Any) -> None:
        """One that is there before, with a commit of these files on `main`, if any."""
        self.repositories[name] = self._repository(name, fields)
        if files:
            folder = self.root / "made" / name
            for path, text in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text)
            who = ["-c", "user.name=a", "-c", "user.email=a@b"]
            for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-qm", "First"],
                              ["push", "-q", str(self.root / f"{name}.git"), "main"]):  # fmt: skip
                subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)

    def end_run(self, name: str, number: int) -> None:
        """A run of a workflow comes to its end."""
        self.things[f"{name}/actions/runs/{number}"] |= {"status": "completed", "conclusion": self.conclusion}

    def _serve(self, seen: Seen) -> Answer:
        path = seen.path.partition("?")[0]
        if not path.startswith("/api/v3/"):
            of_git = super()._serve(seen)
            self.after(f"{seen.method} {path}")
            return of_git
        call = f"{seen.method} {path.removeprefix('/api/v3')}"
        early = self.before(call)
        if early is not None:
            return early
        if seen.headers.get("authorization", "").rpartition(" ")[2] != TOKEN:
            return _json({"message": "Bad credentials"}, 401)
        body = json.loads(seen.body) if seen.body else {}
        if seen.method != "GET":
            self.calls.append(call)
            self.bodies[call] = body
        answer = self._emulated(seen, call) if self._is_emulated(call) else self._answer(call, body)
        self.after(call)
        return answer

    def _is_emulated(self, call: str) -> bool:
        if not self.emulation:
            return False
        parts = call.partition(" /")[2].split("/")
        return (parts[3] if len(parts) > 3 else "" if parts[0] == "repos" else parts[0]) in EMULATED

    def _emulated(self, seen: Seen, call: str) -> Answer:
        parts = call.partition(" /")[2].split("/")
        if parts[3:5] == ["git", "commits"] or parts[3:5] == ["git", "ref"]:
            own = self._answer(call, {})
            if own[0] == 200:
                return own
        url = f"{self.emulation}/{seen.path.removeprefix('/api/v3/')}"
        headers = {"authorization": f"token {TOKEN}", "content-type": "application/json"}
        request = urllib.request.Request(url, seen.body or None, headers, method=seen.method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        if call.endswith("/repos") and status == 201:
            self._init(json.loads(content)["full_name"])
        return status, {"content-type": "application/json"}, content

    def _init(self, name: str) -> None:
        path = self.root / f"{name}.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
        subprocess.run(["git", "-C", str(path), "config", "http.receivepack", "true"], check=True)

    def _repository(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        self._init(name)
        return {
            "full_name": name,
            "name": name.partition("/")[2],
            "description": None,
            "default_branch": "main",
            "html_url": f"{self.url}/{name}",
            "clone_url": f"{self.url}/{name}.git",
            **fields,
        }

    def _answer(self, call: str, body: dict[str, Any]) -> Answer:
        verb, _, path = call.partition(" /")
        match path.split("/"):
            case ["users", name]:
                kind = "Organization" if name == "acme" else "User"
                return _json({"login": name, "type": kind, "id": 7})
            case ["orgs", owner, "repos"]:
                return self._create(f"{owner}/{body['name']}", body)
            case ["user", "repos"]:
                return self._create(f"jane/{body['name']}", body)
            case ["orgs", "acme", "teams", slug, *rest]:
                return (204, {}, b"") if rest else _json({"slug": slug, "id": 9})
            case ["repos", owner, name, *rest] if f"{owner}/{name}" in self.repositories:
                return self._inside(verb, f"{owner}/{name}", rest, body)
            case ["repos", owner, name, "git", *rest] if (self.root / owner / f"{name}.git").is_dir():
                return self._git_data(verb, f"{owner}/{name}", rest, body)
        return _json({"message": "Not Found"}, 404)

    def _create(self, name: str, body: dict[str, Any]) -> Answer:
        if name in self.repositories:
            words = {"message": "name already exists on this account", "code": "custom"}
            return _json({"message": "Repository creation failed.", "errors": [words]}, 422)
        self.repositories[name] = self._repository(name, body)
        return _json(self.repositories[name], 201)

    def _inside(self, verb: str, name: str, rest: list[str], body: dict[str, Any]) -> Answer:
        if not rest:
            if verb == "DELETE":
                del self.repositories[name]
                return 204, {}, b""
            self.repositories[name] |= body
            return _json(self.repositories[name])
        if rest[0] == "git":
            return self._git_data(verb, name, rest[1:], body)
        if rest == ["actions", "workflows", rest[2] if len(rest) > 2 else "", "dispatches"]:
            self.last += 1
            page = f"{self.url}/{name}/actions/runs/{self.last}"
            run = {
                "id": self.last,
                "url": page,
                "html_url": page,
                "status": "in_progress",
                "conclusion": None,
            }
            self.things[f"{name}/actions/runs/{self.last}"] = run
            if self.runs_end_at_once:
                self.end_run(name, self.last)
            return 204, {}, b""
        if rest[:2] == ["actions", "workflows"]:
            prefix = f"{name}/actions/runs/"
            runs = [value for place, value in self.things.items() if place.startswith(prefix)]
            return _json({"workflow_runs": runs})
        return self._things(verb, f"{name}/{'/'.join(rest)}", body)

    def _things(self, verb: str, place: str, body: dict[str, Any]) -> Answer:
        """Everything that is made with POST in a list, or set with PUT at its place."""
        if place.endswith("/public-key"):
            key = base64.b64encode(bytes(self.key.public_key)).decode()
            return _json({"key": key, "key_id": "1"})
        if verb == "GET" and place.endswith("/deployment-branch-policies"):
            found = [each for path, each in self.things.items() if path.rpartition("/")[0] == place]
            return _json({"branch_policies": found})
        if verb == "GET" and place in self.things:
            return _json(self.things[place])
        if verb == "GET" and place.rpartition("/")[2] in LISTS:
            found = [each for path, each in self.things.items() if path.rpartition("/")[0] == place]
            return _json(found)
        if verb == "POST" and place.rpartition("/")[2] in LISTS:
            self.last += 1
            made = self._made(place, body)
            self.things[f"{place}/{body['name'] if place.endswith('variables') else self.last}"] = made
            return _json(made, 201)
        if verb in ("PUT", "PATCH", "POST"):
            self.things[place] = body
            return _json(body, 200)
        if verb == "DELETE" and place in self.things:
            del self.things[place]
            return 204, {}, b""
        return _json({"message": "Not Found"}, 404)

    def _made(self, place: str, body: dict[str, Any]) -> dict[str, Any]:
        page = f"{self.url}/{place}/{self.last}"
        made = {**body, "id": self.last, "number": self.last, "html_url": page, "url": page}
        if place.endswith("/pulls"):
            made |= {"head": {"ref": body["head"]}, "base": {"ref": body["base"]}}
        if place.endswith("/keys"):
            made["key"] = " ".join(body["key"].split()[:2])
        return made

    def _git_data(self, verb: str, name: str, rest: list[str], body: dict[str, Any]) -> Answer:
        match (verb, rest):
            case ("GET", ["ref", "heads", *branch]):
                sha = self.git(name, "rev-parse", "-q", "--verify", f"refs/heads/{'/'.join(branch)}")
                return _json({"object": {"sha": sha}}) if sha else _json({"message": "Not Found"}, 404)
            case ("GET", ["commits", sha]):
                tree = self.git(name, "rev-parse", f"{sha}^{{tree}}")
                if "^" in tree or not tree:
                    return _json({"message": "Not Found"}, 404)
                message = self.git(name, "log", "-1", "--format=%B", sha)
                return _json({"sha": sha, "message": message, "tree": {"sha": tree}})
            case ("POST", ["blobs"]):
                content = base64.b64decode(body["content"])
                return _json({"sha": self.git(name, "hash-object", "-w", "--stdin", stdin=content)}, 201)
            case ("POST", ["trees"]):
                return _json({"sha": self._tree(name, body)}, 201)
            case ("POST", ["commits"]):
                who = ["-c", "user.name=GitHub", "-c", "user.email=noreply@github.test"]
                parents = [word for parent in body["parents"] for word in ("-p", parent)]
                arguments = [*who, "commit-tree", body["tree"], *parents, "-m", body["message"]]
                return _json({"sha": self.git(name, *arguments)}, 201)
            case ("POST", ["refs"]):
                self.git(name, "update-ref", body["ref"], body["sha"])
                return _json({"ref": body["ref"]}, 201)
            case ("PATCH", ["refs", *ref]):
                self.git(name, "update-ref", f"refs/{'/'.join(ref)}", body["sha"])
                return _json({})
            case ("DELETE", ["refs", *ref]):
                self.git(name, "update-ref", "-d", f"refs/{'/'.join(ref)}")
                return 204, {}, b""
        return _json({"message": "Not Found"}, 404)

    def _tree(self, name: str, body: dict[str, Any]) -> str:
        lines = self.git(name, "ls-tree", "-r", body["base_tree"]).splitlines()
        entries = {line.partition("\t")[2]: line.split()[0:3:2] for line in lines}
        for entry in body["tree"]:
            if "content" in entry:
                content = entry["content"].encode()
                sha = self.git(name, "hash-object", "-w", "--stdin", stdin=content)
                entries[entry["path"]] = [entry["mode"], sha]
            elif entry["sha"] is None:
                entries.pop(entry["path"], None)
            else:
                entries[entry["path"]] = [entry["mode"], entry["sha"]]
        index = self.root / "index"
        index.unlink(missing_ok=True)
        info = "".join(f"{mode} {sha}\t{path}\n" for path, (mode, sha) in entries.items())
        environment = {"GIT_INDEX_FILE": str(index), "PATH": "/usr/bin:/bin"}
        command = ["git", "-C", str(self.root / f"{name}.git")]
        add = [*command, "update-index", "--index-info"]
        subprocess.run(add, input=info.encode(), env=environment, check=True)
        done = subprocess.run([*command, "write-tree"], env=environment, check=True, capture_output=True)
        return done.stdout.decode().strip()


LISTS = {"hooks", "autolinks", "keys", "issues", "pulls", "variables", "labels", "deployment-branch-policies"}


def _json(value: Any, status: int = 200) -> Answer:
    return status, {"content-type": "application/json"}, json.dumps(value).encode()


def step(action: str, github: FakeGitHub, repository: str = "web", **input: Any) -> dict[str, Any]:
    repo_url = {"repoUrl": f"{github.host}?owner=acme&repo={repository}"}
    return {"id": "step", "action": action, "input": {**repo_url, **input}}
