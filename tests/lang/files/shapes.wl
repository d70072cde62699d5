(* a package, read by packages.lyra *)
BeginPackage["Shapes`"]

area::usage = "area[shape] is the area of a shape."
circle; square

Begin["`Private`"]
helper[x_] := x^2
area[square[a_]] := helper[a]
area[circle[r_]] := Pi helper[r]
End[]

EndPackage[]
