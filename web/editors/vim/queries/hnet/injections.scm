; Written by `cargo xtask editors` from the vocabulary. Change crates/xtask/src/editors/templates/injections.scm.

; What other programs read as YAML.
((statement keyword: (keyword) @_keyword (block_string (block_content) @injection.content))
  (#any-of? @_keyword
    "admission-control" "audit-policy" "config" "manifest" "patch" "static-pod" "values")
  (#set! injection.language "yaml"))
