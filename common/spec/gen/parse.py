"""Reads .rpc files: declarations at the margin, their properties indented below (README.md)."""

from __future__ import annotations

import os
import re
from typing import Callable

from .model import (AclObject, Arm, Convention, Field, Module, Permission, Proc, Rule, SocketAction,
                    Spec, SpecError, Subject, TypeDecl, TypeRef, Where)

NAME = re.compile(r"[a-z][a-z0-9_]*$")
TYPE = re.compile(r"([a-z][a-z0-9_]*)(?:(\?)|<(\w+)>(\[\])?|\[(\w+)\])?$")
Line = tuple[Where, str]


def parse_number(text: str, where: Where) -> int:
    try:
        value = int(text, 0)
    except ValueError:
        raise SpecError(where, f"'{text}' is no number") from None
    if not 0 <= value <= 0xFFFFFFFF:
        raise SpecError(where, f"{text} does not fit into 32 bits")
    return value


def parse_name(text: str, where: Where) -> str:
    if not NAME.match(text):
        raise SpecError(where, f"'{text}' is no name (lower case, digits, underscores)")
    return text


def expect_words(words: list[str], count: int, usage: str, where: Where) -> None:
    if len(words) != count:
        raise SpecError(where, f"expected: {usage}")


def read_lines(path: str, shown: str) -> list[Line]:
    """Lines without comments and blanks; one that ends with a backslash is joined with the next."""
    lines: list[Line] = []
    pending = ""
    first = 0
    with open(path, encoding="ascii") as file:
        for number, raw in enumerate(file, 1):
            text = raw.rstrip("\n")
            if re.match(r"\s*#", text) or not text.strip():
                continue
            first = first or number
            if text.endswith("\\"):
                pending += text[:-1].rstrip() + " "
                continue
            joined = pending + (text.strip() if pending else text.rstrip())
            lines.append((Where(shown, first), joined))
            pending, first = "", 0
    return lines


class Parser:
    """Turns one file into a Module; the files that it uses are read through `load`."""

    def __init__(self, load: Callable[[str, Where], Module]) -> None:
        self.load = load
        self.module: Module

    def parse(self, lines: list[Line], shown: str) -> Module:
        if not lines:
            raise SpecError(Where(shown, 1), "the file is empty")
        where, text = lines[0]
        words = text.split()
        if len(words) != 4 or words[0] != "module" or words[2] != "prefix":
            raise SpecError(where, "expected first: module NAME prefix PREFIX")
        self.module = Module(parse_name(words[1], where), parse_name(words[3], where), where)
        index = 1
        while index < len(lines):
            where, text = lines[index]
            if text[0].isspace():
                raise SpecError(where, "an indented line without a declaration above it")
            body: list[Line] = []
            index += 1
            while index < len(lines) and lines[index][1][0].isspace():
                body.append((lines[index][0], lines[index][1].strip()))
                index += 1
            self.declaration(where, text.split(), body)
        return self.module

    def declaration(self, where: Where, words: list[str], body: list[Line]) -> None:
        one_line = {"use": self.use, "program": self.program, "limit": self.limit,
                    "driver": self.driver}
        blocks = {"struct": self.struct, "union": self.union, "enum": self.enum,
                  "proc": self.proc, "event": self.event, "object": self.object,
                  "action": self.action}
        keyword = words[0]
        if keyword in one_line:
            if body:
                raise SpecError(body[0][0], f"'{keyword}' takes no indented lines")
            one_line[keyword](where, words)
        elif keyword in blocks:
            blocks[keyword](where, words, body)
        else:
            raise SpecError(where, f"unknown declaration '{keyword}'")

    # -- one line

    def use(self, where: Where, words: list[str]) -> None:
        expect_words(words, 2, "use MODULE", where)
        self.module.uses.append(self.load(parse_name(words[1], where), where))

    def program(self, where: Where, words: list[str]) -> None:
        if len(words) != 4 or words[2] != "version":
            raise SpecError(where, "expected: program NUMBER version NUMBER")
        if self.module.program:
            raise SpecError(where, "a second 'program' in one file")
        self.module.program = parse_number(words[1], where)
        self.module.version = parse_number(words[3], where)

    def limit(self, where: Where, words: list[str]) -> None:
        expect_words(words, 3, "limit NAME NUMBER", where)
        if not re.match(r"[A-Z][A-Z0-9_]*$", words[1]):
            raise SpecError(where, f"limit '{words[1]}' is not in capitals")
        if words[1] in self.module.limits:
            raise SpecError(where, f"limit {words[1]} is declared twice, "
                                   f"first at {self.module.limits[words[1]][1]}")
        self.module.limits[words[1]] = (parse_number(words[2], where), where)

    def driver(self, where: Where, words: list[str]) -> None:
        expect_words(words, 3, "driver FAMILY NAME", where)
        if words[1] in self.module.drivers:
            raise SpecError(where, f"driver of {words[1]} is named twice")
        self.module.drivers[words[1]] = (words[2], where)

    # -- types

    def type_ref(self, text: str, where: Where) -> TypeRef:
        match = TYPE.match(text)
        if not match:
            raise SpecError(where, f"'{text}' is no type")
        base, optional, bound, array, fixed = match.groups()
        if optional:
            return TypeRef(base, "optional", 0, "", where)
        if bound is None and fixed is None:
            if base == "opaque":
                raise SpecError(where, "opaque needs a limit: opaque<N>")
            return TypeRef(base, "plain", 0, "", where)
        limit_text = bound or fixed
        shape = "fixed" if fixed else "array" if array else "opaque"
        if (shape == "opaque") != (base == "opaque"):
            raise SpecError(where, f"'{text}' is no type")
        return TypeRef(base, shape, self.limit_value(limit_text, where), limit_text, where)

    def limit_value(self, text: str, where: Where) -> int:
        if text[0].isdigit():
            value = parse_number(text, where)
        else:
            found = self.module.find_limit(text)
            if found is None:
                raise SpecError(where, f"unknown limit '{text}'")
            value = found
        if value == 0:
            raise SpecError(where, "a limit of 0")
        return value

    def field(self, text: str, where: Where) -> Field:
        words = text.split()
        secret = len(words) == 3 and words[0] == "secret"
        if secret:
            words = words[1:]
        if len(words) != 2:
            raise SpecError(where, f"expected: [secret] TYPE NAME, not '{text}'")
        return Field(parse_name(words[1], where), self.type_ref(words[0], where), where, secret)

    def new_type(self, kind: str, where: Where, words: list[str], body: list[Line]) -> TypeDecl:
        expect_words(words, 2, f"{kind} NAME", where)
        name = parse_name(words[1], where)
        found = self.module.find_type(name)
        if found is not None:
            raise SpecError(where, f"type {name} is declared twice, first at {found.where}")
        if not body:
            raise SpecError(where, f"{kind} {name} is empty")
        decl = TypeDecl(kind, name, self.module, where)
        self.module.types[name] = decl
        return decl

    def struct(self, where: Where, words: list[str], body: list[Line]) -> None:
        decl = self.new_type("struct", where, words, body)
        for line, text in body:
            decl.fields.append(self.field(text, line))

    def union(self, where: Where, words: list[str], body: list[Line]) -> None:
        decl = self.new_type("union", where, words, body)
        for line, text in body:
            parts = text.split(None, 3)
            if len(parts) != 4 or parts[0] != "case":
                raise SpecError(line, "expected: case NUMBER LABEL TYPE NAME")
            value = parse_number(parts[1], line)
            if value > 0x7FFFFFFF:
                raise SpecError(line, f"{parts[1]} does not fit into an int")
            decl.arms.append(Arm(value, parts[2], self.field(parts[3], line)))

    def enum(self, where: Where, words: list[str], body: list[Line]) -> None:
        decl = self.new_type("enum", where, words, body)
        for line, text in body:
            parts = text.split()
            if len(parts) != 3 or parts[1] != "=":
                raise SpecError(line, "expected: NAME = NUMBER")
            decl.values.append((parse_name(parts[0], line), parse_number(parts[2], line)))

    # -- procedures

    def proc(self, where: Where, words: list[str], body: list[Line]) -> None:
        self.procedure(where, words, body, event=False)

    def event(self, where: Where, words: list[str], body: list[Line]) -> None:
        self.procedure(where, words, body, event=True)

    def procedure(self, where: Where, words: list[str], body: list[Line], event: bool) -> None:
        expect_words(words, 3, f"{words[0]} NUMBER NAME", where)
        proc = Proc(parse_number(words[1], where), parse_name(words[2], where), where, event)
        seen: dict[str, Where] = {}
        for line, text in body:
            keyword, _, rest = text.partition(" ")
            if keyword in self.REST_OF_LINE:
                self.REST_OF_LINE[keyword](self, proc, rest.strip(), line)
            else:
                self.run_of_properties(proc, text.split(), line, seen)
        self.module.procs.append(proc)

    def run_of_properties(self, proc: Proc, words: list[str], where: Where,
                          seen: dict[str, Where]) -> None:
        """Short properties may share a line: each is a keyword and its fixed number of words."""
        while words:
            keyword = words.pop(0)
            if keyword not in self.SHORT:
                raise SpecError(where, f"unknown property '{keyword}'")
            if keyword in seen:
                raise SpecError(where, f"'{keyword}' is given twice, first at {seen[keyword]}")
            seen[keyword] = where
            count = 2 if keyword == "id" else 1
            if len(words) < count:
                raise SpecError(where, f"'{keyword}' lacks its value")
            values, words[:] = words[:count], words[count:]
            self.SHORT[keyword](self, proc, values, where)
            if keyword == "class" and words and words[0] == "heavy":
                proc.heavy = True
                words.pop(0)

    @staticmethod
    def text_property(attribute: str) -> Callable[[Parser, Proc, list[str], Where], None]:
        def store(_self: Parser, proc: Proc, values: list[str], _where: Where) -> None:
            setattr(proc, attribute, values[0])
        return store

    def sparse(self, proc: Proc, values: list[str], where: Where) -> None:
        proc.sparse_label, proc.sparse = self.labelled(values[0], where)

    def subject(self, proc: Proc, values: list[str], where: Where) -> None:
        kind, _, paths = values[0].partition(":")
        path, _, path2 = paths.partition("+")
        proc.subject = Subject(kind, where, path, path2)

    def event_id(self, proc: Proc, values: list[str], where: Where) -> None:
        proc.event_object = values[0]
        proc.event_id = parse_number(values[1], where)

    @staticmethod
    def labelled(text: str, where: Where) -> tuple[str, int]:
        label, equals, number = text.rpartition("=")
        if not equals or not label:
            raise SpecError(where, f"expected NAME=NUMBER, not '{text}'")
        return label, parse_number(number, where)

    def permission(self, text: str, where: Where) -> Rule:
        name, colon, permission = text.partition(":")
        if not colon or not permission:
            raise SpecError(where, f"expected OBJECT:PERMISSION, not '{text}'")
        return Rule(name, permission, where)

    def acl(self, proc: Proc, text: str, where: Where) -> None:
        words = text.split()
        if "when" not in words:
            proc.acl += [self.permission(word, where) for word in words]
            return
        if len(words) != 5 or words[1] != "when" or words[3] not in ("any_of", "none_of", "equals"):
            raise SpecError(where, "expected: acl OBJECT:PERMISSION when ARG "
                                   "any_of|none_of|equals NAME=NUMBER")
        rule = self.permission(words[0], where)
        rule.arg, rule.when = words[2], words[3]
        rule.label, rule.value = self.labelled(words[4], where)
        proc.acl.append(rule)

    def filter(self, proc: Proc, text: str, where: Where) -> None:
        if proc.filter is not None:
            raise SpecError(where, "a second 'filter'")
        proc.filter = self.permission(text, where)

    def fields(self, into: list[Field], text: str, where: Where) -> None:
        into += [self.field(part, where) for part in text.rstrip(",").split(",")]

    def args(self, proc: Proc, text: str, where: Where) -> None:
        self.fields(proc.args, text, where)

    def ret(self, proc: Proc, text: str, where: Where) -> None:
        self.fields(proc.ret, text, where)

    def client(self, proc: Proc, text: str, where: Where) -> None:
        words = text.split()
        names: dict[str, str] = {}
        for word in words[1:]:
            key, equals, value = word.partition("=")
            if not equals or not value or key in names:
                raise SpecError(where, f"expected KEY=FIELD once each, not '{word}'")
            names[key] = value
        proc.conventions.append(Convention(words[0] if words else "", names, where))

    def errors(self, proc: Proc, text: str, where: Where) -> None:
        proc.errors += [(word, where) for word in text.split()]

    def doc(self, proc: Proc, text: str, where: Where) -> None:
        proc.doc = f"{proc.doc} {text}".strip()

    REST_OF_LINE: dict[str, Callable[[Parser, Proc, str, Where], None]] = {
        "acl": acl, "filter": filter, "in": args, "out": ret, "client": client, "errors": errors,
        "doc": doc}
    SHORT: dict[str, Callable[[Parser, Proc, list[str], Where], None]] = {}

    # -- access rules

    def object(self, where: Where, words: list[str], body: list[Line]) -> None:
        expect_words(words, 2, "object NAME", where)
        found = AclObject(parse_name(words[1], where), where)
        for line, text in body:
            parts = text.split()
            if parts[0] == "details":
                found.details += parts[1:]
            elif parts[0] == "allow":
                found.permissions.append(self.allow(text, line))
            elif len(parts) % 2 == 0 and set(parts[::2]) <= {"pointer", "handle", "parent",
                                                             "missing"}:
                for key, value in zip(parts[::2], parts[1::2]):
                    setattr(found, key, value)
            else:
                raise SpecError(line, f"unknown property '{parts[0]}'")
        self.module.objects.append(found)

    @staticmethod
    def allow(text: str, where: Where) -> Permission:
        parts = text.split(None, 4)
        if len(parts) != 5 or parts[2] not in ("anonymous", "restricted"):
            raise SpecError(where, "expected: allow NAME anonymous|restricted DEFAULT TEXT")
        return Permission(parse_name(parts[1], where), parts[2] == "anonymous", parts[3], parts[4],
                          where)

    def action(self, where: Where, words: list[str], body: list[Line]) -> None:
        expect_words(words, 2, "action ID", where)
        action = SocketAction(words[1], where)
        for line, text in body:
            keyword, _, rest = text.partition(" ")
            if keyword == "polkit":
                action.default = rest.strip()
            elif keyword == "text":
                action.text = rest.strip()
            else:
                raise SpecError(line, f"unknown property '{keyword}'")
        self.module.actions.append(action)


Parser.SHORT = {
    "api": Parser.text_property("api"), "since": Parser.text_property("since"),
    "serves": Parser.text_property("family"), "class": Parser.text_property("klass"),
    "priority": Parser.text_property("priority"), "read_only": Parser.text_property("read_only"),
    "stream": Parser.text_property("stream"), "fds": Parser.text_property("fds"),
    "gives": Parser.text_property("gives"), "sparse": Parser.sparse, "subject": Parser.subject,
    "id": Parser.event_id}


def parse_files(paths: list[str]) -> Spec:
    """Reads the files and, through `use`, those beside them."""
    spec = Spec()
    loading: list[str] = []

    def load(path: str, where: Where | None) -> Module:
        name = os.path.basename(path)
        for module in spec.modules:
            if module.where.file == name:
                return module
        if name in loading:
            raise SpecError(where or Where(name, 1), f"{name} uses itself")
        if not os.path.exists(path):
            raise SpecError(where or Where(name, 1), f"no file {name}")
        loading.append(name)
        folder = os.path.dirname(path)
        parser = Parser(lambda used, at: load(os.path.join(folder, used + ".rpc"), at))
        module = parser.parse(read_lines(path, name), name)
        loading.remove(name)
        spec.modules.append(module)
        return module

    for path in paths:
        load(path, None)
    return spec
