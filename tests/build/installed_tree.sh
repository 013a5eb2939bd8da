#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs into a folder, moves the folder, builds a small driver from it alone by
# find_package and by pkg-config, runs the tools from there, then uninstalls.
# usage: installed_tree.sh SOURCE BUILD
set -euo pipefail
source=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/first" >/dev/null
cp -a "$work/first" "$work/moved tree"
prefix="$work/moved tree"

cp -r "$source/tests/build/consumer" "$work/consumer"
cmake -S "$work/consumer" -B "$work/by-cmake" -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build "$work/by-cmake" >/dev/null
echo "driver built by find_package"

flags=$(PKG_CONFIG_PATH=$(dirname "$(find "$work/first" -name paravane.pc)") pkg-config --cflags paravane)
# shellcheck disable=SC2086
arm-linux-gnueabi-gcc -std=gnu89 -march=armv5te -Wall -Werror -c $flags \
    "$work/consumer/driver.c" -o "$work/driver.o"
echo "driver built by pkg-config"

for tool in "$prefix"/bin/pv*; do
    "$tool" --version >"$work/version"
    grep -q '[0-9]\.[0-9]' "$work/version"
    echo "$(basename "$tool"): $(head -n 1 "$work/version")"
done
if grep -rIl "$source" "$prefix" | grep -q .; then
    echo "these installed files name the source folder:"
    grep -rIl "$source" "$prefix"
    exit 1
fi

# The tools find their data beside them, wherever the tree was moved to.
if [ -e "$prefix/bin/pvport" ]; then
    (cd / && "$prefix/bin/pvport" rules) >"$work/rules"
    grep -q generic-arm "$work/rules"
    echo "pvport lists its rules"
fi
if [ -e "$build/guests/hello.elf" ]; then
    QEMU_AUDIO_DRV=none "$prefix/bin/pvrun" --timeout 60 --search "$build/guests" \
        "$source/samples/systems/hello.dts" >"$work/console"
    grep -q 'hello: PASS' "$work/console"
    echo "pvrun boots a guest on the installed hypervisor"
fi

cmake --build "$build" --target uninstall >/dev/null
left=$(find "$work/first" -type f | wc -l)
if [ "$left" -ne 0 ]; then
    echo "uninstall left $left files:"
    find "$work/first" -type f
    exit 1
fi
echo "uninstalled"
