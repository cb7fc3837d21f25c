"""Tests: python -m unittest discover -s tests -t ."""

import logging
import unittest


def quiet(case: unittest.TestCase) -> None:
    """Keeps log lines out of the test's output."""
    logging.disable(logging.CRITICAL)
    case.addCleanup(logging.disable, logging.NOTSET)
