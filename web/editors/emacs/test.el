;;; test.el --- the mode on an example, without a screen  -*- lexical-binding: t; -*-

;;; Code:

(find-file (pop command-line-args-left))
(unless (eq major-mode 'hnet-mode) (error "The mode is %s" major-mode))
(font-lock-ensure)
(defun hnet-test-face (text face)
  "The first TEXT that starts a statement has FACE."
  (goto-char (point-min))
  (re-search-forward (concat "^ *\\(" text "\\)\\_>"))
  (let ((found (get-text-property (match-beginning 1) 'face)))
    (unless (eq found face) (error "`%s' is %s" text found))))
(hnet-test-face "network" 'font-lock-keyword-face)
(hnet-test-face "subnet" 'font-lock-keyword-face)
(hnet-test-face "domain" 'font-lock-variable-name-face)
(let ((before (buffer-string)))
  (indent-region (point-min) (point-max))
  (unless (equal before (buffer-string)) (error "Another indentation")))
(message "ok    Emacs")

;;; test.el ends here
