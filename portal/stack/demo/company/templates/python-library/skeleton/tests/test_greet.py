"""What the first function promises."""

import unittest

from ${{ values.package }} import greet


class GreetTest(unittest.TestCase):
    def test_a_name_is_greeted(self) -> None:
        self.assertEqual(greet(" Maren "), "Hello, Maren!")

    def test_nobody_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            greet(" ")
