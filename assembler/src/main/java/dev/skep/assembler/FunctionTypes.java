package dev.skep.assembler;

import dev.skep.btf.BtfBuilder;
import dev.skep.btf.BtfType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Types for functions of which a text says no more than their names: without them the kernel takes
 * no source lines.
 */
final class FunctionTypes {

  private final BtfBuilder types;
  private final Map<String, Integer> programs = new HashMap<>();
  private final Map<String, Integer> subprograms = new HashMap<>();
  private final int programType;
  private final int subprogramType;

  FunctionTypes(TypeTable table) {
    types = table.types();
    TypeTable.Known known = table.find("int");
    int number = known == null ? 0 : known.id();
    int pointer = types.add(new BtfType.Ptr(0));
    programType =
        types.add(new BtfType.FuncProto(number, List.of(new BtfType.Param("ctx", pointer))));
    subprogramType = types.add(new BtfType.FuncProto(number, List.of()));
  }

  /** Id of a program's function. */
  int program(String name) {
    return programs.computeIfAbsent(
        name, n -> types.add(new BtfType.Func(identifier(n), programType, BtfType.Linkage.GLOBAL)));
  }

  /** Id of a function that a program calls: verified with its caller, whatever it takes. */
  int subprogram(String name) {
    return subprograms.computeIfAbsent(
        name,
        n -> types.add(new BtfType.Func(identifier(n), subprogramType, BtfType.Linkage.STATIC)));
  }

  /** The kernel wants C's identifiers. */
  private static String identifier(String name) {
    return name.replaceAll("[^A-Za-z0-9_]", "_");
  }
}
