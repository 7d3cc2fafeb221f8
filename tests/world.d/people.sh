# The users and groups of a world. The host's stay as they are, but for two people of our own.
# Sourced by inside; /etc is a layer in memory by now.

people_group() { # NAME GID [MEMBERS]
    if ! grep -q "^$1:" /etc/group; then
        echo "$1:x:$2:${3:-}" >>/etc/group
    elif [ -n "${3:-}" ]; then
        sed -i "s/^\($1:[^:]*:[^:]*:\).*/\1$3/" /etc/group
    fi
}
people_user() { # NAME UID GROUP HOME SHELL
    local gid
    gid=$(awk -F: -v g="$3" '$1 == g { print $3; exit }' /etc/group)
    grep -q "^$1:" /etc/passwd || echo "$1:x:$2:$gid:$1:$4:$5" >>/etc/passwd
}

sed -i -E '/^(alice|bob):/d' /etc/passwd /etc/group
people_group kvm 60103
people_group libvirt 60101 alice
people_group libvirt-qemu 64055 libvirt-qemu
people_group libvirt-dnsmasq 60102
people_group alice 60001
people_group bob 60002
people_user libvirt-qemu 64055 kvm /var/lib/libvirt /usr/sbin/nologin
people_user libvirt-dnsmasq 60102 libvirt-dnsmasq /var/lib/libvirt/dnsmasq /usr/sbin/nologin
for person in alice:60001 bob:60002; do
    name=${person%:*} uid=${person#*:}
    people_user "$name" "$uid" "$name" "/var/home/$name" /bin/bash
    mkdir -p "/var/home/$name" "/run/user/$uid"
    chmod 700 "/var/home/$name" "/run/user/$uid"
    chown -R "$uid:$uid" "/var/home/$name" "/run/user/$uid"
done
mkdir -p -m 700 /run/user/0
