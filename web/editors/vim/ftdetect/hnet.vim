autocmd BufNewFile,BufRead *.hnet setfiletype hnet
