#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs one test system under pvrun and compares: exit status and, line by line, the
# patterns that its output must hold. Folder: system.dts, or BOARD.dts where the boards
# differ, and `expect`, whose first line is the status; lines that begin with ! must not
# be there.
# usage: run.sh PVRUN BOARD FOLDER GUESTS [pvrun option…]
set -uo pipefail
pvrun=$1 board=$2 folder=$3 guests=$4
shift 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export QEMU_AUDIO_DRV=none

limit=${PARAVANE_GUEST_SECONDS:-120}
system=$folder/system.dts
[ -f "$system" ] || system=$folder/$board.dts
wanted=$(sed -n '1s/^status //p' "$folder/expect")
[ -n "$wanted" ] || { echo "$folder/expect: its first line is not 'status N'"; exit 1; }
status=0
timeout -k 5 $((limit + 30)) "$pvrun" --board "$board" --search "$guests" --icount --timeout "$limit" "$@" \
    "$system" >"$work/log" 2>&1 </dev/null || status=$?

bad=0
if [ "$status" -ne "$wanted" ]; then
    echo "exit status $status, wanted $wanted"
    bad=1
fi
while IFS= read -r line; do
    case $line in
        !*) grep -qE -- "${line#!}" "$work/log" && { echo "there is: ${line#!}"; bad=1; } ;;
        *) grep -qE -- "$line" "$work/log" || { echo "missing: $line"; bad=1; } ;;
    esac
done < <(tail -n +2 "$folder/expect" | grep -v '^$')
if [ $bad -ne 0 ]; then
    echo "--- the log's tail:"
    tail -n 60 "$work/log"
fi
exit $bad
