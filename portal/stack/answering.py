"""Answers requests in a child of `portal up --reload`, on a socket that it is given; none of them is lost."""

import importlib
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

GRACE_SECONDS = 0.1
LAST_ANSWERS_SECONDS = 2.0


def answer_requests(listening: socket.socket, ready: Callable[[], None]) -> None:
    """Set the portal up, say that it is ready, serve until SIGTERM."""
    server = _server(listening)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    threading.Thread(target=server.serve_forever, args=[0.1], daemon=True).start()
    ready()
    stopped.wait()
    server.shutdown()
    server.base_environ["portal.answering"].wait_until_none()


def _server(listening: socket.socket) -> Any:
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """The terminal is for what went wrong."""

    application, answering = get_wsgi_application(), _Answering()

    def answer(environ: Any, start_response: Any) -> Any:
        with answering:
            return application(environ, start_response)

    importlib.import_module("portal.urls")
    server = ThreadedWSGIServer(listening.getsockname()[:2], Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_address = listening.getsockname()
    server.server_name, server.server_port = listening.getsockname()[:2]
    server.setup_environ()
    server.daemon_threads = True
    server.set_app(answer)
    server.base_environ["portal.answering"] = answering
    return server


class _Answering:
    """The requests that are answered now: a child that is replaced drops none of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait_until_none(self) -> None:
        time.sleep(GRACE_SECONDS)  # for what was accepted last and has not come so far
        with self._changed:
            self._changed.wait_for(lambda: not self._count, LAST_ANSWERS_SECONDS)
        time.sleep(GRACE_SECONDS)  # for what is answered and not written yet
