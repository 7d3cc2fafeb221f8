# What packages lay down for the daemons: folders, policy, configuration. Sourced by inside.

mkdir -p /var/lib/libvirt/{boot,images,qemu/channel/target,dnsmasq,network,sanlock,swtpm} \
    /var/log/libvirt/qemu /var/cache/libvirt/qemu /etc/libvirt/hooks
chmod 711 /var/lib/libvirt/{boot,images}
while read -r kind guest; do
    # copies: a daemon may give files to the user that QEMU runs as
    [ -z "$kind" ] || cp -r "$guest" "/var/lib/libvirt/boot/$kind"
done <<<"$WORLD_GUESTS"
chown -R libvirt-qemu:kvm /var/lib/libvirt/qemu /var/cache/libvirt/qemu

if [ -n "$WORLD_STOCK_ROOT" ]; then
    cp -a "$WORLD_STOCK_ROOT/etc/libvirt/." /etc/libvirt/
    if [ "${WORLD_NETCONF:-0}" = 1 ]; then
        mkdir -p /etc/libvirt/qemu/networks/autostart /etc/libvirt/nwfilter
        cp /usr/share/libvirt/networks/default.xml /etc/libvirt/qemu/networks/ 2>/dev/null
        ln -s ../default.xml /etc/libvirt/qemu/networks/autostart/
    else
        rm -rf /etc/libvirt/nwfilter /etc/libvirt/qemu/networks
    fi
else
    for file in "$WORLD_TREE"/packaging/polkit/*.policy; do
        [ ! -e "$file" ] || install -m 644 "$file" /usr/share/polkit-1/actions/
    done
    for file in "$WORLD_TREE"/packaging/polkit/*.rules; do
        [ ! -e "$file" ] || install -m 644 "$file" /usr/share/polkit-1/rules.d/
    done
    for file in "$WORLD_TREE"/packaging/{conf,config}/*.conf; do
        [ ! -e "$file" ] || install -m 644 "$file" /etc/libvirt/
    done
fi
for name in $WORLD_DAEMONS; do
    own=WORLD_CONF_$name
    [ -z "${WORLD_CONF:-}" ] || printf '%s\n' "$WORLD_CONF" >>"/etc/libvirt/$name.conf"
    [ -z "${!own:-}" ] || printf '%s\n' "${!own}" >>"/etc/libvirt/$name.conf"
done
