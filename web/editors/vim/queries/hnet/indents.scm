(body) @indent.begin

(body ">" @indent.branch @indent.end)
