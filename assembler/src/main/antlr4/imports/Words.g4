lexer grammar Words;

// Any number is lexed as a register, so that "r11" can be answered better than "unknown name".
REGISTER : '%'? [rRwW] [0-9]+ | '%' 'fp' ;

IF : 'if' ;
GOTO : 'goto' ;
GOTOL : 'gotol' ;
MAY_GOTO : 'may_goto' ;
LOCK : 'lock' ;
CALL : 'call' ;
CALLX : 'callx' ;
EXIT : 'exit' ;
LL : 'll' ;
SKB : 'skb' ;
MAP : 'map' ;
LOCAL : 'local' ;
KFUNC : 'kfunc' ;
HELPER : 'helper' ;
PC : 'pc' ;

// The kernel's log has "call bpf_map_lookup_elem#1".
NUMBERED : WORD_START WORD_PART* '#' '-'? [0-9]+ ;
DIRECTIVE : '.' [a-z] WORD_PART* ;
WORD : WORD_START WORD_PART* ;
fragment WORD_START : [A-Za-z_$] | '.' [A-Z_0-9$] ;
fragment WORD_PART : [A-Za-z0-9_.$] ;

LOCAL_LABEL : [0-9]+ [bf] ;
NUMBER : '0' [xX] [0-9a-fA-F]+ | '0' [bB] [01]+ | [0-9]+ ;
CHARACTER : '\'' (~['\\\r\n] | '\\' .) '\'' ;
STRING : '"' (~["\\\r\n] | '\\' .)* '"' ;

ALU_OP
  : '+=' | '-=' | '*=' | '/=' | '%=' | '|=' | '&=' | '^=' | '<<=' | '>>=' | 's>>=' | 's/=' | 's%='
  ;
COMPARE : '==' | '!=' | '>' | '>=' | '<' | '<=' | 's>' | 's>=' | 's<' | 's<=' ;
SHIFT : '<<' | '>>' ;
ASSIGN : '=' ;
PLUS : '+' ;
MINUS : '-' ;
STAR : '*' ;
SLASH : '/' ;
PERCENT : '%' ;
AMP : '&' ;
PIPE : '|' ;
CARET : '^' ;
TILDE : '~' ;
LPAREN : '(' ;
RPAREN : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
COMMA : ',' ;
COLON : ':' ;
SEMICOLON : ';' ;
AT : '@' ;

COMMENT : ('#' | '//') ~[\r\n]* -> skip ;
BLOCK_COMMENT : '/*' .*? '*/' -> skip ;
SPACE : [ \t\r\n\f]+ -> skip ;

// Everything else; the parser then says where it stands.
STRAY : . ;
