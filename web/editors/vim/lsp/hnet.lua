-- Neovim 0.11 and later: vim.lsp.enable('hnet')
return {
  cmd = { 'hnet', 'lsp' },
  filetypes = { 'hnet' },
  root_markers = { 'network.hnet', '.git' },
}
