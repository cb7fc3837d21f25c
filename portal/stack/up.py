"""`portal up`: bring everything up, say what is happening, keep it running until Ctrl-C."""

import importlib
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from portal.extension.memory import FULL_MB
from portal.stack import frontend
from portal.stack.forking import preload
from portal.stack.home import CHECKOUT, Home, Lock, write_state
from portal.stack.ports import EVERYWHERE, answers, check_port
from portal.stack.postgres import embedded_postgres
from portal.stack.processes import Service, Stopped, Supervisor
from portal.stack.valkey import embedded_valkey

DEMO_FOLDER = CHECKOUT / "portal" / "stack" / "demo"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# How long a server may take to answer its first request.
READY_SECONDS = 60
PREPARE_SECONDS = 600
# At `warning` Granian finds 16 threads too many for two cores; they wait for the database, not for a core.
GRANIAN = ("--no-ws", "--log-level", "error", "--respawn-failed-workers")
# Every thread has a connection of its own, with statements prepared on it: more threads than can be busy
# make each of them colder. Eight leave room beside requests that wait for a plugin.
WEB = ("--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--backlog", "512")
# A worker that a leak has filled, or that SIGHUP lets begin anew, gives way to a fresh one; no request is
# lost over it where the fresh one serves before the other ends.
RECYCLED = ("--workers-max-rss", str(FULL_MB), "--respawn-interval", "8")
# Nobody asks workers about each other.
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")
# Celery warns of root; here the worker is the user's own process, as whoever types `portal up` decided.
CELERY_AS_ROOT = "ignore:::celery.platforms"


@dataclass(frozen=True)
class Options:
    """What the caller of `portal up` may choose."""

    host: str = "127.0.0.1"
    port: int = 8000
    streams_port: int = 0  # 0: the port after `port`
    demo: bool | None = None  # None: only into the embedded database, never into somebody's own
    reload: bool = False  # for who writes a plugin: web and worker start again when a file has changed


def up(options: Options, home: Home) -> None:
    """Start the stack and serve until a stop is asked for; returns when nothing is left running.

    Raises StackError, in one sentence, for whatever keeps the stack from running.
    """
    began = time.monotonic()
    home.prepare()
    with Lock(home):
        supervisor = Supervisor()
        supervisor.listen_to_signals()
        stack = Stack(options, home, supervisor)
        try:
            stack.start()
            supervisor.say(stack.welcome(time.monotonic() - began))
            supervisor.run()
        except Stopped:
            pass
        finally:
            stack.stop()


class Stack:
    """The services of one `portal up` and the settings they share."""

    def __init__(self, options: Options, home: Home, supervisor: Supervisor) -> None:
        self.options = options
        self.home = home
        self.supervisor = supervisor
        self.streams_port = options.streams_port or options.port + 1
        self.environment = dict(os.environ)
        own_database = bool(self.environment.get("DATABASE_URL"))
        self.demo = not own_database if options.demo is None else options.demo

    def start(self) -> None:
        self._check_ports()
        self._set_defaults()
        self._build_page()
        self._start_database()
        self._start_broker()
        self._prepare_data()
        self._start_portal()
        keys = ("DATABASE_URL", "PORTAL_BROKER_URL", *self._defaults())
        shared = {key: self.environment[key] for key in keys if key in self.environment}
        write_state(self.home, self.base_url, shared)

    def stop(self) -> None:
        if self.supervisor.running:
            self.supervisor.say("Stopping")
        self.home.state_file.unlink(missing_ok=True)
        self.supervisor.stop_together(("web", "streams", "worker", "beat"))
        self.supervisor.stop()

    @property
    def base_url(self) -> str:
        return self.environment["PORTAL_BASE_URL"]

    def _defaults(self) -> dict[str, str]:
        host = EVERYWHERE.get(self.options.host, self.options.host)
        host = f"[{host}]" if ":" in host else host
        return {
            "PORTAL_HOME": str(self.home.root),
            "PORTAL_BASE_URL": f"http://{host}:{self.options.port}",
            "PORTAL_STREAMS_URL": f"http://{host}:{self.streams_port}",
            "PORTAL_SECRET_KEY_FILE": str(self.home.secret_key_file),
            "PORTAL_GIT_ROOT": str(self.home.git_root),
            "PORTAL_CATALOG_ROOTS": str(DEMO_FOLDER),
        }

    def _set_defaults(self) -> None:
        """What the caller's environment says stands; the rest is ours."""
        if self.environment.get("PORTAL_SECRET_KEY"):
            self.environment.setdefault("PORTAL_SECRET_KEY_FILE", "")
        for name, value in self._defaults().items():
            self.environment.setdefault(name, value)
        if self.options.reload:
            self.environment.setdefault("PORTAL_CLAIMS_ACCEPTED", "all")
        self.environment["PYTHONPATH"] = os.pathsep.join(
            [str(CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
        )

    def _check_ports(self) -> None:
        for port, option in ((self.options.port, "--port"), (self.streams_port, "--streams-port")):
            check_port(self.options.host, port, option)

    def _build_page(self) -> None:
        if frontend.is_built():
            return
        node = frontend.find_node()
        if frontend.install_step(node, frontend.FRONTEND):
            with self._step(f"Fetching what the web page is built from (Node {node.version}, {node.origin})"):
                frontend.fetch_packages(node, self.supervisor, frontend.FRONTEND)
        with self._step("Building the web page"):
            frontend.build(node, self.supervisor)

    def _start_database(self) -> None:
        if self.environment.get("DATABASE_URL"):
            return
        with self._step("Starting the embedded PostgreSQL"):
            postgres = embedded_postgres(self.home)
            postgres.initialise()
            self.supervisor.start(postgres.service())
            self.supervisor.wait_until(postgres.is_ready, READY_SECONDS, "The embedded PostgreSQL")
            self.environment["DATABASE_URL"] = postgres.url

    def _start_broker(self) -> None:
        if self.environment.get("PORTAL_BROKER_URL"):
            return
        with self._step("Starting the embedded Valkey"):
            valkey = embedded_valkey(self.home)
            self.supervisor.start(valkey.service())
            self.supervisor.wait_until(valkey.is_ready, READY_SECONDS, "The embedded Valkey")
            self.environment["PORTAL_BROKER_URL"] = valkey.url

    def _prepare_data(self) -> None:
        what = "Preparing the database" + (" and the demo company" if self.demo else "")
        with self._step(what):
            demo = ["--demo"] if self.demo else []
            command = (sys.executable, "-m", "portal.stack.prepare", *demo)
            environment = {**self._quiet(), "PORTAL_STATEMENT_TIMEOUT_MS": "0"}
            service = Service("prepare", command, environment, folder=CHECKOUT)
            self.supervisor.complete(service, PREPARE_SECONDS)

    def _start_portal(self) -> None:
        with self._step("Starting web, streams, worker and beat"):
            for service in self._services():
                self.supervisor.start(service)
            for port, path in ((self.options.port, "/readyz"), (self.streams_port, "/healthz")):
                url_is_up = answers(self.options.host, port, path)
                self.supervisor.wait_until(url_is_up, READY_SECONDS, f"The server on port {port}")

    def _services(self) -> Iterator[Service]:
        environment = self._quiet()
        forked = not self.options.reload and preload(environment)
        granian = (sys.executable, "-m", "granian", "--host", self.options.host, *GRANIAN)
        celery = (sys.executable, "-m", "celery", "-A", "portal.celery", "--skip-checks", "-q")
        develop = (sys.executable, "-m", "portal.stack.develop")
        port = str(self.options.port)
        web: tuple[str, ...] = (*granian, "--port", port, *WEB, *RECYCLED, "portal.wsgi:application")
        if self.options.reload:
            web = (*develop, "web", self.options.host, port)
        yield Service("web", web, environment, forked=forked)
        streams = ("--port", str(self.streams_port), "--interface", "asginl", "portal.asgi:application")
        yield Service("streams", (*granian, *streams), environment, forked=forked)
        worker = ("worker", "--loglevel", "WARNING", "-c", "2", *ALONE)
        # Orphaned it must wait for none of its processes, which the kernel ends with it (celery.platforms).
        command = (*develop, "worker", *celery[3:], *worker) if self.options.reload else (*celery, *worker)
        yield Service("worker", command, environment, orphan_signal=signal.SIGKILL, forked=forked)
        schedule = str(self.home.root / "beat-schedule")
        beat = (*celery, "beat", "--loglevel", "WARNING", "-s", schedule)
        yield Service("beat", beat, environment, forked=forked)

    def _quiet(self) -> dict[str, str]:
        """The terminal shows what matters: warnings, unless the caller wants more."""
        return {"PORTAL_LOG_LEVEL": "WARNING", "PYTHONWARNINGS": CELERY_AS_ROOT, **self.environment}

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        if self.supervisor.stopping:
            raise Stopped
        began = time.monotonic()
        self.supervisor.say(f"{what} …")
        yield
        self.supervisor.say(f"  done in {time.monotonic() - began:.1f} s")

    def welcome(self, seconds: float) -> str:
        lines = ["", f"Portal is ready at {self.base_url} ({seconds:.1f} s). Ctrl-C stops everything."]
        if self.demo:
            lines.extend(sign_ins())
        if self.demo and self.options.host not in LOOPBACK:
            lines.append(
                f"Warning: whoever reaches {self.options.host}:{self.options.port} can sign in with these "
                "published passwords; start with --no-demo, or on 127.0.0.1, where others are on the network."
            )
        return "\n".join([*lines, ""])


def sign_ins() -> list[str]:
    """The demo accounts, one line each."""
    spec = importlib.util.find_spec("portal.stack.demo")
    if not spec or not spec.origin:
        return []
    found = importlib.import_module("portal.stack.demo").SIGN_INS
    return ["Demo sign-ins:", *(f"  {name:<10} {password:<16} {who}" for name, password, who in found)]
