(statement body: (body (_)* @class.inside)) @class.around

(statement subject: (subject) @parameter.inside)
(statement (value) @parameter.inside)

(comment) @comment.inside
(comment)+ @comment.around
(doc_comment) @comment.inside
(doc_comment)+ @comment.around
