"""A request never reads a source: it leaves a job, a worker reads, the request waits for the answer."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from catalog.models import Entity, Location, LocationJob
from catalog.refresh import jobs
from catalog.refresh import wake as waking
from portal.accounts.models import Account, NamespaceGrant
from portal.accounts.principal import Principal
from portal.rest.errors import Conflict, Denied, TooMany, Unavailable

from .conftest import Folder


@pytest.fixture
def worker() -> Callable[[], None]:
    """A worker in a thread of its own, woken as Celery would wake it."""
    threads = []

    def run() -> None:
        jobs.run_location_jobs()
        connection.close()

    def wake(after: float = 0) -> None:
        thread = threading.Thread(target=run)
        thread.start()
        threads.append(thread)

    before = list(waking._wake)
    waking.set_wake(wake)
    yield wake
    waking._wake[:] = before
    for thread in threads:
        thread.join()


@pytest.fixture
def target(folder: Folder, settings: Any) -> str:
    settings.CATALOG_ROOTS = [folder.path]
    return f"file:{folder.components('all.yaml', 'web')}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worker")
def test_a_worker_reads_what_a_request_asks_for(target: str, member: Account) -> None:
    actor = Principal(account=member)
    assert [(each.ref, each.outcome) for each in jobs.preview_location(target, actor=actor)] == [
        ("component:default/web", "add")
    ]
    assert Entity.objects.count() == 0
    location = jobs.register_location(target, actor=actor)
    assert location.registered_by == "user:default/member"
    NamespaceGrant.objects.create(namespace="default", subject="user:default/member", role="editor")
    assert jobs.refresh_entity("component:web", actor=actor).name == "web"
    with pytest.raises(Conflict) as caught:
        jobs.register_location(target, actor=actor)
    assert (caught.value.code, caught.value.path) == ("LOCATION_EXISTS", ("target",))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worker")
def test_a_request_is_told_when_its_job_is_done(
    target: str, member: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 300)
    began = time.monotonic()
    jobs.register_location(target, actor=Principal(account=member))
    assert time.monotonic() - began < 300
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_listening_channels()")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worker")
def test_a_worker_has_no_more_rights_than_who_asked(target: str, member: Account, outsider: Account) -> None:
    with pytest.raises(Denied) as caught:
        jobs.register_location(target, actor=Principal(account=member, scopes=frozenset({"read"})))
    assert caught.value.code == "SCOPE_MISSING"
    Account.objects.filter(pk=member.pk).update(is_active=False)
    with pytest.raises(Denied):
        jobs.register_location(target, actor=Principal(account=member))
    assert Location.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_without_a_worker_the_answer_is_unavailable_and_nothing_happens_later(
    target: str, member: Account, settings: Any
) -> None:
    settings.CATALOG_JOB_SECONDS = 0.2
    jobs_before, waking._wake[:] = list(waking._wake), []
    try:
        with pytest.raises(Unavailable, match="No worker is free"):
            jobs.register_location(target, actor=Principal(account=member))
    finally:
        waking._wake[:] = jobs_before
    assert LocationJob.objects.count() == 0
    assert jobs.run_location_jobs() == 0
    assert Location.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_answer_s_deadline_does_not_end_the_wait_for_a_worker(
    graphql: Any, target: str, member: Account, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GRAPHQL_DEADLINE_SECONDS, settings.CATALOG_JOB_SECONDS = 3, 4
    monkeypatch.setattr(waking, "_wake", [])
    query = "mutation($t: String!) { registerLocation(input: {target: $t}) { problems { code message } } }"
    answer = graphql(member)(query, t=target)["registerLocation"]

    assert [each["code"] for each in answer["problems"]] == ["UNAVAILABLE"]
    assert "No worker is free" in answer["problems"][0]["message"]


@pytest.mark.django_db
def test_only_so_many_requests_wait_at_once(target: str, member: Account, settings: Any) -> None:
    settings.CATALOG_JOBS_WAITING = 3
    for _ in range(3):
        LocationJob.objects.create(action="preview", subject=target, account=member)
    with pytest.raises(TooMany):
        jobs.preview_location(target, actor=Principal(account=member))


def test_a_process_that_answers_requests_wakes_workers_through_the_configured_broker() -> None:
    code = "import portal.wsgi; from catalog.tasks import wake; print(wake.app.conf.broker_url)"
    environment = {**os.environ, "PORTAL_BROKER_URL": "redis://127.0.0.1:1/7"}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "redis://127.0.0.1:1/7"
