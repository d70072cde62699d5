# adverse.sh: what must go wrong cleanly: compilers that fail, are killed or hang, full disks, files that
# are missing, unreadable or folders. Sourced by check, whose functions it uses.

# nothing but these files stands in the folder: what a failed command leaves would show
only_files() # NAME FOLDER FILES
{
    local found
    found=$(cd "$2" && ls -A | tr '\n' ' ')
    if [ "$found" = "$3" ]; then echo "ok $1"; else printf 'not ok %s\nthere is: %s\nwanted: %s\n' "$1" "$found" "$3"; fi
}

# ---- the C compiler

mkdir -p adverse/out adverse/tmp
echo 'Print["built"]' >adverse/good.lyra
compiler() { printf '#!/bin/bash\n%s\n' "$2" >"adverse/$1"; chmod +x "adverse/$1"; }
compiler cc-fails 'exit 1'
compiler cc-killed 'kill -KILL $$'
compiler cc-crashes 'kill -SEGV $$'
compiler cc-half 'while [ "$1" != -o ]; do shift; done; echo half >"$2"; kill -KILL $$'
compiler cc-hangs 'echo $$ >adverse/pid; exec sleep 1000'
build_by() { TMPDIR=$PWD/adverse/tmp "$LYRA" build --cc "$PWD/adverse/$1" adverse/good.lyra -o "adverse/out/$2"; }
for how in fails killed crashes half; do
    expect build-cc-$how 3 "" build_by cc-$how program
    errors_have build-cc-$how-says "the C compiler \(.*/cc-$how\) (failed|was ended by a signal: [A-Z])"
done
only_files build-cc-leaves-nothing adverse/out ""
only_files build-cc-leaves-nothing-temporary adverse/tmp ""
echo old >adverse/out/kept
expect build-cc-half-over-old 3 "" build_by cc-half kept
expect build-cc-half-keeps-old 0 "old$n" cat adverse/out/kept
rm adverse/out/kept
expect build-cc-missing 3 "" "$LYRA" build --cc /nonexistent/cc adverse/good.lyra -o adverse/out/program
errors_have build-cc-missing-says 'cannot run /nonexistent/cc: No such file'
expect build-no-cc 3 "" env -u CC PATH=/nonexistent "$LYRA" build adverse/good.lyra -o adverse/out/program
errors_have build-no-cc-says 'no C compiler found \(.*\); name one with --cc'
expect build-no-cc-c 0 "" env -u CC PATH=/nonexistent "$LYRA" build --emit=c adverse/good.lyra -o adverse/good.c
expect run-no-cc 0 "built$n" env -u CC PATH=/nonexistent "$LYRA" run adverse/good.lyra

# stopped by a signal while the compiler hangs: both end, nothing stays
stopped_by() # SIGNAL: the exit status, and whether the compiler ended
{
    rm -f adverse/pid
    # a shell ignores SIGINT for what it starts in the background, so job control starts it
    set -m
    TMPDIR=$PWD/adverse/tmp "$LYRA" build --cc "$PWD/adverse/cc-hangs" adverse/good.lyra -o adverse/out/program 2>/dev/null &
    local lyra=$! i
    set +m
    for i in $(seq 100); do [ -s adverse/pid ] && break; sleep 0.05; done
    if [ "$1" = INT ]; then kill -INT -- -$lyra; else kill -"$1" $lyra; fi
    wait $lyra 2>/dev/null
    echo $?
    for i in $(seq 100); do kill -0 "$(cat adverse/pid)" 2>/dev/null || { echo ended; return; }; sleep 0.05; done
    kill -KILL "$(cat adverse/pid)"
    echo 'still there'
}
expect build-interrupted 0 "130${n}ended$n" stopped_by INT
expect build-terminated 0 "143${n}ended$n" stopped_by TERM
expect build-killed 0 "137${n}ended$n" stopped_by KILL
only_files build-stopped-leaves-nothing adverse/out ""
only_files build-stopped-leaves-nothing-temporary adverse/tmp ""

# ---- where the result goes

mkdir -p adverse/folder
expect build-onto-folder 2 "" "$LYRA" build adverse/good.lyra -o adverse/folder
errors_have build-onto-folder-says 'cannot write adverse/folder: Is a directory'
expect build-into-nothing 2 "" "$LYRA" build adverse/good.lyra -o adverse/none/program
errors_have build-into-nothing-says 'cannot write adverse/none/program: No such file'
expect build-onto-full 2 "" "$LYRA" build adverse/good.lyra -o /dev/full
errors_have build-onto-full-says 'cannot write /dev/full: No space left'
expect emit-onto-full 2 "" "$LYRA" build --emit=c adverse/good.lyra -o /dev/full
errors_have emit-onto-full-says 'cannot write /dev/full: No space left'
for command in '--version' 'help' 'help build' 'build --emit=c -o - adverse/good.lyra' 'build --dump=lowered adverse/good.lyra' \
        'build --dump=c adverse/good.lyra' 'eval 1+1' 'run adverse/good.lyra' 'run --jit=off adverse/good.lyra'; do
    expect "full-disk-${command// /-}" 1 "" bash -c '"$0" '"$command"' >/dev/full' "$LYRA"
    errors_have "full-disk-${command// /-}-says" 'cannot write standard output: No space left'
done
"$LYRA" build adverse/good.lyra -o adverse/good
expect full-disk-built 1 "" bash -c 'adverse/good >/dev/full'
errors_have full-disk-built-says 'cannot write standard output: No space left'

# a disk of 64 KB, where this may be mounted
small='mount -t tmpfs -o size=64k none adverse/small && cd adverse/small || exit 99'
mkdir -p adverse/small
if unshare -rm bash -c "$small" 2>/dev/null; then
    on_small() { unshare -rm bash -c "$small; $1" "$LYRA"; }
    expect small-disk-build 0 "2$n" on_small 'echo "Print[1]" >p.lyra; "$0" build p.lyra; echo $?'
    errors_have small-disk-build-says 'cannot write p: No space left'
    expect small-disk-build-leaves-nothing 0 "p.lyra$n" on_small 'echo "Print[1]" >p.lyra; "$0" build p.lyra; ls -A'
    expect small-disk-keeps-old 0 "old$n" on_small 'echo "Print[1]" >p.lyra; echo old >p; "$0" build p.lyra; cat p'
    # the C compiler keeps its own files there
    expect small-disk-temporary 0 "3${n}full$n" on_small 'head -c 100000 /dev/zero >full 2>/dev/null
        TMPDIR=$PWD "$0" build ../good.lyra -o ../on-small; echo $?; ls -A; [ ! -e ../on-small ]'
    errors_have small-disk-temporary-says 'No space left'
    # a stream that was written to keeps what the disk took; a whole file is there whole or not at all
    refused="${n}OutputStream::wrstr: Cannot write to x: No space left on device.$n"
    expect small-disk-write 0 "$refused\$Failed${n}Null$n" on_small '
        "$0" eval "s = OpenWrite[\"x\"]; Print[WriteString[s, StringRepeat[\"a\", 10^6]]]; Close[s];"'
    for format in Text JSON CSV; do
        expect small-disk-export-$format 0 "$refused\$Failed${n}{}$n" on_small '
            "$0" eval "Print[Export[\"x\", ConstantArray[\"aaaaaaaaaa\", 10^5], \"'$format'\"]]; FileNames[]"'
    done
    expect small-disk-copy 0 "\$Failed${n}{}$n" on_small '
        "$0" eval "Print[Quiet[CopyFile[\"/proc/self/exe\", \"x\"]]]; FileNames[]"'
    expect small-disk-put 0 "$refused\$Failed${n}{}$n" on_small '"$0" eval "Print[Put[Range[10^5], \"x\"]]; FileNames[]"'
fi

# ---- files that cannot be read

mkdir -p adverse/folder.lyra
expect run-folder 1 "" "$LYRA" run adverse/folder.lyra
errors_have run-folder-says 'cannot read adverse/folder.lyra: Is a directory'
expect check-folder 1 "" "$LYRA" check adverse/folder.lyra
errors_have check-folder-says 'cannot read adverse/folder.lyra: Is a directory'
expect build-folder 2 "" "$LYRA" build adverse/folder.lyra -o adverse/out/program
errors_have build-folder-says 'cannot read adverse/folder.lyra: Is a directory'
expect build-missing 2 "" "$LYRA" build missing.lyra
errors_have build-missing-says 'cannot read missing.lyra: No such file'
expect check-missing 1 "" "$LYRA" check missing.lyra adverse/good.lyra
errors_have check-missing-says 'cannot read missing.lyra: No such file'
echo 'Print["secret"]' >adverse/unreadable.lyra
chmod 000 adverse/unreadable.lyra
as_nobody() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
chmod 755 adverse adverse/out
if as_nobody test -x "$LYRA" 2>/dev/null && as_nobody test -r adverse/good.lyra && ! as_nobody test -r adverse/unreadable.lyra; then
    for command in run 'run --jit=off' check build; do
        expect "${command// /-}-unreadable" $(($([ "$command" = build ]; echo $?) ? 1 : 2)) "" as_nobody "$LYRA" $command adverse/unreadable.lyra
        errors_have "${command// /-}-unreadable-says" 'cannot read adverse/unreadable.lyra: Permission denied'
    done
    expect build-read-only 2 "" as_nobody "$LYRA" build adverse/good.lyra -o adverse/out/program
    errors_have build-read-only-says 'cannot write adverse/out/program: Permission denied'
fi

# Get of a file that is not there, or cannot be read as one: $Failed and a message, in each way to run
cat >adverse/gets.lyra <<'END'
Print[Get["nowhere.lyra"]]
Print[Get["folder.lyra"]]
Print[Needs["Nowhere`"]]
Print["after"]
END
missing="${n}Get::noopen: Cannot open nowhere.lyra.$n\$Failed${n}${n}Get::noopen: Cannot open folder.lyra.$n\$Failed
${n}Get::noopen: Cannot open Nowhere\`.${n}${n}Needs::nocont: Context Nowhere\` was not created when Needs was evaluated.$n\$Failed${n}after$n"
expect get-missing-interpreted 0 "$missing" "$LYRA" run --jit=off adverse/gets.lyra
expect get-missing-run 0 "$missing" "$LYRA" run adverse/gets.lyra
expect get-missing-build 0 "" "$LYRA" build adverse/gets.lyra -o adverse/gets
expect get-missing-built 0 "$missing" adverse/gets
