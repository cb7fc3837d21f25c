"""The adapter to FOCUS files: cost and usage as CSV, from the file system or an address.

Format: https://focus.finops.org/focus-specification: ChargePeriodStart, BilledCost, BillingCurrency,
ServiceName, SubAccountName, Tags (JSON). Other CSV files do with the columns of these names.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import IO

from portal.plugin_api.http import IntegrationError, error_of, request

from .charges import Charge, Part
from .settings import CostSource, current_settings

MAX_BYTES = 256 * 1024 * 1024
MAX_LINE = 1024 * 1024
MAX_CHARACTERS = 4 * 1024 * MAX_LINE
"""Of the file as it is read: what is packed may unfold to any size."""
REMEMBERED = 50_000
"""So many different days, and whose a charge is, are remembered of a file."""
METRIC = "BilledCost"
NEEDED = ("ChargePeriodStart", "BillingCurrency")


class UnreadableFile(IntegrationError):
    """A file that is no FOCUS file, or is not there; the message says what and where."""


def charges(source: CostSource, first: date, last: date, *, seconds: float) -> Iterator[Charge]:
    """The charges of these days, added up while the file is read. Raises IntegrationError."""
    with _opened(source, seconds) as file:
        try:
            yield from read(source, _bounded(source, file), first, last)
        except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise UnreadableFile(f"{source.name}: the file cannot be read: {error}.") from error


def _bounded(source: CostSource, file: IO[str]) -> Iterator[str]:
    """Its lines, none of them endless and not without end."""
    number = total = 0
    while line := file.readline(MAX_LINE):
        number, total = number + 1, total + len(line)
        if len(line) == MAX_LINE or total > MAX_CHARACTERS:
            raise UnreadableFile(f"{source.name}, line {number}: it is too long, or the file is.")
        yield line


def read(source: CostSource, lines: Iterable[str], first: date, last: date) -> Iterator[Charge]:
    """A charge for each row of a CSV file. Raises UnreadableFile with the number of the line."""
    rows = csv.reader(lines)
    columns = {name: place for place, name in enumerate(next(rows, ()))}
    metric = source.metric or METRIC
    missing = [name for name in (metric, *NEEDED) if name not in columns]
    if missing:
        raise UnreadableFile(f"{source.name}: the file has no column {missing[0]}.")
    reading = _Reading(source, columns, metric)
    for row in rows:
        try:
            charge = reading.charge(row) if row else None
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            said = "it has too few columns" if isinstance(error, IndexError) else error or "it cannot be read"
            raise UnreadableFile(f"{source.name}, line {rows.line_num}: {said}.") from error
        if charge and first <= charge.day <= last:
            yield charge


class _Reading:
    """Reads rows of one file: days and tags, which come again and again, are read once."""

    def __init__(self, source: CostSource, columns: Mapping[str, int], metric: str) -> None:
        self._source = source
        self._metric = metric
        self._amount, self._start, self._currency = (columns[name] for name in (metric, *NEEDED))
        optional = ("Tags", source.key, "SubAccountName", "ServiceName")
        self._tags, self._key, self._account, self._service = (columns.get(name) for name in optional)
        self._day = lru_cache(REMEMBERED)(lambda text: datetime.fromisoformat(text).date())
        self._whose = lru_cache(REMEMBERED)(self._read_whose)

    def charge(self, row: Sequence[str]) -> Charge:
        source = self._source
        if row[self._currency] != source.currency:
            raise ValueError(f"{row[self._currency]!r} is not {source.currency}, the currency of this source")
        amount = _number(row[self._amount], self._metric)
        name, cluster, part = self._whose(
            _cell(row, self._tags), _cell(row, self._key), _cell(row, self._account)
        )
        service = _cell(row, self._service)
        return Charge(self._day(row[self._start]), name, amount, cluster, service, part)

    def _read_whose(self, tags_text: str, key: str, account: str) -> tuple[str, str, Part]:
        """The name, the cluster and the part that tags and columns say."""
        tags = json.loads(tags_text or "{}")
        name = str(tags.get(self._source.key) or key)
        part = Part.SHARED if name in self._source.shared else Part.DIRECT
        if str(tags.get("portal/idle", "")).lower() == "true":
            part = Part.IDLE
        cluster = self._source.cluster or str(tags.get("cluster") or account)
        return (name if part is Part.DIRECT else "", cluster, part)


def _cell(row: Sequence[str], place: int | None) -> str:
    return "" if place is None else row[place]


def _number(text: str, metric: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite():
        raise ValueError(f"{metric} {text[:50]!r} is no number")
    return amount


@contextmanager
def _opened(source: CostSource, seconds: float) -> Iterator[IO[str]]:
    """The file that the address means, as text."""
    if source.address.startswith(("http://", "https://")):
        headers = {"authorization": f"Bearer {source.token}"} if source.token else {}
        answer = request("GET", source.address, headers=headers, max_bytes=MAX_BYTES, seconds=seconds)
        if answer.status != 200:
            raise error_of(answer)
        content = answer.body
        packed = content.startswith(b"\x1f\x8b")
        raw = gzip.GzipFile(fileobj=io.BytesIO(content)) if packed else io.BytesIO(content)
        yield io.TextIOWrapper(raw, encoding="utf-8-sig", errors="strict", newline="")
        return
    path = _allowed(source)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield file


def _allowed(source: CostSource) -> Path:
    """The file below the folder that the operator named: an administrator must not read any other."""
    folder = current_settings().folder
    if not folder:
        raise UnreadableFile(f"{source.name}: set PORTAL_COSTS_FOLDER to the folder that its files are in.")
    path = (Path(folder) / source.address).resolve()
    if not path.is_relative_to(Path(folder).resolve()):
        raise UnreadableFile(f"{source.name}: {source.address} is outside of PORTAL_COSTS_FOLDER.")
    return path
