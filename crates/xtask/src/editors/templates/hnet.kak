# hnet for Kakoune.
# Written by `cargo xtask editors` from the vocabulary. Change crates/xtask/src/editors/templates/hnet.kak.

hook global BufCreate .*\.hnet %{
    set-option buffer filetype hnet
}

hook global WinSetOption filetype=hnet %{
    set-option window comment_line '#'
    set-option window extra_word_chars '_' '-' '.' '/'
    add-highlighter window/hnet ref hnet
    hook -always -once window WinSetOption filetype=.* %{ remove-highlighter window/hnet }
}

add-highlighter shared/hnet regions
add-highlighter shared/hnet/code default-region group
add-highlighter shared/hnet/block region '"""' '"""' fill string
add-highlighter shared/hnet/text region '"' (?<!\\)(\\\\)*" fill string
add-highlighter shared/hnet/doc region '(^|[\s<>\;,])\K##(?!#)' $ fill documentation
add-highlighter shared/hnet/comment region '(^|[\s<>\;,])\K#' $ fill comment

add-highlighter shared/hnet/code/ regex '(^|[\s,])[\[/-]*[0-9][^\s<>\;,"]*' 0:value
add-highlighter shared/hnet/code/ regex '[\s,](?:{CONSTANTS})(?=[\s<>\;,]|$)' 0:value
add-highlighter shared/hnet/code/ regex '(^|[<>\;])\h*({FIELDS})(?=[\s<>\;,]|$)' 2:variable
add-highlighter shared/hnet/code/ regex '(^|[<>\;])\h*({ONLY-STATEMENTS})(?=[\s<>\;,]|$)' 2:keyword
add-highlighter shared/hnet/code/ regex '(^|[<>\;])\h*([a-z][a-z0-9-]*)(\h[^\;<>"\n]*)?<' 2:keyword
add-highlighter shared/hnet/code/ regex '(^|[<>\;])\h*({NAMED})\h+([a-z0-9][^\s<>\;,"]*)[^\;<>"\n]*<' 3:type
add-highlighter shared/hnet/code/ regex '[<>\;,]' 0:operator
