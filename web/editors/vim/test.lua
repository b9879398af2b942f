-- Neovim with these files, without a screen: the server's findings and hover, the tree of the grammar with its colours and
-- folds, and the indentation of the examples. .ci/editors runs it with HNET, HNET_PARSER and HNET_ROOT.

local root = vim.env.HNET_ROOT
local failed = false

local function check(what, holds, found)
  if not holds then
    failed = true
    io.stdout:write('FAILED ' .. what .. ': ' .. vim.inspect(found) .. '\n')
  else
    io.stdout:write('ok    ' .. what .. '\n')
  end
end

local function run()
  vim.opt.runtimepath:prepend(root .. '/web/editors/vim')
  vim.cmd('filetype plugin indent on | syntax on')

  for _, file in ipairs(vim.fn.glob(root .. '/examples/*/*.hnet', false, true)) do
    vim.cmd('edit ' .. vim.fn.fnameescape(file))
    local before = vim.api.nvim_buf_get_lines(0, 0, -1, false)
    vim.cmd('silent normal! gg=G')
    local after = vim.api.nvim_buf_get_lines(0, 0, -1, false)
    local moved = {}
    for at, line in ipairs(before) do
      if line ~= after[at] then
        moved[#moved + 1] = { at, line, after[at] }
      end
    end
    check('indentation of ' .. vim.fn.fnamemodify(file, ':h:t'), #moved == 0, moved)
    vim.cmd('bdelete!')
  end

  vim.cmd('edit ' .. vim.fn.tempname() .. '.hnet')
  check('the type of a file', vim.bo.filetype == 'hnet', vim.bo.filetype)
  vim.api.nvim_buf_set_lines(0, 0, -1, false, {
    'network home <',
    '  subnet lan 192.168.10.0/24 < router edge; >',
    '  router egde < address lan[1]; >',
    '>',
  })
  local group = vim.fn.synIDattr(vim.fn.synID(2, 4, 1), 'name')
  check('colours of Vim', group == 'hnetStatement', group)

  vim.treesitter.require_language('hnet', vim.env.HNET_PARSER)
  local parser = vim.treesitter.get_parser(0, 'hnet')
  local tree = parser:parse()[1]:root()
  check('a tree', not tree:has_error(), tree:sexpr())
  local text = table.concat(vim.fn.readfile(root .. '/web/editors/vim/queries/hnet/highlights.scm'), '\n')
  local query = vim.treesitter.parse_query('hnet', text)
  local colours = {}
  for id, node in query:iter_captures(tree, 0, 0, vim.fn.line('$')) do
    local row, column = node:start()
    if row == 1 and query.captures[id]:sub(1, 1) ~= '_' then
      colours[#colours + 1] = column .. ' ' .. query.captures[id]
    end
  end
  local colour = table.concat(colours, ', ')
  check('colours of the tree', colour:find('2 keyword', 1, true) and colour:find('9 type', 1, true) and colour:find('31 property', 1, true), colour)

  local client = vim.lsp.start_client({ cmd = { vim.env.HNET, 'lsp' }, root_dir = vim.fn.getcwd() })
  vim.lsp.buf_attach_client(0, client)
  vim.wait(5000, function()
    return #vim.diagnostic.get(0) > 0
  end, 20)
  local found = vim.diagnostic.get(0)
  check('findings', found[1] and found[1].code == 'HN103' and found[1].lnum == 1, found)
  local place = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = 1, character = 4 } }
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', place, 5000)
  local hover = answers and answers[client] and answers[client].result
  check('hover', hover and hover.contents.value:find('subnet'), answers)
  vim.lsp.stop_client(client)
end

local fine, message = pcall(run)
if not fine then
  io.stdout:write('FAILED ' .. tostring(message) .. '\n')
end
vim.cmd(fine and not failed and 'qall!' or 'cquit!')
