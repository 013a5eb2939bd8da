#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Boots samples/systems/linux.dts on a board: Debian's Linux (level 2, or as named) with
# a disk, beside the vault. Every check of its init must pass, the vault's answer must be the
# HMAC that OpenSSL computes, and both VMs must end well. 77: no such kernel in the cache.
# usage: sample.sh BUILD BOARD [ported|level0|level1|patched|level1-gcc|ported-gcc]
set -euo pipefail
build=$1 board=$2 kind=${3:-ported}
root=$(cd "$(dirname "$0")/../.." && pwd)
cache=${PARAVANE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/paravane}/linux
kernel=
for done in $(ls -t "$cache/$kind"-*/done 2>/dev/null); do
    case $(basename "$(dirname "$done")") in "$kind"-gcc-*) ;; *) kernel=$(dirname "$done"); break ;; esac
done
[ -n "$kernel" ] || { echo "no $kind kernel in $cache"; exit 77; }

work=$build/tests/linux-sample-$board-$kind
guest=$(cd "$root" && .ci/linux-guest "$work")
status=0
"$build/bin/pvrun" --board "$board" --quiet --icount --timeout 300 --log-dir "$work/logs" \
    --search "$kernel" --search "$guest" --search "$build/guests" \
    "$root/samples/systems/linux.dts" || status=$?
log=$(tr -d '\r' <"$work/logs/linux.log")
expected=$({ printf open; head -c 28 /dev/zero; } | openssl dgst -sha256 -mac HMAC -macopt \
    "hexkey:$(sed -n 's/.*arguments = "\([0-9a-f]\{64\}\) .*/\1/p' "$root/samples/systems/linux.dts")")
if [ $status -ne 0 ] || ! grep -q '^linux guest: PASS$' <<<"$log" ||
    ! grep -q "^${expected##* }  open$" <<<"$log"; then
    echo "pvrun: status $status; the guest's console ends:"
    tail -n 40 <<<"$log"
    exit 1
fi
grep -c '^ok ' <<<"$log" | sed 's/$/ checks passed in the guest/'
echo "PASS"
