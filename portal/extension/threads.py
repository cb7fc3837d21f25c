"""The few threads in which one plugin's code runs, each with a read-only database connection of its own."""

import contextlib
import ctypes
import logging
import os
import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

IDLE_SECONDS = 60.0
# Of a plugin's threads so many times as may work may be stuck before it is not asked any more.
STUCK_FOR_EACH = 4
logger = logging.getLogger(__name__)


class GivenUp(BaseException):
    """Raised inside plugin code that runs on after its deadline, once it is back in Python."""


class Job:
    """One call: `answer` is set by the plugin's thread, `given_up` by the caller at the deadline."""

    __slots__ = ("_lock", "_thread_id", "answer", "connection", "done", "given_up", "run", "started")

    def __init__(self, run: Callable[[], Any]) -> None:
        self.run = run
        self.answer: Any = None
        self.connection: BaseDatabaseWrapper | None = None
        self.done = threading.Event()
        self.started = False
        self.given_up = False
        self._lock = threading.Lock()
        self._thread_id: int | None = None

    def start(self) -> bool:
        with self._lock:
            self.started = not self.given_up
            self._thread_id = threading.get_ident()
            return self.started

    def finish(self) -> bool:
        """Mark the job as done; True where somebody still waits for it."""
        with self._lock:
            self.done.set()
            return not self.given_up

    def drop(self) -> bool:
        """Take back a job that nobody has begun; False where somebody has."""
        with self._lock:
            self.given_up = not self.started
            return self.given_up

    def give_up(self) -> bool:
        """Stop waiting; True where the job runs on (its thread is stuck until it returns)."""
        with self._lock:
            self.given_up = True
            runs_on = self.started and not self.done.is_set()
            if runs_on and self._thread_id is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._thread_id), ctypes.py_object(GivenUp)
                )
            return runs_on


class PluginThreads:
    """At most `limit` daemon threads that work: a stuck one is replaced, without its database connection.

    It serves nobody any more, and does not keep the process from ending.
    """

    def __init__(self, plugin: str, limit: int) -> None:
        self._plugin = plugin
        self._limit = limit
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting = 0
        self._threads: set[threading.Thread] = set()
        self.stuck = 0

    @property
    def too_many_stuck(self) -> bool:
        return self.stuck >= STUCK_FOR_EACH * self._limit

    def submit(self, job: Job) -> None:
        with self._lock:
            if self._waiting <= self._jobs.qsize() and len(self._threads) - self.stuck < self._limit:
                thread = threading.Thread(target=self._work, name=f"plugin-{self._plugin}", daemon=True)
                self._threads.add(thread)
                thread.start()
        self._jobs.put(job)

    def give_up(self, job: Job) -> bool:
        """Give up a job at its deadline; True where its thread is stuck with it."""
        with self._lock:
            stuck = job.give_up()
            self.stuck += stuck
            if stuck:
                _hang_up(job)
            return stuck

    def stop(self, timeout: float) -> None:
        """End the idle threads and close their connections."""
        with self._lock:
            threads = list(self._threads)
        for _ in threads:
            self._jobs.put(None)
        for thread in threads:
            thread.join(timeout)

    def _work(self) -> None:
        try:
            while (job := self._next()) is not None:
                if not job.start():
                    continue
                _run_connected(job)
                with self._lock:
                    if not job.finish():
                        self.stuck -= 1
                        return
        finally:
            _drop_connection()
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _next(self) -> Job | None:
        with self._lock:
            self._waiting += 1
        try:
            return self._jobs.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return None
        finally:
            with self._lock:
                self._waiting -= 1


def _run_connected(job: Job) -> None:
    try:
        _prepare_connection()
        job.connection = connections[DEFAULT_DB_ALIAS]
        job.run()
        _clean_connection()
    except BaseException:
        logger.exception("a plugin's thread could not prepare or clean its database connection")
        _drop_connection()


def _hang_up(job: Job) -> None:
    """A thread that may never return keeps no place in the database."""
    with contextlib.suppress(Exception):
        assert job.connection is not None
        with socket.socket(fileno=os.dup(job.connection.connection.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)


def _prepare_connection() -> None:
    """Make this thread's connection read-only, autocommitting and bounded by the deadline."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.connection is not None:
        connection.close_if_unusable_or_obsolete()
        return
    options = dict(connections.settings[DEFAULT_DB_ALIAS].get("OPTIONS", {}))
    options.pop("pool", None)
    options["options"] = (
        f"{options.get('options', '')} -c default_transaction_read_only=on "
        f"-c statement_timeout={int(settings.PLUGIN_DEADLINE * 1000)} "
        f"-c idle_in_transaction_session_timeout={int(settings.PLUGIN_DEADLINE * 1000)}"
    ).strip()
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options, "ATOMIC_REQUESTS": False}


def _clean_connection() -> None:
    """What a plugin left behind (an open transaction, autocommit switched off) ends with its connection."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.connection is not None and (connection.in_atomic_block or not connection.autocommit):
        _drop_connection()


def _drop_connection() -> None:
    connection: BaseDatabaseWrapper = connections[DEFAULT_DB_ALIAS]
    try:
        if connection.connection is not None:
            connection.connection.close()
    finally:
        del connections[DEFAULT_DB_ALIAS]
