"""Liveness touches nothing; readiness names what is missing and no address."""

import pytest
from django.db import connection
from django.test import Client

from portal import health
from portal.celery import app


def test_a_process_that_lives_says_so_without_the_database():
    answer = Client().get("/healthz")  # this test may not use the database

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_a_probe_asks_a_machine_by_its_address_and_without_tls(broker, settings, path):
    broker("memory://")
    settings.ALLOWED_HOSTS, settings.BASE_URL = ["portal.example.org"], "https://portal.example.org"
    settings.SECURE_SSL_REDIRECT = True

    answer = Client().get(path, headers={"Host": "10.0.0.7:8000"})

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert Client().get("/sign-in", headers={"Host": "10.0.0.7:8000"}).status_code == 400


@pytest.fixture
def broker(monkeypatch):
    """Chooses the broker's address."""

    def choose(url):
        monkeypatch.setattr(app.conf, "broker_url", url)
        monkeypatch.setattr(app.conf, "broker_write_url", url)

    return choose


@pytest.mark.django_db
def test_ready_when_database_migrations_and_broker_are(broker):
    broker("memory://")

    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["checks"] == {"database": "ok", "broker": "ok", "migrations": "ok"}


@pytest.mark.django_db
def test_an_unreachable_broker_is_named_without_its_address(broker):
    broker("redis://:secret@127.0.0.1:1/0")

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == "unreachable"
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_a_waiting_migration_is_not_ready(broker):
    broker("memory://")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'catalog'")

    assert Client().get("/readyz").json()["checks"]["migrations"] == "waiting"


@pytest.mark.django_db
def test_an_unreachable_database_is_not_ready(broker, monkeypatch):
    broker("memory://")
    monkeypatch.setattr(health, "connection", Unreachable())

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "unreachable", "broker": "ok"}


class Unreachable:
    def cursor(self):
        from django.db import OperationalError

        raise OperationalError("connection to server at 10.0.0.1 failed")
