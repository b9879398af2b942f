(statement
  keyword: (keyword) @context
  subject: (subject) @name
  body: (body)) @item
