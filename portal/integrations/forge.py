"""What asking one repository is on every forge: something that may be missing, and lists page by page."""

from collections.abc import Iterator
from typing import Any

from portal.integrations.errors import NotFound

Document = dict[str, Any]
"""What a forge's REST API gives and takes, in its own words."""

PER_PAGE = 100


class ForgeRepository:
    """Reading below one repository; a forge says how it is asked."""

    def ask(self, verb: str, path: str, body: Document | None = None) -> Any:
        """What it answers at a path below it; None where it has nothing to say."""
        raise NotImplementedError

    def find(self, path: str = "") -> Any:
        """What is at a path; None where nothing is."""
        try:
            return self.ask("GET", path)
        except NotFound:
            return None

    def list(self, path: str) -> Iterator[Document]:
        """Every item of a list, page by page."""
        number = 1
        while True:
            separator = "&" if "?" in path else "?"
            page = self.ask("GET", f"{path}{separator}per_page={PER_PAGE}&page={number}")
            yield from page
            if len(page) < PER_PAGE:
                return
            number += 1
