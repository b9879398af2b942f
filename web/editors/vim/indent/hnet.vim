" A body is indented by one step.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=HnetIndent() indentkeys=o,O,0>,!^F
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*HnetIndent')
  finish
endif

function HnetIndent() abort
  " What a block string holds is somebody else's.
  if synIDattr(synID(v:lnum, 1, 1), 'name') ==# 'hnetBlock'
    return -1
  endif
  let l:before = prevnonblank(v:lnum - 1)
  if l:before == 0
    return 0
  endif
  " Brackets in texts and comments are none.
  let l:line = substitute(getline(l:before), '"[^"]*"\|\%(\s\|^\)#.*$', '', 'g')
  let l:inside = substitute(l:line, '^\s*>', '', '')
  let l:depth = count(l:inside, '<') - count(l:inside, '>')
  let l:closes = getline(v:lnum) =~# '^\s*>' ? 1 : 0
  return max([0, indent(l:before) + (l:depth - l:closes) * shiftwidth()])
endfunction
