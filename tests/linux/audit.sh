#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Boots samples/systems/linux.dts, stops the machine in the middle of its init's checks and
# has memory-audit walk every table that the hypervisor holds: Linux's kernel and programs
# reach nothing of the hypervisor and nothing of the vault. 77: no kernel in the cache.
# usage: audit.sh BUILD BOARD LIVE.py AUDIT
set -euo pipefail
build=$1 board=$2 live=$3 audit=$4
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=${PARAVANE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/paravane}/linux
kernel=
for done in $(ls -t "$cache"/ported-*/done 2>/dev/null); do
    case $(basename "$(dirname "$done")") in ported-gcc-*) ;; *) kernel=$(dirname "$done"); break ;; esac
done
[ -n "$kernel" ] || { echo "no ported kernel in $cache"; exit 77; }
guest=$(cd "$root" && .ci/linux-guest "$build/tests/linux-audit-$board")
"$live" "$build/bin/pvrun" "$board" "$root/samples/systems/linux.dts" \
    "$kernel:$guest:$build/guests" "$audit" "linux| ok " 5 1000
