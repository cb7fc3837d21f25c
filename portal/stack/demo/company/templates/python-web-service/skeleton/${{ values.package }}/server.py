"""HTTP around the API: one thread per connection, and a stop that lets running requests finish."""

import json
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .app import MAX_BODY_BYTES, Answer, Api, Problem, Request, problem_answer

IDLE_SECONDS = 5


class Server:
    """Listens on `address`; port 0 takes a free one, which `port` then tells."""

    def __init__(self, address: tuple[str, int], api: Api) -> None:
        self._api = api
        self._http = _HttpServer(address, api)
        self._thread = threading.Thread(target=self._http.serve_forever, name="accept")

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self, drain_seconds: float = 0) -> None:
        """Says "not ready", waits for the load balancer to notice, accepts no more, finishes what runs."""
        self._api.draining = True
        time.sleep(drain_seconds)
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], api: Api) -> None:
        self.api = api
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "${{ values.name }}"
    sys_version = ""
    timeout = IDLE_SECONDS
    server: _HttpServer

    def _serve(self) -> None:
        try:
            body = self._read_body()
        except Problem as problem:
            self.close_connection = True
            self._send(problem_answer(problem))
            return
        path = self.path.partition("?")[0]
        self._send(self.server.api.answer(Request(self.command, path, body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def _read_body(self) -> bytes:
        if "Transfer-Encoding" in self.headers:
            raise Problem(HTTPStatus.LENGTH_REQUIRED, "LENGTH_REQUIRED", "Send the body with its length.")
        text = self.headers.get("Content-Length", "0")
        if not text.isascii() or not text.isdigit():
            raise Problem(HTTPStatus.BAD_REQUEST, "BAD_LENGTH", "Content-Length is not a number.")
        if int(text) > MAX_BODY_BYTES:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TOO_LARGE", f"At most {MAX_BODY_BYTES} bytes, please."
            )
        return self.rfile.read(int(text))

    def _send(self, answer: Answer) -> None:
        if isinstance(answer.body, str):
            body, content_type = answer.body.encode(), "text/plain; version=0.0.4; charset=utf-8"
        elif answer.body is None:
            body, content_type = b"", ""
        else:
            body, content_type = json.dumps(answer.body).encode(), "application/json"
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if content_type:
            self.send_header("Content-Type", content_type)
            self.send_header("X-Content-Type-Options", "nosniff")
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        if self.server.api.draining or self.close_connection:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The API writes its own log lines."""
