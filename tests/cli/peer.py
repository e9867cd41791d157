# SPDX-License-Identifier: Apache-2.0
"""The official Node.js SDK, for what the tool did to be seen by another client, and the other way round. It needs
TCSES_PEERS, the folder into which tests/peers installs it."""

import importlib.util
import unittest

from program import GUANGZHOU, HERE

spec = importlib.util.spec_from_file_location("peers_support", HERE.parent / "peers" / "support.py")
peers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(peers)


def skip(reason):
    """Prints nothing: the line of the skipped test says why."""
    raise unittest.SkipTest(reason)


peers.skip = skip
ACTIONS = frozenset(peers.FIELDS["actions"])


class Refused(Exception):
    """The service refused: `code`, `message`."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]
        self.message = error["message"]


class Peer:
    """The SDK as a client of one emulator, in the account of the tests."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.sdk = peers.Sdk()

    def call(self, action, region=GUANGZHOU, **params):
        """The response without its RequestId; raises Refused."""
        if action not in ACTIONS:
            raise ValueError(f"no action {action}")
        outcome = self.sdk.call(self.emulator.port, action, params, region)
        if "error" in outcome:
            raise Refused(outcome["error"])
        response = outcome["response"]
        if not response.pop("RequestId"):
            raise AssertionError(f"{action}: no RequestId")
        return response

    def every_page(self, action, member, region=GUANGZHOU, limit=100, **params):
        """The whole of a list that comes in pages, from the responses' `member`."""
        items = []
        while True:
            page = self.call(action, region, Offset=len(items), Limit=limit, **params)[member]
            items += page
            if len(page) < int(limit):
                return items

    def close(self):
        self.sdk.close()


class PeerTest(unittest.TestCase):
    """To be mixed in before CliTest: self.peer.call(ACTION, ...). Without Node.js, or a way to npm's registry, its
    tests say so and are skipped."""

    def setUp(self):
        super().setUp()
        peers.need_sdk()
        self.peer = Peer(self.emulator)
        self.addCleanup(self.peer.close)
