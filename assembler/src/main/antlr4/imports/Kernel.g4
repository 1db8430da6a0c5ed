// Instructions as the kernel's verifier log, llvm-objdump and clang's inline assembly write them:
// `r1 = *(u32 *)(r2 + 8)`, `if w3 s> 7 goto +2`.
parser grammar Kernel;

kernelInstruction
  : dst=REGISTER ASSIGN MINUS src=REGISTER                                  # negate
  | dst=REGISTER ASSIGN (LPAREN cast=WORD RPAREN)? src=REGISTER             # moveRegister
  | dst=REGISTER ASSIGN swap=WORD src=REGISTER                              # byteSwap
  | dst=REGISTER ASSIGN STAR pointer                                        # load
  | dst=REGISTER ASSIGN STAR pointerType SKB LBRACKET packetOffset RBRACKET # loadPacket
  | dst=REGISTER ASSIGN function (PLUS extra=expression)? LL?               # assignFunction
  | dst=REGISTER ASSIGN mapReference LL?                                    # assignMap
  | dst=REGISTER ASSIGN AMP? value=expression LL?                           # assignValue
  | dst=REGISTER op=ALU_OP (src=REGISTER | value=expression)                # arithmetic
  | STAR pointer ASSIGN (src=REGISTER | value=expression)                   # store
  | LOCK STAR pointer op=ALU_OP src=REGISTER                                # lockedOperation
  | function                                                                # statementFunction
  | IF left=REGISTER op=(COMPARE | AMP) (right=REGISTER | value=expression) GOTO target  # branch
  | jump=(GOTO | GOTOL | MAY_GOTO) target                                   # jumpAlways
  | call                                                                    # kernelCall
  | EXIT                                                                    # kernelExit
  ;

packetOffset
  : REGISTER (PLUS? value=expression)?
  | value=expression
  ;
