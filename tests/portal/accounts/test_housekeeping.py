"""What is over is forgotten; what is not stays."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from portal.accounts.housekeeping import forget_what_is_over
from portal.extension_points import schedules

pytestmark = pytest.mark.django_db


def test_expired_sessions_and_counters_go_and_good_ones_stay(member, outsider, browser):
    here, gone = browser(), browser()
    here.sign_in("member")
    gone.sign_in("outsider")
    Session.objects.filter(pk=gone.http.cookies["sessionid"].value).update(expire_date=timezone.now())
    cache.set("kept", 1)
    cache.set("over", 1)
    with connection.cursor() as cursor:
        past = timezone.now() - dt.timedelta(days=1)
        cursor.execute("UPDATE portal_cache SET expires = %s WHERE cache_key LIKE '%%over'", [past])

    forget_what_is_over()

    assert here.get("/api/x").status_code == 404
    assert list(UserSession.objects.values_list("user__username", flat=True)) == ["member"]
    assert Session.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE cache_key LIKE '%over'), count(*) FROM portal_cache")
        over, all_of_them = cursor.fetchone()
    assert over == 0
    assert all_of_them >= 1


def test_it_is_on_the_schedule():
    assert "forget_what_is_over" in schedules.contributions_of("accounts")
