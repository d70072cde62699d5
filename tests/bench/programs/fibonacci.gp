a = 0; b = 1; for (k = 1, n, [a, b] = [b, a + b]);
print(a % (10^9 + 7), " ", logint(a, 10) + 1);
