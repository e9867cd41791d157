# SPDX-License-Identifier: Apache-2.0
"""Holds an answer of the service against the table of its fields (tests/data/ses-fields.json)."""


class Shapes:
    def __init__(self, fields):
        self.fields = fields
        self.differences = {}  # what: how often
        self.absent = {}  # path: how often
        self.checked = 0

    def check(self, action, response):
        self.checked += 1
        self._object(action, self.fields["actions"][action]["response"], response)

    def _note(self, what):
        self.differences[what] = self.differences.get(what, 0) + 1

    def _object(self, path, fields, value):
        if not isinstance(value, dict):
            self._note(f"{path}: {kind_of(value)} where an object should be")
            return
        for name in value.keys() - fields.keys():
            self._note(f"{path}.{name}: not in the table ({kind_of(value[name])})")
        for name, kind in fields.items():
            if value.get(name) is None:
                where = f"{path}.{name}"
                self.absent[where] = self.absent.get(where, 0) + 1
            else:
                self._value(f"{path}.{name}", kind.rstrip("!"), value[name])

    def _value(self, path, kind, value):
        if kind in self.fields["objects"]:
            self._object(path, self.fields["objects"][kind], value)
        elif kind.startswith("["):
            if isinstance(value, list):
                for item in value:
                    self._value(path + "[]", kind.strip("[]"), item)
            else:
                self._note(f"{path}: {kind_of(value)} where a list should be")
        elif kind_of(value) != kind:
            self._note(f"{path}: {kind_of(value)} where {kind} should be")

    def report(self):
        print(f"Shapes: {self.checked} answers looked at, {len(self.differences)} differences from the tables")
        for what, count in sorted(self.differences.items()):
            print(f"  {what} ({count} times)")
        for what, count in sorted(self.absent.items()):
            print(f"  {what}: absent or null ({count} times; the library takes that)")


def kind_of(value):
    """The table's word for a JSON value."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "uint64" if value >= 0 else "a negative number"
    return {str: "string", list: "list", dict: "object", float: "a fraction", type(None): "null"}[type(value)]
