"""C structures and their XdrType tables."""

from __future__ import annotations

from .model import SCALARS, Field, Module, Proc, TypeDecl, TypeRef, camel

# Reserved in C, or a macro of the compiler's GNU mode.
KEYWORDS = {"auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else",
            "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register",
            "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch",
            "typedef", "union", "unsigned", "void", "volatile", "while", "asm", "typeof", "linux",
            "unix"}


def c_field(name: str) -> str:
    return name + "_" if name in KEYWORDS else name


def c_path(path: str) -> str:
    return ".".join(c_field(part) for part in path.split("."))


def find(module: Module, name: str) -> TypeDecl:
    decl = module.find_type(name)
    assert decl is not None
    return decl


def struct_name(decl: TypeDecl) -> str:
    return camel(decl.module.prefix) + camel(decl.name)


def base_c_type(module: Module, base: str) -> str:
    if base in SCALARS:
        return SCALARS[base][0]
    decl = find(module, base)
    return "int32_t" if decl.kind == "enum" else struct_name(decl)


def pointer_to(c_type: str) -> str:
    return c_type + "*" if c_type.endswith("*") else c_type + " *"


def c_member(module: Module, field: Field) -> str:
    ref, name = field.type, c_field(field.name)
    if ref.shape == "opaque":
        return f"XdrBytes {name};"
    if ref.base == "uuid":
        return f"uint8_t {name}[16];"
    c_type = base_c_type(module, ref.base)
    space = "" if c_type.endswith("*") else " "
    if ref.shape == "plain" or (ref.shape == "optional" and ref.base == "string"):
        return f"{c_type}{space}{name};"
    if ref.shape == "optional":
        return f"{pointer_to(c_type)}{name};"
    if ref.shape == "fixed":
        return f"{c_type}{space}{name}[{ref.limit}];"
    return f"struct {{ uint32_t len; {pointer_to(c_type)}items; }} {name};"


def min_wire(module: Module, ref: TypeRef) -> int:
    """The least bytes that one value takes on the wire."""
    if ref.shape in ("optional", "array", "opaque"):
        return 4
    one = base_min_wire(module, ref.base)
    return one * ref.limit if ref.shape == "fixed" else one


def base_min_wire(module: Module, base: str) -> int:
    if base in SCALARS:
        return SCALARS[base][2]
    decl = find(module, base)
    if decl.kind == "enum":
        return 4
    sizes = [min_wire(decl.module, field.type) for field in decl.members()]
    return 4 + min(sizes) if decl.kind == "union" else sum(sizes)


class TableWriter:
    """Writes XdrType tables; derived types (arrays, optionals) become static tables once each."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.lines: list[str] = []
        self.derived: set[str] = set()

    def base_symbol(self, base: str) -> str:
        if base in SCALARS:
            return f"xdr_type_{base}"
        decl = find(self.module, base)
        return "xdr_type_int" if decl.kind == "enum" else f"{decl.module.prefix}_{decl.name}_xdr"

    def symbol(self, ref: TypeRef) -> str:
        if ref.shape == "plain":
            return self.base_symbol(ref.base)
        name = f"{ref.shape}_{ref.limit}" if ref.base == "opaque" else f"{ref.shape}_{ref.base}"
        if ref.limit and ref.base != "opaque":
            name += f"_{ref.limit}"
        if name not in self.derived:
            self.derived.add(name)
            self.derive(name, ref)
        return name

    def derive(self, name: str, ref: TypeRef) -> None:
        parts = [f".kind = XDR_{ref.shape.upper()}"]
        if ref.limit:
            parts.append(f".limit = {ref.limit}")
        if ref.shape == "opaque":
            size = "sizeof(XdrBytes)"
        elif ref.shape == "array":
            size = "sizeof(XdrArray)"
        elif ref.shape == "optional":
            size = "sizeof(void *)"
        else:
            size = f"{ref.limit} * sizeof({base_c_type(self.module, ref.base)})"
        parts += [f".size = {size}", f".min_wire = {min_wire(self.module, ref)}"]
        if ref.shape != "opaque":
            parts.append(f".element = &{self.base_symbol(ref.base)}")
        parts.append(f'.name = "{ref.base}"')
        self.lines.append(f"static const XdrType {name} = {{{', '.join(parts)}}};")

    def table(self, symbol: str, c_type: str, kind: str, fields: list[Field],
              values: list[int], wire: int) -> None:
        rows: list[str] = []
        for index, field in enumerate(fields):
            member = c_field(field.name)
            if kind == "XDR_UNION":
                member = f"value.{member}"
            row = f'{{"{field.name}", &{self.symbol(field.type)}, offsetof({c_type}, {member})'
            row += f", {values[index]}" if values else ", 0"
            row += ", TRUE}" if field.secret else ", FALSE}"
            rows.append(row)
        self.lines.append(f"static const XdrField {symbol}_fields[] = {{")
        self.lines += [f"    {row}," for row in rows]
        self.lines += ["};", f"const XdrType {symbol}_xdr = {{.kind = {kind}, "
                             f".size = sizeof({c_type}), .min_wire = {wire},",
                       f"    .n_fields = {len(rows)}, .fields = {symbol}_fields, "
                       f'.name = "{symbol}"}};', ""]

    def declaration(self, decl: TypeDecl) -> None:
        if decl.kind == "enum":
            return
        values = [arm.value for arm in decl.arms]
        self.table(f"{decl.module.prefix}_{decl.name}", struct_name(decl),
                   "XDR_UNION" if decl.kind == "union" else "XDR_STRUCT", decl.members(), values,
                   base_min_wire(decl.module, decl.name))

    def proc_side(self, proc: Proc, suffix: str, fields: list[Field]) -> None:
        prefix = self.module.prefix
        self.table(f"{prefix}_{proc.name}_{suffix}",
                   camel(prefix) + camel(proc.name) + camel(suffix), "XDR_STRUCT", fields, [],
                   sum(min_wire(self.module, field.type) for field in fields))


def ordered(module: Module) -> list[TypeDecl]:
    """Declarations so that each stands behind those it contains."""
    done: list[TypeDecl] = []

    def visit(decl: TypeDecl) -> None:
        if decl in done or decl.module is not module:
            return
        for member in decl.members():
            inner = module.find_type(member.type.base)
            if inner is not None:
                visit(inner)
        done.append(decl)

    for decl in module.types.values():
        visit(decl)
    return done


def structures(module: Module) -> list[str]:
    lines: list[str] = []
    prefix = module.prefix.upper()
    for name, (value, _) in module.limits.items():
        lines.append(f"#define {prefix}_{name} {value}u")
    if module.limits:
        lines.append("")
    for decl in ordered(module):
        if decl.kind == "enum":
            values = [f"    {prefix}_{decl.name.upper()}_{name.upper()} = {value},"
                      for name, value in decl.values]
            lines += ["typedef enum {", *values, f"}} {struct_name(decl)};", ""]
            continue
        if decl.kind == "union":
            labels = [f"    {prefix}_{decl.name.upper()}_{arm.label} = {arm.value},"
                      for arm in decl.arms]
            lines += ["enum {", *labels, "};", "typedef struct {", "    int32_t type;",
                      "    union {"]
            lines += [f"        {c_member(module, field)}" for field in decl.members()]
            lines += ["    } value;", f"}} {struct_name(decl)};"]
        else:
            lines += ["typedef struct {"]
            lines += [f"    {c_member(module, field)}" for field in decl.fields]
            lines += [f"}} {struct_name(decl)};"]
        lines += [f"extern const XdrType {module.prefix}_{decl.name}_xdr;", ""]
    return lines


def proc_structures(module: Module) -> list[str]:
    lines: list[str] = []
    for proc in module.procs:
        for suffix, fields in (("args", proc.args), ("ret", proc.ret)):
            if not fields:
                continue
            lines += ["typedef struct {"]
            lines += [f"    {c_member(module, field)}" for field in fields]
            lines += [f"}} {camel(module.prefix)}{camel(proc.name)}{camel(suffix)};",
                      f"extern const XdrType {module.prefix}_{proc.name}_{suffix}_xdr;", ""]
    return lines
