package dev.skep.object;

/**
 * A source line: {@code struct bpf_line_info} with its strings resolved.
 *
 * @param pc first instruction slot of the line
 * @param file the source file's name as the compiler saw it
 * @param text the line's text, may be empty
 * @param line counted from 1
 * @param column counted from 1, 0 if unknown
 */
public record LineInfo(int pc, String file, String text, int line, int column) {}
