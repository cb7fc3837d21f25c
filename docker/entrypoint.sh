#!/bin/sh
# Starts one process of the portal in place of this script, so that it gets the signals.
set -eu
server="granian --host 0.0.0.0 --no-ws --log-level error --respawn-failed-workers --respawn-interval 8"
case "${1:-web}" in
  web) exec $server --port 8000 --interface wsgi --workers 2 --blocking-threads 8 --backlog 512 --workers-max-rss 768 portal.wsgi:application ;;
  streams) exec $server --port 8001 --interface asginl portal.asgi:application ;;
  worker) exec celery -A portal.celery worker --without-gossip --without-mingle --without-heartbeat ;;
  beat) exec celery -A portal.celery beat --schedule /tmp/beat ;;
  migrate) exec python manage.py migrate --no-input ;;
  *) exec python -m portal "$@" ;;
esac
