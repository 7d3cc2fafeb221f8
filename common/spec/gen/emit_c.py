"""C headers and sources: one pair per module, the access rules, the dispatch tables."""

from __future__ import annotations

from .emit_types import TableWriter, c_path, ordered, proc_structures, structures
from .model import Module, Proc, Rule, Spec, camel

WHEN = {"always": "ACL_ALWAYS", "any_of": "ACL_ANY_SET", "none_of": "ACL_ALL_CLEAR",
        "equals": "ACL_EQUALS"}
READ_ONLY = {"served": "RPC_RO_SERVED", "refused": "RPC_RO_REFUSED",
             "unverified": "RPC_RO_UNVERIFIED"}


def head(module: Module, what: str) -> list[str]:
    return [f"/* Generated from {module.where.file} by gen.py: {what} */"]


def permission_constant(rule: Rule) -> str:
    return f"ACL_{rule.object.upper()}_{rule.permission.upper()}"


def handle_of(spec: Spec, proc: Proc) -> str:
    """The type of the object that a call works on; a child not born yet: its parent's."""
    found = spec.object(proc.object())
    assert found is not None and proc.subject is not None
    if proc.subject.kind == "child_xml":
        found = spec.object(found.parent)
        assert found is not None
    return found.handle


def target_types(spec: Spec, proc: Proc) -> list[tuple[str, str, str]]:
    """C type, parameter name and member of RpcTarget: what a handler gets beside call and args."""
    if proc.gives == "nothing":
        return []
    view_set = ("const ViewSet *", "set", "view_set")
    if proc.gives == "view_set":
        return [view_set]
    if proc.gives == "reservation":
        return [("Reservation *", "reservation", "reservation")]
    handle = handle_of(spec, proc)
    if proc.gives == "object":
        return [(f"{handle} *", "object", "object")]
    if proc.gives == "control":
        return [(f"const {handle}Control *", "control", "control")]
    view = (f"const {handle}View *", "view", "view")
    return [view, view_set] if proc.gives == "view_and_set" else [view]


def parameters(spec: Spec, module: Module, proc: Proc) -> str:
    names = ["RpcCall *call"]
    names += [f"{c_type}{name}" for c_type, name, _ in target_types(spec, proc)]
    stem = camel(module.prefix) + camel(proc.name)
    if proc.args:
        names.append(f"const {stem}Args *args")
    if proc.ret:
        names.append(f"{stem}Ret *ret")
    return ", ".join(names + ["GError **error"])


def handlers_type(module: Module) -> str:
    return f"{camel(module.prefix)}Handlers"


def calls(module: Module) -> list[Proc]:
    return [proc for proc in module.procs if not proc.event]


def header(spec: Spec, module: Module) -> str:
    lines = head(module, "types, limits, numbers and handlers.")
    lines += ["#pragma once", "", '#include "common/spec/spec.h"']
    lines += [f'#include "common/spec/{used.name}.h"' for used in module.uses]
    lines += [""] + structures(module) + proc_structures(module)
    if module.program:
        prefix = module.prefix.upper()
        lines += [f"#define {prefix}_PROGRAM {module.program:#x}u",
                  f"#define {prefix}_VERSION {module.version}u", "", "typedef enum {"]
        lines += [f"    {prefix}_PROC_{proc.name.upper()} = {proc.number},"
                  for proc in module.procs]
        lines += [f"}} {camel(module.prefix)}Procedure;", ""]
    if calls(module):
        lines += handlers(spec, module)
    return "\n".join(lines) + "\n"


def handlers(spec: Spec, module: Module) -> list[str]:
    types = {c_type.removeprefix("const ").removesuffix(" *")
             for proc in calls(module) for c_type, _, _ in target_types(spec, proc)}
    lines = [f"typedef struct {name} {name};" for name in sorted(types)]
    lines += ["", "/* The handler of each call, as a function type: a file that lists its calls",
              " * declares them by it, `remote_fn_NAME handle_NAME;`. */"]
    for proc in calls(module):
        signature = f"{function_type(module, proc)}({parameters(spec, module, proc)})"
        lines += [f"/* {proc.number}. {proc.doc} */", f"typedef gboolean {signature};"]
    lines += ["", "/* What a daemon implements; a member that is NULL answers NO_SUPPORT. */",
              "typedef struct {"]
    lines += [f"    {function_type(module, proc)} *{proc.name};" for proc in calls(module)]
    return lines + [f"}} {handlers_type(module)};"]


def function_type(module: Module, proc: Proc) -> str:
    return f"{module.prefix}_fn_{proc.name}"


def source(spec: Spec, module: Module) -> str:
    lines = head(module, "codec tables, thunks and rows.")
    lines += [f'#include "common/spec/{module.name}.h"', "", "#include <stddef.h>", ""]
    if module.program:
        lines += ['#include "common/spec/acl.h"', ""]
    writer = TableWriter(module)
    for decl in ordered(module):
        writer.declaration(decl)
    for proc in module.procs:
        for suffix, fields in (("args", proc.args), ("ret", proc.ret)):
            if fields:
                writer.proc_side(proc, suffix, fields)
    lines += writer.lines
    if module.program:
        for proc in calls(module):
            lines += thunk(spec, module, proc) + rules(module, proc)
        lines += program(module, writer)
    return "\n".join(lines) + "\n"


def thunk(spec: Spec, module: Module, proc: Proc) -> list[str]:
    values = ["call"] + [f"target.{member}" for _, _, member in target_types(spec, proc)]
    values += ["args"] if proc.args else []
    values += ["ret"] if proc.ret else []
    return ["static gboolean",
            f"thunk_{proc.name}(const void *handlers, RpcCall *call, RpcTarget target, "
            "const void *args, void *ret, GError **error)", "{",
            f"    const {handlers_type(module)} *typed = handlers;",
            f"    return typed->{proc.name}({', '.join(values)}, error);", "}", ""]


def rules(module: Module, proc: Proc) -> list[str]:
    lines: list[str] = []
    args = f"{camel(module.prefix)}{camel(proc.name)}Args"
    for suffix, found in (("acl", proc.acl), ("filter", [proc.filter] if proc.filter else [])):
        if not found:
            continue
        lines.append(f"static const AclRule {proc.name}_{suffix}[] = {{")
        for rule in found:
            row = f"    {{{permission_constant(rule)}, {WHEN[rule.when]}"
            if rule.when != "always":
                row += f", offsetof({args}, {c_path(rule.arg)}), {rule.value:#x}"
            lines.append(row + "},")
        lines += ["};", ""]
    return lines


def subject(module: Module, proc: Proc, writer: TableWriter) -> str:
    if proc.event:
        return f"{{SUBJECT_CONNECT, ACL_{(proc.event_object or 'connect').upper()}, 0, 0, NULL}}"
    assert proc.subject is not None
    kind = proc.subject.kind.upper()
    args = f"{camel(module.prefix)}{camel(proc.name)}Args"
    offsets = [f"offsetof({args}, {c_path(path)})" if path else "0"
               for path in (proc.subject.path, proc.subject.path2)]
    symbol = f"&{path_symbol(module, proc, writer)}" if proc.subject.path else "NULL"
    return f"{{SUBJECT_{kind}, ACL_{proc.object().upper()}, {', '.join(offsets)}, {symbol}}}"


def path_symbol(module: Module, proc: Proc, writer: TableWriter) -> str:
    """The table of the type at the subject's first path."""
    assert proc.subject is not None
    fields = proc.args
    symbol = ""
    for name in proc.subject.path.split("."):
        field = next(f for f in fields if f.name == name)
        symbol = writer.symbol(field.type)
        decl = module.find_type(field.type.base)
        fields = decl.fields if decl is not None else []
    return symbol


def row(module: Module, proc: Proc, writer: TableWriter) -> list[str]:
    stem = f"{module.prefix}_{proc.name}"
    kind = "EVENT" if proc.event else "CALL" if proc.stream == "none" else "CALL_WITH_STREAM"
    parts = [f".number = {proc.number}", f'.name = "{proc.name}"', f".kind = RPC_KIND_{kind}",
             f".family = RPC_FAMILY_{proc.family.upper()}", f'.since = "{proc.since}"',
             f".subject = {subject(module, proc, writer)}"]
    if proc.args:
        parts.append(f".args = &{stem}_args_xdr")
    if proc.ret:
        parts.append(f".ret = &{stem}_ret_xdr")
    if proc.event:
        parts.append(f".event_id = {proc.event_id}")
        return [f"    [{proc.number}] = {{", *(f"        {part}," for part in parts), "    },"]
    parts += [f".class = RPC_CLASS_{proc.klass.upper()}",
              f".priority = RPC_PRIORITY_{proc.priority.upper()}",
              f".read_only = {READ_ONLY[proc.read_only]}",
              f".gives = RPC_GIVES_{proc.gives.upper()}",
              f".handler_offset = offsetof({handlers_type(module)}, {proc.name})",
              f".thunk = thunk_{proc.name}"]
    if proc.heavy:
        parts.append(".heavy = TRUE")
    if proc.fds != "none":
        parts.append(f".fds = RPC_FDS_{proc.fds.upper()}")
    if proc.stream != "none":
        parts.append(f".stream = RPC_STREAM_{proc.stream.upper()}")
    if proc.sparse:
        parts.append(f".sparse_flag = {proc.sparse:#x}")
    if proc.acl:
        parts += [f".acl = {proc.name}_acl", f".n_acl = G_N_ELEMENTS({proc.name}_acl)"]
    if proc.filter:
        parts += [f".acl_filter = {proc.name}_filter", ".n_filter = 1"]
    if proc.api:
        parts.append(f'.api = "{proc.api}"')
    return [f"    [{proc.number}] = {{", *(f"        {part}," for part in parts), "    },"]


def program(module: Module, writer: TableWriter) -> list[str]:
    prefix = module.prefix
    rows = [line for proc in module.procs for line in row(module, proc, writer)]
    size = f"sizeof({handlers_type(module)})" if calls(module) else "0"
    return ["static const RpcProc procs[] = {", *rows, "};", "",
            f"const RpcProgram {prefix}_program = {{", f"    .id = {prefix.upper()}_PROGRAM,",
            f"    .version = {prefix.upper()}_VERSION,", f'    .name = "{module.name}",',
            "    .n_procs = G_N_ELEMENTS(procs),", "    .procs = procs,",
            f"    .handlers_size = {size},", "};"]


def acl_header(spec: Spec, module: Module) -> str:
    lines = head(module, "a constant per permission.")
    lines += ["#pragma once", "", '#include "common/spec/spec.h"', "",
              "/* Values of AclPermission: indices into acl_permissions[]. */", "enum {"]
    for found in module.objects:
        lines += [f"    ACL_{found.name.upper()}_{p.name.upper()}," for p in found.permissions]
    lines += ["    ACL_N_PERMISSIONS", "};", ""]
    for action in module.actions:
        constant = action.name.removeprefix("org.libvirt.").replace(".", "_").upper()
        lines.append(f'#define ACL_ACTION_{constant} "{action.name}"')
    return "\n".join(lines) + "\n"


def acl_source(spec: Spec, module: Module) -> str:
    lines = head(module, "permissions, objects and driver names.")
    lines += ['#include "common/spec/acl.h"', ""]
    for index, found in enumerate(module.objects):
        lines.append(f'G_STATIC_ASSERT(ACL_{found.name.upper()} == {index});')
    lines += [f"G_STATIC_ASSERT(ACL_N_OBJECTS == {len(module.objects)});", "",
              "const AclPermissionInfo acl_permissions[] = {"]
    for found in module.objects:
        for p in found.permissions:
            action = f"org.libvirt.api.{found.name}.{p.name}".replace("_", "-")
            lines.append(f'    {{ACL_{found.name.upper()}, "{p.name}", "{action}", '
                         f"{'TRUE' if p.anonymous else 'FALSE'}}},")
    lines += ["};", "const uint16_t acl_n_permissions = G_N_ELEMENTS(acl_permissions);", "",
              "const AclObjectInfo acl_objects[ACL_N_OBJECTS] = {"]
    for found in module.objects:
        keys = ", ".join(f'"{key}"' for key in found.details)
        missing = f"VIRT_ERR_{found.missing}" if found.missing else "VIRT_ERR_OK"
        lines.append(f'    {{"{found.name}", "{found.pointer}", {{{keys}, NULL}}, {missing}}},')
    lines += ["};", "", "const char *const acl_driver_names[RPC_N_FAMILIES] = {"]
    for family, (name, _) in module.drivers.items():
        lines.append(f'    [RPC_FAMILY_{family.upper()}] = "{name}",')
    return "\n".join(lines + ["};"]) + "\n"


def emit_c(spec: Spec) -> dict[str, str]:
    """File name -> content."""
    files: dict[str, str] = {}
    for module in spec.modules:
        if module.objects:
            files[f"{module.name}.h"] = acl_header(spec, module)
            files[f"{module.name}.c"] = acl_source(spec, module)
        else:
            files[f"{module.name}.h"] = header(spec, module)
            files[f"{module.name}.c"] = source(spec, module)
    return files
