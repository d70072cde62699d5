;;; how many ways there are to place n queens: lists of columns, the newest first
(defvar *n* (parse-integer (second *posix-argv*)))
(defun safe (placed column)
  (loop for other in placed for k from 1
        never (or (= other column) (= (abs (- other column)) k))))
(defun solutions (placed)
  (if (= (length placed) *n*) 1
      (loop for column from 1 to *n*
            when (safe placed column) sum (solutions (cons column placed)))))
(print (solutions '()))
