"""Refuses what would not generate, or would generate something that surprises."""

from __future__ import annotations

import re
from typing import Callable, Iterator, Optional

from .model import (CLASSES, FAMILIES, GIVES, SCALARS, Convention, Field, Module, Proc, Rule, Spec,
                    SpecError, Subject, TypeDecl, TypeRef, Where, camel)

READING = ("read", "sample", "query", "agent")
# Subjects that name one object which exists already.
EXISTING = ("arg", "name", "uuid", "id", "key", "child_name", "child_uuid")
VERSION = re.compile(r"\d+\.\d+\.\d+$")


def is_plain(ref: TypeRef, *bases: str) -> bool:
    return ref.shape == "plain" and ref.base in bases


def is_params(ref: TypeRef) -> bool:
    return ref.shape == "array" and ref.base == "typed_param"


def is_text(ref: TypeRef) -> bool:
    return ref.base == "string" and ref.shape in ("plain", "optional")


class Checker:
    def __init__(self, spec: Spec, error_codes: Optional[set[str]]) -> None:
        self.spec = spec
        self.error_codes = error_codes

    def check(self) -> None:
        for module in self.spec.modules:
            self.check_module(module)
        self.check_acl()
        for module in self.spec.modules:
            for proc in module.procs:
                self.check_proc(module, proc)

    # -- modules and types

    def check_module(self, module: Module) -> None:
        stem = module.where.file.removesuffix(".rpc")
        if stem != module.name:
            raise SpecError(module.where, f"module {module.name} stands in {module.where.file}")
        if module.procs and not module.program:
            raise SpecError(module.procs[0].where, "procedures without a 'program'")
        numbers: dict[int, Proc] = {}
        labels: dict[str, Proc] = {}
        for proc in module.procs:
            if not 0 < proc.number < 10000:
                raise SpecError(proc.where, f"procedure number {proc.number} is out of range")
            for key, table in ((proc.number, numbers), (proc.name, labels)):
                if key in table:
                    first = table[key]  # type: ignore[index]
                    raise SpecError(proc.where, f"procedure {key} is declared twice, "
                                                f"first at {first.where}")
                table[key] = proc  # type: ignore[index]
        names: dict[str, Where] = {}
        for c_name, where in self.c_names(module):
            if c_name in names:
                raise SpecError(where, f"the C name {c_name} is taken by {names[c_name]}")
            names[c_name] = where
        for decl in module.types.values():
            self.check_type(decl)

    @staticmethod
    def c_names(module: Module) -> Iterator[tuple[str, Where]]:
        prefix = camel(module.prefix)
        for used in module.uses:
            if used.prefix == module.prefix:
                yield from Checker.c_names(used)
        for decl in module.types.values():
            yield prefix + camel(decl.name), decl.where
        for proc in module.procs:
            for suffix, fields in (("Args", proc.args), ("Ret", proc.ret)):
                if fields:
                    yield prefix + camel(proc.name) + suffix, proc.where

    def check_type(self, decl: TypeDecl) -> None:
        self.check_fields(decl.module, decl.members())
        self.check_recursion(decl, [decl.name])
        if decl.kind == "union":
            seen: set[int] = set()
            for arm in decl.arms:
                if arm.value in seen:
                    raise SpecError(arm.field.where, f"case {arm.value} stands twice")
                seen.add(arm.value)
                if arm.field.type.shape != "plain":
                    raise SpecError(arm.field.where, "the arm of a union is a plain type")
        names = [name for name, _ in decl.values]
        if len(set(names)) != len(names):
            raise SpecError(decl.where, f"enum {decl.name} has a name twice")

    def check_recursion(self, decl: TypeDecl, path: list[str]) -> None:
        for member in decl.members():
            base = member.type.base
            if base in path:
                raise SpecError(member.where, "recursive type: " + " in ".join([base] + path[::-1]))
            inner = decl.module.find_type(base)
            if inner is not None:
                self.check_recursion(inner, path + [base])

    def check_fields(self, module: Module, fields: list[Field]) -> None:
        names: set[str] = set()
        for field in fields:
            if field.name in names:
                raise SpecError(field.where, f"a second field {field.name}")
            names.add(field.name)
            ref = field.type
            if ref.base == "opaque":
                continue
            if ref.base not in SCALARS and module.find_type(ref.base) is None:
                raise SpecError(field.where, f"unknown type '{ref.base}'")
            if ref.base == "uuid" and ref.shape != "plain":
                raise SpecError(field.where, "a uuid stands alone, not optional or in an array")

    # -- access rules

    def check_acl(self) -> None:
        names: set[str] = set()
        for found in self.spec.objects():
            if found.name in names:
                raise SpecError(found.where, f"object {found.name} is declared twice")
            names.add(found.name)
            if not found.details or not found.permissions or not found.pointer:
                raise SpecError(found.where, f"object {found.name} lacks pointer, details or allow")
            if found.name != "connect" and not (found.handle and found.missing):
                raise SpecError(found.where, f"object {found.name} lacks handle or missing")
            if found.parent and self.spec.object(found.parent) is None:
                raise SpecError(found.where, f"unknown parent '{found.parent}'")
            self.check_code(found.missing, found.where)
            seen: set[str] = set()
            for permission in found.permissions:
                if permission.name in seen:
                    raise SpecError(permission.where, f"permission {permission.name} stands twice")
                seen.add(permission.name)
                self.check_default(permission.default, permission.where)
        for module in self.spec.modules:
            for action in module.actions:
                self.check_default(action.default, action.where)
            for family, (_, where) in module.drivers.items():
                if family not in FAMILIES:
                    raise SpecError(where, f"unknown family '{family}'")

    @staticmethod
    def check_default(default: str, where: Where) -> None:
        known = ("yes", "no", "auth_self", "auth_self_keep", "auth_admin", "auth_admin_keep")
        if default not in known:
            raise SpecError(where, f"'{default}' is no default of polkit")

    def check_code(self, code: str, where: Where) -> None:
        if code and self.error_codes is not None and code not in self.error_codes:
            raise SpecError(where, f"unknown error code '{code}'")

    def check_rule(self, rule: Rule) -> None:
        found = self.spec.object(rule.object)
        if found is None:
            raise SpecError(rule.where, f"unknown object '{rule.object}'")
        if all(p.name != rule.permission for p in found.permissions):
            raise SpecError(rule.where, f"{rule.object} has no permission '{rule.permission}'")

    # -- procedures

    def check_proc(self, module: Module, proc: Proc) -> None:
        if not proc.doc:
            raise SpecError(proc.where, f"{proc.name} lacks 'doc'")
        if not proc.doc.endswith("."):
            raise SpecError(proc.where, f"the 'doc' of {proc.name} does not end with a full stop")
        if not proc.since:
            raise SpecError(proc.where, f"{proc.name} lacks 'since'")
        if not VERSION.match(proc.since):
            raise SpecError(proc.where, f"'{proc.since}' is no version like 1.2.3")
        self.one_of(proc, "serves", proc.family, FAMILIES)
        self.check_fields(module, proc.args)
        self.check_fields(module, proc.ret)
        if proc.event:
            self.check_event(proc)
        else:
            self.check_call(module, proc)

    @staticmethod
    def one_of(proc: Proc, keyword: str, value: str, known: list[str]) -> None:
        if not value:
            raise SpecError(proc.where, f"{proc.name} lacks '{keyword}'")
        if value not in known:
            raise SpecError(proc.where, f"{keyword} '{value}' is none of {' '.join(known)}")

    def check_event(self, proc: Proc) -> None:
        if proc.ret or proc.acl or proc.filter or proc.subject or proc.klass or proc.errors \
                or proc.conventions or proc.api or proc.gives:
            raise SpecError(proc.where, "an event has since, serves, id, in and doc only")
        if proc.event_object and self.spec.object(proc.event_object) is None:
            raise SpecError(proc.where, f"unknown object '{proc.event_object}'")
        if proc.event_id > 0xFFFF:
            raise SpecError(proc.where, f"event id {proc.event_id} is out of range")

    def check_call(self, module: Module, proc: Proc) -> None:
        self.one_of(proc, "class", proc.klass, CLASSES)
        if proc.heavy and proc.klass not in ("read", "sample"):
            raise SpecError(proc.where, "only read and sample can be heavy")
        if proc.family == "admin":
            if proc.priority or proc.read_only or proc.acl or proc.filter:
                raise SpecError(proc.where, "admin calls have no priority, read_only or acl")
            proc.priority, proc.read_only = "low", "served"
        self.one_of(proc, "priority", proc.priority, ["low", "high"])
        self.one_of(proc, "read_only", proc.read_only, ["served", "refused", "unverified"])
        self.one_of(proc, "stream", proc.stream, ["none", "upload", "download", "both"])
        self.one_of(proc, "fds", proc.fds, ["none", "call", "reply"])
        self.check_sparse(proc)
        self.check_rules(proc)
        if proc.subject is None:
            raise SpecError(proc.where, f"{proc.name} lacks 'subject'")
        self.check_subject(module, proc, proc.subject)
        self.check_gives(proc, proc.subject)
        for convention in proc.conventions:
            self.check_convention(proc, convention)
        seen: set[str] = set()
        for code, where in proc.errors:
            self.check_code(code, where)
            if code in seen:
                raise SpecError(where, f"error code {code} stands twice")
            seen.add(code)

    @staticmethod
    def check_sparse(proc: Proc) -> None:
        if not proc.sparse:
            return
        if proc.stream == "none":
            raise SpecError(proc.where, "'sparse' without a stream")
        if not any(f.name == "flags" and is_plain(f.type, "uint") for f in proc.args):
            raise SpecError(proc.where, "'sparse' needs an argument uint flags")

    def check_rules(self, proc: Proc) -> None:
        for rule in proc.acl:
            self.check_rule(rule)
            if rule.object != proc.object():
                raise SpecError(rule.where, "all rules of a call ask about the same object")
            if rule.when == "always":
                continue
            arg = next((f for f in proc.args if f.name == rule.arg), None)
            if arg is None:
                raise SpecError(rule.where, f"no argument '{rule.arg}' for the condition")
            if not is_plain(arg.type, "int", "uint"):
                raise SpecError(rule.where,
                                f"the condition's argument {rule.arg} is no int or uint")
            if rule.value == 0 and rule.when != "equals":
                raise SpecError(rule.where, "a mask of 0")
        if proc.filter is not None:
            self.check_rule(proc.filter)

    def resolve(self, module: Module, proc: Proc, path: str, where: Where) -> TypeRef:
        fields: list[Field] = proc.args
        ref: Optional[TypeRef] = None
        for name in path.split("."):
            field = next((f for f in fields if f.name == name), None)
            if field is None:
                raise SpecError(where, f"no argument '{path}' for the subject")
            ref = field.type
            decl = module.find_type(ref.base) if ref.shape == "plain" else None
            fields = decl.fields if decl is not None and decl.kind == "struct" else []
        assert ref is not None
        return ref

    def check_subject(self, module: Module, proc: Proc, subject: Subject) -> None:
        found = self.spec.object(proc.object())
        parent = found.parent if found is not None else ""

        def reference(ref: TypeRef) -> bool:
            return is_plain(ref, proc.object())

        def parent_reference(ref: TypeRef) -> bool:
            return bool(parent) and is_plain(ref, parent)

        def text(ref: TypeRef) -> bool:
            return is_plain(ref, "string")

        Test = Callable[[TypeRef], bool]
        # kind -> test of the first path, test of the second, second is optional
        kinds: dict[str, tuple[Optional[Test], Optional[Test], bool]] = {
            "connect": (None, None, False), "none": (None, None, False),
            "arg": (reference, None, False), "name": (text, None, False),
            "uuid": (lambda ref: is_plain(ref, "uuid"), None, False),
            "id": (lambda ref: is_plain(ref, "int"), None, False),
            "key": (lambda ref: is_plain(ref, "string", "int"), text, True),
            "xml_ids": (text, is_text, True),
            "image": (lambda ref: text(ref) or is_params(ref), None, False),
            "params": (is_params, None, False),
            "child_name": (parent_reference, text, False),
            "child_uuid": (parent_reference, lambda ref: is_plain(ref, "uuid"), False),
            "child_xml": (parent_reference, text, False)}
        if subject.kind not in kinds:
            raise SpecError(subject.where, f"unknown subject '{subject.kind}'")
        first, second, optional = kinds[subject.kind]
        for path, test, may_lack in ((subject.path, first, False),
                                     (subject.path2, second, optional)):
            if test is None:
                if path:
                    raise SpecError(subject.where, f"subject '{subject.kind}' takes no '{path}'")
                continue
            if not path:
                if may_lack:
                    continue
                raise SpecError(subject.where, f"subject '{subject.kind}' lacks an argument")
            ref = self.resolve(module, proc, path, subject.where)
            if not test(ref):
                raise SpecError(subject.where,
                                f"{path} is a {ref}, which subject '{subject.kind}' cannot use")
        if subject.kind == "connect" and proc.object() != "connect":
            raise SpecError(subject.where, f"the rules ask about {proc.object()}, "
                                           "the subject is the connection")
        if subject.kind != "connect" and proc.object() == "connect":
            raise SpecError(subject.where, "the rules ask about the connection, not an object")
        self.check_order(proc, subject)

    @staticmethod
    def check_order(proc: Proc, subject: Subject) -> None:
        """An offset of 0 for the second path means that there is none."""
        if subject.path2 and subject.path2 == proc.args[0].name:
            raise SpecError(subject.where, "the subject's second argument cannot be the first one")

    @staticmethod
    def check_gives(proc: Proc, subject: Subject) -> None:
        default = "nothing"
        if proc.klass == "conn":
            default = "nothing"
        elif subject.kind == "connect":
            if proc.filter is not None and proc.klass in READING:
                default = "view_set"
        elif subject.kind in EXISTING:
            if proc.klass in READING:
                default = "view" if proc.filter is None else "view_and_set"
            else:
                default = "object" if proc.klass == "mutate" else "control"
        elif proc.klass == "mutate":
            default = {"xml_ids": "reservation", "child_xml": "object"}.get(subject.kind, "nothing")
        if not proc.gives:
            proc.gives = default
            return
        if proc.gives not in GIVES:
            raise SpecError(proc.where, f"gives '{proc.gives}' is none of {' '.join(GIVES)}")
        if proc.gives == default:
            raise SpecError(proc.where, f"gives '{default}' is what the call gets anyway")
        if proc.klass != "mutate" or subject.kind not in ("image", "params", "none") \
                or proc.gives not in ("object", "reservation"):
            raise SpecError(proc.where, f"a {proc.klass} call with subject '{subject.kind}' "
                                        f"cannot give '{proc.gives}'")

    # kind -> its keys: a for an argument, o for a result; i integer, l list, b bytes or characters
    CONVENTIONS: dict[str, dict[str, str]] = {
        "list": {"flag": "ai", "items": "ol", "count": "oi"},
        "count": {"max": "ai", "items": "ol", "count": "oi"},
        "exact": {"max": "ai", "items": "ol"},
        "cut": {"max": "ai", "items": "ol"},
        "whole": {"items": "ol"},
        "found": {"flag": "oi"},
        "nullable": {"flag": "ai", "items": "o"},
        "text": {"items": "ol"},
        "returns": {"value": "o"}}

    def check_convention(self, proc: Proc, convention: Convention) -> None:
        keys = self.CONVENTIONS.get(convention.kind)
        if keys is None:
            raise SpecError(convention.where, f"unknown convention '{convention.kind}'")
        if set(keys) != set(convention.names):
            raise SpecError(convention.where, f"convention '{convention.kind}' takes "
                                              f"{' '.join(keys)}")
        for key, name in convention.names.items():
            test = keys[key]
            fields = proc.args if test[0] == "a" else proc.ret
            field = next((f for f in fields if f.name == name), None)
            if field is None:
                side = "argument" if test[0] == "a" else "result"
                raise SpecError(convention.where, f"no {side} '{name}' for {key}")
            if test[1:] == "i" and not is_plain(field.type, "int", "uint"):
                raise SpecError(convention.where, f"{name} is no int or uint")
            if test[1:] == "l" and field.type.shape not in ("array", "opaque"):
                raise SpecError(convention.where, f"{name} is no array")


def check_spec(spec: Spec, error_codes: Optional[set[str]]) -> None:
    Checker(spec, error_codes).check()
