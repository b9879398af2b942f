(body "<" ">" @end) @indent
