# Layers in memory over the host's folders, and the folders that stay visible through them.
# Sourced by inside while the new /run is still mounted on /mnt.

# shares_take PATH...: hold on to folders and files that a layer or a new mount will hide
shares=()
shares_take() {
    local dir n
    for dir; do
        [ -n "$dir" ] && [ -e "$dir" ] || continue
        dir=$(readlink -f -- "$dir")
        case $dir in
            /tmp/* | /var/*/* | /usr/src/* | /usr/local/* | /run/*/* | /etc/*/* | /mnt/*) ;;
            *) continue ;;
        esac
        n=/mnt/world/shares/${#shares[@]}
        if [ -d "$dir" ]; then mkdir "$n"; else touch "$n"; fi
        mount --rbind "$dir" "$n" && shares+=("$dir")
    done
}

shares_give() {
    local n dir
    for n in "${!shares[@]}"; do
        dir=${shares[n]}
        if [ -d "/run/world/shares/$n" ]; then
            mkdir -p "$dir"
        else
            mkdir -p "${dir%/*}" && touch "$dir"
        fi && mount --rbind "/run/world/shares/$n" "$dir"
    done
}

# layer_make DIR EXTRA: prepare a DIR writable in memory, EXTRA's content (if any) on top of the host's
layer_make() {
    local dir=$1 extra=$2 base=/mnt/world/layers$1 lower=$1
    [ -d "$extra" ] || extra=
    mkdir -p "$base"/{upper,work,top}
    chmod --reference="$dir" "$base/upper"
    if [ "${WORLD_OVERLAY:-1}" = 1 ]; then
        mount -t overlay -o "lowerdir=${extra:+$extra:}$lower,upperdir=$base/upper,workdir=$base/work" \
            world-layer "$base/top" 2>/dev/null && return
    fi
    # Without overlayfs: a folder of links to the host's entries, real folders where something is added.
    mkdir -p "/mnt/world/host$dir"
    chmod --reference="$dir" "$base/top"
    mount --bind "$dir" "/mnt/world/host$dir" || return
    case $dir in
        /etc) # small, and edited in place
            cp -a "$dir/." "$base/top/" && { [ -z "$extra" ] || cp -a "$extra/." "$base/top/"; } ;;
        /usr) "$here/farm" "$dir" "/run/world/host$dir" "$extra" "$base/top" sbin bin \
            share/polkit-1/actions share/polkit-1/rules.d ;;
        *) "$here/farm" "$dir" "/run/world/host$dir" "$extra" "$base/top" lib log cache tmp ;;
    esac
}

# layer_lay DIR: put it in place, once the new /run is there
layer_lay() {
    mount --bind "/run/world/layers$1/top" "$1"
}
