package dev.skep.jit;

/**
 * The instructions that one Java method is written for: those of a function from number {@code
 * first} to before number {@code end}.
 */
record Piece(Plan plan, int first, int end) {}
