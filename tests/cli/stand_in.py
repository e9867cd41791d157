# SPDX-License-Identifier: Apache-2.0
"""Stands in for the tool where the rig itself is tested: stand_in.py ACTION [PARAMS] calls the service and prints its
Response. Exit 3 where there is no answer."""

import http.client
import json
import os
import sys
import urllib.parse

from harness import signed_headers

action, body = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 and sys.argv[2] != "--output" else "{}").encode()
authority = urllib.parse.urlsplit(os.environ["TCSES_ENDPOINT"]).netloc
connection = http.client.HTTPConnection(authority, timeout=30)
try:
    connection.request("POST", "/", body, signed_headers(authority, action, body,
                                                         secret_id=os.environ["TENCENTCLOUD_SECRET_ID"]))
    print(json.dumps(json.loads(connection.getresponse().read())["Response"]))
except (OSError, http.client.HTTPException) as error:
    print(f"no answer from {authority}: {type(error).__name__}", file=sys.stderr)
    sys.exit(3)
