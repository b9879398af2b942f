" Comments, words and pairs of hnet.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:##,:# commentstring=#\ %s
setlocal expandtab shiftwidth=2 softtabstop=2
" Names have hyphens, dots and slashes.
setlocal iskeyword+=-,.,/
setlocal matchpairs+=<:>
setlocal formatoptions-=t formatoptions+=croql

let b:undo_ftplugin = 'setlocal comments< commentstring< expandtab< shiftwidth< softtabstop< iskeyword< matchpairs< formatoptions<'
