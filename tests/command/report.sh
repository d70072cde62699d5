# report.sh: `lyra build --report`: how each part was compiled. Sourced by check, whose functions it uses.

mkdir -p report
cat >report/loops.lyra <<'END'
(* half a page of loops *)
sum[n_] := Module[{s = 0}, Do[s += i^2, {i, n}]; s]
words[n_] := Module[{s = ""},
  Do[s = s <> "x", {n}];
  s]
table[n_] := Table[1.5 i, {i, n}]
Print[sum[10], words[3], ToExpression["1 + 1"]]
Function[{x}, Print[x]; x] @@ Hold[1 + 2]
END
expect report-text 0 "" "$LYRA" build --report report/loops.lyra -o report/loops
errors_have report-definition 'loops.lyra:2:1: sum\[n_\]: native, called directly; most likely n integer'
errors_have report-typed 'loops.lyra:2:28: Do runs on unboxed numbers'
errors_have report-obstacle 'loops.lyra:4:3: Do is not typed: .*StringJoin\[s, "x"\] \(4:10\)'
errors_have report-table 'loops.lyra:6:14: Table runs on unboxed numbers'
errors_have report-lines 'lines: [0-9]+ typed, [0-9]+ native, [0-9]+ evaluated, 0 read at run time'
expect report-page 0 "" "$LYRA" build --report=report/page.html report/loops.lyra -o report/loops
expect report-page-typed 0 "1$n" grep -c '<tr class="t"><td class="line">6</td>' report/page.html
expect report-page-escaped 0 "1$n" grep -c 's = s &lt;&gt; &quot;x&quot;' report/page.html
expect report-runs 0 "385xxx2${n}3$n" report/loops
expect report-nowhere 2 "" "$LYRA" build --report=/nonexistent/page.html report/loops.lyra -o report/none
errors_have report-nowhere-says 'cannot write /nonexistent/page.html: No such file'
expect report-without-file 2 "" "$LYRA" build --report= report/loops.lyra
