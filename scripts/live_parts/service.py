# SPDX-License-Identifier: Apache-2.0
"""The service as this script speaks to it: through the library, every answer looked at and kept."""

import ctypes
import json


class Failed(Exception):
    """A call that the service did not answer; there is no use in going on."""


class Service:
    def __init__(self, tcses, shapes, error_type, endpoint, profile):
        self.tcses = tcses
        self.shapes = shapes
        self.error_type = error_type
        self.options = {"endpoint": endpoint, "profile": profile, "user_agent": "libtcses-live"}
        self.clients = {}
        self.records = []  # (action, region, request, response)

    def client(self, language):
        if language not in self.clients:
            # "" is no region: every call here says its own
            self.clients[language] = self.tcses.client(region="", language=language, **self.options)
        return self.clients[language]

    def close(self):
        for client in self.clients.values():
            self.tcses.function("tcses_client_free")(client)

    def typed(self, action, region, **fields):
        """A call with the action's own struct. Its answer is decoded, held against the table, and returned as JSON."""
        options = self.tcses.new("tcses_call_options", region=region, keep_raw_json=self.tcses.TRUE)
        name = "".join(word.capitalize() for word in action.split("_")).replace("Password", "PassWord")
        try:
            decoded = self.tcses.call(self.client(None), action, options, **fields)
            response = json.loads(decoded["raw_json"])["Response"]
        except self.error_type as error:
            response = self.refusal(error)
        self.keep(name, region, fields, response)
        return response

    def ask(self, action, body, region="ap-guangzhou", language=None, version=None):
        """Any request; the answer may well be an error."""
        data = json.dumps(body).encode()
        request = self.tcses.new("tcses_call_request", action=action, body=data, body_length=len(data), region=region,
                                 version=version)
        try:
            decoded = self.tcses.send(self.client(language), "call", ctypes.byref(request))
            response = json.loads(decoded["raw_json"])["Response"]
        except self.error_type as error:
            response = self.refusal(error)
        self.keep(action, region, body, response)
        return response

    def refusal(self, error):
        if error.status == self.tcses.ERR_RESPONSE:
            raise Failed(f"the library can't read an answer: {error}")
        if error.status != self.tcses.ERR_API:
            raise Failed(str(error))
        if error.code.startswith("AuthFailure"):
            raise Failed(f"{error} ({error.hint or 'no advice'})")
        return {"Error": {"Code": error.code, "Message": error.message}, "RequestId": error.request_id}

    def keep(self, action, region, request, response):
        self.records.append((action, region, request, response))
        if "Error" not in response and action in self.shapes.fields["actions"]:
            self.shapes.check(action, response)
