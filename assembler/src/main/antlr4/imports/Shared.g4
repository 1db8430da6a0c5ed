// What both syntaxes have in common.
parser grammar Shared;

label : (name | NUMBER) COLON ;

name
  : WORD | DIRECTIVE | IF | GOTO | GOTOL | MAY_GOTO | LOCK | CALL | CALLX | EXIT | LL | SKB | MAP
  | LOCAL | KFUNC | HELPER | PC
  ;

constant : WORD ASSIGN expression ;

directive : DIRECTIVE (directiveArgument (COMMA? directiveArgument)*)? ;

directiveArgument
  : key=name ASSIGN directiveValue
  | directiveValue
  ;

directiveValue
  : STRING
  | AT name
  | arrayType
  | expression
  ;

arrayType : name (LBRACKET expression RBRACKET)+ ;

call
  : CALL LOCAL target                                   # callLocal
  | CALLX REGISTER                                      # callRegister
  | CALL REGISTER                                       # callRegister
  | CALL KFUNC (name | id=expression (COMMA module=expression)?)  # callKfunc
  | CALL HELPER id=expression                           # callHelper
  | CALL callee=NUMBERED                                # callNumbered
  | CALL target                                         # callTarget
  ;

// A place in the program: relative to the next instruction, or a label.
target : LOCAL_LABEL | expression ;

pointer : pointerType LPAREN address RPAREN ;

pointerType : LPAREN WORD STAR RPAREN ;

address : REGISTER offset=expression? ;

mapReference
  : MAP LBRACKET name RBRACKET (LBRACKET index=expression RBRACKET)? (PLUS offset=expression)?
  ;

function : WORD LPAREN functionArgument (COMMA functionArgument)* RPAREN ;

functionArgument
  : pointer
  | function
  | address
  | expression
  ;

expression
  : op=(MINUS | PLUS | TILDE) expression
  | expression op=(STAR | SLASH | PERCENT) expression
  | expression op=(PLUS | MINUS) expression
  | expression op=SHIFT expression
  | expression op=AMP expression
  | expression op=CARET expression
  | expression op=PIPE expression
  | LPAREN expression RPAREN
  | NUMBER
  | CHARACTER
  | name
  ;
