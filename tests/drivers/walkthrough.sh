#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Takes the steps by which pv-drivers/README.md copies the driver template, in a copy of
# samples/: the new front end compiles, its test passes, and the build's targets that the
# page names are there. The tree itself is not configured again: libraries come from BUILD.
# usage: walkthrough.sh SOURCE BUILD CC CXX [FLAG…]
set -euo pipefail
source=$1 build=$2 cc=$3 cxx=$4
flags=(-I "$source/pv-drivers/core" -I "$source/pv-drivers/frontends" -I "$source/tests/drivers"
       -I "$build/include" "${@:5}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$source/samples" "$work/"
cd "$work"

sed -n '/^```sh$/,/^```$/p' "$source/pv-drivers/README.md" | grep -v '^```' >steps
grep -vE '^c(make|test) ' steps >by-hand
[ -s by-hand ] || { echo "the page has no steps"; exit 1; }
bash -euo pipefail by-hand
folder=$(sed -n 's/^add_subdirectory(\(.*\))$/\1/p' samples/CMakeLists.txt | tail -n 1)
target=$(sed -n 's/.*--target \([a-z_]*\)$/\1/p' steps)
grep -q "paravane_test($target " "samples/$folder/CMakeLists.txt" ||
    { echo "no target $target in samples/$folder"; exit 1; }
if grep -rqi pmem "samples/$folder"; then
    echo "the copy still has the template's name:"
    grep -rni pmem "samples/$folder"
    exit 1
fi
$cc -std=c99 "${flags[@]}" -c samples/"$folder"/*.c -o driver.o
$cxx -std=c++20 "${flags[@]}" -I "samples/$folder" samples/"$folder"/*_test.cpp driver.o \
    "$build/tests/drivers/libdrivers_fakes.a" "$build/pv-drivers/libpvn.a" \
    -lgtest -lgtest_main -pthread -o driver-test
./driver-test --gtest_brief=1
