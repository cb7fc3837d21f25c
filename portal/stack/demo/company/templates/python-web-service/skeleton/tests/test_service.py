"""The service as its clients see it: over HTTP, on a free port."""

import http.client
import json
import unittest
from typing import Any

from ${{ values.package }}.app import MAX_BODY_BYTES, Api
from ${{ values.package }}.metrics import Metrics
from ${{ values.package }}.server import Server
from ${{ values.package }}.store import open_store

from . import quiet


class ServiceTest(unittest.TestCase):
    def setUp(self) -> None:
        quiet(self)
        self.store = self.enterContext(open_store(":memory:"))
        self.server = Server(("127.0.0.1", 0), Api(self.store, Metrics()))
        self.server.start()
        self.addCleanup(self.server.stop)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        self.addCleanup(connection.close)
        raw = body if isinstance(body, bytes) else json.dumps(body) if body is not None else None
        connection.request(method, path, raw, {"Connection": "close"})
        response = connection.getresponse()
        text = response.read().decode()
        is_json = response.headers.get("Content-Type") == "application/json"
        return response.status, json.loads(text) if is_json else text, response.headers

    def test_it_is_healthy_and_ready(self) -> None:
        self.assertEqual(self.ask("GET", "/healthz")[:2], (200, {"status": "ok"}))
        self.assertEqual(self.ask("GET", "/readyz")[:2], (200, {"status": "ready"}))

    def test_a_created_item_can_be_read_listed_and_deleted(self) -> None:
        status, item, headers = self.ask("POST", "/items", {"name": "Lighthouse", "note": "white"})
        self.assertEqual(status, 201)
        self.assertEqual((item["name"], item["note"]), ("Lighthouse", "white"))
        path = headers["Location"]
        self.assertEqual(self.ask("GET", path)[:2], (200, item))
        self.assertEqual(self.ask("GET", "/items")[1], {"items": [item], "total": 1})
        self.assertEqual(self.ask("DELETE", path)[:2], (204, ""))
        self.assertEqual(self.ask("GET", path)[0], 404)
        self.assertEqual(self.ask("GET", "/items")[1], {"items": [], "total": 0})

    def test_what_is_not_an_item_is_refused_and_nothing_is_kept(self) -> None:
        cases = [
            (b"{", 400, "NOT_JSON"),
            ([], 422, "NOT_AN_OBJECT"),
            ({}, 422, "NAME_MISSING"),
            ({"name": " "}, 422, "NAME_MISSING"),
            ({"name": 1}, 422, "NOT_A_TEXT"),
            ({"name": "x" * 101}, 422, "NOT_A_TEXT"),
            ({"name": "x", "colour": "red"}, 422, "UNKNOWN_FIELD"),
            (b" " * (MAX_BODY_BYTES + 1), 413, "TOO_LARGE"),
        ]
        for body, status, code in cases:
            with self.subTest(code=code):
                got, answer, _ = self.ask("POST", "/items", body)
                self.assertEqual((got, answer["error"]["code"]), (status, code))
        self.assertEqual(self.store.count(), 0)

    def test_unknown_paths_and_methods_say_so(self) -> None:
        self.assertEqual(self.ask("GET", "/nothing")[0], 404)
        status, answer, headers = self.ask("PUT", "/items")
        self.assertEqual((status, answer["error"]["code"]), (405, "METHOD_NOT_ALLOWED"))
        self.assertEqual(headers["Allow"], "GET, POST")

    def test_requests_are_counted_by_route(self) -> None:
        self.ask("GET", "/items/1")
        self.ask("GET", "/items/2")
        _, text, headers = self.ask("GET", "/metrics")
        self.assertTrue(headers["Content-Type"].startswith("text/plain"))
        self.assertIn('http_requests_total{method="GET",route="/items/{id}",status="404"} 2', text)
        self.assertIn("http_request_duration_seconds_count 2", text)


if __name__ == "__main__":
    unittest.main()
