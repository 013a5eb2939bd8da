#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what is missing, builds, and shows the main job on one board. First a small
# guest, within a minute of the build: ported, verified, booted, compared with its native run. Then
# Debian's Linux 6.1: ported by rules, built, verified, and booted beside a trusted
# service in a VM of its own. Ends with DEMO PASS.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
LOGS=build/logs

usage() {
    cat <<'USAGE'
usage: ./demo.sh [--board virt-a15|vexpress-a9] [--clean]
  --board NAME   the board to show it on (default: virt-a15)
  --clean        remove build/ and the cache of kernels and packages
USAGE
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
fail() { echo "$1" >&2; exit 1; }

# run SYSTEM OPTION…: boots a system; its consoles are in $LOGS/demo afterwards.
run() {
    local system=$1 status=0
    shift
    shown build/bin/pvrun --board "$board" --search build/guests --log-dir "$LOGS/demo" \
        "$@" \
        "samples/systems/$system.dts" || status=$?
    [ $status -eq 0 ] || fail "pvrun ended with status $status"
}
console() { tr -d '\r' <"$LOGS/demo/$1.log"; }

stage packages need_packages
# shellcheck disable=SC2046
stage configure cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release $(ccache_options)
stage build cmake --build build -j "$(nproc)" --target pvabi pvport pvrun arm

say "A small guest, native: privileged on QEMU's bare board"
native=$(timeout 20 qemu-system-arm -M virt -cpu cortex-a15 -nic none -nographic \
    -semihosting-config enable=on,target=native -kernel build/guests/hello.native.elf </dev/null |
    tr -d '\r')
echo "$native"

say "pvport plan: what must change before it can run without privileges"
plan=$(build/bin/pvport plan --guest generic-arm --level 0 --tree samples/hello \
    samples/hello/start.S samples/hello/main.c -- --target=armv7a-none-eabi -mfloat-abi=soft \
    -ffreestanding -isystem /usr/lib/picolibc/arm-none-eabi/include -Isamples/common 2>&1)
grep -E '^[-+][[:space:]]+(pvn_|cps|mrs|msr|mcr|mrc|ldm|movs|asm|__asm)' <<<"$plan" || true
tail -n 1 <<<"$plan"

say "pvport verify: the native image is refused, the ported one has nothing left"
if build/bin/pvport verify build/guests/hello.native.elf >$LOGS/verify-native.log 2>&1; then
    fail "verify passed on an unported image: that is a defect"
fi
tail -n 1 $LOGS/verify-native.log
shown build/bin/pvport verify build/guests/hello.elf

say "pvabi note: what the guest asks of the hypervisor"
shown build/bin/pvabi note build/guests/hello.elf

say "pvrun: the ported guest above the hypervisor on $board prints what it printed natively"
run hello --timeout 60
diff <(echo "$native") <(console hello) || fail "the two runs differ"
equal=$(wc -l <<<"$native")

say "Debian's Linux 6.1: a compile database from a dry run, pvport apply, one build (minutes when cold)"
stage kernel .ci/kernel --level 2
kernel=$(tail -n 1 $LOGS/kernel.log)
grep 'units,' "$CACHE/linux/ported.log" || true
read -r platform rules drivers < <(.ci/port-lines | awk '{ printf "%s ", $2 } END { print "" }')
echo "written by hand: $platform lines of platform, $rules of rules, $drivers of drivers; CPU code: none"

say "pvport verify: no sensitive instruction is left in it"
shown build/bin/pvport verify "$kernel/vmlinux"

say "pvrun: Linux with Debian's own busybox and a disk, beside the vault, which keeps a key"
stage guest .ci/linux-guest build
run linux --timeout 300 --search "$kernel" --search build/linux-sample
console linux | grep -q '^linux guest: PASS$' || fail "a program in the guest failed"

say "What that proved"
busybox=$(sha256sum <build/linux-sample/armhf/bin/busybox | cut -d' ' -f1)
console linux | grep -qx "busybox $busybox" || fail "the guest ran another busybox than the package's"
echo "the program in the guest is the package's, byte for byte: SHA-256 ${busybox:0:16}…"
key=$(sed -n 's/.*arguments = "\([0-9a-f]\{64\}\) .*/\1/p' samples/systems/linux.dts)
for text in open sesame; do
    answer=$({ printf %s "$text"; head -c $((32 - ${#text})) /dev/zero; } |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" | sed 's/.* //')
    console linux | grep -qx "$answer  $text" || fail "the vault's answer to '$text' is wrong"
done
echo "the vault's two answers are HMACs under a key that Linux never saw"
checks=$(console linux | grep -c '^ok ')
say "$SECONDS seconds"
print_stages
echo "DEMO PASS board=$board guest=hello lines_equal_to_native=$equal linux=6.1 level=2 checks=$checks" \
    "vault_answers=2 platform_lines=$platform"
