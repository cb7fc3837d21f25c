"""Forgetting sessions, counters and answers that are over: they open nothing, they take room."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from portal.graphql.idempotency import forget_old_answers


def forget_what_is_over() -> None:
    """Delete expired sessions, the list entries of ended ones, counters and kept answers of the past."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_cache WHERE expires < now()")
    forget_old_answers()
