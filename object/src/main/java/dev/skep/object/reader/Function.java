package dev.skep.object.reader;

import dev.skep.object.elf.ElfSection;
import java.util.ArrayList;
import java.util.List;

/** A function symbol: a program, or a subprogram if it is in {@code .text}. */
final class Function {

  final String name;
  final ElfSection section;

  /** First slot in its section. */
  final int start;

  /** Its own instructions; CO-RE patches them in place. */
  final long[] slots;

  final boolean global;
  final boolean hidden;

  /** What has to be relocated, by ascending pc once {@link #sortRelocations} was called. */
  final List<Relocation> relocations = new ArrayList<>();

  final List<CoreFailure> coreFailures = new ArrayList<>();

  /** Why it cannot be loaded, although the object can: it is not loaded unless asked for. */
  dev.skep.object.diagnostic.@org.jspecify.annotations.Nullable Diagnostic broken;

  Function(
      String name, ElfSection section, int start, long[] slots, boolean global, boolean hidden) {
    this.name = name;
    this.section = section;
    this.start = start;
    this.slots = slots;
    this.global = global;
    this.hidden = hidden;
    this.autoload = !section.name().startsWith("?");
  }

  /** Which member of which structure of callbacks it implements. */
  StructOps.@org.jspecify.annotations.Nullable Target structOps;

  boolean autoload;

  /** A poisoned instruction, relative to the function: why, and what was looked at. */
  record CoreFailure(int pc, List<String> notes, String cause) {}

  /** Sections of programs may say with {@code ?} that they are not loaded unless asked for. */
  boolean autoload() {
    return autoload;
  }

  /** The section's name without that mark. */
  String sectionName() {
    return section.name().startsWith("?") ? section.name().substring(1) : section.name();
  }

  boolean isSubprogram() {
    return section.name().equals(".text");
  }

  boolean contains(long slot) {
    return slot >= start && slot < (long) start + slots.length;
  }

  void sortRelocations() {
    relocations.sort(java.util.Comparator.comparingInt(Relocation::pc));
  }

  /** The relocation at a pc, or null. */
  @org.jspecify.annotations.Nullable
  Relocation relocationAt(int pc) {
    int low = 0;
    int high = relocations.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int at = relocations.get(middle).pc();
      if (at == pc) {
        return relocations.get(middle);
      }
      if (at < pc) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }
}
