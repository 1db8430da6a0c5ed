// BPF assembly, one line at a time: the two syntaxes share their words, expressions, labels and
// directives, and differ in how an instruction reads.
//
// A line is parsed on its own, so that a mistake never reaches beyond it.
grammar Bpf;

import Kernel, Mnemonic, Shared, Words;

kernelLine : kernelStatement (SEMICOLON kernelStatement)* EOF ;

kernelStatement : label* (directive | constant | kernelInstruction)? ;

mnemonicLine : mnemonicStatement (SEMICOLON mnemonicStatement)* EOF ;

mnemonicStatement : label* (directive | constant | mnemonicInstruction)? ;
