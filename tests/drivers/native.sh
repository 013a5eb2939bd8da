#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs the guest drivers-native on QEMU's bare virt board and checks, from outside,
# what it moved: disks byte by byte, console echo, hashes of what the host made.
# usage: native.sh GUEST.elf modern|legacy MEBIBYTES
set -euo pipefail
guest=$1 mode=$2 size=$3
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
head -c "$((size << 20))" /dev/urandom >source.img
truncate -s "${size}M" target.img
head -c 65536 /dev/urandom >entropy
head -c 100000 /dev/urandom | base64 >typed.txt
{ cat typed.txt; printf '\0'; } >typed
mkfifo line.in line.out
cat typed >line.in &
cat line.out >echoed &
legacy=false
[ "$mode" = legacy ] && legacy=true

status=0
timeout $((60 + size)) qemu-system-arm -M virt,dtb-randomness=off -cpu cortex-a15 -m 256 -nic none \
    -display none -monitor none -serial file:log -semihosting-config enable=on,target=native \
    -global virtio-mmio.force-legacy=$legacy -kernel "$guest" \
    -drive if=none,id=d0,file=source.img,format=raw,readonly=on -device virtio-blk-device,drive=d0 \
    -drive if=none,id=d1,file=target.img,format=raw -device virtio-blk-device,drive=d1 \
    -object rng-random,id=r0,filename="$work/entropy" -device virtio-rng-device,rng=r0 \
    -chardev pipe,id=c0,path=line \
    -device virtio-serial-device,max_ports=1 -device virtconsole,chardev=c0 \
    -netdev hubport,id=n0,hubid=1 -device virtio-net-device,netdev=n0,mac=52:54:00:00:00:01 \
    -netdev hubport,id=n1,hubid=1 -device virtio-net-device,netdev=n1,mac=52:54:00:00:00:02 \
    || status=$?

explain() { echo "$1"; echo "--- the guest's last lines:"; tail -n 20 log; exit 1; }
crc() { python3 -c 'import sys, zlib; print("%08x" % zlib.crc32(sys.stdin.buffer.read()))'; }

[ $status -eq 0 ] || explain "QEMU ended with status $status"
wait # for the echo's last bytes
grep -q '^PASS: drivers-native' log || explain "no PASS line"
case $mode in
    modern) grep -q '^virtio: 1.2' log || explain "the device was not virtio 1.2" ;;
    *) grep -q '^virtio: legacy' log || explain "the device was not legacy" ;;
esac
cmp source.img target.img || explain "the disks differ"
tr '\001-\177' '\000-\176' <echoed | cmp - typed.txt || explain "the echo differs"
grep -q "^entropy crc $(head -c 16384 entropy | crc)" log || explain "the entropy differs"
grep -q "^console crc $(crc <typed.txt)" log || explain "the console's input differs"
grep -q "^block crc $(crc <source.img)" log || explain "the disk's hash differs"
tail -n 8 log
