#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# pvport as its users call it: exit statuses, one-line errors, atomic output,
# inputs of each sort, shards over GNU parallel, the page in a real browser.
# Usage: tool.sh PVPORT [CHROMIUM]
set -eu
pvport=$1
chromium=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/a folder ä"
cd "$work/a folder ä"

fail() { echo "FAIL: $*" >&2; exit 1; }
# expect STATUS TEXT COMMAND…: the status, and TEXT in the one line of errors.
expect() {
    wanted=$1 text=$2 status=0
    shift 2
    "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || { cat err >&2; fail "status $status, not $wanted: $*"; }
    grep -qF -- "$text" out err || { cat out err >&2; fail "no '$text': $*"; }
}
assemble() { clang-19 --target=arm-none-eabi -march=armv7-a -c -x assembler "$1.s" -o "$1.o"; }

n=0
while [ $n -lt 7 ]; do
    printf '.arm\n.globl f%s\n.type f%s,%%function\nf%s: cpsid i\nmrc p15,0,r0,c1,c0,0\nbx lr\n' \
        $n $n $n >p$n.s
    assemble p$n
    printf 'cmd_p%s.o := clang\n\nsource_p%s.o := p%s.s\n' $n $n $n >.p$n.o.cmd
    n=$((n + 1))
done
ld.lld-19 -Ttext=0xc0008000 p0.o -e 0xc0008000 -o kernel
cp kernel kernel.before

expect 1 'f0 (.text 0xc0008000): cpsid i [0xf10c0080] silent' "$pvport" verify kernel
expect 1 '2 not accepted in 1 functions (1 silent, 1 trapping)' "$pvport" verify kernel
printf '[[allow]]\nfunction="f0"\nencoding="0xee110f10"\nreason="test"\n' >allow.toml
expect 1 '1 allowed: 1 not accepted' "$pvport" verify --allow allow.toml kernel
expect 3 'kernel:1: ' "$pvport" verify --allow kernel kernel
expect 1 '"kind": "cps"' "$pvport" verify --format json kernel

printf '.arm\nf: nop\n.word 0xe1400070\nbx lr\n' >word.s
assemble word
expect 0 'clean; 1 words of data that code runs into (-v)' "$pvport" verify word.o
expect 0 'f+4: 0xe1400070 is written as data' "$pvport" verify -v word.o
rm word.*
expect 0 '2 instructions trapped' "$pvport" patch kernel -o patched
expect 0 clean "$pvport" verify patched
expect 0 'nothing to replace' "$pvport" patch patched -o again
cmp -s patched again || fail 'the second patch changed something'
cmp -s kernel kernel.before || fail 'patch changed its input'
expect 4 'cannot write' "$pvport" patch kernel -o missing/folder/out
expect 2 'page-aligned' "$pvport" patch kernel -o out.elf --vcpu-page 0xffc00001
expect 3 'link the kernel first' "$pvport" patch p0.o -o out.elf
[ ! -e out.elf ] || fail 'a failed patch left a file'
expect 0 trapped "$pvport" patch kernel -o paged --vcpu-page 0xffc00000

expect 3 'not an ELF file' "$pvport" verify p0.s
expect 3 'cannot open' "$pvport" verify nowhere
expect 3 '64-bit' "$pvport" verify /bin/sh
head -c 300 kernel >cut
expect 3 truncated "$pvport" verify cut
expect 2 'nothing to scan' "$pvport" scan
expect 2 'write i/n' "$pvport" scan --shard 3/2 kernel
expect 3 'no such build folder' "$pvport" scan --db nowhere
mkdir empty
expect 3 'no .*.o.cmd file' "$pvport" scan --db empty
expect 3 'not a compile database' "$pvport" scan --db allow.toml
expect 3 'the list is empty' "$pvport" scan --list /dev/null
expect 3 'not a JSON report' "$pvport" merge kernel

expect 0 '7 files, 21 instructions, 14 sites' "$pvport" scan --db .
ls "$PWD"/p?.o >list
expect 0 '7 files, 21 instructions, 14 sites' "$pvport" scan --list list
printf '[{"directory":"%s","file":"p0.s","output":"p0.o"},
 {"directory":"%s","file":"p1.s","arguments":["cc","-o","p1.o","p1.s"]}]' "$PWD" "$PWD" >db.json
expect 0 '2 files, 6 instructions, 4 sites' "$pvport" scan --db db.json
mkdir 'a db'
sed 's/"cc","-o"/"cc","-g","-o"/' db.json >'a db/compile_commands.json'
expect 0 '2 files, 6 instructions, 4 sites' "$pvport" scan --db 'a db'
printf '[{"directory":"%s","file":"p0.s","command":"cc -c p0.s -o '"'a db/p 0.o'"'"}]' "$PWD" >'a db/compile_commands.json'
cp p0.o 'a db/p 0.o'
expect 0 '1 files, 3 instructions, 2 sites' "$pvport" scan --db 'a db'
mv p6.o kept
expect 3 'p6.o is missing' "$pvport" scan --db .
mv kept p6.o

# A guest of one's own: made, tested, used, beside the guests that come with the tool.
expect 0 'mine/toy/guest.toml' "$pvport" rule new --rules mine toy idle
expect 3 'exists already' "$pvport" rule new --rules mine toy idle
expect 2 'lower case' "$pvport" rule new --rules mine toy ../up
expect 2 'wants a guest and a name' "$pvport" rule new toy
expect 2 'is no command' "$pvport" rule make toy idle
expect 0 '1 rules tested, 0 failed' "$pvport" rule test --rules mine toy
expect 2 'no rule' "$pvport" rule test --rules mine toy busy
expect 0 'toy/idle' "$pvport" rules --rules mine
printf 'void f(void) { asm("cpsid if"); }\n' >own.c
expect 0 '+void f(void) { pvn_irq_disable(); }' "$pvport" plan --tree . --rules mine --guest toy own.c \
    -- --target=arm-none-eabi
sed -i 's/cpsid if/cpsid f/' mine/toy/rules/idle.toml
expect 1 'idle: FAIL' "$pvport" rule test --rules mine toy idle
sed -i 's/^level/lvel/' mine/toy/rules/idle.toml
expect 3 "unknown key 'lvel'" "$pvport" rule test --rules mine toy

"$pvport" scan --db . -f json -o whole.json
if command -v parallel >/dev/null; then
    parallel -j2 "$pvport" scan --db . --shard {}/3 -f json -o part{}.json ::: 1 2 3
else
    echo 'SKIP: no GNU parallel; the shards run one by one'
    for i in 1 2 3; do "$pvport" scan --db . --shard $i/3 -f json -o part$i.json; done
fi
"$pvport" merge part3.json part1.json part2.json -f json -o merged.json
cmp whole.json merged.json || fail 'merged shards differ from one run'

# The page of a tree with sources, driven as a reader would: every row opened, the
# map entered, a word looked for. The page's own script runs, ours follows it.
mkdir -p tree/arch tree/lib
printf 'void off(void) { asm("cpsid i"); }\nvoid idle(void) { asm("wfi"); }\n' >tree/arch/a.c
printf 'void on(void) { asm("cpsie i"); }\n' >tree/lib/b.c
for unit in arch/a lib/b; do
    clang-19 --target=arm-none-eabi -march=armv7-a -g -c "tree/$unit.c" -o "tree/$unit.o"
    printf '{"directory":"%s/tree","file":"%s.c","output":"%s.o","command":"clang --target=arm-none-eabi -march=armv7-a -c %s.c"}\n' \
        "$PWD" "$unit" "$unit" "$unit"
done | paste -sd, | sed 's/^/[/; s/$/]/' >tree.json
PVPORT_CACHE='' "$pvport" scan --db tree.json --tree tree --level 0 -f html -o report.html
cp report.html driven.html
cat >>driven.html <<'HTML'
<script>
const rows = () => [...document.querySelectorAll("#list > tr")];
const result = {rows: rows().length};
for (const row of rows()) row.click();
result.diffs = document.querySelectorAll("#list pre").length;
result.added = [...document.querySelectorAll("#list .add")].map(e => e.textContent).join("");
const heat = b => Number(b.style.background.match(/([0-9.]+)\)$/)[1]);
const map = [...document.querySelectorAll("#map button")];
result.map = map.map(b => b.firstChild.textContent + "=" + b.lastChild.textContent).join(" ");
result.hotter = heat(map[0]) > heat(map[1]);
map[1].click();
result.inside = $("shown").textContent;
$("path").firstChild.click();
$("search").value = "WFI a.c";
$("search").dispatchEvent(new Event("input"));
result.found = $("shown").textContent;
document.body.dataset.driven = JSON.stringify(result);
</script>
HTML
if [ -n "$chromium" ]; then
    timeout 140 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --virtual-time-budget=5000 --user-data-dir="$work/profile" --dump-dom "file://$PWD/driven.html" \
        2>/dev/null | sed 's/&quot;/"/g' >dom
    # Three instructions and their three source lines, each with its edit.
    for wanted in '"rows":6' '"diffs":6' '"map":"arch=4 lib=2"' '"hotter":true' \
        '"inside":"2 sites"' '"found":"2 sites"' 'pvn_cpsid i' 'pvn_wfi'; do
        grep -qF -- "$wanted" dom || {
            grep -o 'data-driven=.*' dom | head -c 800 >&2
            fail "the page does not show $wanted"
        }
    done
    timeout 140 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --virtual-time-budget=5000 --user-data-dir="$work/profile" --dump-dom "file://$PWD/report.html#on" \
        2>/dev/null >dom
    grep -q 'data-ready="2"' dom || fail 'the page did not list the sites of on()'
    ! grep -q 'http' report.html || fail 'the page names the network'
else
    echo 'SKIP: no chromium; the page was not loaded'
fi
echo PASS
