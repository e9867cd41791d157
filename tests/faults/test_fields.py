# SPDX-License-Identifier: Apache-2.0
"""test_fields.py VALUES-PROGRAM: every field of every response in turn missing, null, and of every other JSON type. The
program is that of tests/peers, which reads all fields out of the structs; the fields are those of
tests/data/ses-fields.json."""

import copy
import json
import pathlib
import subprocess
import sys
import unittest

from support import LOST_AFTER_SECONDS, SLOWNESS, WRAPPER, run_tests

PROGRAM = sys.argv[1]
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "peers"))

from canned import CannedService  # noqa: E402

FIELDS = json.loads((HERE.parent / "data" / "ses-fields.json").read_text(encoding="utf-8"))
OBJECTS = FIELDS["objects"]
MISSING = "missing"
ABSENT, REFUSED = object(), object()
HUGE = 10 ** 30
VALUES = [MISSING, None, True, False, 0, 1, 7, -7, 1.5, 7.0, HUGE, "some text", "", "7", "-7", "true", "FALSE", [], {},
          [7], [None], [{}], ["text"], {"A": 1}]
EXACT_MAX = 2 ** 53
CHOICE_MAX = 2 ** 31 - 2
DONE = 1  # TCSES_OUTCOME_DONE


def kind_of(owner, name, kind):
    """The kinds of ses-fields.json, and those that the headers tell apart: a time, and numbers with constants."""
    kind = kind.rstrip("!")
    if name == "CreatedTimestamp":
        return "time"
    if kind == "uint64" and (name == "DKIMOption" or owner == "AddressUnsubscribeConfigData"):
        return "choice"
    return "id" if name == "RequestId" else kind


def as_number(value):
    """A whole number that came as a number or as digits; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if value.isdigit() else None
    if isinstance(value, float):
        return int(value) if 0 <= value <= EXACT_MAX and value == int(value) else None
    return value if isinstance(value, int) and 0 <= value < 2 ** 63 else None


def read_text(value):
    if isinstance(value, str):
        return value
    if isinstance(value, float) and as_number(value) is not None:
        return str(as_number(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and value != HUGE else REFUSED


def read_count(value):
    number = as_number(value)
    return REFUSED if number is None else number


def read_choice(value):
    number = as_number(value)
    return REFUSED if number is None or number > CHOICE_MAX else number


def read_time(value):
    number = as_number(value)
    return ABSENT if number is None else number


def read_switch(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    number = as_number(value)
    return bool(number) if number in (0, 1) else REFUSED


def read_id(value):
    return value if isinstance(value, str) else ABSENT


READERS = {"string": read_text, "uint64": read_count, "choice": read_choice, "time": read_time, "bool": read_switch,
           "id": read_id}


def read_list(item_kind, value, path):
    """(list, None), or (REFUSED, the path of what is refused)."""
    if not isinstance(value, list):
        return REFUSED, path
    items = []
    for index, item in enumerate(value):
        if item is None:
            continue
        read = read_text(item) if item_kind == "string" else read_empty(item_kind, item)
        if read is REFUSED:
            return REFUSED, f"{path}[{index}]"
        items.append(read)
    return items, None


def read_empty(object_kind, item):
    """An object without a known field, as the program prints it."""
    if not isinstance(item, dict):
        return REFUSED
    return {name: [] for name, kind in OBJECTS[object_kind].items() if kind.startswith("[")}


def expected(kind, value, path):
    """What is read of a field with this value, and the path of what is refused."""
    if value is MISSING or value is None:
        return ([] if kind.startswith("[") else ABSENT), None
    if kind.startswith("["):
        return read_list(kind.strip("[]"), value, path)
    read = READERS[kind](value)
    return read, path if read is REFUSED else None


class Sample:
    """A response with a value in every field, and the places of all fields in it."""

    def __init__(self, action):
        self.places = []
        self.count = 0
        self.whole = self.fill(action, FIELDS["actions"][action]["response"], (), "Response")

    def fill(self, owner, fields, place, path):
        return {name: self.value(kind_of(owner, name, kind), (*place, name), f"{path}.{name}")
                for name, kind in fields.items()}

    def value(self, kind, place, path):
        self.count += 1
        self.places.append((place, path, kind))
        if kind.startswith("["):
            item = kind.strip("[]")
            if item in OBJECTS:
                return [self.fill(item, OBJECTS[item], (*place, 0), path + "[0]")]
            self.places.append(((*place, 0), path + "[0]", item))
            return [f"item {self.count}"]
        texts = {"string": f"text {self.count}", "id": f"id {self.count}"}
        return self.count % 2 == 0 if kind == "bool" else texts.get(kind, self.count)

    def with_value(self, place, value):
        changed = copy.deepcopy(self.whole)
        put(changed, place, value)
        return changed


def put(tree, place, value):
    for step in place[:-1]:
        tree = tree[step]
    if value is not MISSING:
        tree[place[-1]] = value
    elif isinstance(tree, list):
        tree.pop(place[-1])
    else:
        del tree[place[-1]]


def cases(action):
    """[(label, response, what must be read, the path of what is refused)...]"""
    sample = Sample(action)
    found = []
    for place, path, kind in sample.places:
        for value in VALUES:
            read, refused = expected(kind, value, path)
            in_list = isinstance(place[-1], int)
            wanted = None if read is REFUSED else sample.with_value(place, MISSING if read is ABSENT or (
                in_list and value in (MISSING, None)) else read)
            found.append((f"{path} {value!r}", sample.with_value(place, value), wanted, refused))
    return found


class Fields(unittest.TestCase):
    def test_fields__each_missing_null_and_of_every_type(self):
        all_cases = {action: cases(action) for action in FIELDS["actions"]}
        rounds = max(map(len, all_cases.values()))
        pending = {action: iter(found) for action, found in all_cases.items()}
        responses = {action: self.next_of(pending[action], Sample(action).whole) for action in pending}
        with CannedService(responses) as service:
            done = subprocess.run([*WRAPPER, PROGRAM, service.endpoint, str(rounds)], capture_output=True,
                                  encoding="utf-8", check=False, timeout=LOST_AFTER_SECONDS * SLOWNESS)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(lines), rounds)
        wrong = [message for action, found in all_cases.items() for case, line in zip(found, lines)
                 for message in self.differences(action, case, line[action])]
        self.assertEqual(wrong, [])
        self.assertGreater(sum(map(len, all_cases.values())), 1000)

    @staticmethod
    def next_of(found, otherwise):
        return lambda region: next(found, (None, otherwise))[1]

    @staticmethod
    def differences(action, case, line):
        label, _, wanted, refused = case
        if refused is None:
            return [] if line == wanted else [f"{action} {label}: {line}"]
        same = (line.get("Failed"), line.get("Outcome"), line.get("Field")) == ("RESPONSE", DONE, refused)
        return [] if same and f"{refused}: expected" in line["Why"] else [f"{action} {label}: {line}"]


if __name__ == "__main__":
    run_tests(sys.modules[__name__])
