// Instructions as uBPF, GNU as and the BPF conformance suite write them: `ldxw %r1, [%r2+8]`.
// What a mnemonic takes is a table's business, not the grammar's.
parser grammar Mnemonic;

mnemonicInstruction
  : LOCK WORD+ operands?           # lockedMnemonic
  | call                           # mnemonicCall
  | EXIT                           # mnemonicExit
  | mnemonic operands?             # plainMnemonic
  ;

mnemonic : WORD | MAY_GOTO | GOTOL | GOTO ;

operands : operand (COMMA operand)* ;

operand
  : REGISTER                                            # registerOperand
  | LBRACKET address RBRACKET                           # memoryOperand
  | mapReference                                        # mapOperand
  | function (PLUS extra=expression)?                   # functionOperand
  | LOCAL_LABEL                                         # localLabelOperand
  | expression                                          # valueOperand
  ;
