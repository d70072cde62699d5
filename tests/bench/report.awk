# report.awk: records of tests/bench/run → the table, means, and bars; or JSON, a line for each record.
#
#   time  WORKLOAD GROUP SIZE SYSTEM MS KIB STATUS AGREES      end  WORKLOAD
#   row   WHAT VALUE most|least BAR DETAILS                   (bar 0: none)
#
# Status 1: a bar missed, a program failed, or outputs differ.

function ratio(a, b) { return a > 0 && b > 0 ? sprintf("%.2f", a / b) : "" }
function shown(s) { return status[s] == "" ? "" : status[s] == "ok" ? sprintf("%.0f", ms[s]) : status[s] }
# Of a workload: a program that was ended is at least that slow.
function measured(s) { return status[s] == "ok" || status[s] == "late" ? ms[s] : 0 }
function note(key, name, value)
{
    if (value == "") return
    count[key]++
    logs[key] += log(value)
    if (count[key] == 1 || value + 0 > worst[key]) { worst[key] = value + 0; which[key] = name }
}
function json_text(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
function bar(what, value, way, limit, details,    met)
{
    if (value == "") return
    met = limit == 0 ? 1 : way == "most" ? value <= limit + 0 : value >= limit + 0
    if (!met) missed = 1
    if (json) {
        printf "{\"row\": %s, \"value\": %s, \"at_%s\": %s, \"met\": %s, \"details\": %s}\n", json_text(what),
            value, way, limit, met ? "true" : "false", json_text(details)
        return
    }
    printf "  %-78s %9s   %s\n", what, value,
        limit == 0 ? "" : sprintf("at %s %s: %s", way, limit, met ? "pass" : "FAIL")
    if (details != "") printf "      %s\n", details
}
function mean(key) { return count[key] ? sprintf("%.2f", exp(logs[key] / count[key])) : "" }
function means(key, what, limit) { bar(what ", geometric mean of " count[key], mean(key), "most", limit, "") }
function all(key, what, limit) { if (count[key]) bar(what, worst[key], "most", limit, which[key]) }
function finish_heading() { if (!json && !summed++) print "\nRatios" }

$1 == "time" {
    if (!json && !headed++) {
        print "Milliseconds (medians); late: ended; the ratios: of times\n"
        printf "%-12s %10s %7s %7s %7s %7s %7s %7s %7s %7s  %8s %8s %8s %9s\n", "", "size", "C", "built", "run",
            "tcc", "LuaJIT", "SBCL", "Maude", "PARI", "built/C", "run/bt", "tcc/bt", "run/LuaJIT"
    }
    if ($3 != group && !json) print $3
    group = $3; size = $4
    ms[$5] = $6; kib[$5] = $7; status[$5] = $8; systems[++held] = $5
    if ($9 != "yes") differ = differ " " $5
    if ($9 != "yes" || $8 == "failed" && $5 ~ /^(c|built|run|tcc)$/) missed = 1
    next
}
$1 == "end" {
    name = $2
    if (json)
        for (i = 1; i <= held; i++) {
            s = systems[i]
            printf "{\"workload\": \"%s\", \"group\": \"%s\", \"size\": \"%s\", \"system\": \"%s\", \"ms\": %s, \"kib\": %s, \"status\": \"%s\", \"agrees\": %s}\n",
                name, group, size, s, ms[s], kib[s], status[s], index(differ " ", " " s " ") ? "false" : "true"
        }
    to_c = ratio(measured("built"), measured("c"))
    run_built = ratio(measured("run"), measured("built"))
    tcc_built = ratio(measured("tcc"), measured("built"))
    run_lua = ratio(measured("run"), measured("luajit"))
    if (!json)
        printf "  %-10s %10s %7s %7s %7s %7s %7s %7s %7s %7s  %8s %8s %8s %9s%s\n", name, size, shown("c"), shown("built"),
            shown("run"), shown("tcc"), shown("luajit"), shown("sbcl"), shown("maude"), shown("pari"),
            to_c, run_built, tcc_built, run_lua, differ == "" ? "" : "   OUTPUTS DIFFER:" differ
    note("c " group, name, to_c)
    note("maude " (name == "ski" ? name : "rules"), name, ratio(measured("built"), measured("maude")))
    note("pari", name, ratio(measured("built"), measured("pari")))
    note("sbcl", name, ratio(measured("built"), measured("sbcl")))
    if (measured("built") >= 1000) {
        note("run", name, run_built)
        note("tcc", name, tcc_built)
    }
    if ((group == "integer" || group == "real") && (measured("run") >= 1000 || measured("luajit") >= 1000))
        note("luajit", name, run_lua)
    held = 0; differ = ""
    delete ms; delete kib; delete status
    fflush()
    next
}
function summary()
{
    if (summarised++ || !group) return
    finish_heading()
    means("c integer", "integer loops, built over C -O3", 1.25)
    all("c integer", "integer loops, the worst", 2)
    means("c real", "real loops, built over C -O3", 1.25)
    all("c real", "real loops, the worst", 2)
    means("c recursion", "recursive definitions, built over C with overflow checks", 0)
    all("c recursion", "recursive definitions, the worst", 2)
    all("maude rules", "rewriting by definitions, built over Maude, the worst", 0.2)
    all("maude ski", "combinators by //., built over Maude", 1)
    means("c rewriting", "rewriting, built over C by hand", 0)
    all("c rewriting", "rewriting, the worst", 4)
    means("c data", "lists, strings, associations, sorting, built over C", 0)
    all("c data", "lists, strings, associations, sorting, the worst", 4)
    means("c algebra", "polynomials, built over C by hand", 0)
    means("c bignum", "bignum programs, built over C with GMP", 0)
    all("c bignum", "bignum programs, the worst", 1.2)
    means("pari", "bignum programs, built over PARI", 0)
    means("sbcl", "built over SBCL", 0)
    means("run", "run over built, empty cache, programs of 1 s or more", 0)
    all("run", "run over built, the worst", 1.3)
    means("tcc", "run --jit=tcc over built, programs of 1 s or more", 0)
    all("tcc", "run --jit=tcc over built, the worst", 5)
    means("luajit", "numeric loops, run over LuaJIT, programs of 1 s or more", 1)
}
$1 == "row" { summary(); finish_heading(); bar($2, $3, $4, $5, $6); fflush(); next }
{ summary(); if (!json) print; fflush() }
END { summary(); exit missed }
