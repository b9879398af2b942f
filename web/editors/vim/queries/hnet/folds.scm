(body) @fold
(block_string) @fold
