# SPDX-License-Identifier: BSD-2-Clause
# Shell functions shared by demo.sh and test.sh: packages, cache, stages with
# their seconds. Sourced with the repository's root as the current folder.

CACHE=${PARAVANE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/paravane}

packages() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' .ci/packages; }

# Installs what is missing. Needs root (or sudo) and the network only then.
need_packages() {
    local missing=() p
    for p in $(packages); do
        dpkg-query -W -f '${db:Status-Status}\n' "$p" 2>/dev/null | grep -qx installed ||
            missing+=("$p")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    # shellcheck disable=SC1091
    if ! { . /etc/os-release && [ "$ID:${VERSION_ID:-}" = debian:12 ]; } 2>/dev/null; then
        echo "This is not Debian 12. Install the equivalents of these packages, then run again:" >&2
        printf '  %s\n' "${missing[@]}" >&2
        exit 4
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing; install them as root, then run again:" >&2
            printf '  %s\n' "${missing[@]}" >&2
            exit 4
        fi
        as_root=(sudo)
    fi
    echo "installing ${#missing[@]} packages: ${missing[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# stage NAME COMMAND…: runs it, its output in $LOGS/NAME.log; prints the seconds,
# and on failure the end of the log.
STAGES=()
stage() {
    local name=$1 start=$SECONDS status=0
    shift
    mkdir -p "$LOGS"
    printf '== %s\n' "$name"
    "$@" >"$LOGS/$name.log" 2>&1 </dev/null || status=$?
    STAGES+=("$(printf '%-28s %5d s' "$name" $((SECONDS - start)))")
    if [ $status -ne 0 ]; then
        tail -n 60 "$LOGS/$name.log"
        echo "stage $name failed with status $status; whole log: $LOGS/$name.log" >&2
        return $status
    fi
    printf '   %s\n' "$((SECONDS - start)) s"
}

print_stages() { printf 'seconds by stage:\n'; printf '  %s\n' "${STAGES[@]}"; }

ccache_options() {
    command -v ccache >/dev/null &&
        printf -- '-DCMAKE_%s_COMPILER_LAUNCHER=ccache ' C CXX ASM
}

clean_all() {
    rm -rf build "$CACHE"
    echo "removed build and $CACHE"
}
