# Debian ships one libvirtd and no modular daemons: let clients that look for the modular sockets
# find it. Sourced by inside.

for name in qemu network storage nodedev nwfilter interface secret; do
    for kind in sock sock-ro; do
        ln -s "libvirt-$kind" "/run/libvirt/virt${name}d-$kind"
    done
done
