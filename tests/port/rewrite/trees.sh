#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# plan and apply as their users call them: what they refuse, each in one line with
# its status and nothing changed on disk; and an apply that is killed at each step.
# Usage: trees.sh PVPORT
set -eu
pvport=$1
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export PVPORT_CACHE="$work/cache"
mkdir "$work/a tree ä"
cd "$work/a tree ä"
arm='--target=arm-linux-gnueabi -march=armv7-a'

fail() { echo "FAIL: $*" >&2; exit 1; }
digest() { (cd "$1" && find . ! -name .pvport-journal -printf '%p %l %m\n' | sort &&
    find . -type f ! -name .pvport-journal -exec sha256sum {} + | sort) | sha256sum; }
# refuse STATUS TEXT COMMAND…: that status, one line with TEXT, and the tree as it was.
refuse() {
    wanted=$1 text=$2 status=0 before=$(digest .)
    shift 2
    "$@" >../out 2>../err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || { cat ../err >&2; fail "status $status, not $wanted: $*"; }
    grep -qF -- "$text" ../err || { cat ../err >&2; fail "no '$text': $*"; }
    [ "$(wc -l <../err)" -eq 1 ] || { cat ../err >&2; fail "more than one line: $*"; }
    [ "$(digest .)" = "$before" ] || fail "something changed on disk: $*"
}
database() { # FLAGS FILE…: a compile database of these files
    flags=$1 line='['
    shift
    for file; do
        printf '%s{"directory":"%s","file":"%s","command":"clang %s -c \\"%s\\""}' \
            "$line" "$PWD" "$file" "$flags" "$file"
        line=','
    done
    echo ']'
}

mkdir 'sub dir'
printf 'void off(void) { asm("cpsid i"); }\n' >'sub dir/öff.c'
printf '\tmrs r0, cpsr\n' >start.S
printf 'int plain;\n' >plain.c
database "$arm" 'sub dir/öff.c' start.S plain.c >../db.json
apply="$pvport apply --tree . --db ../db.json"

refuse 3 'no database' "$pvport" plan --tree .
refuse 3 'no such compile database' "$pvport" plan --tree . --db ../nowhere
printf 'junk' >../junk.json
refuse 3 'no compile database' "$pvport" plan --tree . --db ../junk.json
database "$arm" missing.c >../missing.json
refuse 3 'missing.c: named by the database, but not there' "$pvport" plan --tree . --db ../missing.json
database '--target=x86_64-linux-gnu' 'sub dir/öff.c' >../x86.json
refuse 3 'not little-endian ARM' "$pvport" plan --tree . --db ../x86.json
database '--target=armeb-linux-gnueabi' 'sub dir/öff.c' >../be.json
refuse 3 'not little-endian ARM' "$pvport" apply --in-place --tree . --db ../be.json
database "$arm -mthumb" 'sub dir/öff.c' >../thumb.json
refuse 3 'want different edits of one place' "$pvport" plan --level 0 --tree . --db ../db.json --db ../thumb.json
refuse 2 'no such guest' $apply --in-place --guest nobody
refuse 3 'tells no version' $apply --in-place --guest linux-6.1
refuse 3 'no such tree' "$pvport" plan --tree nowhere --db ../db.json
refuse 2 "give one of --in-place and --out" $apply
refuse 2 "'--level' does not take '3'" $apply --in-place --level 3
refuse 3 'exists already' $apply --out .
refuse 3 'lies in the tree' $apply --out ported
refuse 3 'lies in the tree' $apply --out '../a tree ä/sub dir/ported'
printf 'void f(void) { asm("cpsid i") }\n' >'sub dir/broken.c'
database "$arm" 'sub dir/broken.c' >../broken.json
refuse 3 'broken.c:1:' "$pvport" plan --tree . --db ../broken.json
printf 'void g(void) { asm("wfi"); }\n' >'sub dir/whole.c'
database "$arm" 'sub dir/broken.c' 'sub dir/whole.c' >../broken.json
"$pvport" plan --keep-going --tree . --db ../broken.json >../out 2>../err || fail 'keep going'
grep -q 'note: not read: .*broken.c:1:' ../err || fail 'the unit that was not read is not told'
grep -q '^+.*pvn_wfi' ../out || fail 'the other unit was not read'
rm 'sub dir/broken.c' 'sub dir/whole.c'
mkdir '../own include'
printf '#define OWN 1\n' >'../own include/own.h'
printf '#include <own.h>\nvoid f(void) { asm("wfi"); }\n' >own.c
database "$arm" own.c >../own.json
refuse 3 "'own.h' file not found; --clang-flags" "$pvport" plan --tree . --db ../own.json
"$pvport" plan --clang-flags "-isystem '../own include'" --tree . --db ../own.json >../out 2>../err ||
    fail 'flags besides'
rm own.c

sed 's/"clang /"ccache clang /' ../db.json >../launched.json
"$pvport" plan -q --tree . --db ../launched.json >../out 2>../err || fail 'a compiler cache in the database'

printf '#include <stdarg.h>\nvoid f(void) { asm("wfi"); }\n' >va.c
database "$arm -nostdinc -isystem /usr/lib/gcc/none/include" va.c >../va.json
"$pvport" plan -q --tree . --db ../va.json >../out 2>../err || fail "GCC's own headers in the database"
rm va.c

# Root writes whatever the mode says, but for a root without that capability.
as_owner=''
[ "$(id -u)" -ne 0 ] || as_owner='setpriv --bounding-set=-dac_override'
chmod -R a-w .
refuse 4 'cannot be written' $as_owner env PVPORT_CACHE= $apply --in-place
chmod -R u+w .

mkdir ../elsewhere
printf '\tmrs r0, cpsr\n' >../elsewhere/out.S
ln -s ../elsewhere/out.S linked.S
database "$arm" linked.S >../linked.json
"$pvport" apply --in-place --tree . --db ../linked.json >../out 2>../err || fail 'a symlink out of the tree'
grep -q 'outside the tree' ../err || fail 'the symlink is not told'
grep -q pvn_ ../elsewhere/out.S && fail 'edited outside the tree'
rm linked.S

# A whole apply, its repetition, and what a copy gets.
cp -a . ../native
$apply --out ../copy >../out 2>../err || fail 'apply --out'
[ "$(digest .)" = "$(digest ../native)" ] || fail 'apply --out changed its tree'
$apply -q --out ../quiet >../out 2>../err || fail 'apply -q'
[ ! -s ../out ] && [ ! -s ../err ] || fail 'apply -q prints'
$apply --in-place >../out 2>../err || fail 'apply --in-place'
[ "$(digest .)" = "$(digest ../copy)" ] || fail 'in place and in a copy differ'
ported=$(digest .)
$apply --in-place >../out 2>../err || fail 'a second apply'
grep -q '^0 files written' ../err || fail 'a second apply writes'
[ "$(digest .)" = "$ported" ] || fail 'a second apply changes something'
restore() { find . -mindepth 1 -delete; cp -a ../native/. .; }

# Killed before its n-th change to the disk, whichever that is.
cat >../kill.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/types.h>
static int left = -1;
static void step(void)
{
    if (left < 0)
        left = atoi(getenv("KILL_AT"));
    if (left-- == 0)
        raise(SIGKILL);
}
#define CALL(result, name, parameters, arguments) \
    result name parameters { step(); \
        return ((result(*) parameters)dlsym(RTLD_NEXT, #name)) arguments; }
CALL(int, rename, (const char *a, const char *b), (a, b))
CALL(int, link, (const char *a, const char *b), (a, b))
CALL(int, unlink, (const char *a), (a))
CALL(int, fsync, (int a), (a))
CALL(int, mkdir, (const char *a, mode_t b), (a, b))
C
clang-19 -shared -fPIC -O1 ../kill.c -o ../kill.so -ldl
restore
native=$(digest .)
n=0 killed=0
while :; do
    status=0
    KILL_AT=$n LD_PRELOAD=$work/kill.so PVPORT_CACHE='' $apply --in-place >../out 2>../err || status=$?
    [ "$status" -eq 0 ] && break
    [ "$status" -eq 137 ] || { cat ../err >&2; fail "killed at step $n: status $status"; }
    killed=$((killed + 1))
    if [ -e .pvport-journal ]; then
        refuse 3 'interrupted' "$pvport" plan --tree . --db ../db.json
    fi
    # Whatever this apply comes to, it first puts back what was there.
    $apply --in-place --guest nobody >../out 2>../err && fail 'a guest that nobody knows'
    now=$(digest .)
    [ "$now" = "$native" ] || [ "$now" = "$ported" ] || fail "killed at step $n: a tree in between"
    restore
    n=$((n + 1))
done
[ "$killed" -ge 8 ] || fail "only $killed steps were interrupted"
[ "$(digest .)" = "$ported" ] || fail 'the apply that lived gave another tree'
echo "PASS: killed at $killed steps"
