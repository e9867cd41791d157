# SPDX-License-Identifier: Apache-2.0
"""libtcses through ctypes, made of nothing but the installed library and its layout.json, as any binding may be.

    tcses = Tcses("/usr/local/lib/libtcses.so.0.1", "/usr/local/share/libtcses/layout.json")
    client = tcses.client(region="ap-guangzhou")
    response = tcses.call(client, "get_email_identity", email_identity="mail.example.com")

A function that the layout puts into a library of its own is looked for there: {"tcses-dns": its path} comes third.
"""

import ctypes
import json

INTEGERS = {"size_t": ctypes.c_size_t, "int32_t": ctypes.c_int32, "int64_t": ctypes.c_int64,
            "uint32_t": ctypes.c_uint32, "uint64_t": ctypes.c_uint64}


class TcsesError(Exception):
    """A failed call: everything that its tcses_error told, and the number that the function returned."""

    FIELDS = ("status", "message", "code", "request_id", "field", "outcome", "retryable", "attempts", "http_status",
              "transport_code", "transport_text", "hint")

    def __init__(self, tcses, status, error):
        self.returned = status
        for name in self.FIELDS:
            value = tcses.function("tcses_error_" + name)(error)
            setattr(self, name, value.decode() if isinstance(value, bytes) else value)
        super().__init__(f"{tcses.status_name(status)}: {self.message}")


class Tcses:
    def __init__(self, library, layout, others=None):
        with open(layout, encoding="utf-8") as file:
            self.layout = json.load(file)
        self.libraries = {"tcses": ctypes.CDLL(library)}
        self.libraries.update({name: ctypes.CDLL(path) for name, path in (others or {}).items()})
        self.structs = {name: type(name, (ctypes.Structure,), {}) for name in self.layout["structs"]}
        self.callbacks = {}
        for name, function in self.layout["callbacks"].items():
            self.callbacks[name] = self.callback(function)
        for name, struct in self.layout["structs"].items():
            self.structs[name]._fields_ = [(field["name"], self.ctype(field)) for field in struct["fields"]]
        self.functions = {}

    def __getattr__(self, name):
        """The constants: tcses.ERR_ARGUMENT."""
        try:
            return self.layout["constants"]["TCSES_" + name]
        except KeyError:
            raise AttributeError(name) from None

    # ---- types ----

    def callback(self, function):
        result = None if function["returns"] == "void" else self.ctype({"type": function["returns"]})
        return ctypes.CFUNCTYPE(result, *map(self.ctype, function["parameters"]))

    def ctype(self, entry):
        """The ctypes type of a field, parameter or result."""
        if "callback" in entry:
            return self.callback(entry["callback"])
        words = entry["type"].replace("const", " ").replace("*", " * ").split()
        base, depth = words[0], len(words) - 1
        base = self.layout["integers"].get(base, base)
        if base in INTEGERS or base in self.callbacks:
            kind = INTEGERS.get(base) or self.callbacks[base]
        elif base in self.structs:
            kind = self.structs[base]
        else:  # text, void and objects without a known layout: the first star belongs to the type
            kind, depth = ctypes.c_char_p if base == "char" else ctypes.c_void_p, depth - 1
        for _ in range(depth):
            kind = ctypes.POINTER(kind)
        return kind

    def function(self, name):
        if name not in self.functions:
            known = self.layout["functions"][name]
            function = getattr(self.libraries[known.get("library", "tcses")], name)
            function.argtypes = list(map(self.ctype, known["parameters"]))
            function.restype = None if known["returns"] == "void" else self.ctype({"type": known["returns"]})
            self.functions[name] = function
        return self.functions[name]

    # ---- values ----

    def status_name(self, status):
        return self.function("tcses_status_name")(status).decode()

    def new(self, struct, **fields):
        """A struct, initialised by its function and filled in; texts may be str."""
        value = self.structs[struct]()
        self.function(struct + "_init")(ctypes.byref(value), ctypes.sizeof(value))
        for name, content in fields.items():
            setattr(value, name, content.encode() if isinstance(content, str) else content)
        return value

    def tags(self, pairs):
        """The two fields of a list of tags."""
        tag = self.structs["tcses_tag"]
        items = [ctypes.pointer(self.new("tcses_tag", tag_key=key, tag_value=value)) for key, value in pairs]
        return {"tag_list": (ctypes.POINTER(tag) * len(items))(*items), "tag_list_count": len(items)}

    # ---- calls ----

    def check(self, name, *arguments):
        """Calls a function whose last parameter is the error; raises what went wrong."""
        error = ctypes.c_void_p()
        status = self.function(name)(*arguments, ctypes.byref(error))
        if status != self.OK:
            try:
                raise TcsesError(self, status, error)
            finally:
                self.function("tcses_error_free")(error)
        if error.value is not None:
            raise AssertionError(f"{name} succeeded and made an error object")

    def make(self, name, *arguments):
        """Calls a function that makes an object; returns its handle."""
        out = ctypes.c_void_p()
        self.check(name, *arguments, ctypes.byref(out))
        return out

    def static_credentials(self, secret_id, secret_key, token=None):
        return self.make("tcses_credentials_new_static", secret_id, secret_key, token, None)

    def client(self, **options):
        return self.make("tcses_client_new", ctypes.byref(self.new("tcses_client_options", **options)))

    def send(self, client, action, request, options=None):
        """Makes a call with a request struct and returns the response as Python values."""
        response = ctypes.POINTER(self.structs[f"tcses_{action}_response"])()
        self.check("tcses_" + action, client, request, options, ctypes.byref(response))
        try:
            return self.python(response.contents)
        finally:
            self.function(f"tcses_{action}_response_free")(response)

    def call(self, client, action, options=None, **fields):
        request = self.new(f"tcses_{action}_request", **fields)
        return self.send(client, action, ctypes.byref(request), options and ctypes.byref(options))

    def domains(self, client, **fields):
        """All domains, through the iterator."""
        request = self.new("tcses_list_email_identities_request", **fields)
        iterator = self.make("tcses_email_identity_iterator_new", client, ctypes.byref(request), None)
        item = ctypes.POINTER(self.structs["tcses_email_identity"])()
        try:
            while True:
                self.check("tcses_email_identity_iterator_next", iterator, ctypes.byref(item))
                if not item:
                    return
                yield self.python(item.contents)
        finally:
            self.function("tcses_email_identity_iterator_free")(iterator)

    def python(self, struct):
        """A response as a dictionary: texts as str, lists as lists, absent as None."""
        found = {}
        for name, _ in struct._fields_:
            value = getattr(struct, name)
            if hasattr(struct, name + "_count"):
                value = [self.item(value[i]) for i in range(getattr(struct, name + "_count"))]
            elif isinstance(value, ctypes._Pointer):
                value = self.pointed_at(value)
            elif isinstance(value, bytes):
                value = value.decode()
            if name != "size" and not name.startswith("reserved") and not name.endswith("_count"):
                found[name] = value
        return found

    def pointed_at(self, pointer):
        """Another struct, or an optional number."""
        if not pointer:
            return None
        found = pointer.contents
        return self.python(found) if isinstance(found, ctypes.Structure) else found.value

    def item(self, value):
        return value.decode() if isinstance(value, bytes) else self.python(value.contents)
