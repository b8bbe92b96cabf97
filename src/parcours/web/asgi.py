"""The application as ASGI servers want it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parcours.web.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
