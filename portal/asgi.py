"""The ASGI application: streams."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_asgi_application()

from portal.checks import refuse_unsafe_settings  # noqa: E402 - needs the settings

refuse_unsafe_settings()
