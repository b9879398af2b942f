("<" @open ">" @close)
