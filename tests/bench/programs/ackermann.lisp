;;; Ackermann's function
(defun ackermann (m n)
  (cond ((= m 0) (+ n 1))
        ((= n 0) (ackermann (- m 1) 1))
        (t (ackermann (- m 1) (ackermann m (- n 1))))))
(print (ackermann 3 (parse-integer (second *posix-argv*))))
