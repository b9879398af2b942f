(body) @indent

">" @outdent
