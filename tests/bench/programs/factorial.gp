f = 1; for (k = 1, n, f *= k);
while (f % 10^20 == 0, f \= 10^20);
while (f % 10 == 0, f \= 10);
print(f % 10^9, " ", logint(f, 10) + 1);
