"""Starts the service and stops it gently: `python -m ${{ values.package }}`."""

import logging
import signal
import sys
import threading

from .app import Api
from .logs import configure_logs
from .metrics import Metrics
from .server import Server
from .settings import InvalidSetting, read_settings
from .store import open_store

log = logging.getLogger("${{ values.package }}")


def main() -> int:
    try:
        settings = read_settings()
    except InvalidSetting as error:
        print(error, file=sys.stderr)
        return 2
    configure_logs(settings.log_level)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with open_store() as store:
        server = Server((settings.host, settings.port), Api(store, Metrics()))
        server.start()
        log.info("listening", extra={"port": server.port})
        stop.wait()
        log.info("stopping")
        server.stop(drain_seconds=settings.drain_seconds)
    log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
