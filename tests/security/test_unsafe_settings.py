"""The portal refuses to start with unsafe settings, names them, and says what to do."""

import os
import secrets
import subprocess
import sys

import pytest

GOOD_KEY = secrets.token_urlsafe(64)
SAFE = {
    "PORTAL_BASE_URL": "https://portal.example.com",
    "PORTAL_ALLOWED_HOSTS": "portal.example.com",
    "PORTAL_TRUSTED_PROXIES": "10.0.0.1",
    "PORTAL_SECRET_KEY": GOOD_KEY,
}
UNSAFE = {
    "debug": ({"PORTAL_DEBUG": "1"}, "PORTAL_DEBUG", "E001"),
    "no key": ({"PORTAL_SECRET_KEY": None}, "PORTAL_SECRET_KEY", "E002"),
    "short key": ({"PORTAL_SECRET_KEY": "x7!q"}, "PORTAL_SECRET_KEY", "E002"),
    "simple key": ({"PORTAL_SECRET_KEY": "ab" * 40}, "PORTAL_SECRET_KEY", "E002"),
    "any host": ({"PORTAL_ALLOWED_HOSTS": "portal.example.com,*"}, "PORTAL_ALLOWED_HOSTS", "E003"),
    "no address": ({"PORTAL_BASE_URL": "portal.example.com"}, "PORTAL_BASE_URL", "E004"),
    "http": ({"PORTAL_BASE_URL": "http://portal.example.com"}, "PORTAL_BASE_URL", "E005"),
    "no proxy": ({"PORTAL_TRUSTED_PROXIES": ""}, "PORTAL_TRUSTED_PROXIES", "E006"),
    "nonsense proxy": ({"PORTAL_TRUSTED_PROXIES": "proxy"}, "PORTAL_TRUSTED_PROXIES", "E007"),
    "nonsense limit": ({"PORTAL_SIGN_IN_LIMIT": "many"}, "PORTAL_SIGN_IN_LIMIT", "E009"),
    "every proxy": ({"PORTAL_TRUSTED_PROXIES": "0.0.0.0/0"}, "PORTAL_TRUSTED_PROXIES", "E008"),
}


def run(arguments, changes):
    base = {"PATH": os.environ["PATH"], "DATABASE_URL": os.environ.get("DATABASE_URL", "")}
    environment = {name: value for name, value in {**base, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize("case", UNSAFE)
def test_the_check_names_the_unsafe_setting_and_the_remedy(case):
    changes, name, number = UNSAFE[case]

    done = run(["manage.py", "check"], SAFE | changes)

    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if f"(portal.{number})" in line]
    assert name in line
    assert "HINT:" in done.stderr
    assert GOOD_KEY not in done.stderr + done.stdout


@pytest.mark.parametrize("module", ["portal.wsgi", "portal.asgi"])
def test_servers_refuse_to_start(module):
    done = run(["-c", f"import {module}"], SAFE | {"PORTAL_DEBUG": "1"})

    assert done.returncode == 1
    assert "PORTAL_DEBUG" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("signal", ["worker_init", "beat_init"])
def test_workers_refuse_to_start(signal):
    code = (
        f"import django; from portal.celery import app; django.setup(); from celery.signals import {signal}; "
    )
    done = run(["-c", f"{code}{signal}.send(sender=None)"], SAFE | {"PORTAL_DEBUG": "1"})

    assert "PORTAL_DEBUG" in done.stderr


@pytest.mark.parametrize("changes", [{}, {"PORTAL_DEBUG": "1"}, {"PORTAL_BASE_URL": "http://localhost:8200"}])
def test_a_machine_of_ones_own_needs_neither_key_nor_tls(changes):
    assert run(["manage.py", "check"], changes).returncode == 0
    assert run(["-c", "import portal.wsgi"], changes).returncode == 0


def test_the_safe_settings_are_safe():
    assert run(["manage.py", "check"], SAFE).returncode == 0
    assert run(["-c", "import portal.wsgi, portal.asgi"], SAFE).returncode == 0
