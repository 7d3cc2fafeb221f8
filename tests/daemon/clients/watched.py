"""Guests that run no system, for tests of what is told about guests: they start at once and stay
where they are. Made in the world's own folders.
"""
import os
import subprocess
import sys
import uuid

from answers import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests", "tools"))
import qcow2  # noqa: E402

IMAGES = "/var/lib/libvirt/images"
BRIDGE = "vbr0"
# name -> what is done with it
GUESTS = ["off", "paused", "running", "transient", "plain"]
DOCUMENT = """<domain type='qemu'><name>{name}</name><uuid>{uuid}</uuid>
<memory unit='MiB'>64</memory><currentMemory unit='MiB'>48</currentMemory>
<vcpu current='{vcpus}'>3</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{devices}</devices></domain>"""
DISK = ("<disk type='file' device='disk'><driver name='qemu' type='{format}'/>"
        "<source file='{path}'/><target dev='{target}' bus='virtio'/></disk>")
EMPTY_DRIVE = "<disk type='file' device='cdrom'><target dev='hdc' bus='ide'/></disk>"
CARDS = ("<interface type='user'><mac address='{user}'/><model type='virtio'/></interface>"
         "<interface type='bridge'><source bridge='{bridge}'/><mac address='{mac}'/>"
         "<model type='virtio'/></interface>")


def number(domain_name):
    if domain_name in GUESTS:
        return GUESTS.index(domain_name) + 1
    return 0x40 + sum(domain_name.encode()) % 64


def card(domain, bridge=True):
    """The address of one of its two cards."""
    return f"52:54:00:00:{'aa' if bridge else 'bb'}:{number(domain.name()):02x}"


def image(domain):
    return f"{IMAGES}/{domain.name()}.qcow2"


def make_bridge():
    subprocess.run(["ip", "link", "add", BRIDGE, "type", "bridge"], check=True)
    subprocess.run(["ip", "link", "set", BRIDGE, "up"], check=True)


def make_images(name):
    """A qcow2 image above another, and a raw one with a hole."""
    qcow2.create(f"{IMAGES}/{name}-base.qcow2", 64 << 20)
    qcow2.create(f"{IMAGES}/{name}.qcow2", 64 << 20, f"{IMAGES}/{name}-base.qcow2", "qcow2")
    with open(f"{IMAGES}/{name}.raw", "wb") as file:
        file.truncate(16 << 20)
        file.seek(1 << 20)
        file.write(b"x" * 65536)


def document(name, balloon="virtio", devices=True):
    parts = [f"<memballoon model='{balloon}'/>"]
    if devices:
        make_images(name)
        parts += [DISK.format(format="qcow2", path=f"{IMAGES}/{name}.qcow2", target="vda"),
                  DISK.format(format="raw", path=f"{IMAGES}/{name}.raw", target="vdb"),
                  EMPTY_DRIVE,
                  CARDS.format(bridge=BRIDGE, user=f"52:54:00:00:bb:{number(name):02x}",
                               mac=f"52:54:00:00:aa:{number(name):02x}")]
    return DOCUMENT.format(name=name, uuid=uuid.uuid5(uuid.NAMESPACE_DNS, name), vcpus=2,
                           devices="".join(parts))


def make(connection, name):
    """One of GUESTS."""
    import libvirt
    if name == "transient":
        return connection.createXML(document(name), libvirt.VIR_DOMAIN_START_PAUSED)
    is_plain = name == "plain"
    domain = connection.defineXML(document(name, "none" if is_plain else "virtio", not is_plain))
    if name != "off":
        domain.createWithFlags(0 if name == "running" else libvirt.VIR_DOMAIN_START_PAUSED)
    return domain
