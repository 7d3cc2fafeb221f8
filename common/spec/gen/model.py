"""What the .rpc files say, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

# name -> (C type, bytes of the C type, least bytes on the wire, XdrKind)
SCALARS: dict[str, tuple[str, int, int, str]] = {
    "int": ("int32_t", 4, 4, "XDR_INT"),
    "uint": ("uint32_t", 4, 4, "XDR_UINT"),
    "hyper": ("int64_t", 8, 8, "XDR_HYPER"),
    "uhyper": ("uint64_t", 8, 8, "XDR_UHYPER"),
    "double": ("double", 8, 8, "XDR_DOUBLE"),
    "char": ("int8_t", 1, 4, "XDR_CHAR"),
    "uchar": ("uint8_t", 1, 4, "XDR_UCHAR"),
    "short": ("int16_t", 2, 4, "XDR_SHORT"),
    "ushort": ("uint16_t", 2, 4, "XDR_USHORT"),
    "string": ("char *", 8, 4, "XDR_STRING"),
    "uuid": ("uint8_t", 16, 16, "XDR_UUID"),
}

FAMILIES = ["rpc", "hypervisor", "network", "storage", "nodedev", "secret", "nwfilter",
            "interface", "admin"]
CLASSES = ["conn", "read", "sample", "query", "mutate", "control", "agent"]
GIVES = ["nothing", "view", "view_set", "view_and_set", "object", "reservation", "control"]


class SpecError(Exception):
    """A mistake in a .rpc file: where it is and what is wrong."""

    def __init__(self, where: Where, text: str) -> None:
        super().__init__(f"{where}: {text}")


@dataclass(frozen=True)
class Where:
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass
class TypeRef:
    """base, with at most one suffix: plain, optional ?, array <N>[], fixed [N], opaque <N>."""

    base: str
    shape: str
    limit: int
    limit_text: str
    where: Where

    def __str__(self) -> str:
        return {
            "plain": self.base,
            "optional": f"{self.base}?",
            "array": f"{self.base}<{self.limit_text}>[]",
            "fixed": f"{self.base}[{self.limit_text}]",
            "opaque": f"opaque<{self.limit_text}>",
        }[self.shape]


@dataclass
class Field:
    name: str
    type: TypeRef
    where: Where
    secret: bool = False


@dataclass
class Arm:
    value: int
    label: str
    field: Field


@dataclass
class TypeDecl:
    """A struct, union or enum."""

    kind: str
    name: str
    module: Module
    where: Where
    fields: list[Field] = field(default_factory=list)
    arms: list[Arm] = field(default_factory=list)
    values: list[tuple[str, int]] = field(default_factory=list)

    def members(self) -> list[Field]:
        return self.fields if self.kind == "struct" else [arm.field for arm in self.arms]


@dataclass
class Rule:
    """One permission that a call needs, perhaps only for some arguments."""

    object: str
    permission: str
    where: Where
    when: str = "always"  # any_of, none_of, equals
    arg: str = ""
    label: str = ""
    value: int = 0


@dataclass
class Subject:
    kind: str
    where: Where
    path: str = ""
    path2: str = ""


@dataclass
class Convention:
    """How a public C function maps to the call where it is not one to one."""

    kind: str
    names: dict[str, str]
    where: Where


@dataclass
class Proc:
    number: int
    name: str
    where: Where
    event: bool = False
    api: str = ""
    since: str = ""
    family: str = ""
    klass: str = ""
    heavy: bool = False
    priority: str = ""
    read_only: str = ""
    stream: str = "none"
    sparse: int = 0
    sparse_label: str = ""
    fds: str = "none"
    acl: list[Rule] = field(default_factory=list)
    filter: Optional[Rule] = None
    subject: Optional[Subject] = None
    gives: str = ""
    args: list[Field] = field(default_factory=list)
    ret: list[Field] = field(default_factory=list)
    conventions: list[Convention] = field(default_factory=list)
    errors: list[tuple[str, Where]] = field(default_factory=list)
    doc: str = ""
    event_object: str = ""
    event_id: int = 0

    def object(self) -> str:
        """The object that the rules ask about."""
        return self.acl[0].object if self.acl else "connect"


@dataclass
class Permission:
    name: str
    anonymous: bool
    default: str
    text: str
    where: Where


@dataclass
class AclObject:
    name: str
    where: Where
    pointer: str = ""
    handle: str = ""
    parent: str = ""
    missing: str = ""
    details: list[str] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=list)


@dataclass
class SocketAction:
    name: str
    where: Where
    default: str = ""
    text: str = ""


@dataclass
class Module:
    """One .rpc file."""

    name: str
    prefix: str
    where: Where
    uses: list[Module] = field(default_factory=list)
    program: int = 0
    version: int = 0
    limits: dict[str, tuple[int, Where]] = field(default_factory=dict)
    types: dict[str, TypeDecl] = field(default_factory=dict)
    procs: list[Proc] = field(default_factory=list)
    objects: list[AclObject] = field(default_factory=list)
    actions: list[SocketAction] = field(default_factory=list)
    drivers: dict[str, tuple[str, Where]] = field(default_factory=dict)

    def find_type(self, name: str) -> Optional[TypeDecl]:
        if name in self.types:
            return self.types[name]
        for used in self.uses:
            found = used.find_type(name)
            if found is not None:
                return found
        return None

    def find_limit(self, name: str) -> Optional[int]:
        if name in self.limits:
            return self.limits[name][0]
        for used in self.uses:
            found = used.find_limit(name)
            if found is not None:
                return found
        return None


@dataclass
class Spec:
    """All modules that were read, in the order of reading (a used one stands before its user)."""

    modules: list[Module] = field(default_factory=list)

    def module(self, name: str) -> Optional[Module]:
        return next((m for m in self.modules if m.name == name), None)

    def objects(self) -> list[AclObject]:
        return [o for m in self.modules for o in m.objects]

    def object(self, name: str) -> Optional[AclObject]:
        return next((o for o in self.objects() if o.name == name), None)

    def programs(self) -> list[Module]:
        return [m for m in self.modules if m.program]


def camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
