" Colours of hnet, for Vim and Neovim.
" Written by `cargo xtask editors` from the vocabulary. Change crates/xtask/src/editors/templates/hnet.vim.
if exists('b:current_syntax')
  finish
endif

syntax iskeyword @,48-57,-,_,.,/,[,]

" The first word of a statement, then what stands behind it. Where a body opens on the line it is no field.
syntax match hnetHead /[^[:space:]<>;,"#][^[:space:]<>;,"]*/ contains=hnetField,hnetOnly nextgroup=hnetArguments skipwhite skipempty
syntax match hnetOpening /[^[:space:]<>;,"#][^[:space:]<>;,"]*\ze\%([[:space:]][^;<>"#]*\)\?</ contains=hnetStatement nextgroup=hnetArguments skipwhite skipempty
syntax region hnetArguments contained start=/[^[:space:]<>;]/ end=/\ze[;<>]/ contains=hnetText,hnetBlock,hnetComment,hnetDoc,hnetNumber,hnetInline,hnetConstant
syntax match hnetNumber contained /\%([[:space:],]\|^\)\@1<=[[/-]*[0-9][^[:space:]<>;,"]*/

syntax region hnetText start=/"/ skip=/\\./ end=/"/ oneline
syntax region hnetBlock start=/"""/ end=/"""/
syntax match hnetComment /\%([[:space:]<>;,"]\|^\)\@1<=#.*$/ contains=@Spell
syntax match hnetDoc /\%([[:space:]<>;,"]\|^\)\@1<=##\%(#\)\@!.*$/ contains=@Spell
syntax match hnetMark /[<>;,]/

syntax keyword hnetStatement contained
{STATEMENTS}
syntax keyword hnetOnly contained
{ONLY-STATEMENTS}
syntax keyword hnetField contained
{FIELDS}
syntax keyword hnetInline contained
{FIELDS}
syntax keyword hnetConstant contained
{CONSTANTS}

highlight default link hnetStatement Statement
highlight default link hnetOnly Statement
highlight default link hnetField Identifier
highlight default link hnetInline Identifier
highlight default link hnetConstant Constant
highlight default link hnetArguments Normal
highlight default link hnetNumber Number
highlight default link hnetText String
highlight default link hnetBlock String
highlight default link hnetComment Comment
highlight default link hnetDoc SpecialComment
highlight default link hnetMark Delimiter

syntax sync minlines=200
let b:current_syntax = 'hnet'
