spigot(n) = {
  my(q = 1, r = 0, t = 1, k = 1, m = 3, l = 3, digits = List());
  while (#digits < n,
    if (4*q + r - t < m*t,
      listput(digits, m);
      [q, r, m] = [10*q, 10*(r - m*t), (10*(3*q + r))\t - 10*m],
      [q, r, t, k, m, l] = [q*k, (2*q + r)*l, t*l, k + 1, (q*(7*k + 2) + r*l)\(t*l), l + 2]));
  for (i = n - 9, n, print1(digits[i]));
  print();
}
spigot(n)
