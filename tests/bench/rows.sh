# rows.sh: the measurements of tests/bench/run that are no workloads: a function each, rows_NAME, which
# prints rows (report.awk says how).

# Medians of a command: in $ms and $kib.
time_of() # RUNS COMMAND…
{
    local runs=$1
    shift
    read -r ms kib status < <(./measure -n "$runs" -t 20 -k "$late" -c "$work/caches" "$@" 2>/dev/null)
    [ "$status" = ok ] || echo "$status: $*"
}
over() { awk -v a="$1" -v b="$2" 'BEGIN {if (b > 0) printf "%.2f", a / b}'; }
built() { [ -x "${1##*/}" ] || "$lyra" build "$1.lyra" -o "${1##*/}" || echo "cannot build $1"; }

rows_startup()
{
    local empty
    $C -o empty "$here/growth/empty.c"
    built "$here/growth/hello"
    read -r empty _ _ < <(./measure -n 100 ./empty -- ./hello >pair; sed -n 1p pair)
    read -r ms kib _ < <(sed -n 2p pair)
    row 'start-up: Print["hello"] built, over an empty program in C' "$(over "$ms" "$empty")" most 2.5 "$ms and $empty ms"
}
rows_eval()
{
    time_of 100 "$lyra" eval 1+1
    row 'lyra eval 1+1, ms' "$ms" most 15
    local n=7 calls
    time_of 5 "$lyra" run --jit=off "$programs/tak.lyra" 0; local start=$ms
    time_of 5 "$lyra" run --jit=off "$programs/tak.lyra" "$n"
    calls=$(awk -v n="$n" 'function tak(x, y, z) {calls++; return y >= x ? z : tak(tak(x-1,y,z), tak(y-1,z,x), tak(z-1,x,y))}
        BEGIN {tak(3*n, 2*n, n); print calls}')
    row 'interpreted calls of tak, millions a second' "$(over "$calls" "$(awk "BEGIN {print 1000 * ($ms - $start)}")")" least 3
}
rows_growth() # four times the elements: at most 5.5 times the time
{
    local a b small command
    a=$(size_of growth 500000 50000) b=$((4 * a))
    for program in append assoc part join; do
        built "$here/growth/$program"
        for where in global module argument rule; do
            for how in interpreted built; do
                [ $where = rule ] && [ $program = part ] && continue
                command="./$program"
                [ $how = interpreted ] && command="$lyra run --jit=off $here/growth/$program.lyra"
                # shellcheck disable=SC2086
                ./measure -n 3 -t 3 -k "$late" $command "$a" $where -- $command "$b" $where >pair
                read -r small _ < <(sed -n 1p pair)
                read -r ms kib _ < <(sed -n 2p pair)
                row "$program, $where, $how: four times the elements" "$(over "$ms" "$small")" most 5.5 "$small and $ms ms; $kib KiB"
            done
        done
    done
}
rows_memory()
{
    local a b command small
    a=$(size_of memory 200000 50000) b=$((10 * a))
    built "$here/growth/module"
    for how in interpreted built; do
        command=./module
        [ $how = interpreted ] && command="$lyra run --jit=off $here/growth/module.lyra"
        time_of 1 $command $a; small=$kib
        time_of 1 $command $b
        row "Do[Module[{t = i}, t], {i, n}], $how: memory at ten times n" "$(over "$kib" "$small")" most 1.1 "$small and $kib KiB"
    done
}
rows_deep()
{
    local n
    n=$(size_of deep 1000000 100000)
    for program in nest deep; do
        built "$here/growth/$program"
        time_of 1 ./$program "$n"
        row "$program, $n deep, built: ms" "$ms" most 0 "$kib KiB"
        time_of 1 "$lyra" run --jit=off "$here/growth/$program.lyra" "$n"
        row "$program, $n deep, interpreted: ms" "$ms" most 0 "$kib KiB"
    done
}

# Over C with OpenMP, two workers each; and what the same costs without.
rows_parallel()
{
    local name size small c n cut best
    export OMP_NUM_THREADS=2 OMP_PROC_BIND=false
    while read -r name size small; do
        size=$(size_of "$name" "$size" "$small")
        # shellcheck disable=SC2046
        $C -o "$name.c" "$here/parallel/$name.c" $(libraries "$here/parallel/$name.c") || continue
        built "$here/parallel/$name"
        ./measure -n 5 -t 5 -k "$late" -o output. "./$name.c" "$size" -- "./$name" "$size" >pair 2>/dev/null
        cmp -s output.0 output.1 || echo "OUTPUTS DIFFER: $name"
        read -r c _ < <(sed -n 1p pair)
        read -r ms _ < <(sed -n 2p pair)
        row "$name, uneven work, 2 workers, over C with OpenMP" "$(over "$ms" "$c")" most 1.1 "$ms and $c ms, n = $size"
    done <<'EOF'
uneven_map 3000000 200000
uneven_table 40000 6000
uneven_sum 1000 200
EOF
    n=$(size_of fork_join 35 27)
    $C -fopenmp -o fork_join.c "$here/parallel/fork_join.c"
    built "$here/parallel/fork_join"
    built "$programs/fib"
    best=
    for cut in 5 10 15 20 25; do
        time_of 3 ./fork_join.c "$n" $cut
        best=$(awk -v a="$ms" -v b="$best" 'BEGIN {print b == "" || a < b ? a : b}')
    done
    ./measure -n 3 -t 5 -k "$late" ./fork_join "$n" -- ./fib "$n" >pair
    read -r ms _ < <(sed -n 1p pair)
    read -r c _ < <(sed -n 2p pair)
    row 'Fibonacci by futures, a task at every call, over C with OpenMP at its best cut-off' "$(over "$ms" "$best")" most 1.1 "$ms and $best ms, n = $n"
    row "the same: how many times faster than Lyra's serial one" "$(over "$c" "$ms")" least 1.8 "$c ms serial"
    n=$(size_of squares 5000000 500000)
    built "$here/parallel/squares"
    $C -o squares.c "$here/parallel/squares.c"
    read -r ms c < <(./squares "$n")
    best=$(./squares.c "$n")
    row "ParallelMap[#^2 &, …] over Map of the same, $n reals, 2 workers" "$(over "$c" "$ms")" most 0.67 "$c and $ms ms"
    row 'Map of the same over C' "$(over "$ms" "$best")" most 1.25 "$ms and $best ms"
}

# When a hot loop is first entered as native code, from the start of the process: such a program is all
# over when its loop has one round, so its whole time is at least that.
rows_jit()
{
    local compiled
    cat >hot.lyra <<'EOF'
f[n_] := Module[{s = 0}, Do[s = Mod[s + i^2, 1000003], {i, n}]; s]
Print[f[ToExpression[$ScriptCommandLine[[2]]]]]
EOF
    if ! compiled=$("$lyra" run --jit=tcc --jit-log hot.lyra 1 2>&1 >/dev/null); then
        echo "  first native entry of a hot loop: not measured, there is no --jit=tcc"
        return
    fi
    compiled=$(sed -n 's/^lyra: jit: //; s/\(.*tcc: .*compiled in .*\)/\1/p' <<<"$compiled" | sed 1q)
    time_of 50 "$lyra" run --jit=tcc hot.lyra 1
    row 'start, first native entry of a hot loop, and end, --jit=tcc: ms' "$ms" most 5 "$compiled"
}

# The workloads' programs, one after the other, up to 300 lines.
rows_build()
{
    local lines=0 file
    : >long.lyra
    for file in "$programs"/*.lyra; do
        cat "$file" >>long.lyra
        lines=$(wc -l <long.lyra)
        [ "$lines" -ge 300 ] && break
    done
    time_of 3 "$lyra" build long.lyra -o long
    row "lyra build of a program of $lines lines: ms" "$ms" most 1500
    time_of 5 "$lyra" build -O0 long.lyra -o long
    row "lyra build -O0 of the same: ms" "$ms" most 50
}
