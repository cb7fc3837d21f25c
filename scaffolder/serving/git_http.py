"""/git/<owner>/<name>.git: clone, fetch and push by git's smart protocol, with an API token as password.

A bridge to `git http-backend`, a few at a time and each with a deadline. No file of a repository is served.
"""

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse

from catalog.permissions import hidden_namespaces, may_register
from portal.accounts.principal import Principal
from portal.audit.models import Record
from portal.audit.services import record
from portal.integrations.errors import IntegrationError
from portal.integrations.git import GitHost
from portal.integrations.git_process import git_environment, git_program, limit_process, run_git
from scaffolder.serving.gate import Receive, Scope, Send, answer, authenticate, in_database

PATH = re.compile(
    r"/git/(?P<owner>[^/]+)/(?P<name>[^/]+?)\.git/(?P<rest>info/refs|git-(?:upload|receive)-pack)"
)
PAGE = re.compile(r"/git/[a-z0-9-]+/[a-z0-9._-]+")
SERVICES = ("git-upload-pack", "git-receive-pack")
MAX_BYTES = 200 * 1024 * 1024
AT_ONCE = 4
WAIT_SECONDS = 10
DEADLINE_SECONDS = 120
CHUNK = 64 * 1024
CONFIG = {
    "http.getanyfile": "false",
    "http.uploadpack": "true",
    "receive.fsckObjects": "true",
    "receive.maxInputSize": str(MAX_BYTES),
    "receive.denyNonFastForwards": "true",
    "receive.denyDeleteCurrent": "refuse",
    "receive.autogc": "false",
}

_slots: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


@dataclass(frozen=True, slots=True)
class GitRequest:
    """A request that may be served: which repository, which service, and whether it may push."""

    owner: str
    name: str
    rest: str
    service: str
    pushes: bool
    who: str


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request of a git client."""
    checked = await in_database(_checked, scope)
    if isinstance(checked, HttpResponse):
        await answer(send, checked)
        return
    slots = _slots_of_loop()
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await slots.acquire()
    except TimeoutError:
        await answer(send, _plain(503, "The git server is busy: try again.", {"Retry-After": "5"}))
        return
    try:
        await _serve(scope, receive, send, checked)
    finally:
        slots.release()


def _slots_of_loop() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    if loop not in _slots:
        _slots.clear()
        _slots[loop] = asyncio.Semaphore(AT_ONCE)
    return _slots[loop]


def _checked(scope: Scope) -> GitRequest | HttpResponse:
    """The request, if it is one of the smart protocol and its token may do it; else the refusing answer."""
    principal = authenticate(scope)
    if isinstance(principal, HttpResponse):
        return principal
    if scope["method"] == "GET" and PAGE.fullmatch(scope["path"]):
        address = f"{settings.GIT_URL}{scope['path'].removeprefix('/git')}"
        return _plain(
            200, f"This is an address for git. With an API token as password:\n\n  git clone {address}"
        )
    if principal.scopes is None:
        return _plain(
            401, "Git needs an API token as the password.", {"WWW-Authenticate": 'Basic realm="portal"'}
        )
    found = PATH.fullmatch(scope["path"])
    if found is None:
        return _plain(404, "There is no such repository.")
    asked = _service(scope, found["rest"])
    if asked is None:
        return _plain(403, "Only git's smart protocol is spoken here: use git 1.6.6 or newer.")
    owner, name, pushes = found["owner"], found["name"], asked == "git-receive-pack"
    if not _may_read(principal, owner, name):
        return _plain(404, "There is no such repository.")
    if pushes and not may_register(principal, owner):
        target = f"{owner}/{name}"
        record(
            "repository.push", actor=principal, target=target, namespace=owner, outcome=Record.Outcome.DENIED
        )
        return _plain(
            403, f"You may not push to {target}: it takes an editor, and a token with catalog:write."
        )
    return GitRequest(owner, name, found["rest"], asked, pushes, principal.label)


def _service(scope: Scope, rest: str) -> str | None:
    """The service that is asked for; None for what the smart protocol does not ask."""
    if rest in SERVICES:
        return rest if scope["method"] == "POST" else None
    named = re.fullmatch(r"service=(git-(?:upload|receive)-pack)", scope["query_string"].decode("latin-1"))
    return named[1] if named and scope["method"] == "GET" else None


def _may_read(principal: Principal, owner: str, name: str) -> bool:
    """A repository that is missing and one that is hidden are the same."""
    if not settings.GIT_ROOT or not principal.has_scope("read") or owner in hidden_namespaces(principal):
        return False
    try:
        return GitHost(Path(settings.GIT_ROOT)).exists(owner, name)
    except IntegrationError:
        return False


def _plain(status: int, text: str, headers: dict[str, str] | None = None) -> HttpResponse:
    response = HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def backend_environment(scope: Scope, request: GitRequest) -> dict[str, str]:
    """The whole environment of `git http-backend` for one request."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    environment = git_environment({**CONFIG, "http.receivepack": "true" if request.pushes else "false"})
    environment |= {
        "GIT_PROJECT_ROOT": settings.GIT_ROOT,
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{request.owner}/{request.name}.git/{request.rest}",
        "QUERY_STRING": f"service={request.service}" if request.rest == "info/refs" else "",
        "REQUEST_METHOD": scope["method"],
        "CONTENT_TYPE": headers.get("content-type", ""),
        "REMOTE_USER": re.sub(r"[^a-z0-9:/._-]", "_", request.who),
        "REMOTE_ADDR": "127.0.0.1",
    }
    if headers.get("content-encoding") in ("gzip", "x-gzip"):
        environment["HTTP_CONTENT_ENCODING"] = "gzip"
    if headers.get("content-length", "").isdecimal():
        environment["CONTENT_LENGTH"] = headers["content-length"]
    if re.fullmatch(r"version=[012]", headers.get("git-protocol", "")):
        environment["GIT_PROTOCOL"] = headers["git-protocol"]
    return environment


async def _serve(scope: Scope, receive: Receive, send: Send, request: GitRequest) -> None:
    process = await asyncio.create_subprocess_exec(
        backend_program(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=backend_environment(scope, request),
        cwd="/",
        start_new_session=True,
        limit=CHUNK,
    )
    limit_process(process.pid)
    assert process.stdin is not None and process.stdout is not None
    feeding = asyncio.create_task(_feed(receive, process.stdin))
    started = False
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            status, headers = _parse_head(await process.stdout.readuntil(b"\r\n\r\n"))
            started = True
            await send({"type": "http.response.start", "status": status, "headers": headers})
            while chunk := await process.stdout.read(CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        if not started:
            await answer(send, _plain(502, "git did not answer in time, or not as it should."))
        else:
            raise
    finally:
        feeding.cancel()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _feed(receive: Receive, stdin: asyncio.StreamWriter) -> None:
    """Pass the body on as it comes, at most MAX_BYTES of it; a client that goes ends the process' input."""
    total = 0
    with contextlib.suppress(ConnectionError):
        while True:
            message = await receive()
            body: bytes = message.get("body", b"")
            total += len(body)
            if message["type"] != "http.request" or total > MAX_BYTES:
                break
            stdin.write(body)
            await stdin.drain()
            if not message.get("more_body"):
                break
        stdin.close()


def _parse_head(head: bytes) -> tuple[int, Iterable[tuple[bytes, bytes]]]:
    """Status and headers of a CGI answer. Raises ValueError for what is none."""
    status, headers = 200, [(b"x-content-type-options", b"nosniff")]
    for line in head.split(b"\r\n"):
        name, separator, value = line.partition(b":")
        if not separator:
            continue
        if name.lower() == b"status":
            status = int(value.split()[0])
        else:
            headers.append((name.lower(), value.strip()))
    return status, headers


def backend_program() -> str:
    """The path of git http-backend, next to git's other programs."""
    folder = run_git(["--exec-path"]).decode().strip() or str(Path(git_program()).parent)
    return str(Path(folder) / "git-http-backend")
