package dev.skep.object.reader;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfExt;
import dev.skep.btf.BtfExt.CoreRecord;
import dev.skep.btf.BtfFormatException;
import dev.skep.object.core.CoreException;
import dev.skep.object.core.CoreKind;
import dev.skep.object.core.CorePatch;
import dev.skep.object.core.CoreResolver;
import dev.skep.object.core.CoreResult;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies an object's CO-RE relocations to its functions. */
final class CoreRelocations {

  private final Sections sections;
  private final Map<String, Integer> sectionByName;
  private final String file;
  private final List<Diagnostic> warnings;

  CoreRelocations(
      Sections sections,
      Map<String, Integer> sectionByName,
      String file,
      List<Diagnostic> warnings) {
    this.sections = sections;
    this.sectionByName = sectionByName;
    this.file = file;
    this.warnings = warnings;
  }

  void apply(BtfExt ext, Btf btf, @Nullable Btf kernelBtf) {
    if (ext.relocations().isEmpty()) {
      return;
    }
    if (kernelBtf == null) {
      warnings.add(
          Diagnostic.warning(
                  "object/core-without-kernel",
                  Location.inFile(file),
                  "CO-RE relocations are left as compiled, because no kernel's types are given")
              .withHelp(
                  "name a kernel's BTF; on the machine itself it is /sys/kernel/btf/vmlinux"));
    }
    var resolver = new CoreResolver(btf, kernelBtf == null ? btf : kernelBtf);
    for (BtfExt.Section<CoreRecord> section : ext.relocations()) {
      Integer index = sectionByName.get(section.name());
      if (section.name().isEmpty()) {
        throw new BadObject("object/core", "CO-RE relocations of a section without a name");
      }
      if (index == null) {
        continue;
      }
      for (CoreRecord record : section.records()) {
        if (kernelBtf != null || record.kind() == CoreKind.TYPE_ID_LOCAL.ordinal()) {
          apply(index, record, resolver);
        }
      }
    }
  }

  private void apply(int section, CoreRecord record, CoreResolver resolver) {
    if (record.instructionOffset() < 0 || record.instructionOffset() % 8 != 0) {
      throw new BadObject(
          "object/core",
          "a CO-RE relocation at byte %d, where no instruction starts"
              .formatted(Integer.toUnsignedLong(record.instructionOffset())));
    }
    int slot = record.instructionOffset() / 8;
    Function function = sections.functionAt(section, slot);
    if (function == null) {
      return;
    }
    int pc = slot - function.start;
    try {
      CoreResult result = resolver.resolve(record);
      if (CorePatch.apply(function.slots, pc, result)) {
        function.coreFailures.add(failure(pc, result));
      }
    } catch (CoreException | BtfFormatException e) {
      var finding =
          Diagnostic.error(
              "object/core",
              Location.inProgram(file, function.name, pc, null),
              "CO-RE relocation of function '%s', instruction %d: %s"
                  .formatted(function.name, pc, e.getMessage()));
      if (e instanceof CoreException core) {
        for (String note : core.notes()) {
          finding = finding.withNote(note);
        }
      }
      if (function.autoload()) {
        throw new BadObject(finding);
      }
      function.broken = finding;
    }
  }

  /** Why the relocation made its instruction unreachable. */
  private static Function.CoreFailure failure(int pc, CoreResult result) {
    return switch (result) {
      case CoreResult.Found found ->
          new Function.CoreFailure(
              pc,
              List.of(),
              "the field has %d bytes in the program and %d in the kernel, and is no pointer or unsigned integer"
                  .formatted(found.sizes().original(), found.sizes().now()));
      case CoreResult.Poisoned poisoned ->
          new Function.CoreFailure(
              pc, poisoned.missing().notes(), "the kernel has no " + poisoned.missing().what());
    };
  }
}
