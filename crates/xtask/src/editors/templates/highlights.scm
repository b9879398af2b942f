; Written by `cargo xtask editors` from the vocabulary. Change crates/xtask/src/editors/templates/highlights.scm.
; No two patterns take the same node, so it does not matter whether an editor prefers the first or the last.

(comment) @comment
(doc_comment) @comment.documentation
(string) @string
(block_string) @string
["<" ">"] @punctuation.bracket
[";" ","] @punctuation.delimiter

; What has a body is a statement; without one the vocabulary says it.
(statement keyword: (keyword) @keyword body: (body))

((statement !body keyword: (keyword) @keyword)
  (#any-of? @keyword
{ONLY-STATEMENTS}))

((statement !body keyword: (keyword) @property)
  (#any-of? @property
{ONLY-FIELDS}))

; A word that is both: with a name it has something behind it, such as its prefix.
((statement !body keyword: (keyword) @keyword subject: (subject) @type next: (value))
  (#any-of? @keyword
{BOTH-NAMED}))

((statement !body !next keyword: (keyword) @property)
  (#any-of? @property
{BOTH-NAMED}))

((statement !body keyword: (keyword) @keyword)
  (#any-of? @keyword
{RATHER-STATEMENTS}))

((statement !body keyword: (keyword) @property)
  (#any-of? @property
{RATHER-FIELDS}))

; The name of what is declared.
((statement keyword: (keyword) @_keyword subject: (subject) @type body: (body))
  (#any-of? @_keyword
{NAMED})
  (#not-eq? @type "like"))

((statement !body keyword: (keyword) @_keyword subject: (subject) @type)
  (#any-of? @_keyword
{ONLY-NAMED}))

; Fields on the line of a statement.
((statement (value) @property body: (body))
  (#any-of? @property
{FIELDS}))

((statement keyword: (keyword) @_keyword subject: (subject) @property body: (body))
  (#not-any-of? @_keyword
{NAMED})
  (#any-of? @property
{FIELDS}))

((statement !body keyword: (keyword) @_keyword [(subject) (value)] @property)
  (#any-of? @_keyword
{ONLY-UNNAMED})
  (#any-of? @property
{FIELDS}))

((statement !body keyword: (keyword) @_keyword (value) @property)
  (#any-of? @_keyword
{ONLY-NAMED})
  (#any-of? @property
{FIELDS}))

((statement !body keyword: (keyword) @_keyword next: (value) @property)
  (#any-of? @_keyword
{BOTH-NAMED})
  (#any-of? @property
{FIELDS}))

((statement !body keyword: (keyword) @_keyword [(subject) (value)] @property)
  (#any-of? @_keyword
{RATHER-STATEMENTS})
  (#any-of? @property
{FIELDS}))

; Values.
([(value) (element)] @number
  (#match? @number "^[\\[/-]*[0-9]"))

((statement !body keyword: (keyword) @_keyword subject: (subject) @number)
  (#not-any-of? @_keyword
{NAMED})
  (#match? @number "^[\\[/-]*[0-9]"))

((statement !body keyword: (keyword) @_keyword subject: (subject) @constant)
  (#any-of? @_keyword
{ONLY-FIELDS})
  (#any-of? @constant
{CONSTANTS}))
