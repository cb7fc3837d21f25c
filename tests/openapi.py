"""OpenAPI documents held against the answers of the addresses that they describe."""

import json
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

METHODS = ("get", "post", "put", "delete")

Operation = tuple[str, str]
"""A path of a document and a method in lower case."""


def described(http: Client, base: str) -> Any:
    """The document of the addresses below `base`, which must be a valid one."""
    answer = http.get(f"{base}/openapi.json")
    assert answer.status_code == 200, answer.content
    document = answer.json()
    validate(document)
    return document


def operations(document: Any) -> set[Operation]:
    return {
        (path, method) for path, item in document["paths"].items() for method in item if method in METHODS
    }


class Recorder:
    """Asks, holds each answer against the document, and remembers what was asked and answered."""

    def __init__(self, http: Client, document: Any) -> None:
        self.http, self.document = http, document
        self.base = document["servers"][0]["url"]
        self.seen: set[tuple[Operation, str]] = set()

    def __call__(
        self,
        method: str,
        path: str,
        /,
        body: Any = None,
        status: int = 200,
        *,
        headers: Any = None,
        **parts: str,
    ) -> Any:
        """What the JSON of the answer is, or its text; `path` is as in the document, perhaps with a query.
        A body of bytes is sent as it is.

        Where the document says 304 too, it is asked again with the answer's ETag.
        """
        template, mark, query = path.partition("?")
        address = f"{self.base}{template.format(**parts)}{mark}{query}"
        text = body if isinstance(body, bytes) else json.dumps(body)
        data = {} if body is None else {"data": text, "content_type": "application/json"}
        ask = getattr(self.http, method)
        answer = ask(address, headers=headers, **data)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == status, content
        self.seen.add(((template, method), str(status)))
        said = self.document["paths"][template][method]["responses"]
        if "304" in said and "ETag" in answer.headers:
            again = ask(address, headers={"If-None-Match": answer.headers["ETag"]}, **data)
            self.seen.add(((template, method), str(again.status_code)))
        return self._checked(answer, content, said.get(str(status), said["default"]))

    def _checked(self, answer: Any, text: bytes, said: Any) -> Any:
        if "$ref" in said:
            said = self.document["components"]["responses"][said["$ref"].rpartition("/")[2]]
        if "content" not in said:
            assert text == b""
            return None
        ((media_type, form),) = said["content"].items()
        kind = answer.headers["Content-Type"]
        assert media_type == "*/*" or kind.startswith(media_type), kind
        if media_type != "application/json":
            return text
        found = json.loads(text)
        schema = {**form["schema"], "components": self.document["components"]}
        Draft202012Validator(schema).validate(found)
        return found

    def unproven(self) -> set[tuple[Operation, str]]:
        """What the document says can be answered, and was not."""
        paths = self.document["paths"]
        said = {
            ((path, method), status)
            for path, method in operations(self.document)
            for status in paths[path][method]["responses"]
        }
        return {each for each in said - self.seen if each[1] != "default"}
