;;; fib by its definition
(defun fib (n)
  (case n (0 0) (1 1) (t (+ (fib (- n 1)) (fib (- n 2))))))
(print (fib (parse-integer (second *posix-argv*))))
