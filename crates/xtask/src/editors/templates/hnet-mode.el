;;; hnet-mode.el --- hnet, a language for home and edge networks  -*- lexical-binding: t; -*-

;; Written by `cargo xtask editors' from the vocabulary.
;; Change crates/xtask/src/editors/templates/hnet-mode.el.
;; SPDX-License-Identifier: MIT OR Apache-2.0
;; Version: 0.1.0
;; Package-Requires: ((emacs "25.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, indentation and comments for .hnet files; with eglot (part of Emacs 29) the rest comes from `hnet lsp'.

;;; Code:

(defgroup hnet nil
  "Networks written in hnet."
  :group 'languages)

(defcustom hnet-indent-offset 2
  "How far a body is indented."
  :type 'integer
  :group 'hnet)

(defconst hnet-mode--statements
  '(
{STATEMENTS})
  "The words that start a statement.")

(defconst hnet-mode--fields
  '(
{FIELDS})
  "The words that take a value.")

(defconst hnet-mode--named
  '(
{NAMED})
  "The statements that have a name.")

(defconst hnet-mode--end "\\(?:[] \t\n<>;,\"]\\|\\'\\)")

(defconst hnet-mode--font-lock
  (let ((start "\\(?:^\\|[<>;]\\)[ \t]*"))
    `((,(concat start (regexp-opt hnet-mode--named t) "[ \t]+\\([a-z0-9][^] \t\n<>;,\"]*\\)[^;<>\"\n]*<")
       (1 font-lock-keyword-face) (2 font-lock-type-face))
      (,(concat start "\\([a-z][a-z0-9-]*\\)\\(?:[ \t][^;<>\"\n]*\\)?<")
       (1 font-lock-keyword-face))
      (,(concat start (regexp-opt hnet-mode--fields t) hnet-mode--end)
       (1 font-lock-variable-name-face))
      (,(concat start (regexp-opt hnet-mode--statements t) hnet-mode--end)
       (1 font-lock-keyword-face))
      ("[ \t,]\\([[/-]*[0-9][^] \t\n<>;,\"]*\\]?\\)" (1 font-lock-constant-face))))
  "Colours.")

(defvar hnet-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?< "(>" table)
    (modify-syntax-entry ?> ")<" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?. "_" table)
    (modify-syntax-entry ?/ "_" table)
    table)
  "What characters are.")

(defun hnet-mode-indent-line ()
  "Indent the line by the bodies around it."
  (interactive)
  (let* ((closes (save-excursion (back-to-indentation) (eq (char-after) ?>)))
         (depth (car (save-excursion (syntax-ppss (line-beginning-position)))))
         (column (* hnet-indent-offset (max 0 (- depth (if closes 1 0))))))
    (if (nth 3 (save-excursion (syntax-ppss (line-beginning-position))))
        'noindent
      (save-excursion (indent-line-to column))
      (when (< (current-column) column) (back-to-indentation)))))

;;;###autoload
(define-derived-mode hnet-mode prog-mode "hnet"
  "Major mode for hnet."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \t]*")
  (setq-local indent-line-function #'hnet-mode-indent-line)
  (setq-local electric-indent-chars (append '(?>) electric-indent-chars))
  (setq-local font-lock-defaults '(hnet-mode--font-lock)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.hnet\\'" . hnet-mode))

(with-eval-after-load 'eglot
  (defvar eglot-server-programs)
  (add-to-list 'eglot-server-programs '(hnet-mode . ("hnet" "lsp"))))

(provide 'hnet-mode)
;;; hnet-mode.el ends here
