# SPDX-License-Identifier: Apache-2.0
"""Reads the public headers. They may hold only what the rules of docs/abi.md allow, so that a small grammar is enough:
whatever it does not know is an error, and so a broken rule. Used for the layout file and by tests/abi."""

import pathlib
import re
from dataclasses import dataclass, field

INTEGERS = ("size_t", "int32_t", "int64_t", "uint32_t", "uint64_t")
OUTSIDE_HEADERS = ("stddef.h", "stdint.h")
# Headers of libraries of their own, beside tcses.
LIBRARIES = {"dns.h": "tcses-dns"}
TOKEN = re.compile(r'[A-Za-z_]\w*|-?\d+|"[^"]*"|[{}();,*=\[\]]|\.\.\.|\S')


class RuleBroken(Exception):
    """A header holds something that the rules do not allow."""


@dataclass
class Type:
    """`base` with `depth` stars; `text` as C writes it. A pointer to a function has its Function in `callback`."""

    text: str
    base: str
    depth: int
    callback: "Function" = None


@dataclass
class Function:
    returns: Type
    parameters: list  # of (Type, name)
    library: str = "tcses"


@dataclass
class Api:
    structs: dict = field(default_factory=dict)  # name: [(Type, field name)]
    opaque: list = field(default_factory=list)
    integers: dict = field(default_factory=dict)  # name: the integer it stands for
    callbacks: dict = field(default_factory=dict)
    functions: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)
    strings: dict = field(default_factory=dict)
    initializers: list = field(default_factory=list)  # names of the TCSES_..._INIT macros


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S).replace("\\\n", " ")


class Header:
    """One header: its directives, and then its declarations one after the other."""

    def __init__(self, api, name, text):
        self.api = api
        self.name = name
        self.includes = []
        self.tokens = TOKEN.findall(self._directives(without_comments(text)))
        self.at = 0

    def fail(self, what):
        near = " ".join(self.tokens[max(0, self.at - 8) : self.at + 4]) if hasattr(self, "tokens") else ""
        raise RuleBroken(f"{self.name}: {what}" + (f", near: {near}" if near else ""))

    def _directives(self, text):
        """Takes the lines that begin with # and gives the others back."""
        guard = "TCSES_" + re.sub(r"\W", "_", self.name).upper()
        plain = ('extern "C" {', "}")
        conditions, rest = [], []
        for line in text.splitlines():
            words = line.split(None, 2)
            if not words:
                continue
            if words[0] == "#include":
                self._include(words[1])
            elif words[0] == "#define":
                self._define(words[1], words[2] if len(words) > 2 else "", guard, conditions)
            elif words[0] in ("#ifndef", "#ifdef", "#if"):
                conditions.append(" ".join(words))
                if conditions[-1] not in ("#ifndef " + guard, "#ifdef __cplusplus", "#if defined(__GNUC__)"):
                    self.fail("a condition of its own: " + line)
            elif words[0] == "#endif" and conditions:
                conditions.pop()
            elif words[0] == "#else":
                pass
            elif words[0].startswith("#"):
                self.fail("a directive that is not allowed: " + line)
            elif conditions[-1:] != ["#ifdef __cplusplus"]:
                rest.append(line)
            elif line.strip() not in plain:
                self.fail("for C++ alone: " + line)
        return "\n".join(rest)

    def _include(self, target):
        path = target.strip("<>")
        if target != f"<{path}>" or not (path in OUTSIDE_HEADERS or path.startswith("tcses/")):
            self.fail("includes " + target)
        if path.startswith("tcses/"):
            self.includes.append(path[len("tcses/") :])

    def _define(self, name, value, guard, conditions):
        if name == guard or name == "TCSES_API" and conditions[-1:] == ["#if defined(__GNUC__)"]:
            return
        if re.fullmatch(r"TCSES_\w+_INIT", name) and re.fullmatch(r"\{.*\}\s*", value.strip()):
            self.api.initializers.append(name)
        elif re.fullmatch(r"TCSES_CODE_\w+", name) and re.fullmatch(r'"[\w.]+"', value.strip()):
            self.api.strings[name] = value.strip().strip('"')
        else:
            self.fail("a macro that is neither an initializer nor an error code: " + name)

    # ---- tokens ----

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next(self):
        token = self.peek()
        self.at += 1
        return token

    def accept(self, token):
        found = self.peek() == token
        self.at += found
        return found

    def expect(self, token):
        if not self.accept(token):
            self.fail(f"'{self.peek()}' where '{token}' should stand")

    def identifier(self, pattern=r"[a-z]\w*"):
        if not re.fullmatch(pattern, self.peek()):
            self.fail(f"'{self.peek()}' where a name should stand")
        return self.next()

    # ---- declarations ----

    def declarations(self):
        while self.peek():
            if self.accept("enum"):
                self.enum()
            elif self.accept("typedef"):
                self.typedef()
            elif self.accept("TCSES_API"):
                self.function()
            else:
                self.fail(f"'{self.peek()}' begins no declaration that is allowed")
            self.expect(";")

    def enum(self):
        """Constants without a type of their own; each says its value."""
        self.expect("{")
        while not self.accept("}"):
            name = self.identifier(r"TCSES_[A-Z0-9_]+")
            self.expect("=")
            self.api.constants[name] = int(self.identifier(r"-?\d+"))
            self.accept(",")

    def typedef(self):
        if self.accept("struct"):
            self.struct()
            return
        returns = self.type()
        if self.peek() == "(":
            kind, name = self.pointer_to_function(returns)
            self.api.callbacks[name] = kind.callback
        elif returns.text in INTEGERS:
            self.api.integers[self.identifier(r"tcses_\w+")] = returns.text
        else:
            self.fail("a type that is neither an integer, a struct nor a callback")

    def struct(self):
        name = self.identifier(r"tcses_\w+")
        if self.accept("{"):
            fields = self.api.structs[name] = []
            while not self.accept("}"):
                kind = self.type()
                kind, field_name = self.pointer_to_function(kind) if self.peek() == "(" else (kind, self.identifier())
                if kind.text == "void":
                    self.fail("a field of type void")
                fields.append((kind, field_name))
                self.expect(";")
            if [(kind.text, field_name) for kind, field_name in fields[:1]] != [("size_t", "size")]:
                self.fail(f"struct {name} does not begin with size_t size")
        else:
            self.api.opaque.append(name)
        self.expect(name)

    def function(self):
        returns = self.type()
        name = self.identifier(r"tcses_\w+")
        if name in self.api.functions:
            self.fail(f"{name} is declared twice")
        self.api.functions[name] = Function(returns, self.parameters(), LIBRARIES.get(self.name, "tcses"))

    def parameters(self):
        self.expect("(")
        if self.tokens[self.at : self.at + 2] == ["void", ")"]:
            self.at += 2
            return []
        found = []
        while True:
            kind = self.type()
            found.append(self.pointer_to_function(kind) if self.peek() == "(" else (kind, self.identifier()))
            if found[-1][0].text == "void":
                self.fail("a parameter of type void")
            if self.accept(")"):
                return found
            self.expect(",")

    def pointer_to_function(self, returns):
        self.expect("(")
        self.expect("*")
        name = self.identifier()
        self.expect(")")
        function = Function(returns, self.parameters())
        inner = ", ".join(kind.text for kind, _ in function.parameters) or "void"
        return Type(f"{returns.text} (*)({inner})", "function", 1, function), name

    def type(self):
        constant = self.accept("const")
        base = self.identifier()
        text, depth = ("const " if constant else "") + base, 0
        while self.accept("*"):
            text += "*" if text.endswith("*") else " *"
            depth += 1
            text += "const" if self.accept("const") else ""
        kind = Type(text, base, depth)
        if not self.allowed(kind):
            self.fail(f"the type '{kind.text}' is not allowed here")
        return kind

    def allowed(self, kind):
        """Integers of a known width by value; everything else through a pointer. No number but those, and no bool."""
        if kind.base in INTEGERS or kind.base in self.api.integers or kind.base in self.api.callbacks:
            return True
        if kind.base == "void":
            return True  # fields and parameters look for themselves
        return kind.depth > 0 and (
            kind.base == "char" or kind.base in self.api.structs or kind.base in self.api.opaque
        )


def read_text(api, name, text):
    """Adds one header to `api`; returns the headers that it includes. What it uses must be known already."""
    header = Header(api, name, text)
    header.declarations()
    return header.includes


def names(directory, without=()):
    """All public headers but those of parts that are not built, as a program names them after tcses/."""
    root = pathlib.Path(directory) / "tcses"
    return sorted(set(str(path.relative_to(root)) for path in root.rglob("*.h")) - set(without))


def read(directory, without=()):
    """Reads all public headers, each after those that it includes."""
    api, done = Api(), set()

    def visit(name):
        if name in done:
            return
        done.add(name)
        text = (pathlib.Path(directory) / "tcses" / name).read_text()
        for included in re.findall(r"#include <tcses/(.*?)>", text):
            visit(included)
        read_text(api, name, text)

    for name in names(directory, without):
        visit(name)
    return api
