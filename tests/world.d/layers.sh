# Layers in memory over the host's folders, and the folders that stay visible through them.
# Sourced by inside while the new /run is still mounted on /mnt.

# shares_take DIR...: hold on to folders that a layer or a new mount will hide
shares=()
shares_take() {
    local dir n
    for dir; do
        [ -n "$dir" ] && [ -d "$dir" ] || continue
        dir=$(readlink -f -- "$dir")
        case $dir in
            /tmp/* | /var/*/* | /usr/src/* | /usr/local/* | /run/*/* | /etc/*/* | /mnt/*) ;;
            *) continue ;;
        esac
        n=/mnt/world/shares/${#shares[@]}
        mkdir "$n"
        mount --rbind "$dir" "$n" && shares+=("$dir")
    done
}

shares_give() {
    local n dir
    for n in "${!shares[@]}"; do
        dir=${shares[n]}
        mkdir -p "$dir" && mount --rbind "/run/world/shares/$n" "$dir"
    done
}

# layer_lay DIR EXTRA: make DIR writable in memory, EXTRA's content (if any) on top of the host's
layer_lay() {
    local dir=$1 extra=$2 base=/mnt/world/layers$1 lower=$1
    [ -d "$extra" ] || extra=
    mkdir -p "$base"/{upper,work}
    chmod --reference="$dir" "$base/upper"
    if [ "${WORLD_OVERLAY:-1}" = 1 ]; then
        mount -t overlay -o "lowerdir=${extra:+$extra:}$lower,upperdir=$base/upper,workdir=$base/work" \
            world-layer "$dir" 2>/dev/null && return
    fi
    # Without overlayfs: a tmpfs of links to the host's entries, real folders where something is added.
    mkdir -p "/mnt/world/host$dir"
    mount --bind "$dir" "/mnt/world/host$dir" || return
    if [ -n "$extra" ]; then
        mkdir -p "/mnt/world/layers/extra$dir"
        mount --bind "$extra" "/mnt/world/layers/extra$dir" || return
        extra=/mnt/world/layers/extra$dir
    fi
    mount -t tmpfs -o mode=755 world-layer "$dir" || return
    if [ "$dir" = /etc ]; then
        cp -a "/mnt/world/host/etc/." /etc/
        [ -z "$extra" ] || cp -a "$extra/." /etc/
        return 0
    fi
    farm_grow "$dir" "$extra"
    case $dir in
        /usr) farm_open /usr/sbin /usr/bin /usr/share/polkit-1/actions /usr/share/polkit-1/rules.d ;;
        /var) farm_open /var/lib /var/log /var/cache ;;
    esac
}

# farm_grow DIR EXTRA: fill the empty DIR with links to the host's entries and copies of EXTRA's
farm_grow() {
    local dir=$1 extra=$2 entry name
    for entry in "/mnt/world/host$dir"/* "/mnt/world/host$dir"/.[!.]*; do
        name=${entry##*/}
        [ -e "$entry" ] || [ -L "$entry" ] || continue
        if [ -n "$extra" ] && [ -d "$extra/$name" ] && [ -d "$entry" ] && [ ! -L "$entry" ]; then
            mkdir "$dir/$name"
            farm_grow "$dir/$name" "$extra/$name"
        elif [ -z "$extra" ] || { [ ! -e "$extra/$name" ] && [ ! -L "$extra/$name" ]; }; then
            if [ -L "$entry" ]; then
                cp -P "$entry" "$dir/$name"
            else
                ln -s "/run/world/host$dir/$name" "$dir/$name"
            fi
        fi
    done
    [ -n "$extra" ] || return 0
    for entry in "$extra"/*; do
        name=${entry##*/}
        [ -e "$dir/$name" ] || [ ! -e "$entry" ] || cp -a "$entry" "$dir/$name"
    done
}

# farm_open DIR...: turn links to whole folders into folders of links, so that entries can be added
farm_open() {
    local dir part path
    for dir; do
        path=
        for part in ${dir//\// }; do
            path+=/$part
            [ -L "$path" ] && [[ $(readlink "$path") == /run/world/host/* ]] || continue
            [ -d "/mnt/world/host$path" ] || continue
            rm "$path"
            mkdir "$path"
            farm_grow "$path" ""
        done
    done
}
