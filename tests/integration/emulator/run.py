#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the emulator's tests: run.py PATH-OF-TCSES-EMULATOR [ARGUMENT OF unittest]..."""

import os
import sys
import unittest

if len(sys.argv) < 2:
    sys.exit("usage: run.py PATH-OF-TCSES-EMULATOR [ARGUMENT OF unittest]...")
os.environ["TCSES_EMULATOR"] = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from test_assumptions import *  # noqa: E402,F401,F403
from test_dns import *  # noqa: E402,F401,F403
from test_domains import *  # noqa: E402,F401,F403
from test_gateway import *  # noqa: E402,F401,F403
from test_manual import *  # noqa: E402,F401,F403
from test_process import *  # noqa: E402,F401,F403
from test_resolver import *  # noqa: E402,F401,F403
from test_senders import *  # noqa: E402,F401,F403
from test_signature import *  # noqa: E402,F401,F403
from test_unsubscribe import *  # noqa: E402,F401,F403

if __name__ == "__main__":
    unittest.main(verbosity=1)
