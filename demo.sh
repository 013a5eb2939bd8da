#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what is missing, builds, and shows the main job on one board: a guest
# kernel written for the bare CPU is ported by pvport, checked by pvport verify and
# pvabi note, and booted by pvrun above the hypervisor. Ends with DEMO PASS.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
LOGS=build/logs

usage() {
    cat <<'EOF'
usage: ./demo.sh [--board virt-a15|vexpress-a9] [--clean]
  --board NAME   the board to show it on (default: virt-a15)
  --clean        remove build/ and the cache of kernels and packages
EOF
}

board=virt-a15
while [ $# -gt 0 ]; do
    case $1 in
        --board) shift; board=${1:?--board needs a name} ;;
        --clean) clean_all; exit 0 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done
case $board in virt-a15 | vexpress-a9) ;; *) usage >&2; exit 2 ;; esac

say() { printf '\n-- %s\n' "$1"; }
shown() { printf '$ %s\n' "$*"; "$@"; }

stage packages need_packages
# shellcheck disable=SC2046
stage configure cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release $(ccache_options)
stage build cmake --build build -j "$(nproc)" --target pvabi pvport pvrun arm

say "The same program, native: privileged on QEMU's bare board"
native=$(timeout 20 qemu-system-arm -M virt -cpu cortex-a15 -nic none -nographic \
    -semihosting-config enable=on,target=native -kernel build/guests/hello.native.elf </dev/null)
echo "$native"

say "pvport plan: what must change before it can run without privileges"
plan=$(build/bin/pvport plan --guest generic-arm --level 0 --tree samples/hello \
    samples/hello/start.S samples/hello/main.c -- --target=armv7a-none-eabi -mfloat-abi=soft \
    -ffreestanding -isystem /usr/lib/picolibc/arm-none-eabi/include -Isamples/common 2>&1)
grep '^[-+][^-+]' <<<"$plan" || true
tail -n 1 <<<"$plan"

say "pvport verify: the native image is refused, the ported one has nothing left"
if build/bin/pvport verify build/guests/hello.native.elf >build/logs/verify-native.log 2>&1; then
    echo "verify passed on an unported image: that is a defect" >&2
    exit 1
fi
tail -n 1 build/logs/verify-native.log
shown build/bin/pvport verify build/guests/hello.elf

say "pvabi note: what the guest asks of the hypervisor"
shown build/bin/pvabi note build/guests/hello.elf

say "pvrun: the ported guest above the hypervisor on $board"
status=0
shown build/bin/pvrun --board "$board" --timeout 60 --search build/guests \
    --log-dir build/logs/demo samples/systems/hello.dts || status=$?
[ $status -eq 0 ] || { echo "pvrun ended with status $status" >&2; exit 1; }

say "The two runs printed the same"
console=$(cat build/logs/demo/hello.log)
if [ "${console//$'\r'/}" != "${native//$'\r'/}" ]; then
    diff <(echo "${native//$'\r'/}") <(echo "${console//$'\r'/}") || true
    exit 1
fi
lines=$(wc -l <<<"$console")
say "$SECONDS seconds"
echo "DEMO PASS board=$board guest=hello lines_equal_to_native=$lines"
