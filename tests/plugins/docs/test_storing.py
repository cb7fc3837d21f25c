"""Sites are kept in a bucket as in a folder: written, read, replaced and deleted."""

from collections.abc import Iterator
from uuid import UUID

import boto3
import pytest
from moto.server import ThreadedMotoServer

from plugins.docs.storing import delete_site, read_file, write_site
from portal.plugin_api.testing import with_settings

UID = UUID("6b9a1e1e-0000-4000-8000-000000000001")
FILES = {"index.html": b"one", "a b/ü.png": b"two", "search/search_index.json": b"{}"}


@pytest.fixture(params=["folder", "bucket"])
def storage(request, tmp_path, settings, monkeypatch) -> Iterator[None]:
    settings.HOME = tmp_path
    if request.param == "folder":
        yield
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="sites")
    with with_settings("docs", storage="s3://sites/portal", s3_endpoint=endpoint):
        yield
    server.stop()


def test_a_site_is_written_read_replaced_and_deleted(storage):
    write_site(UID, "b1", FILES)
    write_site(UID, "b2", {"index.html": b"new"})
    assert {path: read_file(UID, "b1", path) for path in FILES} == FILES
    assert read_file(UID, "b2", "index.html") == b"new"
    assert read_file(UID, "b1", "nothing.html") is None
    write_site(UID, "b1", {"index.html": b"again"})
    assert read_file(UID, "b1", "index.html") == b"again"
    delete_site(UID, "b1", FILES)
    assert [read_file(UID, "b1", path) for path in FILES] == [None] * 3
    assert read_file(UID, "b2", "index.html") == b"new"
