"""What is wrong with a descriptor: the value that validation, ingestion and the command share."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing somebody should mend, at a place: `path` is the file, `line` counts from 1.

    An error keeps the descriptor out of the catalog; with a warning it is in. `code` is in docs/errors.md.
    """

    code: str
    message: str
    path: str = ""
    line: int | None = None
    ref: str = ""
    level: str = "error"

    @property
    def is_error(self) -> bool:
        return self.level == "error"

    def at(self, path: str, line: int | None, ref: str = "") -> Self:
        return replace(self, path=path, line=line, ref=ref or self.ref)

    def __str__(self) -> str:
        return f"{self.path}:{self.line or 1}: {self.code}: {self.message}"


class Refused(Exception):
    """Raised where reading a document must stop; carries what is wrong, and the path to it where no line is
    known."""

    def __init__(
        self, code: str, message: str, line: int | None = None, *, where: tuple[str | int, ...] = ()
    ) -> None:
        super().__init__(message)
        self.finding = Finding(code, message, line=line)
        self.where = where
