"""An administrator's session, as the page has one: tokens are never administrators."""

import json
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from bench.ours import ACCOUNT, PASSWORD

TRUSTED = """mutation($target: String!) {
    registerLocation(input: {target: $target, trusted: true}) { problems { code message } } }"""


class Session:
    """Signed in at the portal at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        self._opener.open(f"{url}/_allauth/browser/v1/config").read()
        self._post("/_allauth/browser/v1/auth/login", {"username": ACCOUNT, "password": PASSWORD})

    def register(self, target: str) -> list[dict[str, Any]]:
        """Register and trust a location; the problems, without that reading it takes long and goes on."""
        answer = self._post("/graphql", {"query": TRUSTED, "variables": {"target": target}})
        problems = answer["data"]["registerLocation"]["problems"]
        return [each for each in problems if each["code"] != "UNAVAILABLE"]

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        token = next(cookie.value for cookie in self._cookies if cookie.name.endswith("csrftoken"))
        headers = {"Content-Type": "application/json", "X-CSRFToken": str(token), "Referer": self.url}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with self._opener.open(request, timeout=60) as answer:
            return json.loads(answer.read())
