"""The service as a process: how it starts, what it logs, how it stops."""

import json
import os
import signal
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class ProcessTest(unittest.TestCase):
    def start(self, **environ: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "${{ values.package }}"],
            cwd=ROOT,
            env={**os.environ, "HOST": "127.0.0.1", "PORT": "0", "DATABASE_PATH": ":memory:", **environ},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        assert process.stderr is not None
        self.addCleanup(process.stderr.close)
        return process

    def test_it_logs_json_serves_and_stops_when_asked(self) -> None:
        process = self.start()
        assert process.stderr is not None
        line = json.loads(process.stderr.readline())
        self.assertEqual((line["level"], line["message"]), ("INFO", "listening"))
        with urllib.request.urlopen(f"http://127.0.0.1:{line['port']}/healthz", timeout=10) as response:
            self.assertEqual(response.status, 200)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=30), 0)
        messages = [json.loads(text)["message"] for text in process.stderr]
        self.assertEqual(messages, ["answered", "stopping", "stopped"])

    def test_a_wrong_setting_stops_the_start_with_a_sentence(self) -> None:
        process = self.start(PORT="eighty")
        assert process.stderr is not None
        self.assertEqual(process.wait(timeout=30), 2)
        self.assertEqual(process.stderr.read(), "PORT is 'eighty'; it should be a number from 0 to 65535\n")


if __name__ == "__main__":
    unittest.main()
