;;; Takeuchi's function
(defun tak (x y z)
  (if (>= y x) z
      (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))))
(let ((n (parse-integer (second *posix-argv*))))
  (print (tak (* 3 n) (* 2 n) n)))
